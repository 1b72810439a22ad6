"""Scenes that lie in S3 already: which buckets may be named, and how."""

import re

from tesela.errors import InvalidOptionError

# A bucket's name as AWS allows it, and a key without control characters.
_SOURCE = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/([^\x00-\x1f\x7f]{1,1024})")


def read_source(text: str, allowed: frozenset[str]) -> tuple[str, str]:
    """Return bucket and key of `s3://bucket/key`.

    Raises:
        InvalidOptionError: It is no such address, or the bucket is not one of the allowed.
    """
    match = _SOURCE.fullmatch(text)
    if match is None:
        reason = f"expected an address like s3://bucket/key, not {text[:100]!r}."
        raise InvalidOptionError.of("source", text[:100], "s3://bucket/key", reason)
    if match[1] not in allowed:
        named = ", ".join(sorted(allowed)) or "none"
        reason = f"the bucket {match[1]!r} may not be read; allowed are: {named}."
        raise InvalidOptionError.of("source", match[1], sorted(allowed), reason)
    return match[1], match[2]


def split_source(source: str) -> tuple[str, str]:
    """Return bucket and key of an address that `read_source` has accepted."""
    bucket, _, key = source.removeprefix("s3://").partition("/")
    return bucket, key
