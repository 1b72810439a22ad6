"""The machine that deploys: programs, disk, whether the commit names the image."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator

from scripts.deploy import base, image
from scripts.deploy.doctor.finding import Finding
from scripts.deploy.tool import ROOT, DeployError

_MIN_TERRAFORM = (1, 11)
_MIN_FREE_GB = 5  # base image, layers and the pushed copy


def check_terraform() -> Iterator[Finding]:
    """Terraform is new enough for the lock of a state in S3."""
    text = _printed("terraform", "version")
    found = re.search(r"v(\d+)\.(\d+)", text)
    if found is None:
        yield Finding(
            "Terraform is not installed",
            "install 1.11 or later: https://developer.hashicorp.com/terraform/install",
        )
    elif (int(found[1]), int(found[2])) < _MIN_TERRAFORM:
        yield Finding(
            f"Terraform is {found[0]}, and 1.11 or later is needed", "install a newer one"
        )


def check_builder() -> Iterator[Finding]:
    """Something can build the image, unless one is named."""
    if os.environ.get("IMAGE_URI"):
        return
    try:
        image.find_builder()
    except DeployError as error:
        problem, _, remedy = str(error).partition(": ")
        yield Finding(problem, remedy)


def check_commit() -> Iterator[Finding]:
    """The image can be named by its commit."""
    if os.environ.get("IMAGE_URI"):
        return
    try:
        image.commit()
    except DeployError as error:
        yield Finding(
            str(error), "commit it, or set IMAGE_URI to an image of the stack's repository"
        )


def check_base_image() -> Iterator[Finding]:
    """The base image is pinned."""
    if not base.is_pinned():
        yield Finding(
            f"The base image {base.pinned()} has no digest, so nobody knows what is built on",
            "run make image FRESH=1 and commit lambda_image/base_image",
            stops=False,
        )


def check_disk() -> Iterator[Finding]:
    """There is room for the image."""
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < _MIN_FREE_GB:
        yield Finding(
            f"The disk has {free:.1f} GB free, and an image takes up to {_MIN_FREE_GB}",
            "make room, for instance by docker system prune",
        )


def _printed(*command: str) -> str:
    """Return what a program prints, "" where it is not installed."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


CHECKS = (check_terraform, check_builder, check_commit, check_base_image, check_disk)
