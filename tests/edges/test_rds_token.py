from datetime import UTC, datetime

import boto3
import botocore.auth
import pytest
from tesela.edges.rds_token import sign


def test_the_token_is_the_one_that_boto3_makes(credentials: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)  # a token tells its second
    credentials.setattr(botocore.auth, "get_current_datetime", lambda **_: moment)
    # A session of its own: the default one may hold credentials of an earlier test.
    client = boto3.Session().client("rds", region_name="eu-west-1")
    where = ("tesela.abc123.eu-west-1.rds.amazonaws.com", 5432, "tesela")
    token = sign(*where)
    assert token == client.generate_db_auth_token(*where)
    assert "X-Amz-Date=20260102T030405Z" in token
