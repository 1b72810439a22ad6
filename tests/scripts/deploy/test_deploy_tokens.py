"""Tokens: shown once, listed by name, scope and hash."""

import hashlib
import io
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.deploy.tokens import AccessList, described, make_token, read_until
from scripts.deploy.tool import DeployError


class NoSuchKeyError(Exception):
    """As boto3 makes them."""


class ChangedError(Exception):
    """Somebody else was first."""

    def __init__(self) -> None:
        self.response = {"ResponseMetadata": {"HTTPStatusCode": 412}}


class S3:
    """One object, with S3's conditions on writing."""

    exceptions = SimpleNamespace(NoSuchKey=NoSuchKeyError, ClientError=ChangedError)

    def __init__(self) -> None:
        self.body: bytes | None = None
        self.between: Any = None  # done by somebody else after a read

    @property
    def etag(self) -> str:
        return hashlib.md5(self.body or b"", usedforsecurity=False).hexdigest()

    def get_object(self, Bucket: str, Key: str) -> Any:  # noqa: N803
        assert (Bucket, Key) == ("bucket", "access.json")
        if self.body is None:
            raise NoSuchKeyError
        answer = {"Body": io.BytesIO(self.body), "ETag": self.etag}
        if self.between:
            self.body, self.between = self.between, None
        return answer

    def put_object(self, Body: bytes, IfMatch: str = "", IfNoneMatch: str = "", **_: Any) -> None:  # noqa: N803
        if (IfMatch and IfMatch != self.etag) or (IfNoneMatch and self.body is not None):
            raise ChangedError
        self.body = Body


@pytest.fixture
def s3() -> S3:
    return S3()


@pytest.fixture
def access(s3: S3) -> AccessList:
    return AccessList(s3, "bucket", "access.json")


def test_a_token_is_listed_by_its_hash_alone(s3: S3, access: AccessList) -> None:
    secret, token = make_token("ana", "write", None)
    access.add(token)
    sha256 = hashlib.sha256(secret.encode()).hexdigest()
    assert json.loads(s3.body or b"") == [
        {"name": "ana", "sha256": sha256, "scope": "write", "until": None}
    ]


def test_a_token_has_256_bits_and_needs_no_quoting() -> None:
    secret, _ = make_token("ana", "read", None)
    assert len(secret) == 43  # of base64, 6 bits each
    assert secret.replace("-", "").replace("_", "").isalnum()


def test_a_name_is_given_once_and_taken_back_by_itself(access: AccessList) -> None:
    access.add(make_token("ana", "write", None)[1])
    access.add(make_token("luis", "admin", None)[1])
    with pytest.raises(DeployError, match="There is a token named ana: make revoke NAME=ana"):
        access.add(make_token("ana", "read", None)[1])
    access.remove("ana")
    assert [token.name for token in access.tokens()] == ["luis"]
    with pytest.raises(DeployError, match="no token named 'ana'; there are: luis"):
        access.remove("ana")


def test_two_who_write_at_once_lose_nothing(s3: S3, access: AccessList) -> None:
    access.add(make_token("ana", "write", None)[1])
    s3.between = b"[]"  # everything is revoked meanwhile
    with pytest.raises(DeployError, match="Somebody else changed the tokens"):
        access.add(make_token("luis", "write", None)[1])
    assert s3.body == b"[]"


@pytest.mark.parametrize("name", ["", "a b", "-ana", "a" * 65, "ana\n"])
def test_a_name_is_short_and_plain(name: str) -> None:
    with pytest.raises(DeployError, match="NAME is"):
        make_token(name, "read", None)


def test_a_scope_is_one_of_three() -> None:
    with pytest.raises(DeployError, match="SCOPE is 'root': expected one of read, write, admin"):
        make_token("ana", "root", None)


def test_a_day_is_included_and_a_time_is_utc_unless_it_says_so() -> None:
    assert read_until("2099-01-31") == datetime(2099, 2, 1, tzinfo=UTC)
    assert read_until("2099-01-31T12:00") == datetime(2099, 1, 31, 12, tzinfo=UTC)
    assert read_until("2099-01-31T12:00-05:00") == datetime(2099, 1, 31, 17, tzinfo=UTC)
    assert read_until("") is None


@pytest.mark.parametrize("text", ["soon", "2099-02-30", "31.1.2099", "2020-01-31"])
def test_what_is_no_time_to_come_is_refused(text: str) -> None:
    with pytest.raises(DeployError, match="UNTIL is"):
        read_until(text)


def test_the_list_for_people_has_name_scope_and_expiry() -> None:
    _, ana = make_token("ana", "write", datetime(2020, 1, 1, tzinfo=UTC))
    _, luis = make_token("luis", "read", None)
    assert [line.split() for line in described((ana, luis)).splitlines()] == [
        ["ana", "write", "expired", "2020-01-01", "00:00", "UTC"],
        ["luis", "read", "for", "ever"],
    ]
    assert "make token NAME=ana" in described(())
