"""The functions' image: built from lambda_image/, named by a git commit, run by its digest."""

import base64
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.deploy.tool import ROOT, DeployError, output_of, require, run

_SOURCE = "lambda_image"
_PLATFORM = "linux/amd64"  # of the functions, whatever this machine is


def build() -> str:
    """Build the image of this commit -> its local tag."""
    tag = f"tesela:{_commit()}"
    find_builder().build(ROOT / _SOURCE, tag)
    return tag


def push(ecr: Any, repository: str) -> str:
    """Have the image of this commit in the repository, built where it is not yet -> its URI."""
    uri = find(ecr, repository)
    if not uri:
        find_builder().push(build(), f"{_address(ecr, repository)}:{_commit()}", _password(ecr))
        uri = find(ecr, repository)
    return uri


def find(ecr: Any, repository: str) -> str:
    """-> the URI, by digest, of this commit's image in the repository; "" where there is none.

    IMAGE_URI in the environment names one that was built and pushed elsewhere.
    """
    if given := os.environ.get("IMAGE_URI"):
        return given
    tag = {"imageTag": _commit()}
    try:
        found = ecr.describe_images(repositoryName=repository, imageIds=[tag])["imageDetails"]
    except (ecr.exceptions.ImageNotFoundException, ecr.exceptions.RepositoryNotFoundException):
        return ""
    return f"{_address(ecr, repository)}@{found[0]['imageDigest']}"


def _commit() -> str:
    """-> the last commit that changed the image: a change of the page alone builds none."""
    require("git", "an image is named by its commit; without git, set IMAGE_URI")
    if output_of(["git", "status", "--porcelain", "--", _SOURCE]):
        raise DeployError(f"Commit what changed in {_SOURCE}/ first: the commit names the image.")
    return output_of(["git", "log", "-1", "--format=%H", "--", _SOURCE]).strip()


def _address(ecr: Any, repository: str) -> str:
    found = ecr.describe_repositories(repositoryNames=[repository])
    return str(found["repositories"][0]["repositoryUri"])


def _password(ecr: Any) -> str:
    """-> what ECR takes for a password, for twelve hours."""
    token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    return base64.b64decode(token).decode().partition(":")[2]


@dataclass(frozen=True)
class Builder:
    """A program, how to see that it works, and how it builds."""

    program: str
    probe: tuple[str, ...]
    build_command: tuple[str, ...]

    def works(self) -> bool:
        """-> whether it is installed, and its service, if it needs one, answers."""
        try:
            command = [self.program, *self.probe]
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def build(self, context: Path, tag: str) -> None:
        """Build the Dockerfile in `context`; BASE_IMAGE in the environment replaces AWS's base."""
        base = [f"--build-arg=BASE_IMAGE={name}"] if (name := os.environ.get("BASE_IMAGE")) else []
        platform = f"--platform={_PLATFORM}"
        run([self.program, *self.build_command, platform, *base, f"--tag={tag}", str(context)])

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


# Provenance would make the image an index of manifests, which Lambda does not take.
_BUILDERS = (
    Builder("docker", ("info",), ("buildx", "build", "--load", "--provenance=false")),
    Builder("podman", ("info",), ("build",)),
    Builder("buildah", ("info",), ("build",)),
)


def find_builder() -> Builder:
    """-> the first that works."""
    for builder in _BUILDERS:
        if builder.works():
            return builder
    names = ", ".join(builder.program for builder in _BUILDERS)
    raise DeployError(
        f"Nothing to build an image with: install and start one of {names},"
        " or set IMAGE_URI to an image of the stack's repository."
    )
