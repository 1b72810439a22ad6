"""A whole scene by a running service: uploaded in parts, followed, and downloaded."""

import hashlib
import json
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tesela.core.estimate import M2_PER_KM2
from tesela.core.ranges import read_remote
from tesela.errors import TeselaError

from scripts.process_scene.files import open_files

PART_BYTES = 2**26

_AT_ONCE = 4  # parts
_ATTEMPTS = 4
_TIMEOUT_S = 300
_LOOK_S = 1.0
_PAUSE_S = 0.25  # before the second attempt; then it doubles
_RUNNING = ("uploading", "queued", "processing", "cancelling")

Progress = Callable[[str, int, int], None]
Document = Mapping[str, Any]


class RemoteError(Exception):
    """The service refused something, or does not answer; the message is one line."""


@dataclass(frozen=True, slots=True)
class Service:
    """A running API; no token: an open one."""

    url: str
    token: str = ""

    def call(self, method: str, target: str, body: bytes | None = None) -> Document:
        """Send a request and return the JSON of its answer.

        Raises:
            RemoteError: The service refused it; the message is the service's own.
        """
        with self.open(method, f"{self.url}{target}", body) as answer:
            document: Document = json.loads(answer.read())
            return document

    def open(self, method: str, url: str, body: bytes | None = None) -> Any:
        """Send a request, again while the service is busy, and return its answer to be read.

        The token goes to the service alone, and not along a redirect.

        Raises:
            RemoteError: As `call` says.
        """
        request = urllib.request.Request(url, body, method=method)  # noqa: S310
        if self.token:
            request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        return _opened(request)


def process_remotely(
    service: Service,
    names: Sequence[str],
    out: Path,
    options: Mapping[str, str],
    progress: Progress,
    *,
    part_bytes: int = PART_BYTES,
) -> tuple[Path, Document]:
    """Upload a scene, wait for its end, and download its files; what is there is not sent again.

    Args:
        service: Where.
        names: Of a file, or of eight; or addresses that the service may read.
        out: The folder of the scene's folder.
        options: Of the query.
        progress: Hears of each step.
        part_bytes: Of an upload.

    Returns:
        The folder of the files, and the scene as the service describes it.

    Raises:
        RemoteError: The service refused the scene, or did not finish it.
    """
    scene = _ordered(service, names, options, progress, part_bytes)
    if scene["state"] in ("uploading", "failed", "cancelled"):
        scene = service.call("POST", f"/scenes/{scene['id']}/complete")
    while scene["state"] in _RUNNING:
        _report(scene, progress)
        time.sleep(_LOOK_S)
        scene = service.call("GET", f"/scenes/{scene['id']}")
    if scene["state"] != "done":
        reason = (scene["problem"] or {}).get("detail", "It was cancelled.")
        raise RemoteError(f"The scene is {scene['state']}: {reason}")
    folder = out / str(scene["id"])
    _download(service, scene, folder, progress)
    return folder, scene


def _ordered(
    service: Service,
    names: Sequence[str],
    options: Mapping[str, str],
    progress: Progress,
    part_bytes: int,
) -> Document:
    """Order a scene, and send parts until none is missing."""
    target = f"/scenes?{urllib.parse.urlencode(options)}"
    if any("://" in name for name in names):
        sources = {"sources": list(names)} if len(names) > 1 else {"source": names[0]}
        return service.call("POST", target, json.dumps(sources).encode())
    paths = [Path(name) for name in names]
    order = json.dumps(_order(paths, progress, part_bytes)).encode()
    scene, before = service.call("POST", target, order), 0
    total = sum(-(-path.stat().st_size // part_bytes) for path in paths)
    while upload := scene["upload"]:
        missing = int(upload["missing"])
        if missing == before:
            raise RemoteError(f"{missing} parts were sent and are missing all the same.")
        progress("upload", total - missing, total)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda part: _send(paths[part["file"] - 1], part), upload["parts"]))
        scene, before = service.call("POST", target, order), missing
    return scene


def _order(paths: Sequence[Path], progress: Progress, part_bytes: int) -> dict[str, Any]:
    files = [_summed(path, progress, part_bytes) for path in paths]
    content: dict[str, Any] = files[0] if len(files) == 1 else {"files": files}
    return {"name": paths[0].name, **_area(paths), **content}


def _area(paths: Sequence[Path]) -> dict[str, float]:
    """What the header says, so that a scene that is too large is not sent; the service reads it again."""
    try:
        with open_files(paths, "-") as source:
            area_m2 = read_remote(source).area_m2
    except TeselaError:
        return {}
    return {"area_km2": area_m2 / M2_PER_KM2} if area_m2 else {}


def _summed(path: Path, progress: Progress, part_bytes: int) -> dict[str, Any]:
    size, sums = path.stat().st_size, list[str]()
    with path.open("rb") as file:
        while part := file.read(part_bytes):
            sums.append(hashlib.sha256(part).hexdigest())
            progress("read", len(sums), max(1, -(-size // part_bytes)))
    return {"size": size, "parts": sums}


def _send(path: Path, part: Document) -> None:
    with path.open("rb") as file:
        file.seek(part["start"])
        body = file.read(part["size"])
    request = urllib.request.Request(  # noqa: S310
        part["url"], body, dict(part["headers"]), method="PUT"
    )
    request.add_header("Content-Type", "application/octet-stream")  # else urllib calls it a form
    with _opened(request) as answer:
        answer.read()


def _report(scene: Document, progress: Progress) -> None:
    stage = scene["progress"]
    if stage is None:
        progress(scene["state"], 0, 1)
    elif stage["stage"] == "blocks":
        progress("blocks", stage["blocks_done"], stage["blocks"])
    else:
        progress(stage["stage"], 0, 1)


def _download(service: Service, scene: Document, folder: Path, progress: Progress) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: url for name, url in scene["links"].items() if name != "self"}
    for done, (name, url) in enumerate(sorted(files.items())):
        progress("download", done, len(files))
        partial = folder / f".{Path(name).name}"
        with service.open("GET", url) as answer, partial.open("wb") as file:
            shutil.copyfileobj(answer, file)
        partial.replace(folder / Path(name).name)
    progress("download", len(files), len(files))


def _opened(request: urllib.request.Request) -> Any:
    """Send a request, again where the other side is busy or away."""
    for attempt in range(_ATTEMPTS):
        try:
            return urllib.request.urlopen(request, timeout=_TIMEOUT_S)  # noqa: S310
        except urllib.error.HTTPError as error:
            with error:
                if error.code < HTTPStatus.INTERNAL_SERVER_ERROR or attempt == _ATTEMPTS - 1:
                    raise RemoteError(_reason(error)) from error
        except OSError as error:
            if attempt == _ATTEMPTS - 1:
                host = urllib.parse.urlsplit(request.full_url).netloc
                raise RemoteError(f"{host} does not answer: {error}") from error
        time.sleep(_PAUSE_S * 2**attempt)
    raise AssertionError  # the last attempt returns or raises


def _reason(error: urllib.error.HTTPError) -> str:
    body = error.read().decode("utf-8", "replace")
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        host = urllib.parse.urlsplit(error.url).netloc
        return f"{host} answered {error.code}: {body[:200]}"
