"""Who may call: bearer tokens (RFC 6750) with a scope each."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from tesela.errors import TokenRequiredError, TokenScopeError
from tesela.tokens import Scope, Token, now

# They hold no data: whether the function runs, and how to call it.
_OPEN = ("/", "/health", "/docs", "/openapi.json")
_READING = ("GET", "HEAD")
# Beside a signature (SigV4), which takes the header `authorization` for itself.
_OWN_HEADER = "x-tesela-token"
QUERY_PARAMETER = "access_token"  # RFC 6750, section 2.3


class TokenSource(Protocol):
    """Where the known tokens are."""

    def find(self, sha256: str) -> Token | None:
        """Return the token with this hash, or None."""


class Access:
    """Admits requests with a known token of a sufficient scope. Without a source everything is open."""

    def __init__(
        self,
        tokens: TokenSource | None = None,
        *,
        public_read: bool = False,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """Create the check.

        Args:
            tokens: The known tokens, or None for an open API.
            public_read: Whether reading needs no token.
            clock: Returns the time.
        """
        self._tokens, self._public_read, self._clock = tokens, public_read, clock

    def needs_token(self, method: str, path: str) -> bool:
        """Return whether a request needs a token; a browser's preflight cannot carry one."""
        if self._tokens is None or method == "OPTIONS":
            return False
        return method not in _READING or not (self._public_read or path in _OPEN)

    def check(self, request: APIGatewayProxyEventV2) -> str:
        """Return the name of the token that a request was admitted with, "" where it needs none.

        Raises:
            TokenRequiredError: The token is missing, unknown or expired.
            TokenScopeError: The token does not allow the method.
            StorageUnavailableError: The list of tokens cannot be read.
        """
        if self._tokens is None or not self.needs_token(request.http_method, request.path):
            return ""
        token = self._known(_presented(request)) or self._known_reader(request)
        if token is None:
            raise TokenRequiredError(
                "This needs a known token: send the header `Authorization: Bearer TOKEN`."
            )
        if token.is_expired(self._clock()):
            raise TokenRequiredError(
                f"The token of {token.name} was valid until {token.until}.",
                "token-expired",
                name=token.name,
                until=str(token.until),
            )
        _require(scope_of(request.http_method), token)
        return token.name

    def _known(self, presented: str) -> Token | None:
        if self._tokens is None or not presented:
            return None
        return self._tokens.find(sha256(presented.encode("utf-8", "replace")).hexdigest())

    def _known_reader(self, request: APIGatewayProxyEventV2) -> Token | None:
        """Return the token in the query, as links carry it.

        Addresses end up in histories and logs, so only tokens that can do no more than read are
        admitted there.
        """
        token = self._known(request.query_string_parameters.get(QUERY_PARAMETER, ""))
        return token if token and token.scope == "read" else None


def scope_of(method: str) -> Scope:
    """Return the scope that a method needs."""
    if method in _READING:
        return "read"
    return "admin" if method == "DELETE" else "write"


def _require(scope: Scope, token: Token) -> None:
    if not token.allows(scope):
        raise TokenScopeError(
            f"This needs a token of scope {scope}; that of {token.name} has {token.scope}.",
            name=token.name,
            scope=token.scope,
            limit=scope,
        )


def _presented(request: APIGatewayProxyEventV2) -> str:
    """Return the token in the headers, "" where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return request.headers.get(_OWN_HEADER, "").strip()
