"""The use cases."""

import gzip
import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID, uuid4

import numpy as np

from tesela.catalogue import KEYS
from tesela.core.image import Grid
from tesela.core.limits import LIMITS
from tesela.core.masks import Thresholds
from tesela.core.model import Model
from tesela.core.pipeline import Segmentation, Step, delineate, segment
from tesela.core.polygons import Layer
from tesela.core.summary import ClassSummary, summarise
from tesela.core.tiles import Scores
from tesela.errors import (
    DatabaseUnavailableError,
    ImageTooLargeError,
    PredictionNotFoundError,
    UploadNotFoundError,
)
from tesela.ports import ObjectStore, Period, PredictionIndex
from tesela.prediction import (
    CODEC,
    Prediction,
    image_record,
    model_record,
    prediction_id,
)

Saved = Literal["all", "objects"]
ROOT, UPLOADS = "predictions/", "uploads/"
TIFF = "image/tiff"
MOST_UPLOAD_BYTES = LIMITS.max_bytes
SOURCE, SCORES, MANIFEST = "source.tif", "scores", "manifest.json"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A prediction's layers at some thresholds, with their counts and areas."""

    prediction: Prediction
    layers: Sequence[Layer]
    classes: tuple[ClassSummary, ...]

    @property
    def grid(self) -> Grid:
        """Where its pixels lie."""
        return self.prediction.image.grid


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answered upload: `saved` is `all`, or `objects` while the database is down."""

    prediction: Prediction
    created: bool
    saved: Saved
    drawing: Drawing | None = None  # None where the prediction was kept already


class Service:
    """Predict, keep, look up, forget."""

    def __init__(self, model: Model, objects: ObjectStore, index: PredictionIndex) -> None:
        self.model = model
        self._objects = objects
        self._index = index

    def predict(self, body: bytes, thresholds: Thresholds, step: Step = nullcontext) -> Outcome:
        """Segment an upload and keep it, objects first, row last.

        Raises:
            TeselaError: As `decode` says, or StorageUnavailableError; nothing is kept half-way.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        key = prediction_id(sha256, self.model.card["sha256"], thresholds)
        with step("lookup"):
            kept = self._manifest(key)
        if kept:
            with step("save"):
                return Outcome(kept, created=False, saved=self._save_row(kept))
        fresh = segment(body, self.model, thresholds, step)
        prediction = self._prediction(key, sha256, thresholds, fresh)
        with step("save"):
            created = self._save_objects(prediction, body, fresh.scores)
            prediction = prediction if created else self.get(key)  # another call was first
            saved = self._save_row(prediction)
        drawing = Drawing(prediction, fresh.layers, fresh.classes)
        return Outcome(prediction, created, saved, drawing)

    def upload_link(self, size_bytes: int) -> tuple[UUID, str]:
        """An id and a temporary URL for an image that is too long for a request's body.

        Raises:
            ImageTooLargeError: More bytes than the largest image has uncompressed.
        """
        if not 0 < size_bytes <= MOST_UPLOAD_BYTES:
            raise ImageTooLargeError(
                f"The upload has {size_bytes} bytes; the limit is {MOST_UPLOAD_BYTES}."
            )
        key = uuid4()
        return key, self._objects.upload_link(f"{UPLOADS}{key}", size_bytes, TIFF)

    def uploaded(self, key: UUID) -> bytes:
        """The image that was put under an id.

        Raises:
            UploadNotFoundError: None was.
        """
        body = self._objects.get(f"{UPLOADS}{key}")
        if body is None:
            raise UploadNotFoundError(f"Nothing was uploaded under the id {key}.")
        return body

    def get(self, key: UUID) -> Prediction:
        """The kept result.

        Raises:
            PredictionNotFoundError: No manifest under this id.
        """
        prediction = self._manifest(key)
        if prediction is None:
            raise PredictionNotFoundError(f"No prediction has the id {key}.")
        return prediction

    def draw(self, key: UUID, thresholds: Thresholds) -> Drawing:
        """Draw a kept prediction from its scores, without inference.

        `thresholds` replace its own, class by class, where they are given.
        """
        prediction = self.get(key)
        image = prediction.image
        flat = np.frombuffer(gzip.decompress(self.stored(key, SCORES)), np.uint8)
        scores = flat.reshape(len(KEYS), image.height, image.width)
        layers = delineate(scores, prediction.thresholds | dict(thresholds), image.pixel_area_m2)
        classes = summarise(layers, scores, image.pixel_area_m2, image.valid_pixels)
        return Drawing(prediction, layers, classes)

    def drawing(self, outcome: Outcome) -> Drawing:
        """The layers of an answered upload: those just made, or drawn from what is kept."""
        return outcome.drawing or self.draw(outcome.prediction.id, {})

    def stored(self, key: UUID, name: str) -> bytes:
        """An object as it was kept."""
        body = self._objects.get(_key(key, name))
        if body is None:
            raise PredictionNotFoundError(f"No prediction with {name} has the id {key}.")
        return body

    def link(self, key: UUID, name: str, made: tuple[bytes, str] | None = None) -> str:
        """A temporary URL of a kept object, or of one `made` now (body, content type)."""
        if made:
            self._objects.put(_key(key, name), *made)
        return self._objects.link(_key(key, name))

    def history(
        self,
        limit: int,
        before: tuple[datetime, UUID] | None,
        class_key: str | None,
        period: Period = (None, None),
    ) -> list[Prediction]:
        """Predictions of the period, newest first, older than `before`, holding the class."""
        return self._index.history(limit, before, class_key, period)

    def delete(self, key: UUID) -> None:
        """Forget a prediction: the database must answer first, so that no row outlives its objects.

        Raises:
            PredictionNotFoundError: There was neither row nor object; a repeated call ends here.
        """
        self._index.ping()
        objects = self._objects.delete_under(_key(key, ""))
        row = self._index.delete(key)
        if not objects and not row:
            raise PredictionNotFoundError(f"No prediction has the id {key}.")

    def ready(self) -> None:
        """Raise unless S3 and PostgreSQL answer."""
        self._objects.ping()
        self._index.ping()

    def _manifest(self, key: UUID) -> Prediction | None:
        return manifest(self._objects, key)

    def _prediction(
        self, key: UUID, sha256: str, thresholds: Thresholds, fresh: Segmentation
    ) -> Prediction:
        return Prediction(
            id=key,
            created=datetime.now(UTC),
            image=image_record(fresh.image, sha256),
            model=model_record(self.model.card),
            thresholds=dict(thresholds),
            classes=fresh.classes,
            warnings=fresh.warnings,
        )

    def _save_objects(self, prediction: Prediction, body: bytes, scores: Scores) -> bool:
        """The manifest last and once: where it is, the others are; False if it was there."""
        key = prediction.id
        packed = gzip.compress(scores.tobytes(), compresslevel=1, mtime=0)
        with ThreadPoolExecutor(2) as pool:
            puts = [
                pool.submit(self._objects.put, _key(key, SOURCE), body, TIFF),
                pool.submit(
                    self._objects.put,
                    _key(key, SCORES),
                    packed,
                    "application/octet-stream",
                    "gzip",
                ),
            ]
        for put in puts:
            put.result()
        manifest = CODEC.dump_json(prediction)
        return self._objects.put_new(_key(key, MANIFEST), manifest, "application/json")

    def _save_row(self, prediction: Prediction) -> Saved:
        try:
            self._index.save(prediction)
        except DatabaseUnavailableError:
            return "objects"  # `reconcile` adds the row later
        return "all"


def manifest(objects: ObjectStore, key: UUID) -> Prediction | None:
    """The whole result as it was kept, or None."""
    body = objects.get(_key(key, MANIFEST))
    return CODEC.validate_json(body) if body else None


def _key(prediction_id: UUID, name: str) -> str:
    return f"{ROOT}{prediction_id}/{name}"
