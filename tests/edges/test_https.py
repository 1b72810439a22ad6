"""Files of HTTPS servers in ranges, and all that such a server may do instead."""

import socket
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
from tesela.edges import https
from tesela.edges.https import HttpsSource, Web, check_public
from tesela.errors import (
    InvalidOptionError,
    SourceChangedError,
    SourceRefusedError,
    StorageUnavailableError,
)
from tesela.jobs.sources import Address, Allowed, parse_address

from tests.edges.web import HOST, Files, served

BODY = bytes(range(200)) * 10


@pytest.fixture(scope="module")
def server() -> Iterator[Files]:
    with served("elsewhere.test") as files:
        yield files


@pytest.fixture
def files(server: Files, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setattr(https, "_PAUSE_S", 0)
    server.kept, server.misbehave = {"/a.tif": BODY}, https_usual
    server.requests.clear()
    return server


def https_usual(path: str, headers: dict[str, str]) -> None:
    return None


def address(files: Files, path: str = "/a.tif", host: str = HOST) -> Address:
    return parse_address(f"https://{host}:{files.port}{path}")


def opened(files: Files, path: str = "/a.tif") -> HttpsSource:
    found = files.web.find(address(files, path))
    assert found
    return HttpsSource(files.web, address(files, path), found)


def answers(status: int, body: bytes = b"", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda *_: (status, named, body)


def test_ranges_of_a_file_are_read_on_one_connection(files: Files) -> None:
    source = opened(files)
    assert (source.size, source.version) == (len(BODY), f'"{hash(BODY)}"')
    assert source.read(5, 10) == BODY[5:15]
    assert source.read(len(BODY) - 3, 100) == BODY[-3:]
    assert (source.read(len(BODY), 1), source.read(3, 0)) == (b"", b"")
    _, headers = files.requests[1]
    assert (headers["if-match"], headers["range"]) == (source.version, "bytes=5-14")
    assert headers["accept-encoding"] == "identity"
    assert len(files.web._open) == 1


def test_a_query_is_sent_as_it_is_and_never_shown(files: Files) -> None:
    signed = address(files, "/a.tif?sig=a%2Fb&x=1")
    assert files.web.find(signed)
    assert files.requests[0][0] == "/a.tif?sig=a%2Fb&x=1"
    files.misbehave = answers(403)
    with pytest.raises(
        SourceRefusedError, match=r"answers 403 for .a\.tif.: .*may have expired"
    ) as no:
        files.web.find(signed)
    assert "a%2Fb" not in str(no.value) + str(no.value.values)


def test_a_file_that_is_not_there_is_none(files: Files) -> None:
    assert files.web.find(address(files, "/b.tif")) is None


def test_a_replaced_or_deleted_file_is_noticed_at_the_next_read(files: Files) -> None:
    source = opened(files)
    files.kept["/a.tif"] = BODY[::-1]
    with pytest.raises(SourceChangedError, match=r"a\.tif was changed"):
        source.read(0, 4)
    files.kept.clear()
    with pytest.raises(SourceChangedError):
        source.read(0, 4)


def partial(etag: str = "", modified: str = "", body: bytes = b"0123", total: int = 10) -> Any:
    about = {"ETag": etag, "Last-Modified": modified, "Content-Range": f"bytes 0-3/{total}"}
    return 206, {name: text for name, text in about.items() if text}, body


def test_a_server_that_ignores_conditions_is_compared_with(files: Files) -> None:
    files.misbehave = lambda *_: partial('"1"')
    source = opened(files)
    for changed in (partial('"2"'), partial('"1"', total=11)):
        files.misbehave = lambda *_, answer=changed: answer
        with pytest.raises(SourceChangedError):
            source.read(0, 4)


def test_without_a_strong_etag_the_time_of_the_change_counts(files: Files) -> None:
    moment = "Sat, 28 Nov 2026 10:00:00 GMT"
    files.misbehave = lambda *_: partial('W/"1"', moment)
    assert opened(files).read(0, 4) == b"0123"
    assert files.requests[-1][1]["if-unmodified-since"] == moment
    files.misbehave = lambda *_: partial('W/"1"')
    source = opened(files)
    assert source.read(0, 4) == b"0123"
    files.misbehave = lambda *_: partial('W/"2"')
    with pytest.raises(SourceChangedError):
        source.read(0, 4)


REFUSED = {
    "no ranges": (answers(200, BODY, ETag='"1"'), "source-without-ranges"),
    "no version": (answers(206, b"0123", Content_Range="bytes 0-3/10"), "source-unversioned"),
    "no length": (
        answers(206, b"0123", Content_Range="bytes 0-3/*", ETag='"1"'),
        "source-without-ranges",
    ),
    "compressed": (
        answers(206, b"01", Content_Range="bytes 0-3/10", ETag='"1"', Content_Encoding="gzip"),
        "source-without-ranges",
    ),
    "login": (answers(401), "source-denied"),
    "to another host": (answers(302, Location="https://elsewhere.test/a"), "source-redirected"),
    "to this machine": (answers(302, Location="https://127.0.0.1/a"), "source-redirected"),
    "to plain http": (answers(301, Location=f"http://{HOST}/a.tif"), "source-redirected"),
    "to a file": (answers(302, Location="file:///etc/passwd"), "source-redirected"),
    "to a bucket": (answers(302, Location="s3://bucket/key"), "source-redirected"),
    "nowhere": (answers(302, Location="https://"), "source-redirects"),
    "in circles": (answers(302, Location="/a.tif"), "source-redirects"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_in_ranges_is_refused_by_its_code(files: Files, case: str) -> None:
    files.misbehave, code = REFUSED[case]
    with pytest.raises(SourceRefusedError) as refused:
        files.web.find(address(files))
    assert refused.value.code == code
    assert len(str(refused.value)) < 400


def test_a_redirect_within_the_host_is_followed(files: Files) -> None:
    def moved(path: str, _: dict[str, str]) -> Any:
        return (307, {"Location": "/a.tif"}, b"") if path == "/old.tif" else None

    files.misbehave = moved
    assert opened(files, "/old.tif").read(1, 3) == BODY[1:4]


def test_a_server_that_is_busy_is_asked_again_and_one_without_end_is_unavailable(
    files: Files,
) -> None:
    source, left = opened(files), [503, 429, 500]

    def busy(*_: object) -> Any:
        return (left.pop(), {}, b"") if left else None

    files.misbehave = busy
    assert source.read(0, 2) == BODY[:2]
    files.misbehave = answers(503)
    with pytest.raises(StorageUnavailableError, match="does not answer: 503"):
        source.read(0, 2)


def test_an_answer_that_breaks_off_is_asked_for_again(files: Files) -> None:
    source, left = opened(files), [1]

    def short(*_: object) -> Any:
        about = {"Content-Length": "40", "Connection": "close", "ETag": source.version}
        return (206, about, b"01") if left and left.pop() else None

    files.misbehave = short
    assert source.read(0, 4) == BODY[:4]


def test_a_certificate_of_another_name_is_no_answer(files: Files) -> None:
    web = Web(
        Allowed(hosts=frozenset({f"other.test:{files.port}"})),
        resolve=lambda *_: ["127.0.0.1"],
        check=lambda *_: None,
        context=files.web._tls,
    )
    with pytest.raises(StorageUnavailableError, match="SSLCertVerificationError"):
        web.find(address(files, host="other.test"))


def test_hosts_that_are_not_allowed_are_not_asked(files: Files) -> None:
    for host in ("elsewhere.test", "files.test.evil", "127.0.0.1"):
        with pytest.raises(InvalidOptionError, match="may not be read"):
            files.web.find(address(files, host=host))
    assert files.requests == []


PRIVATE = [
    *("127.0.0.1", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
    *("100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
    *("::1", "::", "fe80::1%eth0", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:169.254.169.254"),
    *("2002:7f00:1::", "64:ff9b::7f00:1", "2001:0:1::1", "ff02::1", "2001:db8::1", "::127.0.0.1"),
]


@pytest.mark.parametrize("found", PRIVATE)
def test_a_name_that_leads_to_no_address_of_the_internet_is_refused(found: str) -> None:
    """Also where only one of several answers is such."""
    web = Web(Allowed(hosts=frozenset({"a.test"})), resolve=lambda *_: ["93.184.216.34", found])
    with pytest.raises(SourceRefusedError, match="no address of the internet"):
        web.find(parse_address("https://a.test/a.tif"))


def test_addresses_of_the_internet_pass() -> None:
    check_public("a.test", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "8.8.8.8"])


def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As the name may lead elsewhere a moment later."""
    answers, went = [["93.184.216.34"], ["127.0.0.1"]], list[Any]()

    def connect(place: Any, *_: object) -> Any:
        went.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(https, "_ATTEMPTS", 1)
    monkeypatch.setattr(socket, "create_connection", connect)
    web = Web(
        Allowed(hosts=frozenset({"a.test"})),
        resolve=lambda *_: answers.pop(0),
        context=ssl.create_default_context(),
    )
    with pytest.raises(StorageUnavailableError):
        web.find(parse_address("https://a.test/a.tif"))
    assert went == [("93.184.216.34", 443)]
    with pytest.raises(SourceRefusedError):
        web.find(parse_address("https://a.test/a.tif"))
    assert len(went) == 1


def test_documents_are_read_up_to_a_limit_and_only_json_objects(files: Files) -> None:
    files.kept = {"/a": b' {"a": 1}', "/b": b"[1]", "/c": b"{" + b" " * 50}
    found = [files.web.document(address(files, path), 40) for path in ("/a", "/b", "/c", "/d")]
    assert found == [b' {"a": 1}', None, None, None]
