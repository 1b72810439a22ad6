"""Addresses of scenes that are read where they lie: which may be named, and how."""

import re
from dataclasses import dataclass
from typing import Self

from tesela.errors import InvalidOptionError

_EXPECTED = "s3://bucket/key or https://host/path"
# A bucket's name as AWS allows it, and a key without control characters.
_S3 = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/([^\x00-\x1f\x7f]{1,1024})")
# No user, no fragment, and nothing that one reader of addresses takes for another part than the next.
_HTTPS = re.compile(
    r"https://([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[1-9]\d{0,4})?)(/[!-\"$-\[\]-~]*)"
)
_MAX_LENGTH = 4096
_MAX_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Address:
    """Where a file lies: a bucket and a key, or a host and a path with its query."""

    scheme: str  # "s3" or "https"
    place: str
    path: str

    def __str__(self) -> str:
        separator = "/" if self.scheme == "s3" else ""
        return f"{self.scheme}://{self.place}{separator}{self.path}"

    @property
    def shown(self) -> str:
        """Without the query, which may be a signature."""
        return str(self) if self.scheme == "s3" else str(self).partition("?")[0]

    @property
    def name(self) -> str:
        """The file's name."""
        return self.shown.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Buckets and hosts that may be read; a host is one of HTTPS, with its port unless that is 443."""

    buckets: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a list of `bucket` and `https://host`, separated by commas or spaces."""
        entries = text.replace(",", " ").split()
        hosts = {entry.removeprefix("https://") for entry in entries if "://" in entry}
        return cls(frozenset(entry for entry in entries if "://" not in entry), frozenset(hosts))

    def check(self, address: Address) -> Address:
        """Return an address that may be read.

        Raises:
            InvalidOptionError: Its bucket or host may not.
        """
        kind, known = ("bucket", self.buckets) if address.scheme == "s3" else ("host", self.hosts)
        if address.place not in known:
            named = ", ".join(sorted(known)) or "none"
            reason = f"the {kind} {address.place!r} may not be read; allowed are: {named}."
            raise InvalidOptionError.of("source", address.place, sorted(known), reason)
        return address


def parse_address(text: str) -> Address:
    """Read `s3://bucket/key` or `https://host/path`.

    Raises:
        InvalidOptionError: It is neither.
    """
    if len(text) <= _MAX_LENGTH:
        if match := _S3.fullmatch(text):
            return Address("s3", match[1], match[2])
        if match := _HTTPS.fullmatch(text):
            return Address("https", match[1].removesuffix(":443"), match[2])
    shown = text[:_MAX_SHOWN]
    reason = f"expected an address like {_EXPECTED}, not {shown!r}."
    raise InvalidOptionError.of("source", shown, _EXPECTED, reason)
