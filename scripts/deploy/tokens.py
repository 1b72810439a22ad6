"""Bearer tokens: made here, shown once, listed in the bucket by name, scope and SHA-256 alone."""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tesela.tokens import CODEC, SCOPES, Scope, Token

from scripts.deploy.tool import DeployError

_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
SMOKE = "make-deploy"  # the token of the smoke test; it lives for minutes


@dataclass(frozen=True)
class AccessList:
    """The object that lists the tokens.

    Attributes:
        s3: boto3's client.
        bucket: The bucket of the results.
        key: The object's key.
    """

    s3: Any
    bucket: str
    key: str

    def add(self, token: Token) -> None:
        """List one more token.

        Raises:
            DeployError: There is a token of that name.
        """
        tokens, etag = self._read()
        if token.name in {known.name for known in tokens}:
            raise DeployError(f"There is a token named {token.name}: make revoke NAME={token.name}")
        self._write((*tokens, token), etag)

    def remove(self, name: str) -> None:
        """List a token no longer.

        Raises:
            DeployError: There is no token of that name.
        """
        tokens, etag = self._read()
        others = tuple(token for token in tokens if token.name != name)
        if len(others) == len(tokens):
            names = ", ".join(token.name for token in tokens) or "none"
            raise DeployError(f"There is no token named {name!r}; there are: {names}.")
        self._write(others, etag)

    def tokens(self) -> tuple[Token, ...]:
        """Return all that are listed, those that have expired among them."""
        return self._read()[0]

    def _read(self) -> tuple[tuple[Token, ...], str]:
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=self.key)
        except self.s3.exceptions.NoSuchKey:
            return (), ""
        return CODEC.validate_json(answer["Body"].read()), answer["ETag"]

    def _write(self, tokens: tuple[Token, ...], etag: str) -> None:
        """Write the list, unless somebody else has changed it since it was read."""
        unchanged = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        body = CODEC.dump_json(tokens, indent=2)
        try:
            self.s3.put_object(
                Bucket=self.bucket,
                Key=self.key,
                Body=body,
                ContentType="application/json",
                **unchanged,
            )
        except self.s3.exceptions.ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] not in (409, 412):
                raise
            raise DeployError("Somebody else changed the tokens just now: run it again.") from error


def make_token(name: str, scope: str, until: datetime | None) -> tuple[str, Token]:
    """Return a new token of 256 random bits, and the entry that lists it.

    Raises:
        DeployError: The name or the scope is not one.
    """
    if not _NAME.fullmatch(name):
        raise DeployError(
            f"NAME is {name!r}: give 1 to 64 letters, digits and ._@-, such as NAME=ana."
        )
    if scope not in SCOPES:
        raise DeployError(f"SCOPE is {scope!r}: expected one of {', '.join(SCOPES)}.")
    secret = secrets.token_urlsafe(_BYTES)
    known: Scope = scope
    return secret, Token(name, hashed(secret), known, until)


def for_minutes(minutes: int) -> datetime:
    """Return the moment that many minutes from now."""
    return datetime.now(UTC) + timedelta(minutes=minutes)


def read_until(text: str) -> datetime | None:
    """Return the moment from which a token is no longer valid: after the day, or at the time given.

    Raises:
        DeployError: It is no date or time, or one in the past.
    """
    if not text:
        return None
    try:
        until = _day_after(text) if len(text) == len("2027-01-31") else _moment(text)
    except ValueError as error:
        raise DeployError(
            f"UNTIL is {text!r}: give a day such as 2027-01-31, or a time such as 2027-01-31T12:00Z."
        ) from error
    if until <= datetime.now(UTC):
        raise DeployError(f"UNTIL is {text!r}, which is in the past.")
    return until


def hashed(token: str) -> str:
    """Return the form in which the function knows a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def described(tokens: tuple[Token, ...]) -> str:
    """Return the tokens as lines for a person: name, scope, expiry."""
    now = datetime.now(UTC)
    lines = [f"{token.name:24} {token.scope:6} {_time_left(token, now)}" for token in tokens]
    return "\n".join(lines) or "There are no tokens: make token NAME=ana SCOPE=write"


def as_json(tokens: tuple[Token, ...]) -> Any:
    """Return the tokens as the object in the bucket has them."""
    return json.loads(CODEC.dump_json(tokens))


def _time_left(token: Token, now: datetime) -> str:
    if token.until is None:
        return "for ever"
    return f"{'expired' if token.is_expired(now) else 'until'} {token.until:%Y-%m-%d %H:%M} UTC"


def _day_after(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), UTC)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
