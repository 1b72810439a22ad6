"""Files of HTTPS servers, read in ranges: of hosts that are allowed, at addresses of the internet alone.

A name is resolved once for each connection, and the connection goes to just the address that was
checked: a name that leads elsewhere a moment later leads nowhere. The certificate must be the name's.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urljoin

from tesela.errors import (
    InvalidOptionError,
    SourceChangedError,
    SourceRefusedError,
    StorageUnavailableError,
)
from tesela.jobs.sources import Address, Allowed, parse_address
from tesela.ports import Found

_TIMEOUT_S = 20
_MAX_REDIRECTS = 3
_ATTEMPTS = 4
_PAUSE_S = 0.25  # before the second attempt; then it doubles
_HTTPS_PORT = 443
_REDIRECTS = {301, 302, 303, 307, 308}
_PROBE_BYTES = 16

# Wrapped in these is an IPv4 address, which a translator may lead anywhere.
_WRAPPERS = [ip_network(text) for text in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")]

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server answered; `body` is at most as long as was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def check_public(host: str, addresses: list[str]) -> None:
    """Refuse a host any of whose addresses is not one of the internet.

    Raises:
        SourceRefusedError: One is private, of this machine, of the network's own or reserved.
    """
    for text in addresses:
        if not _is_public(ip_address(text.partition("%")[0])):
            raise SourceRefusedError(
                f"{host} leads to {text}, which is no address of the internet.",
                "source-private",
                host=host,
                address=text,
            )


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        if inner is not None:
            return _is_public(inner)
        if address.sixtofour or address.teredo or any(address in each for each in _WRAPPERS):
            return False
    return address.is_global and not address.is_multicast


class _Connection(http.client.HTTPSConnection):
    """Connects to an address that was checked, whatever the name means by then."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=_TIMEOUT_S, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


class Web:
    """The hosts that may be read."""

    def __init__(
        self,
        allowed: Allowed,
        *,
        resolve: Resolve = resolve,
        check: Callable[[str, list[str]], None] = check_public,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Admit hosts.

        Args:
            allowed: Which.
            resolve: Returns the addresses of a host.
            check: Raises for those that must not be reached.
            context: Of TLS; by default the system's certificates count.
        """
        self._allowed, self._resolve, self._check = allowed, resolve, check
        self._context = context
        self._open: dict[str, _Connection] = {}  # by host and port; kept for the next range

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._context or ssl.create_default_context()

    def find(self, address: Address) -> Found | None:
        """Return what identifies a file, and its length; None where there is none.

        Raises:
            SourceRefusedError: The server does not let its files be read in ranges, or not by us.
            StorageUnavailableError: It does not answer.
        """
        answer = self._get(address, {"Range": f"bytes=0-{_PROBE_BYTES - 1}"}, _PROBE_BYTES)
        if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            return None
        if answer.status != HTTPStatus.PARTIAL_CONTENT:
            raise _no_ranges(address, answer.status)
        return Found(_version(address, answer), _total(address, answer))

    def document(self, address: Address, limit: int) -> bytes | None:
        """Return a file of at most `limit` bytes if it begins as a JSON object does, else None."""
        answer = self._get(address, {}, limit + 1)
        body = answer.body
        is_object = answer.status == HTTPStatus.OK and body.lstrip()[:1] == b"{"
        return body if is_object and len(body) <= limit else None

    def read(self, address: Address, found: Found, start: int, length: int) -> bytes:
        """Return bytes of a file that is still what was found.

        Raises:
            SourceChangedError: It is not.
            SourceRefusedError: It may no longer be read; signed addresses expire.
            StorageUnavailableError: The server does not answer.
        """
        stop = min(start + length, found.size)
        if start >= stop:
            return b""
        about = {"Range": f"bytes={start}-{stop - 1}", **_condition(found.etag)}
        answer = self._get(address, about, stop - start)
        gone = HTTPStatus.PRECONDITION_FAILED, HTTPStatus.NOT_FOUND, HTTPStatus.GONE
        if answer.status in gone:
            raise _changed(address)
        if answer.status != HTTPStatus.PARTIAL_CONTENT:
            raise _no_ranges(address, answer.status)
        expected = f"bytes {start}-{stop - 1}/{found.size}"
        if _version(address, answer) != found.etag or _range(answer) != expected:
            raise _changed(address)
        if len(answer.body) != stop - start:
            raise StorageUnavailableError(f"{address.place} broke off in the middle of a range.")
        return answer.body

    def _get(self, address: Address, headers: Mapping[str, str], limit: int) -> _Answer:
        """Send a GET, along redirects to allowed hosts, and return its answer.

        Raises:
            SourceRefusedError: The answer is 401, 403, or leads elsewhere.
            StorageUnavailableError: There is no answer, or one that may be another later.
        """
        for _ in range(_MAX_REDIRECTS + 1):
            self._allowed.check(address)
            answer = self._attempted(address, headers, limit)
            if answer.status not in _REDIRECTS:
                return _checked(address, answer)
            address = self._redirected(address, answer)
        raise SourceRefusedError(
            f"{address.place} redirects more than {_MAX_REDIRECTS} times.",
            "source-redirects",
            host=address.place,
            limit=_MAX_REDIRECTS,
        )

    def _redirected(self, address: Address, answer: _Answer) -> Address:
        target = urljoin(str(address), answer.headers.get("location", ""))
        try:
            following = parse_address(target)
            if following.scheme == "https":
                return self._allowed.check(following)
        except InvalidOptionError:
            pass
        host = target.partition("://")[2].partition("/")[0][:100]
        raise SourceRefusedError(
            f"{address.place} redirects to {host!r}, which may not be read.",
            "source-redirected",
            host=address.place,
            target=host,
        )

    def _attempted(self, address: Address, headers: Mapping[str, str], limit: int) -> _Answer:
        reason = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_PAUSE_S * 2 ** (attempt - 1))
            try:
                answer = self._sent(address, headers, limit)
            except (OSError, http.client.HTTPException) as error:
                reason = type(error).__name__
                if isinstance(error, ssl.SSLCertVerificationError):
                    break
                continue
            busy = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            if not busy and answer.status != HTTPStatus.TOO_MANY_REQUESTS:
                return answer
            reason = str(answer.status)
        raise StorageUnavailableError(f"{address.place} does not answer: {reason}.")

    def _sent(self, address: Address, headers: Mapping[str, str], limit: int) -> _Answer:
        """Send a request once, on the connection of the last one if it is still open."""
        connection = self._open.pop(address.place, None) or self._connection(address)
        try:
            connection.request(
                "GET", address.path, headers={"Accept-Encoding": "identity", **headers}
            )
            response = connection.getresponse()
            body = response.read(limit)
            announced = response.headers.get("content-length", "")
            if announced.isdecimal() and len(body) < min(limit, int(announced)):
                raise http.client.IncompleteRead(body)
            if response.isclosed() or not response.read(1):
                self._open[address.place] = connection
            return _Answer(
                response.status,
                {name.lower(): text for name, text in response.getheaders()},
                body,
            )
        finally:
            if self._open.get(address.place) is not connection:
                with suppress(OSError):
                    connection.close()

    def _connection(self, address: Address) -> _Connection:
        host, _, port = address.place.partition(":")
        number = int(port or _HTTPS_PORT)
        addresses = self._resolve(host, number)
        self._check(host, addresses)
        return _Connection(host, number, addresses[0], self._tls)


@dataclass(frozen=True, slots=True)
class HttpsSource:
    """A `RangeSource` of a file of the web."""

    web: Web
    address: Address
    found: Found

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self.found.size

    @property
    def version(self) -> str:
        """The ETag, or when it was modified."""
        return self.found.etag

    def read(self, start: int, length: int) -> bytes:
        """Return bytes of the file, as `Web.read` does."""
        return self.web.read(self.address, self.found, start, length)


def _checked(address: Address, answer: _Answer) -> _Answer:
    denied = HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN
    if answer.status in denied:
        raise SourceRefusedError(
            f"{address.place} answers {answer.status} for {address.name[:100]!r}: it may not be read. "
            "A signed address may have expired; order the scene by a new one.",
            "source-denied",
            host=address.place,
            status=answer.status,
        )
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise _no_ranges(address, answer.status)
    return answer


def _version(address: Address, answer: _Answer) -> str:
    """Return the strong ETag, else the time of the last change, else a weak ETag.

    Raises:
        SourceRefusedError: The server sends none, so that a change would not be noticed.
    """
    etag, modified = (answer.headers.get(name, "") for name in ("etag", "last-modified"))
    version = etag if etag and not etag.startswith("W/") else modified or etag
    if not version:
        raise SourceRefusedError(
            f"{address.place} sends neither ETag nor Last-Modified: a change of the file during the "
            "processing would not be noticed.",
            "source-unversioned",
            host=address.place,
        )
    return version


def _condition(version: str) -> dict[str, str]:
    if version.startswith('"'):
        return {"If-Match": version}
    return {} if version.startswith("W/") else {"If-Unmodified-Since": version}


def _range(answer: _Answer) -> str:
    return answer.headers.get("content-range", "")


def _total(address: Address, answer: _Answer) -> int:
    total = _range(answer).rpartition("/")[2]
    if not total.isdecimal():
        raise _no_ranges(address, answer.status)
    return int(total)


def _no_ranges(address: Address, status: int) -> SourceRefusedError:
    return SourceRefusedError(
        f"{address.place} answers a request for a part of {address.name[:100]!r} by {status} instead of 206: "
        "a scene must lie where files are read in ranges.",
        "source-without-ranges",
        host=address.place,
        status=int(status),
    )


def _changed(address: Address) -> SourceChangedError:
    return SourceChangedError(f"{address.name} was changed while it was read.", name=address.name)
