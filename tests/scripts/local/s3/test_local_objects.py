import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.utils import utcnow
from moto.s3.models import S3Backend
from tesela import layout
from tesela.jobs import archive as jobs
from werkzeug.test import create_environ

from scripts.local.s3.large_objects import LargeObjects
from scripts.local.s3.moto_server import _EXPIRY
from scripts.local.s3.server import Objects
from scripts.local.stack import ROOT

KEY = "predictions/a b/áé/scores"


@pytest.fixture(scope="module")
def objects(data_dir: Path) -> Iterator[Objects]:
    server = Objects(data_dir, data_dir / "logs")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def s3(objects: Objects) -> Iterator[Any]:
    client = objects.client()
    yield client
    for item in client.list_objects_v2(Bucket=objects.bucket).get("Contents", []):
        client.delete_object(Bucket=objects.bucket, Key=item["Key"])
    client.close()


def test_an_object_survives_a_kill_with_all_that_is_known_of_it(objects: Objects, s3: Any) -> None:
    s3.put_object(
        Bucket=objects.bucket,
        Key=KEY,
        Body=b"\x1f\x8b\nbytes\n",
        ContentType="application/octet-stream",
        ContentEncoding="gzip",
        CacheControl="max-age=60",
        Metadata={"sha_256": "ab"},
    )
    before = s3.head_object(Bucket=objects.bucket, Key=KEY)
    objects.kill()
    objects.start()
    after = s3.get_object(Bucket=objects.bucket, Key=KEY)
    assert after["Body"].read() == b"\x1f\x8b\nbytes\n"
    for name in ("ContentType", "ContentEncoding", "CacheControl", "ETag", "LastModified"):
        assert after[name] == before[name]
    assert after["Metadata"] == {"sha_256": "ab"}


def test_a_new_version_replaces_the_old_one(objects: Objects, s3: Any) -> None:
    for body in (b"one", b"two"):
        s3.put_object(Bucket=objects.bucket, Key=KEY, Body=body)
    objects.kill()
    objects.start()
    assert s3.get_object(Bucket=objects.bucket, Key=KEY)["Body"].read() == b"two"


def test_deleted_objects_stay_deleted(objects: Objects, s3: Any) -> None:
    for key in ("one", "many", "kept"):
        s3.put_object(Bucket=objects.bucket, Key=key, Body=b"")
    s3.delete_object(Bucket=objects.bucket, Key="one")
    s3.delete_objects(Bucket=objects.bucket, Delete={"Objects": [{"Key": "many"}]})
    objects.kill()
    objects.start()
    listing = s3.list_objects_v2(Bucket=objects.bucket)["Contents"]
    assert [item["Key"] for item in listing] == ["kept"]


def test_an_upload_in_parts_and_a_key_too_long_for_a_file_name_are_kept(
    objects: Objects, s3: Any
) -> None:
    long_key = "long/" + "k" * 900
    upload = s3.create_multipart_upload(Bucket=objects.bucket, Key=long_key)["UploadId"]
    where = {"Bucket": objects.bucket, "Key": long_key, "UploadId": upload}
    part = s3.upload_part(**where, PartNumber=1, Body=b"part")
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    objects.kill()
    objects.start()
    assert s3.get_object(Bucket=objects.bucket, Key=long_key)["Body"].read() == b"part"


def test_an_upload_that_is_completed_again_before_the_answer_comes_keeps_its_parts(
    objects: Objects, s3: Any
) -> None:
    """As clients do that wait less than S3 takes: one request makes the object, the others find it made."""
    upload = s3.create_multipart_upload(Bucket=objects.bucket, Key=KEY)["UploadId"]
    where = {"Bucket": objects.bucket, "Key": KEY, "UploadId": upload}
    bodies = b"a" * 5 * 2**20, b"b"
    tags = [
        s3.upload_part(**where, PartNumber=number, Body=body)["ETag"]
        for number, body in enumerate(bodies, 1)
    ]
    parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]

    def complete(_: int) -> str:
        try:
            s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "made"

    with ThreadPoolExecutor(3) as pool:
        answers = [*pool.map(complete, range(3)), complete(3)]
    assert sorted(answers) == ["NoSuchUpload"] * 3 + ["made"]
    assert s3.get_object(Bucket=objects.bucket, Key=KEY)["Body"].read() == b"".join(bodies)


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [("bytes=3-5", 3, 6), ("bytes=3-", 3, 10), ("bytes=-4", 6, 10), ("bytes=8-99", 8, 10)],
)
def test_a_range_is_read_alone(
    objects: Objects, s3: Any, wanted: str, start: int, stop: int
) -> None:
    tag = s3.put_object(Bucket=objects.bucket, Key=KEY, Body=b"0123456789")["ETag"]
    part = s3.get_object(Bucket=objects.bucket, Key=KEY, Range=wanted, IfMatch=tag)
    assert part["Body"].read() == b"0123456789"[start:stop]
    assert part["ContentRange"] == f"bytes {start}-{stop - 1}/10"
    assert (part["ContentLength"], part["ETag"]) == (stop - start, tag)


def test_a_range_of_another_version_or_beyond_the_end_or_of_nothing_is_refused(
    objects: Objects, s3: Any
) -> None:
    s3.put_object(Bucket=objects.bucket, Key=KEY, Body=b"0123456789")
    for key, wanted, condition, code in (
        (KEY, "bytes=3-5", {"IfMatch": '"other"'}, "PreconditionFailed"),
        (KEY, "bytes=10-12", {}, "InvalidRange"),
        ("missing", "bytes=3-5", {}, "NoSuchKey"),
    ):
        with pytest.raises(ClientError, match=code):
            s3.get_object(Bucket=objects.bucket, Key=key, Range=wanted, **condition)


def test_a_range_of_an_upload_in_parts_is_not_held_against_the_sums_of_its_parts(
    objects: Objects, s3: Any
) -> None:
    upload = s3.create_multipart_upload(Bucket=objects.bucket, Key=KEY, ChecksumAlgorithm="SHA256")[
        "UploadId"
    ]
    where = {"Bucket": objects.bucket, "Key": KEY, "UploadId": upload}
    part = s3.upload_part(**where, PartNumber=1, Body=b"0123456789", ChecksumAlgorithm="SHA256")
    parts = [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}]
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    for wanted in ("bytes=0-99", "bytes=0-3"):
        body = s3.get_object(Bucket=objects.bucket, Key=KEY, Range=wanted)["Body"].read()
        assert b"0123456789".startswith(body)


def test_moto_does_not_read_an_object_for_a_part_of_it() -> None:
    """Else the plan of a gigabyte, which looks at 128 places, takes minutes."""
    backend, asked = S3Backend("us-east-1", "123456789012"), list[str]()
    backend.create_bucket("files", "us-east-1")
    backend.put_object("files", "á b", b"0123456789")

    def moto(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        asked.append(environ["REQUEST_METHOD"])
        start_response("206 PARTIAL CONTENT", [("content-range", "bytes 3-5/10")])
        return [b""]

    request = create_environ("/files/á b", headers={"Range": "bytes=3-5"})
    answer = LargeObjects(backend).wrap(moto)(request, lambda *_: None)
    assert (asked, b"".join(answer)) == (["HEAD"], b"345")


def test_a_half_written_file_is_not_an_object(objects: Objects, s3: Any, data_dir: Path) -> None:
    s3.put_object(Bucket=objects.bucket, Key="whole", Body=b"1")
    objects.kill()
    (data_dir / "s3" / objects.bucket / "half.partial").write_bytes(b'{"key": "ha')
    objects.start()
    assert s3.list_objects_v2(Bucket=objects.bucket)["KeyCount"] == 1


def test_a_presigned_url_answers_a_page_of_any_origin(objects: Objects, s3: Any) -> None:
    s3.put_object(Bucket=objects.bucket, Key=KEY, Body=b"bytes")
    where = {"Bucket": objects.bucket, "Key": KEY}
    url = s3.generate_presigned_url("get_object", Params=where, ExpiresIn=60)
    # What a browser sends after a redirect from the function URL to S3.
    request = urllib.request.Request(url, headers={"Origin": "null"})
    with urllib.request.urlopen(request) as answer:
        assert answer.read() == b"bytes"
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", "null")


def test_a_missing_key_is_not_found(objects: Objects, s3: Any) -> None:
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=objects.bucket, Key="missing")


def test_exports_and_uploads_expire_after_a_day_and_predictions_do_not(
    objects: Objects, s3: Any, data_dir: Path
) -> None:
    for key in ("exports/a", "uploads/a", "exports/new", "predictions/a", "scene-work/a"):
        s3.put_object(Bucket=objects.bucket, Key=key, Body=b"1")
    objects.kill()
    for file in (data_dir / "s3" / objects.bucket).glob("*a.object"):
        head, _, body = file.read_bytes().partition(b"\n")
        yesterday = utcnow() - timedelta(days=1, seconds=1)
        about = json.loads(head) | {"last_modified": yesterday.isoformat()}
        file.write_bytes(json.dumps(about).encode() + b"\n" + body)
    objects.start()
    deadline = time.monotonic() + 10
    expected = ["exports/new", "predictions/a", "scene-work/a"]  # that one after a week
    while keys(objects, s3) != expected:
        assert time.monotonic() < deadline, keys(objects, s3)
        time.sleep(0.05)
    objects.kill()
    objects.start()
    assert keys(objects, s3) == expected


def keys(objects: Objects, s3: Any) -> list[str]:
    listing = s3.list_objects_v2(Bucket=objects.bucket).get("Contents", [])
    return [item["Key"] for item in listing]


def test_what_expires_on_aws_expires_here() -> None:
    rules = (ROOT / "terraform" / "s3.tf").read_text("utf-8")
    assert sorted(re.findall(r'prefix = "([\w-]+/)"', rules)) == sorted(_EXPIRY)
    ours = {layout.EXPORTS, layout.UPLOADS, jobs.WORK, jobs.EVENTS}
    assert ours == set(_EXPIRY)
    days = [str(_EXPIRY[prefix].days) for prefix in re.findall(r'prefix = "([\w-]+/)"', rules)]
    assert re.findall(r"expiration \{\s+days = (\d+)", rules) == days
