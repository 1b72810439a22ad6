"""Who may call: bearer tokens (RFC 6750), of which only the SHA-256 is known here."""

import hmac
from collections.abc import Iterable
from hashlib import sha256

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

# They hold no data: whether the function runs, and how to call it.
_OPEN = ("/", "/health", "/docs", "/openapi.json")


class Access:
    """Admits what carries a known token. Without any known token everything is open."""

    def __init__(self, token_hashes: Iterable[str] = (), *, public_read: bool = False) -> None:
        """`token_hashes`: hex SHA-256; `public_read`: GET needs no token."""
        self._known = [bytes.fromhex(token_hash) for token_hash in token_hashes]
        self._public_read = public_read

    def needs_token(self, method: str, path: str) -> bool:
        """Whether a request needs a token; a browser's preflight cannot carry one."""
        if not self._known or method == "OPTIONS":
            return False
        return method != "GET" or not (self._public_read or path in _OPEN)

    def admits(self, request: APIGatewayProxyEventV2) -> bool:
        """Whether a request may go on."""
        if not self.needs_token(request.http_method, request.path):
            return True
        return self._knows(_bearer(request.headers.get("authorization", "")))

    def _knows(self, token: str) -> bool:
        """Against every hash, found or not: the time tells nothing."""
        digest = sha256(token.encode("utf-8", "replace")).digest()
        return sum(hmac.compare_digest(digest, known) for known in self._known) > 0


def _bearer(header: str) -> str:
    """The token of `Bearer TOKEN`, "" where there is none."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
