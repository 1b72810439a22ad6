"""The tokens that people were given: names, scopes and SHA-256 sums, listed in one object of the bucket."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol, get_args

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from tesela.errors import StorageUnavailableError

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)  # each may do what those before it may
_MAX_AGE_S = 60  # after which a token that was revoked is no longer admitted
_MIN_AGE_S = 5  # before which a token that nobody knows is not looked for again


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token, known by its hash alone.

    Attributes:
        name: Whose it is, for the log.
        sha256: Hex digest of the token.
        scope: What it allows.
        until: The moment from which it is no longer admitted; None is for ever.
    """

    name: str
    sha256: str
    scope: Scope
    until: AwareDatetime | None = None

    def allows(self, scope: Scope) -> bool:
        """Return whether this token's scope includes another."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)

    def is_expired(self, now: datetime) -> bool:
        """Return whether the token's time is over."""
        return self.until is not None and now >= self.until


CODEC = TypeAdapter(tuple[Token, ...])


class Objects(Protocol):
    """The bucket."""

    def get(self, key: str) -> bytes | None:
        """Return an object's bytes, or None."""


class TokenList:
    """The tokens in an object, read again once they are a minute old."""

    def __init__(
        self, objects: Objects, key: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._objects, self._key, self._clock = objects, key, clock
        self._tokens: tuple[Token, ...] = ()
        self._read_at: float | None = None

    def find(self, sha256: str) -> Token | None:
        """Return the token with this hash, or None.

        A hash that is not in the list was perhaps added since, so the list is read again, but
        not more often than every five seconds: strangers must not make us call S3 at will.

        Raises:
            StorageUnavailableError: S3 does not answer, or the object is not a list of tokens.
        """
        token = _matching(self._known(_MAX_AGE_S), sha256)
        return token or _matching(self._known(_MIN_AGE_S), sha256)

    def _known(self, max_age_s: float) -> Sequence[Token]:
        now = self._clock()
        if self._read_at is None or now - self._read_at >= max_age_s:
            self._tokens = self._read()
            self._read_at = now
        return self._tokens

    def _read(self) -> tuple[Token, ...]:
        body = self._objects.get(self._key)
        try:
            return CODEC.validate_json(body) if body else ()
        except ValidationError as error:  # its text would repeat what the object holds
            raise StorageUnavailableError(f"{self._key} is not a list of tokens.") from error


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def _matching(tokens: Sequence[Token], sha256: str) -> Token | None:
    """Compare hashes, which tell nothing of a token by the time that the comparison takes."""
    return next((token for token in tokens if token.sha256 == sha256), None)
