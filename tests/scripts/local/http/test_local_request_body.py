import io
from email.message import Message

import pytest

from scripts.local.http.body import BodyError, BodyTooLargeError, read_body


def read(stream: bytes, *headers: tuple[str, str], limit: int = 10) -> bytes:
    message = Message()
    for name, value in headers:
        message[name] = value
    return read_body(message, io.BytesIO(stream), limit)


def test_no_header_is_no_body() -> None:
    assert read(b"GET / HTTP/1.1") == b""


def test_a_length_is_read_to_the_byte() -> None:
    assert read(b"12345 next request", ("Content-Length", "5")) == b"12345"


def test_chunks_are_joined_extensions_and_trailers_skipped() -> None:
    chunks = b"3;name=x\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: y\r\n\r\n"
    assert read(chunks, ("Transfer-Encoding", "chunked"), limit=13) == b"abc0123456789"


@pytest.mark.parametrize(
    ("stream", "header"),
    [
        (b"x" * 11, ("Content-Length", "11")),
        (b"", ("Content-Length", "9" * 30)),
        (b"b\r\n01234567890\r\n0\r\n\r\n", ("Transfer-Encoding", "chunked")),
        (b"ffffffff\r\n", ("Transfer-Encoding", "chunked")),
    ],
)
def test_a_body_over_the_limit_is_refused_unread(stream: bytes, header: tuple[str, str]) -> None:
    with pytest.raises(BodyTooLargeError):
        read(stream, header)


@pytest.mark.parametrize("length", ["-1", "+5", "5, 5", "0x5", " ", "5.0", "\u0665"])
def test_a_length_that_is_no_plain_number_is_refused(length: str) -> None:
    with pytest.raises(BodyError):
        read(b"12345", ("Content-Length", length))


def test_two_framings_are_refused() -> None:
    with pytest.raises(BodyError):
        read(b"0\r\n\r\n", ("Content-Length", "5"), ("Transfer-Encoding", "chunked"))
    with pytest.raises(BodyError):
        read(b"12345", ("Content-Length", "5"), ("Content-Length", "4"))
    with pytest.raises(BodyError):
        read(b"12345", ("Transfer-Encoding", "gzip, chunked"))


@pytest.mark.parametrize(
    "stream", [b"", b"5\r\nab", b"zz\r\n", b"-1\r\n", b"\r\n", b"2\r\nabc\r\n0\r\n\r\n", b"0\r\n"]
)
def test_broken_chunks_are_an_error(stream: bytes) -> None:
    with pytest.raises(BodyError):
        read(stream, ("Transfer-Encoding", "chunked"))


def test_a_body_that_breaks_off_is_an_error() -> None:
    with pytest.raises(BodyError):
        read(b"123", ("Content-Length", "5"))
