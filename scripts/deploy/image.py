"""The functions' images: built from lambda_image/, named by a git commit, run by their digests."""

import base64
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.deploy import base
from scripts.deploy.tool import ROOT, DeployError, output_of, require, run

_SOURCE = "lambda_image"
_PLATFORM = "linux/amd64"  # of the functions, whatever this machine is


@dataclass(frozen=True)
class Image:
    """One of the images of a commit.

    Attributes:
        target: Of the Dockerfile.
        tag_prefix: Before the commit, in its tag.
        variable: Of the environment, that names an image which was built and pushed elsewhere.
    """

    target: str
    tag_prefix: str
    variable: str

    @property
    def tag(self) -> str:
        """Return the tag of the last commit's image."""
        return f"{self.tag_prefix}{commit()}"

    @property
    def given(self) -> str | None:
        """Return the URI in the environment; "" for scenes if only the other image is there, else None."""
        given = os.environ.get(self.variable)
        return "" if given is None and os.environ.get(API.variable) else given


API = Image("api", "", "IMAGE_URI")
SCENES = Image("scenes", "scenes-", "SCENES_IMAGE_URI")


def build(image: Image = API) -> str:
    """Build an image of this commit, on the pinned base, and return its local tag."""
    tag = f"tesela:{image.tag}"
    base_image = os.environ.get("BASE_IMAGE") or base.for_build()
    find_builder().build(ROOT / _SOURCE, tag, base_image, image.target)
    return tag


def push(ecr: Any, repository: str, image: Image = API) -> str:
    """Have an image of this commit in the repository, built if it is missing, and return its URI."""
    uri = find(ecr, repository, image)
    if not uri and image.given is None:
        destination = f"{_address(ecr, repository)}:{image.tag}"
        find_builder().push(build(image), destination, _password(ecr))
        uri = find(ecr, repository, image)
    return uri


def find(ecr: Any, repository: str, image: Image = API) -> str:
    """Return the URI, by digest, of this commit's image in the repository; "" where there is none."""
    if image.given is not None:
        return image.given
    tag = {"imageTag": image.tag}
    try:
        found = ecr.describe_images(repositoryName=repository, imageIds=[tag])["imageDetails"]
    except (ecr.exceptions.ImageNotFoundException, ecr.exceptions.RepositoryNotFoundException):
        return ""
    return f"{_address(ecr, repository)}@{found[0]['imageDigest']}"


def delete_unused(ecr: Any, repository: str, used: set[str]) -> int:
    """Delete the images whose digest no version of a function runs, and return how many there were."""
    pages = ecr.get_paginator("list_images").paginate(repositoryName=repository)
    digests = {each["imageDigest"] for page in pages for each in page["imageIds"]} - used
    unused = [{"imageDigest": digest} for digest in sorted(digests)]
    for start in range(0, len(unused), 100):  # ECR's limit for one call
        ecr.batch_delete_image(repositoryName=repository, imageIds=unused[start : start + 100])
    return len(unused)


def scan_findings(ecr: Any, repository: str, image_uri: str) -> str:
    """Return what ECR's scan of an image has found, as a line."""
    image_id = {"imageDigest": image_uri.partition("@")[2]}
    try:
        answer = ecr.describe_image_scan_findings(repositoryName=repository, imageId=image_id)
    except (ecr.exceptions.ScanNotFoundException, ecr.exceptions.ImageNotFoundException):
        return "the image was not scanned"
    status = answer["imageScanStatus"]["status"]
    if status != "COMPLETE":
        return f"the scan of the image is not done ({status.lower()}): look again later"
    counts = answer["imageScanFindings"].get("findingSeverityCounts", {})
    grave = {level: counts[level] for level in ("CRITICAL", "HIGH") if counts.get(level)}
    if not grave:
        return "the scan of the image found nothing critical or high"
    found = ", ".join(f"{count} {level}" for level, count in grave.items())
    return f"the scan of the image found {found}: make image FRESH=1 renews the base image"


def commit() -> str:
    """Return the last commit that changed the image: a change of the page alone builds none."""
    require("git", "an image is named by its commit; without git, set IMAGE_URI")
    if output_of(["git", "status", "--porcelain", "--", _SOURCE]):
        raise DeployError(f"Commit what changed in {_SOURCE}/ first: the commit names the image.")
    return output_of(["git", "log", "-1", "--format=%H", "--", _SOURCE]).strip()


def _address(ecr: Any, repository: str) -> str:
    found = ecr.describe_repositories(repositoryNames=[repository])
    return str(found["repositories"][0]["repositoryUri"])


def _password(ecr: Any) -> str:
    """Return the password that ECR takes for twelve hours."""
    token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    return base64.b64decode(token).decode().partition(":")[2]


@dataclass(frozen=True)
class Builder:
    """A program, how to see that it works, and how it builds."""

    program: str
    probes: tuple[tuple[str, ...], ...]
    build_command: tuple[str, ...]

    def works(self) -> bool:
        """Return whether it is installed, and its plugin and service, if it needs them, answer."""
        try:
            return all(
                subprocess.run([self.program, *probe], capture_output=True, check=False).returncode
                == 0
                for probe in self.probes
            )
        except OSError:
            return False

    def build(self, context: Path, tag: str, base_image: str, target: str) -> None:
        """Build a target of the Dockerfile in `context` on a base image."""
        options = [f"--platform={_PLATFORM}", f"--target={target}"]
        options.append(f"--build-arg=BASE_IMAGE={base_image}")
        options.append(f"--label=org.opencontainers.image.base.name={base_image}")
        run([self.program, *self.build_command, *options, f"--tag={tag}", str(context)])

    def push(self, tag: str, destination: str, password: str) -> None:
        """Push what is tagged `tag` to an ECR repository; nothing of the login stays."""
        registry = destination.partition("/")[0]
        run([self.program, "tag", tag, destination])
        # By standard input: a command line is there for every process to read.
        login = [self.program, "login", "--username=AWS", "--password-stdin", registry]
        output_of(login, password)
        try:
            run([self.program, "push", destination])
        finally:
            output_of([self.program, "logout", registry])


# Provenance would make the image an index of manifests, which Lambda does not take. Debian's docker.io
# has no buildx; its own builder makes no provenance.
_INFO = ("info",)
_BUILDERS = (
    Builder(
        "docker",
        (_INFO, ("buildx", "version")),
        ("buildx", "build", "--load", "--provenance=false"),
    ),
    Builder("podman", (_INFO,), ("build",)),
    Builder("buildah", (_INFO,), ("build",)),
    Builder("docker", (_INFO,), ("build",)),
)


def find_builder() -> Builder:
    """Return the first that works.

    Raises:
        DeployError: None does.
    """
    for builder in _BUILDERS:
        if builder.works():
            return builder
    names = ", ".join(dict.fromkeys(builder.program for builder in _BUILDERS))
    raise DeployError(
        f"Nothing to build an image with: install and start one of {names},"
        " or set IMAGE_URI to an image of the stack's repository."
    )
