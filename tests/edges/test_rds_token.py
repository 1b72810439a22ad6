import boto3
import pytest
from tesela.edges.rds_token import sign

_ATTEMPTS = 5  # two tokens are equal only within a second


def test_the_token_is_the_one_that_boto3_makes(credentials: pytest.MonkeyPatch) -> None:
    client = boto3.client("rds", region_name="eu-west-1")
    where = ("tesela.abc123.eu-west-1.rds.amazonaws.com", 5432, "tesela")
    pairs = ((sign(*where), client.generate_db_auth_token(*where)) for _ in range(_ATTEMPTS))
    assert any(ours == theirs for ours, theirs in pairs)
