"""An image is named by its commit, and found by it."""

import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.deploy import image
from scripts.deploy.tool import ROOT


class MissingError(Exception):
    """As boto3 makes them."""


class Ecr:
    """A repository with these images, by tag."""

    exceptions = SimpleNamespace(
        ImageNotFoundException=MissingError, RepositoryNotFoundException=MissingError
    )

    def __init__(self, images: dict[str, str]) -> None:
        self._images = images

    def describe_images(self, repositoryName: str, imageIds: list[dict[str, str]]) -> Any:  # noqa: N803
        try:
            return {"imageDetails": [{"imageDigest": self._images[imageIds[0]["imageTag"]]}]}
        except KeyError:
            raise MissingError from None

    def describe_repositories(self, repositoryNames: list[str]) -> Any:  # noqa: N803
        return {"repositories": [{"repositoryUri": f"registry.test/{repositoryNames[0]}"}]}


@pytest.fixture
def commit(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("IMAGE_URI", raising=False)
    monkeypatch.delenv("SCENES_IMAGE_URI", raising=False)
    git = ["git", "-C", str(ROOT)]
    if subprocess.run([*git, "rev-parse"], capture_output=True, check=False).returncode:
        pytest.skip("not a git checkout")
    changed = [*git, "status", "--porcelain", "--", "lambda_image"]
    if subprocess.run(changed, capture_output=True, check=True).stdout:
        pytest.skip("lambda_image/ has changes that no commit holds")
    last = [*git, "log", "-1", "--format=%H", "--", "lambda_image"]
    return subprocess.run(last, capture_output=True, text=True, check=True).stdout.strip()


def test_the_image_of_the_last_commit_that_changed_it_is_found_by_digest(commit: str) -> None:
    assert image.find(Ecr({commit: "sha256:12"}), "tesela") == "registry.test/tesela@sha256:12"


def test_an_image_that_nobody_pushed_is_not_found(commit: str) -> None:
    assert image.find(Ecr({}), "tesela") == ""


def test_an_image_that_is_named_needs_no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGE_URI", "registry.test/other@sha256:34")
    assert image.push(Ecr({}), "tesela") == "registry.test/other@sha256:34"


def test_the_image_of_scenes_is_of_the_same_commit_under_a_tag_of_its_own(commit: str) -> None:
    images = Ecr({commit: "sha256:12", f"scenes-{commit}": "sha256:56"})
    assert image.find(images, "tesela", image.SCENES) == "registry.test/tesela@sha256:56"
    assert image.find(Ecr({commit: "sha256:12"}), "tesela", image.SCENES) == ""


def test_an_image_built_elsewhere_alone_means_no_scenes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGE_URI", "registry.test/other@sha256:34")
    monkeypatch.delenv("SCENES_IMAGE_URI", raising=False)
    assert image.push(Ecr({}), "tesela", image.SCENES) == ""
    monkeypatch.setenv("SCENES_IMAGE_URI", "registry.test/other@sha256:78")
    assert image.push(Ecr({}), "tesela", image.SCENES) == "registry.test/other@sha256:78"
