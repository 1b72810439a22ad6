from uuid import uuid4

import pytest
from tesela.edges.s3 import S3Objects
from tesela.errors import StorageUnavailableError


@pytest.fixture
def objects(stack, api) -> S3Objects:
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


def test_everything_under_a_prefix_is_deleted_and_nothing_else(
    objects: S3Objects, prefix: str
) -> None:
    for name in ("x/a", "x/b", "y"):
        objects.put(prefix + name, b"", "text/plain")
    assert objects.delete_under(prefix + "x/") == 2
    assert list(objects.keys(prefix, "")) == [prefix + "y"]


def test_keys_go_over_the_pages_of_a_listing(objects: S3Objects, prefix: str) -> None:
    client = objects._client
    list_some = client.list_objects_v2
    client.list_objects_v2 = lambda **about: list_some(MaxKeys=2, **about)
    for name in "abcde":
        objects.put(prefix + name, b"", "text/plain")
    assert len(list(objects.keys(prefix, ""))) == 5


def test_a_link_reads_the_object_without_credentials(objects: S3Objects, prefix: str, http) -> None:
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


def test_a_bucket_that_is_away_is_told(api) -> None:
    with pytest.raises(StorageUnavailableError, match="NoSuchBucket"):
        S3Objects("no-such-bucket", 60).ping()
