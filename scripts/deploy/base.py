"""The base image of the functions' image, pinned by its digest in `lambda_image/base_image`.

A tag moves: without the digest two builds of one commit would differ, and nobody would see it.
"""

import json
import re
import urllib.error
import urllib.request
from pathlib import Path

from scripts.deploy.tool import ROOT, DeployError

FILE = ROOT / "lambda_image" / "base_image"
_NAME = re.compile(r"(?P<host>[^/]+)/(?P<repository>[^:@]+):(?P<tag>[^@]+)(@sha256:[0-9a-f]{64})?")
# One of several platforms (an index), or the only one there is.
_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.v2+json"
)
_TIMEOUT_S = 30


def pinned(file: Path = FILE) -> str:
    """Return the base image as it is pinned: NAME:TAG@sha256:..., or NAME:TAG where nobody has yet."""
    return file.read_text().strip()


def is_pinned(file: Path = FILE) -> bool:
    """Return whether the base image has a digest."""
    return "@sha256:" in pinned(file)


def renew(file: Path = FILE, scheme: str = "https") -> str:
    """Pin the digest that the tag has now, and return the base image.

    Args:
        file: Where it is pinned.
        scheme: Of the registry's addresses.

    Raises:
        DeployError: The registry does not answer with a digest.
    """
    name = _newest(file, scheme)
    file.write_text(f"{name}\n")
    return name


def for_build(file: Path = FILE, scheme: str = "https") -> str:
    """Return the base image to build on: by its digest, unless the registry cannot be asked for it.

    Where nobody has pinned it yet, it is what the tag names now. The image's label states it then, so
    it is known what was built on.

    Args:
        file: Where it is pinned.
        scheme: Of the registry's addresses.
    """
    if is_pinned(file):
        return pinned(file)
    try:
        return _newest(file, scheme)
    except DeployError:  # the builder may have it all the same: by a mirror, or on this disk
        return pinned(file)


def _newest(file: Path, scheme: str) -> str:
    match = _NAME.fullmatch(pinned(file))
    if match is None:
        raise DeployError(f"{file.name} names no image: expected REGISTRY/NAME:TAG.")
    host, repository, tag = match["host"], match["repository"], match["tag"]
    return f"{host}/{repository}:{tag}@{_digest(f'{scheme}://{host}', repository, tag)}"


def _digest(registry: str, repository: str, tag: str) -> str:
    """Return a tag's digest: https://distribution.github.io/distribution/spec/api/#existing-manifests."""
    request = urllib.request.Request(  # noqa: S310 (the registry in our own file)
        f"{registry}/v2/{repository}/manifests/{tag}", headers={"Accept": _MANIFESTS}
    )
    try:
        request.add_header("Authorization", f"Bearer {_anonymous_token(registry, repository)}")
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
            digest = str(answer.headers.get("Docker-Content-Digest", ""))
    except OSError as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it is an answer too, on an open connection
        raise DeployError(
            f"{registry} does not tell the digest of {repository}:{tag}: {error}"
        ) from error
    if not re.fullmatch("sha256:[0-9a-f]{64}", digest):
        raise DeployError(f"{registry} told the digest {digest!r} of {repository}:{tag}.")
    return digest


def _anonymous_token(registry: str, repository: str) -> str:
    """Return the token that AWS's public registry gives to everybody."""
    scope = f"service=public.ecr.aws&scope=repository:{repository}:pull"
    with urllib.request.urlopen(f"{registry}/token/?{scope}", timeout=_TIMEOUT_S) as answer:  # noqa: S310
        return str(json.load(answer)["token"])
