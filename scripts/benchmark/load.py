"""Clients at once: answers a second, waiting, and what is refused; a worker's memory over thousands."""

import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from scripts.benchmark.images import scenes
from scripts.benchmark.requests import post
from scripts.local.stack import LocalStack

CLIENTS, DURATION_S = 8, 60
TOO_MANY, SHORT_S = 160, 5
_IMAGES = 40  # of each client, which come again: as new ones first, then as kept ones
SOAKED, _STEP = 3000, 500
_KIB_PER_MB = 1024
_PATIENCE_S = 1  # of a client that was refused
_NO_ANSWER = 0


@dataclass
class Load:
    """What clients saw: milliseconds of the answers, statuses, and refusals without Retry-After."""

    times_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    silent_refusals: int = 0

    def add(self, other: "Load") -> None:
        """Add what another client saw."""
        self.times_ms += other.times_ms
        self.statuses += other.statuses
        self.silent_refusals += other.silent_refusals


def measure() -> tuple[Load, Load]:
    """Eight clients for a minute, then more than there is room for, on two workers."""
    images = list(scenes(CLIENTS * _IMAGES))
    with tempfile.TemporaryDirectory() as folder, LocalStack(Path(folder) / "data") as stack:
        stack.wait_all_ready()
        usual = _post_for(stack.api_url, images, CLIENTS, DURATION_S)
        return usual, _post_for(stack.api_url, images, TOO_MANY, SHORT_S)


def soak(report: Callable[[str], object]) -> list[tuple[int, float]]:
    """Memory in MB of the only worker after so many requests of new and kept images."""
    seen: list[tuple[int, float]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalStack(Path(folder) / "data", workers=1) as stack,
    ):
        for number, image in enumerate(_new_and_kept(SOAKED), 1):
            post(stack.api_url, image)
            if number % _STEP == 0:
                seen.append((number, _memory_mb(stack.workers[0].pid)))
                report(f"{number} requests, {seen[-1][1]:.0f} MB")
    return seen


def _new_and_kept(count: int) -> Iterator[bytes]:
    for image in scenes(count // 2):
        yield from (image, image)


def _memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / _KIB_PER_MB for line in lines if line.startswith("VmRSS"))


def _post_for(url: str, images: list[bytes], number: int, duration_s: float) -> Load:
    end = time.monotonic() + duration_s
    with ThreadPoolExecutor(number) as pool:
        clients = [pool.submit(_post_until, url, images[n::number], end) for n in range(number)]
    seen = Load()
    for client in clients:
        seen.add(client.result())
    return seen


def _post_until(url: str, images: list[bytes], end: float) -> Load:
    seen = Load()
    for image in cycle(images):
        if time.monotonic() > end:
            break
        start = time.perf_counter()
        try:
            with urllib.request.urlopen(f"{url}/predictions", image, timeout=60) as answer:  # noqa: S310
                answer.read()
                seen.statuses[answer.status] += 1
                seen.times_ms.append((time.perf_counter() - start) * 1000)
        except urllib.error.HTTPError as refused:
            seen.statuses[refused.code] += 1
            seen.silent_refusals += "Retry-After" not in refused.headers
            time.sleep(_PATIENCE_S)
        except OSError:  # no answer within a minute, or the connection broke off
            seen.statuses[_NO_ANSWER] += 1
    return seen
