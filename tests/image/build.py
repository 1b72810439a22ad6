"""The images, built without a registry: the project's Dockerfile on a base of Debian's packages."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TOOLS = ("buildah", "podman", "runc", "mmdebstrap", "readelf")
BASE, IMAGE = "localhost/tesela-test-base", "localhost/tesela-test"
SCENES = f"{IMAGE}-scenes"

WORK = ROOT / "build" / "image"
_PACKAGES = "python3,python3-pip,ca-certificates"
_NOT_NEEDED = ("man", "doc", "locale")
# What the machine's own pip needs, a mirror or a proxy's certificate: seen by a build, not kept by it.
_PIP_NEEDS = ("/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class Size:
    """Compressed, in bytes: the base's layers, and those that are ours."""

    base: int
    ours: int


def build() -> None:
    """Make the base and both images; what did not change since the last time is not made again."""
    WORK.mkdir(parents=True, exist_ok=True)
    _make_root_files(WORK / "rootfs.tar")
    for file in (ROOT / "tests/image/base").iterdir():
        shutil.copy(file, WORK)
    (WORK / "requirements.txt").write_text(_runtime_client())
    _build(WORK, BASE)
    for tag, target in ((IMAGE, "api"), (SCENES, "scenes")):
        _build(ROOT / "lambda_image", tag, f"--build-arg=BASE_IMAGE={BASE}", f"--target={target}")


def described(image: str = IMAGE) -> dict[str, Any]:
    """An image's configuration: user, command, environment."""
    config: dict[str, Any] = json.loads(_run("podman", "image", "inspect", image))[0]["Config"]
    return config


def size(image: str = IMAGE, base: str = BASE) -> Size:
    """As a registry would hold it."""
    below, both = (_compressed(each) for each in (base, image))
    return Size(below, both - below)


@contextmanager
def files(image: str = IMAGE) -> Iterator[Path]:
    """An image's root directory."""
    container = _run("buildah", "from", image).strip()
    try:
        yield Path(_run("buildah", "mount", container).strip())
    finally:
        _run("buildah", "rm", container)


def _make_root_files(tar: Path) -> None:
    if not tar.exists():
        partial = tar.with_suffix(".partial.tar")
        without = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in _NOT_NEEDED]
        variant = ["--quiet", "--mode=root", "--variant=minbase", f"--include={_PACKAGES}"]
        _run("mmdebstrap", *variant, *without, "trixie", str(partial))
        partial.rename(tar)


def _runtime_client() -> str:
    """awslambdaric and what it needs, as `make run` has them locked."""
    lock = (ROOT / "scripts/requirements.txt").read_text()
    names = "awslambdaric|simplejson|snapshot-restore-py"
    return "\n".join(re.findall(rf"(?m)^(?:{names})==.*(?:\n    --hash.*)+", lock))


def _build(context: Path, tag: str, *options: str) -> None:
    seen = [f"--volume={path}:{path}:ro" for path in _PIP_NEEDS if Path(path).exists()]
    # chroot: no runtime, no cgroup; the image is the same.
    how = ["--quiet", "--layers", "--isolation=chroot", "--network=host", *seen]
    _run("buildah", "build", *how, *options, f"--tag={tag}", str(context))


def _compressed(image: str) -> int:
    folder = WORK / "oci"
    shutil.rmtree(folder, ignore_errors=True)
    _run("buildah", "push", "--quiet", image, f"oci:{folder}:image")
    index = json.loads((folder / "index.json").read_text())
    manifest = index["manifests"][0]["digest"].replace(":", "/")
    layers = json.loads((folder / "blobs" / manifest).read_text())["layers"]
    shutil.rmtree(folder)
    return sum(layer["size"] for layer in layers)


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout
