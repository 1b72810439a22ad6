"""docker, podman or buildah: whichever is there builds and pushes the image."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.deploy.errors import DeployError
from scripts.deploy.tool import output_of, run

_PLATFORM = "linux/amd64"  # of the functions, whatever this machine is


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
