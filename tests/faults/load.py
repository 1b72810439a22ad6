"""Clients that post images, and what the service should make of each, computed without it."""

import io
import itertools
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import rasterio
import requests
from tesela.archive import Archive
from tesela.catalogue import KEYS
from tesela.core.model import load
from tesela.service import Service

from tests.fakes import InMemoryIndex, InMemoryObjects
from tests.tiffs import placed

ROOT = Path(__file__).parents[2]
_SIDE_PX = 96
_numbers = itertools.count()


@dataclass(frozen=True)
class Item:
    """An image and a threshold: no two items of a run are equal, so each is its own prediction."""

    image: int
    threshold: float


@dataclass(frozen=True)
class Answer:
    """What a client saw; status 0 is no answer."""

    item: Item
    status: int
    seconds: float
    document: dict[str, Any] = field(default_factory=dict)
    retry_after: bool = False


class Reference:
    """The same code on ports in memory: which masks and areas are right."""

    def __init__(self) -> None:
        self.images = list(_images())
        self.hashes = [sha256(image).hexdigest() for image in self.images]
        self._service = Service(
            load(ROOT / "lambda_image" / "model"), Archive(InMemoryObjects()), InMemoryIndex()
        )
        thresholds = self._service.model.thresholds
        self._ids = [self._service.predict(i, thresholds).prediction.id for i in self.images]

    def items(self) -> Iterator[Item]:
        """Items without end, from any thread."""
        while True:
            number = next(_numbers)
            threshold = round(0.1 + number % 8000 / 10_000, 4)
            yield Item(number % len(self.images), threshold)

    def difference(self, answer: Answer, masks: bytes) -> str:
        """What of a kept prediction is not as it should be; "" if all is."""
        item, document = answer.item, answer.document
        drawing = self._service.draw(self._ids[item.image], dict.fromkeys(KEYS, item.threshold))
        if document["image"]["sha256"] != self.hashes[item.image]:
            return "another image"
        if set(document["thresholds"].values()) != {item.threshold}:
            return "other thresholds"
        for summary, shown in zip(drawing.classes, document["classes"], strict=True):
            if (summary.polygons, summary.area_m2) != (shown["polygons"], shown["area_m2"]):
                return f"another result for {summary.key}"
        with rasterio.open(io.BytesIO(masks)) as raster:
            expected = np.stack([layer.mask for layer in drawing.layers])
            return "" if np.array_equal(raster.read() == 1, expected) else "other masks"


def _images() -> Iterator[bytes]:
    """Windows of the sample town, and the same turned: objects of every kind, no two alike."""
    with rasterio.open(ROOT / "dashboard_static/samples/town.tif") as raster:
        town = raster.read()
    for turn, row, column in itertools.product(range(4), (0, 32, 64), (0, 48)):
        window = town[:, row : row + _SIDE_PX, column : column + _SIDE_PX]
        yield placed(np.ascontiguousarray(np.rot90(window, turn, (1, 2))))


def post(url: str, reference: Reference, item: Item) -> Answer:
    """POST one item."""
    began = time.monotonic()
    try:
        reply = requests.post(
            f"{url}/predictions?threshold={item.threshold}",
            data=reference.images[item.image],
            headers={"content-type": "image/tiff"},
            timeout=60,
        )
    except requests.RequestException:
        return Answer(item, 0, time.monotonic() - began)
    document = reply.json() if reply.status_code in (200, 201) else {}
    spent = time.monotonic() - began
    return Answer(item, reply.status_code, spent, document, "Retry-After" in reply.headers)


def post_for(
    url: str,
    reference: Reference,
    seconds: float,
    clients: int,
    meanwhile: Callable[[], object] = str,
) -> list[Answer]:
    """Answers to `clients` who post for so long, while something else is done."""
    stop, items, lock = threading.Event(), reference.items(), threading.Lock()

    def client() -> list[Answer]:
        answers = []
        while not stop.is_set():
            with lock:
                item = next(items)
            answers.append(post(url, reference, item))
            if not answers[-1].status:
                time.sleep(0.1)  # nobody listens
        return answers

    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(client) for _ in range(clients)]
        deadline = time.monotonic() + seconds
        try:
            meanwhile()
            time.sleep(max(0, deadline - time.monotonic()))
        finally:
            stop.set()
    return [answer for client in running for answer in client.result()]


@dataclass(frozen=True)
class Checked:
    """What became of the answered predictions."""

    lost: list[UUID]
    changed: list[str]
    rows_missing: int
    rows_double: int


def check(url: str, reference: Reference, answers: Sequence[Answer]) -> Checked:
    """Ask for every answered prediction again, and compare it with what it should be."""
    done = [answer for answer in answers if answer.document]
    lost: list[UUID] = []
    changed: list[str] = []

    def look(answer: Answer) -> None:
        key = answer.document["id"]
        kept = requests.get(f"{url}/predictions/{key}", timeout=60)
        masks = requests.get(f"{url}/predictions/{key}/masks.tif", timeout=60)
        if not (kept.ok and masks.ok):
            lost.append(UUID(key))
        elif kept.json()["classes"] != answer.document["classes"]:
            changed.append(f"{key}: another document")
        elif difference := reference.difference(answer, masks.content):
            changed.append(f"{key}: {difference}")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(look, done))
    rows = Counter(history(url))
    missing = sum(answer.document["id"] not in rows for answer in done)
    return Checked(lost, changed, missing, sum(rows.values()) - len(rows))


def history(url: str) -> Iterator[str]:
    """The id of every row, page by page."""
    cursor = ""
    while True:
        page = requests.get(f"{url}/predictions?limit=100{cursor}", timeout=60).json()
        yield from (item["id"] for item in page["items"])
        if page["next"] is None:
            return
        cursor = f"&cursor={page['next']}"


def quantiles(seconds: Sequence[float]) -> str:
    """Median, 99th percentile and maximum."""
    ordered = sorted(seconds) or [0.0]
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"{statistics.median(ordered):.2f} / {p99:.2f} / {ordered[-1]:.2f}"
