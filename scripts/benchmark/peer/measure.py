"""The service beside the peer, on the same images, the same database and the same S3, in turn."""

import json
import os
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tesela.catalogue import CLASSES
from tesela.core.interpreter import Int8Interpreter

from scripts.benchmark.engines.convert import WEIGHTS
from scripts.benchmark.engines.peers import PYTHON, converted
from scripts.benchmark.images import scenes
from scripts.local.process.port import free_port
from scripts.local.stack import LocalStack

IMAGES = 40
_START_S = 60


@dataclass
class Measured:
    """Milliseconds of each request, as the client sees it, and how many features all answers had."""

    times_ms: list[float] = field(default_factory=list)
    features: int = 0

    def post(self, url: str, image: bytes) -> None:
        """Ask for GeoJSON of an image."""
        request = urllib.request.Request(  # noqa: S310
            f"{url}/predictions", image, {"Accept": "application/geo+json"}
        )
        began = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            document = json.load(answer)
        self.times_ms.append((time.perf_counter() - began) * 1000)
        self.features += len(document["features"])


def measure() -> tuple[Measured, Measured]:
    """The service with one worker, and the peer with one process, on new images of one tile.

    Raises:
        SkippedError: The benchmark's own environment is not here.
    """
    weights, ours, theirs = converted() / "float.onnx", Measured(), Measured()
    first, *images = scenes(IMAGES + 1)
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalStack(Path(folder) / "data", workers=1) as stack,
        _running(stack, weights) as url,
    ):
        for address in (stack.api_url, url):
            Measured().post(address, first)
        for image in images:
            ours.post(stack.api_url, image)
            theirs.post(url, image)
    return ours, theirs


@contextmanager
def _running(stack: LocalStack, weights: Path) -> Iterator[str]:
    port = free_port()
    command = [str(PYTHON), "-m", "uvicorn", "app:app", "--port", str(port), "--no-access-log"]
    process = subprocess.Popen(
        command, cwd=Path(__file__).parent, env=_environment(stack, weights), stderr=subprocess.PIPE
    )
    try:
        _wait_until_up(process, f"http://127.0.0.1:{port}/openapi.json")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate()


def _wait_until_up(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310
            return
        time.sleep(0.1)
    process.kill()
    _, errors = process.communicate()
    raise RuntimeError(f"The peer does not start: {errors.decode()[-2000:]}")


def _environment(stack: LocalStack, weights: Path) -> dict[str, str]:
    settings = stack.environment
    interpreter = Int8Interpreter(WEIGHTS)
    return {
        "PATH": os.environ["PATH"],
        "BUCKET": settings["TESELA_BUCKET"],
        "DATABASE_URL": settings["DATABASE_URL"],
        "LEAST_M2": json.dumps([entry.least_area_m2 for entry in CLASSES]),
        "MODEL": str(WEIGHTS.parent / "model.json"),
        "S3_KEY": settings["AWS_ACCESS_KEY_ID"],
        "S3_SECRET": settings["AWS_SECRET_ACCESS_KEY"],
        "S3_URL": settings["AWS_ENDPOINT_URL"],
        "SCALE": str(interpreter._scale),
        "WEIGHTS": str(weights),
        "ZERO_POINT": str(interpreter._zero_point),
    }
