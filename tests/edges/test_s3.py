import http.client
import socket
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import urllib3.exceptions
from botocore.exceptions import (
    ClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.session import get_session
from tesela.edges import s3, s3_bucket
from tesela.edges.s3 import S3Objects
from tesela.errors import StorageUnavailableError

from scripts.local.stack import LocalStack
from tests.stack import InProcess, OverHttp


@pytest.fixture
def objects(stack: LocalStack, api: InProcess) -> S3Objects:
    return S3Objects(stack.environment["TESELA_BUCKET"], 60)


@pytest.fixture
def prefix() -> str:
    return f"tests/{uuid4()}/"


def test_an_object_comes_back_and_a_missing_one_is_none(objects: S3Objects, prefix: str) -> None:
    objects.put(prefix + "a", b"\0\1", "image/tiff")
    assert objects.get(prefix + "a") == b"\0\1"
    assert objects.get(prefix + "b") is None


def test_only_the_first_of_two_new_objects_is_written(objects: S3Objects, prefix: str) -> None:
    assert objects.put_new(prefix + "a", b"1", "text/plain")
    assert not objects.put_new(prefix + "a", b"2", "text/plain")
    assert objects.get(prefix + "a") == b"1"


def test_an_object_is_replaced_only_while_it_is_the_one_that_was_read(
    objects: S3Objects, prefix: str
) -> None:
    assert objects.get_tagged(prefix + "a") is None
    objects.put(prefix + "a", b"1", "text/plain")
    read = objects.get_tagged(prefix + "a")
    assert read is not None
    assert read[0] == b"1"
    assert objects.replace(prefix + "a", b"2", "text/plain", read[1])
    assert not objects.replace(prefix + "a", b"3", "text/plain", read[1])
    assert objects.get(prefix + "a") == b"2"
    objects.delete([prefix + "a"])
    assert not objects.replace(prefix + "a", b"4", "text/plain", read[1])
    assert objects.get(prefix + "a") is None


def test_a_link_may_name_the_file_that_it_leads_to(objects: S3Objects, prefix: str) -> None:
    objects.put(prefix + "a", b"1", "text/plain")
    link = objects.link(prefix + "a", disposition='inline; filename="b.txt"')
    with urllib.request.urlopen(link) as answer:
        assert answer.headers["Content-Disposition"] == 'inline; filename="b.txt"'


def keys(objects: S3Objects, prefix: str) -> list[str]:
    return [stored.key.removeprefix(prefix) for stored in objects.listed(prefix)]


def test_named_objects_are_deleted_and_no_other(
    objects: S3Objects, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "_MAX_KEYS", 2)
    for name in "abcde":
        objects.put(prefix + name, b"", "text/plain")
    objects.delete([prefix + name for name in ("a", "b", "missing", "d", "e")])
    assert keys(objects, prefix) == ["c"]


def test_a_listing_goes_over_its_pages_with_the_time_of_each_object(
    objects: S3Objects, prefix: str
) -> None:
    client = objects._client
    list_some = client.list_objects_v2
    client.list_objects_v2 = lambda **about: list_some(MaxKeys=2, **about)
    for name in "ebcda":
        objects.put(prefix + name, b"", "text/plain")
    assert keys(objects, prefix) == list("abcde")
    age = datetime.now(UTC) - next(objects.listed(prefix)).modified
    assert timedelta(seconds=-2) < age < timedelta(minutes=1)


def conflict() -> ClientError:
    answer = {"Error": {"Code": "ConditionalRequestConflict"}}
    return ClientError(answer, "PutObject")


def test_a_conflict_of_conditional_writes_is_tried_again_until_one_is_first(
    objects: S3Objects, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "_CONFLICT_WAITS_S", (0, 0))
    put, conflicts = objects._client.put_object, iter([conflict()])

    def put_after_a_conflict(**about: object) -> object:
        for error in conflicts:
            raise error
        return put(**about)

    objects._client.put_object = put_after_a_conflict
    assert objects.put_new(prefix + "a", b"1", "text/plain")
    assert objects.get(prefix + "a") == b"1"


def test_conflicts_without_end_are_reported_as_unavailable(
    objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "_CONFLICT_WAITS_S", (0, 0))

    def put(**about: object) -> object:
        raise conflict()

    objects._client.put_object = put
    with pytest.raises(StorageUnavailableError, match="ConditionalRequestConflict"):
        objects.put_new("a", b"1", "text/plain")


class Body:
    """A body that breaks off."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def read(self) -> bytes:
        raise self._error


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://s3.test"),
        ResponseStreamingError(error="connection broken"),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
        urllib3.exceptions.ProtocolError("broken"),
        http.client.IncompleteRead(b"1"),
        ConnectionResetError(),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_body_that_breaks_off_is_unavailable_storage(
    objects: S3Objects, error: Exception
) -> None:
    objects._client.get_object = lambda **about: {"Body": Body(error)}
    with pytest.raises(StorageUnavailableError, match=type(error).__name__):
        objects.get("a")


def test_a_server_that_closes_in_the_middle_of_a_body_is_unavailable_storage(
    objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a socket: whatever botocore makes of it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(StorageUnavailableError):
            S3Objects("bucket", 60).get("a")
        thread.join()


def test_a_body_is_sent_without_asking_for_leave(
    objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`Expect: 100-continue` would cost every PUT another round trip."""
    heads: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")

        def answer() -> None:
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as sent:
                heads.extend(iter(sent.readline, b"\r\n"))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        S3Objects("bucket", 60).put("a", b"1" * 100_000, "image/tiff")
        thread.join()
    assert b"Content-Length: 100000\r\n" in heads
    assert not [head for head in heads if head.lower().startswith(b"expect")]


def test_a_connection_is_kept_for_the_next_object(
    objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")

        def answer() -> None:
            connection, _ = server.accept()  # once: another connection would get no answer
            with connection, connection.makefile("rb") as sent:
                for _ in range(2):
                    head = list(iter(sent.readline, b"\r\n"))
                    assert sent.read(1), head
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        kept = S3Objects("bucket", 60)
        for key in "ab":
            kept.put(key, b"1", "image/tiff")
        thread.join()


def test_links_without_credentials_are_unavailable_storage(
    objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(s3_bucket, "session", get_session)  # the kept one remembers them
    with pytest.raises(StorageUnavailableError, match="NoCredentialsError"):
        S3Objects("bucket", 60).link("a")


def test_a_link_reads_the_object_without_credentials(
    objects: S3Objects, prefix: str, http: OverHttp
) -> None:
    objects.put(prefix + "a", b"seen", "text/plain")
    reply = http("GET", objects.link(prefix + "a"))
    assert (reply.status, reply.body) == (200, b"seen")


@pytest.mark.parametrize("region", ["us-east-1", "sa-east-1"])
def test_links_name_the_bucket_and_its_region_which_the_page_s_policy_admits(
    monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    objects = S3Objects("results", 60)
    for link in (objects.link("a"), objects.upload_link("b", 1, "image/tiff")):
        assert link.startswith(f"https://results.s3.{region}.amazonaws.com/")


def test_a_bucket_that_is_away_is_told(api: InProcess) -> None:
    with pytest.raises(StorageUnavailableError, match="NoSuchBucket"):
        S3Objects("no-such-bucket", 60).ping()


def test_threads_that_call_first_make_one_client_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at once find a session half set up."""
    making, most, made = 0, 0, list[object]()

    def make() -> object:
        nonlocal making, most
        making += 1
        most = max(most, making)
        time.sleep(0.01)  # lets another thread in, if it can come in
        making -= 1
        made.append(object())
        return made[-1]

    monkeypatch.setattr(s3_bucket, "_make_client", make)
    stores = [S3Objects("one"), S3Objects("two")]
    with ThreadPoolExecutor(8) as pool:
        clients = set(pool.map(lambda number: stores[number % 2]._client, range(32)))
    assert (most, clients) == (1, set(made))
    assert len(made) == len(stores)


def test_a_conflict_that_no_retry_awaits_is_an_unavailable_store(
    objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put(**about: object) -> object:
        raise conflict()

    monkeypatch.setattr(objects._client, "put_object", put)
    with pytest.raises(StorageUnavailableError):
        objects.put("a", b"", "text/plain")
