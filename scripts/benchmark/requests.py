"""Time of whole requests against the running stack: warm ones by part, and a fresh worker's first."""

import json
import re
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path

from scripts.benchmark.images import scenes
from scripts.local.stack import LocalStack

_WARM_REQUESTS = 100
_FRESH_WORKERS = 5
_PART = re.compile(r"(\w+);dur=([\d.]+)")


Times = dict[str, list[float]]


def measure() -> Times:
    """Milliseconds by part of the warm requests, `request` as the client sees it, and `fresh`."""
    first, *images = scenes(_WARM_REQUESTS + _FRESH_WORKERS + 1)
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalStack(Path(folder) / "data", workers=1) as stack,
    ):
        post(stack.api_url, first)
        times = timed(stack.api_url, images[:_WARM_REQUESTS])
        times["fresh"] = [_fresh(stack, image) for image in images[_WARM_REQUESTS:]]
    return times


def timed(url: str, images: list[bytes]) -> Times:
    """Milliseconds by part of a request for each image, and `request` as the client sees it."""
    times: Times = {}
    for image in images:
        spent_ms, parts = post(url, image)
        for part, value in {"request": spent_ms, **parts}.items():
            times.setdefault(part, []).append(value)
    return times


def _fresh(stack: LocalStack, image: bytes) -> float:
    """From the death of the only worker to the answer that its successor gives."""
    dead = stack.workers[0]
    start = time.perf_counter()
    dead.kill()
    while dead in stack.workers:  # a request handed to it now would end with it
        time.sleep(0.001)
    post(stack.api_url, image)
    return (time.perf_counter() - start) * 1000


def post(url: str, image: bytes) -> tuple[float, dict[str, float]]:
    """Milliseconds that the client waits for an answer, and those of its parts."""
    start = time.perf_counter()
    with urllib.request.urlopen(f"{url}/predictions", image, timeout=60) as answer:  # noqa: S310
        json.load(answer)
        parts = dict(_PART.findall(answer.headers["Server-Timing"]))
    spent_ms = (time.perf_counter() - start) * 1000
    return spent_ms, {part: float(value) for part, value in parts.items()}


def percentile(values: list[float], percent: int) -> float:
    """A percentile by linear interpolation."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
