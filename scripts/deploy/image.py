"""The functions' image: built from lambda_image/, named by a git commit, run by its digest."""

import base64
import os
from typing import Any

from scripts.deploy.builder import find_builder
from scripts.deploy.errors import DeployError
from scripts.deploy.tool import ROOT, output_of, require

_SOURCE = "lambda_image"


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
