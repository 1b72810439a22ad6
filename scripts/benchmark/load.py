"""Eight clients at once for a minute: answers a second, waiting, and what is refused."""

import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from scripts.benchmark.requests import scenes
from scripts.local.stack import LocalStack

CLIENTS, DURATION_S = 8, 60
_IMAGES = 40  # of each client, which come again: as new ones first, then as kept ones


@dataclass
class Load:
    """What the clients saw: milliseconds of the answers, statuses, and refusals without Retry-After."""

    times_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    silent_refusals: int = 0


def measure(duration_s: float = DURATION_S) -> Load:
    """Post scenes from every client until the time is up."""
    seen = Load()
    with tempfile.TemporaryDirectory() as folder:
        images = list(scenes(Path(folder), CLIENTS * _IMAGES))
        with LocalStack(Path(folder) / "data") as stack:
            stack.wait_all_ready()
            end = time.monotonic() + duration_s
            clients = [
                threading.Thread(
                    target=_post_until, args=(stack.api_url, images[n::CLIENTS], end, seen)
                )
                for n in range(CLIENTS)
            ]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
    return seen


def _post_until(url: str, images: list[bytes], end: float, seen: Load) -> None:
    for image in cycle(images):
        if time.monotonic() > end:
            return
        start = time.perf_counter()
        try:
            with urllib.request.urlopen(f"{url}/predictions", image, timeout=60) as answer:  # noqa: S310
                answer.read()
                seen.statuses[answer.status] += 1
                seen.times_ms.append((time.perf_counter() - start) * 1000)
        except urllib.error.HTTPError as refused:
            seen.statuses[refused.code] += 1
            seen.silent_refusals += "Retry-After" not in refused.headers
