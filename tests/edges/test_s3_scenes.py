"""The ports of a scene on S3 (moto's), with what may go wrong there."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import requests
from botocore.awsrequest import AWSResponse
from hypothesis import given
from hypothesis import strategies as st
from tesela.core.masks import Thresholds
from tesela.edges.s3_scenes import (
    MIN_PART_BYTES,
    S3Source,
    S3Sources,
    S3Store,
    S3Uploads,
    joined_chunks,
)
from tesela.errors import SourceChangedError, SourceRefusedError, StorageUnavailableError
from tesela.jobs.sources import Address
from tesela.scenes.block import process_block
from tesela.scenes.cog import cog
from tesela.scenes.plan import Options, make_plan, planned_scene
from tesela.scenes.seams import join_seams

from scripts.local.stack import LocalStack
from tests.scenes.made import counts, model, processed
from tests.stack import InProcess
from tests.tiffs import placed


@pytest.fixture
def bucket(stack: LocalStack, api: InProcess) -> str:
    return str(stack.environment["TESELA_BUCKET"])


@pytest.fixture
def prefix() -> str:
    return f"tests/{uuid4()}/"


@pytest.fixture
def uploads(bucket: str) -> S3Uploads:
    return S3Uploads(bucket, 60)


def source_of(bucket: str, key: str, body: bytes) -> S3Source:
    """Put an object, and open it."""
    uploads = S3Uploads(bucket, 60)
    uploads._client.put_object(Bucket=bucket, Key=key, Body=body)
    found = uploads.find(key)
    assert found
    return S3Source(bucket, key, found)


class Busy:
    """A response's raw body, as urllib3 gives it."""

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield b"<Error><Code>SlowDown</Code></Error>"

    def close(self) -> None: ...


def let_fail(client: Any, times: int) -> list[str]:
    """Let the next requests of a client be answered 503, without a wait; returns their paths."""
    seen = list[str]()

    def answer(request: Any, **_: object) -> AWSResponse | None:
        seen.append(urlsplit(request.url).path)
        return AWSResponse(request.url, 503, {}, Busy()) if len(seen) <= times else None

    client.meta.events.register("before-send.s3", answer)
    return seen


def test_ranges_of_an_object_are_read(bucket: str, prefix: str) -> None:
    source = source_of(bucket, prefix + "a.tif", b"0123456789")
    assert (source.size, source.read(3, 4), source.read(8, 9)) == (10, b"3456", b"89")
    assert (source.read(10, 1), source.read(3, 0)) == (b"", b"")
    assert source.version.startswith('"')


def test_a_replaced_or_deleted_source_is_noticed_at_the_next_read(bucket: str, prefix: str) -> None:
    key = prefix + "a.tif"
    first = source_of(bucket, key, b"0123456789")
    second = source_of(bucket, key, b"9876543210")
    with pytest.raises(SourceChangedError, match=r"a\.tif was changed"):
        first.read(0, 1)
    assert second.read(0, 1) == b"9"
    second._client.delete_object(Bucket=bucket, Key=key)
    with pytest.raises(SourceChangedError):
        second.read(0, 1)


def test_a_503_is_tried_again_and_one_without_end_is_unavailable_storage(
    bucket: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    source = source_of(bucket, prefix + "a.tif", b"0123456789")
    paths = let_fail(source._client, times=2)
    assert source.read(0, 2) == b"01"
    assert len(paths) == 3
    let_fail(source._client, times=99)
    with pytest.raises(StorageUnavailableError, match="SlowDown"):
        source.read(0, 2)


def test_a_store_keeps_names_below_its_prefix(bucket: str, prefix: str) -> None:
    store = S3Store(bucket, prefix)
    store.put("a/b", b"before")
    store.put("a/b", b"12345")
    assert (store.get("a/b"), store.get("a/c")) == (b"12345", None)
    assert (store.read("a/b", 1, 3), store.read("a/b", 1, 0)) == (b"234", b"")
    assert S3Store(bucket, prefix + "a/").get("b") == b"12345"
    assert store.write("empty", []) == 0
    assert store.get("empty") == b""
    with pytest.raises(StorageUnavailableError, match="NoSuchKey"):
        store.read("missing", 0, 1)


def test_a_long_object_is_written_in_parts(bucket: str, prefix: str) -> None:
    store = S3Store(bucket, prefix, part_bytes=1)  # S3's minimum all the same
    body = bytes(MIN_PART_BYTES) + b"the rest"
    assert store.write("a", [body[:10], body[10:]]) == len(body)
    assert store.get("a") == body
    tag = store._client.head_object(Bucket=bucket, Key=prefix + "a")["ETag"]
    assert tag.endswith('-2"')


def test_an_object_that_cannot_be_finished_leaves_nothing(bucket: str, prefix: str) -> None:
    store = S3Store(bucket, prefix)

    def broken() -> Iterator[bytes]:
        yield bytes(3 * MIN_PART_BYTES)
        yield bytes(MIN_PART_BYTES)
        raise OSError("the scratch disk is gone")

    with pytest.raises(OSError, match="scratch disk"):
        store.write("a", broken())
    assert store.get("a") is None
    begun = store._client.list_multipart_uploads(Bucket=bucket, Prefix=prefix)
    assert begun.get("Uploads", []) == []


@given(st.lists(st.binary(max_size=9), max_size=9), st.integers(1, 7))
def test_chunks_are_joined_without_loss_and_all_pieces_but_the_last_are_equally_long(
    chunks: list[bytes], length: int
) -> None:
    pieces = list(joined_chunks(chunks, length))
    assert b"".join(pieces) == b"".join(chunks)
    assert all(len(piece) == length for piece in pieces[:-1])
    assert all(0 < len(piece) <= length for piece in pieces[-1:])


def put(uploads: S3Uploads, key: str, upload: str, number: int, body: bytes) -> None:
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    url = uploads.part_link(key, upload, number, len(body), digest)
    signed = parse_qs(urlsplit(url).query)["X-Amz-SignedHeaders"][0].split(";")
    assert {"content-length", "x-amz-checksum-sha256"} <= set(signed)  # no other content is taken
    headers = {"x-amz-checksum-sha256": digest}
    assert requests.put(url, body, headers=headers, timeout=10).status_code == 200


def test_an_upload_is_made_of_parts_and_each_url_is_for_one_content(
    uploads: S3Uploads, prefix: str
) -> None:
    key, parts = prefix + "a.tif", [bytes(MIN_PART_BYTES), b"the rest"]
    upload = uploads.begin(key, "image/tiff")
    put(uploads, key, upload, 2, parts[1])
    found = uploads.parts(key, upload)
    assert found
    assert [(part.number, part.size) for part in found] == [(2, 8)]
    assert uploads.find(key) is None
    put(uploads, key, upload, 1, parts[0])
    found = uploads.parts(key, upload)
    assert found
    uploads.complete(key, upload, found)
    uploads.complete(key, upload, found)  # as another request may have done
    kept = uploads.find(key)
    assert kept
    assert kept.size == MIN_PART_BYTES + 8
    assert uploads.parts(key, upload) is None


def test_an_upload_that_was_ended_takes_no_more_parts(uploads: S3Uploads, prefix: str) -> None:
    key = prefix + "a.tif"
    upload = uploads.begin(key, "image/tiff")
    put(uploads, key, upload, 1, b"1")
    uploads.abort(key, upload)
    uploads.abort(key, upload)
    assert uploads.parts(key, upload) is None


def test_a_listing_of_parts_goes_over_its_pages(uploads: S3Uploads, prefix: str) -> None:
    client = uploads._client
    list_some: Callable[..., object] = client.list_parts
    client.list_parts = lambda **about: list_some(MaxParts=2, **about)
    key = prefix + "a.tif"
    upload = uploads.begin(key, "image/tiff")
    for number in (1, 2, 3):
        put(uploads, key, upload, number, bytes(number))
    found = uploads.parts(key, upload)
    assert found
    assert [part.size for part in found] == [1, 2, 3]


def test_a_scene_on_s3_becomes_what_it_becomes_in_memory(bucket: str, prefix: str) -> None:
    thresholds: Thresholds = dict.fromkeys(model().thresholds, 0.55)
    options = Options(thresholds, block_px=64, cog_tile_px=16)
    body = placed(counts(70, 60, 3), tiled=True, blockxsize=32, blockysize=16)
    expected, memory = processed(body, options, model())
    source, store = source_of(bucket, prefix + "a.tif", body), S3Store(bucket, prefix)
    plan = make_plan(source, model(), options)
    for block in plan.blocks():
        process_block(block, plan, planned_scene(plan, source), model(), store)
    join_seams(plan, store)
    assert b"".join(cog("classes", plan, store)) == b"".join(cog("classes", expected, memory))
    for name, kept in memory.kept.items():
        assert store.get(name) == kept, name


def test_a_requester_pays_where_the_order_says_so_and_not_otherwise(
    bucket: str, prefix: str
) -> None:
    S3Uploads(bucket)._client.put_object(Bucket=bucket, Key=prefix + "a.tif", Body=b"0123456789")
    address, sources = Address("s3", bucket, prefix + "a.tif"), S3Sources()
    for paying in (False, True):
        found = sources.find(address, requester_pays=paying)
        assert found
        source = sources.open(address, found, requester_pays=paying)
        assert isinstance(source, S3Source)
        seen = list[Any]()
        source._client.meta.events.register(
            "before-send.s3", lambda request, seen=seen, **_: seen.append(request.headers)
        )
        assert source.read(2, 3) == b"234"
        assert [headers.get("x-amz-request-payer") for headers in seen] == (
            [b"requester"] if paying else [None]
        )


def test_a_bucket_that_refuses_is_named_and_one_that_is_not_there_has_nothing(
    bucket: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError
    from tesela.edges import s3_scenes

    def denied(**_: object) -> None:
        raise ClientError({"Error": {"Code": "403"}}, "HeadObject")

    assert S3Sources().find(Address("s3", "no-such-bucket-here", "a.tif")) is None
    named = s3_scenes._Named(bucket)
    monkeypatch.setattr(named._client, "head_object", denied)
    monkeypatch.setattr(s3_scenes, "_Named", lambda _: named)
    address = Address("s3", bucket, "secret/a.tif")
    with pytest.raises(SourceRefusedError, match="order it with requester_pays") as refused:
        S3Sources().find(address)
    assert refused.value.code == "source-denied"
    with pytest.raises(SourceRefusedError) as refused:
        S3Sources().find(address, requester_pays=True)
    assert "requester_pays" not in str(refused.value)
