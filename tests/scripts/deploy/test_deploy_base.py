"""The base image's digest is asked of its registry, and kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from scripts.deploy import base
from scripts.deploy.tool import DeployError
from scripts.local.http.server import Connection, HttpServer

DIGEST = "sha256:" + 64 * "a"


class Registry(HttpServer):
    """Answers a token, then the digest of one tag to whoever has it."""

    def __init__(self) -> None:
        super().__init__(0, _RegistryConnection)
        self.digest = DIGEST


class _RegistryConnection(Connection):
    server: Registry

    def answer(self, body: bytes) -> None:
        if self.path.startswith("/token/"):
            self.reply(200, json.dumps({"token": "anybody"}).encode())
        elif self.path != "/v2/lambda/python/manifests/3.13":
            self.reply(404, b"")
        elif self.headers["Authorization"] != "Bearer anybody":
            self.reply(401, b"")
        else:
            assert "image.index" in self.headers["Accept"]
            self.reply(200, b"{}", [("Docker-Content-Digest", self.server.digest)])


@pytest.fixture
def registry() -> Iterator[Registry]:
    registry = Registry()
    registry.start()
    yield registry
    registry.stop()


def pin(folder: Path, registry: Registry, name: str) -> Path:
    file = folder / "base_image"
    file.write_text(f"{registry.url.removeprefix('http://')}/{name}\n")
    return file


def test_the_digest_that_a_tag_has_now_is_pinned(tmp_path: Path, registry: Registry) -> None:
    file = pin(tmp_path, registry, "lambda/python:3.13")
    assert not base.is_pinned(file)
    before = base.pinned(file)
    assert base.renew(file, "http") == f"{before}@{DIGEST}"
    assert base.is_pinned(file)
    registry.digest = "sha256:" + 64 * "b"
    assert base.renew(file, "http") == f"{before}@{registry.digest}"


def test_an_image_is_built_on_a_digest_also_where_nobody_has_pinned_it(
    tmp_path: Path, registry: Registry
) -> None:
    file = pin(tmp_path, registry, "lambda/python:3.13")
    before = base.pinned(file)
    assert base.for_build(file, "http") == f"{before}@{DIGEST}"
    assert base.pinned(file) == before  # what is committed changes by renew alone
    base.renew(file, "http")
    registry.digest = "sha256:" + 64 * "b"
    assert base.for_build(file, "http") == f"{before}@{DIGEST}"


def test_where_the_registry_does_not_answer_the_tag_is_built_on(tmp_path: Path) -> None:
    file = tmp_path / "base_image"
    file.write_text("127.0.0.1:9/lambda/python:3.13\n")
    assert base.for_build(file, "http") == "127.0.0.1:9/lambda/python:3.13"


def test_a_tag_that_there_is_not_is_one_line(tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(
        DeployError, match=r"does not tell the digest of lambda/python:2.7"
    ) as refused:
        base.renew(pin(tmp_path, registry, "lambda/python:2.7"), "http")
    assert isinstance(refused.value.__cause__, HTTPError)
    assert refused.value.__cause__.closed  # else its connection stays open


def test_an_answer_that_is_no_digest_is_not_kept(tmp_path: Path, registry: Registry) -> None:
    registry.digest = "latest"
    file = pin(tmp_path, registry, "lambda/python:3.13")
    with pytest.raises(DeployError, match="told the digest 'latest'"):
        base.renew(file, "http")
    assert not base.is_pinned(file)


def test_ours_is_aws_s_base_for_python() -> None:
    assert base.pinned().startswith("public.ecr.aws/lambda/python:3.13")
    dockerfile = (base.FILE.parent / "Dockerfile").read_text()
    assert f"ARG BASE_IMAGE={base.pinned().partition('@')[0]}\n" in dockerfile
