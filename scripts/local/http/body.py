"""The body of an HTTP/1.1 request, read within a limit whatever the client claims (RFC 9112, 6)."""

import re
from email.message import Message
from io import BufferedIOBase

_CHUNK = 1 << 16


class BodyError(Exception):
    """The body is not framed as HTTP/1.1 says; the connection cannot go on."""


class BodyTooLargeError(BodyError):
    """The body is, or says that it will be, over the limit; the rest of it was not read."""


def declared_length(headers: Message) -> int | None:
    """Return the body's length in bytes, None if it comes in chunks.

    A message with two framings, or with a length that is not a plain number, is refused: where
    two readers take it differently, requests can be smuggled.
    """
    lengths = headers.get_all("Content-Length", [])
    codings = headers.get_all("Transfer-Encoding", [])
    if codings:
        if lengths or [coding.strip().lower() for coding in codings] != ["chunked"]:
            raise BodyError("Transfer-Encoding must be chunked, without a Content-Length.")
        return None
    if not lengths:
        return 0
    if len(lengths) > 1 or not (lengths[0].isascii() and lengths[0].isdigit()):
        raise BodyError("Content-Length must be one whole number.")
    return int(lengths[0][:20])


def read_body(headers: Message, stream: BufferedIOBase, limit: int) -> bytes:
    """Read the body that `headers` describe, and return at most `limit` bytes.

    Raises BodyTooLargeError before more than `limit` bytes are held, BodyError when the client
    broke off or the framing is wrong.
    """
    length = declared_length(headers)
    if length is None:
        return _read_chunked(stream, limit)
    if length > limit:
        raise BodyTooLargeError(f"{length} bytes, of {limit} allowed")
    return _read_exactly(stream, length)


def discard_body(stream: BufferedIOBase, at_most: int) -> None:
    """Read on, so that a client that is still sending gets to its answer rather than a reset."""
    while at_most > 0 and (part := stream.read1(_CHUNK)):
        at_most -= len(part)


def _read_chunked(stream: BufferedIOBase, limit: int) -> bytes:
    body = bytearray()
    while size := _chunk_size(stream):
        if len(body) + size > limit:
            raise BodyTooLargeError(f"more than {limit} bytes")
        body += _read_exactly(stream, size)
        if _read_line(stream):
            raise BodyError("A chunk is longer than it said.")
    while _read_line(stream):  # trailers
        pass
    return bytes(body)


def _chunk_size(stream: BufferedIOBase) -> int:
    digits = _read_line(stream).split(b";")[0].strip()
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", digits):
        raise BodyError("A chunk does not say its size.")
    return int(digits, 16)


def _read_line(stream: BufferedIOBase) -> bytes:
    line = stream.readline(4096)
    if not line.endswith(b"\n"):
        raise BodyError("The body broke off.")
    return line.rstrip(b"\r\n")


def _read_exactly(stream: BufferedIOBase, length: int) -> bytes:
    body = stream.read(length)
    if len(body) < length:
        raise BodyError("The body broke off.")
    return body
