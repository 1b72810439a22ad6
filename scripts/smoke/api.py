"""HTTP calls of the smoke test."""

import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus

import certifi

_TIMEOUT_S = 90


class SmokeError(Exception):
    """The API answered otherwise than it should; the message is one line."""


@dataclass(frozen=True)
class Api:
    """Calls with a bearer token; `url` without a slash at the end; no token: an open API."""

    url: str
    token: str = ""

    def __call__(self, method: str, target: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Send one request and return status and body; a target on another host gets no token."""
        request = self._request(method, target, body)
        try:
            with urllib.request.urlopen(  # noqa: S310
                request, timeout=_TIMEOUT_S, context=_authorities()
            ) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except OSError as error:
            raise SmokeError(f"{method} {request.full_url}: {error}") from error

    def expect(
        self, status: HTTPStatus, method: str, target: str, body: bytes | None = None
    ) -> bytes:
        """Send one request and return the body.

        Raises:
            SmokeError: The status is another one.
        """
        found, answer = self(method, target, body)
        if found != status:
            told = answer.decode(errors="replace")[:300]
            raise SmokeError(f"{method} {target} answered {found}, not {status.value}: {told}")
        return answer

    def _request(self, method: str, target: str, body: bytes | None) -> urllib.request.Request:
        ours = target.startswith("/")
        url = self.url + target if ours else target
        request = urllib.request.Request(url, body, method=method)  # noqa: S310
        if body:
            request.add_header("Content-Type", "image/tiff")
        if ours and self.token:
            # Not carried along a redirect: S3 refuses a second way to log in.
            request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        return request


@cache
def _authorities() -> ssl.SSLContext:
    """Return the machine's certificate authorities.

    Python from python.org has none on macOS until a script of its own has run; then certifi's.
    """
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())
    return context
