"""The use cases."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal
from uuid import UUID, uuid4

import numpy as np

from tesela.archive import Archive
from tesela.comparing import Compared, compare_drawings
from tesela.core.decode import decode
from tesela.core.image import Image, Valid
from tesela.core.limits import LIMITS
from tesela.core.masks import Thresholds
from tesela.core.model import Model
from tesela.core.pipeline import (
    Inference,
    Segmentation,
    Step,
    delineate,
    infer,
    outline,
    read,
)
from tesela.core.summary import summarise
from tesela.errors import (
    DatabaseUnavailableError,
    ImageTooLargeError,
    PredictionNotFoundError,
    UploadNotFoundError,
)
from tesela.label import Label
from tesela.layout import SOURCE
from tesela.ports import Period, PredictionIndex
from tesela.prediction import Drawing, Prediction, image_record, model_record, prediction_id
from tesela.reconcile import follow_manifest, save_row

Saved = Literal["all", "objects"]

MAX_UPLOAD_BYTES = LIMITS.max_bytes
NO_LABEL = Label()
# An upload of a tile or two is computed while S3 is asked; a larger one may be kept already, and
# would let the answer wait.
_SMALL_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answered upload: `saved` is `all`, or `objects` while the database is down."""

    prediction: Prediction
    created: bool
    saved: Saved
    drawing: Drawing | None = None  # None where the prediction was kept already


@dataclass(frozen=True, slots=True)
class _Lookup:
    """What is asked while the image is decoded: the kept prediction, and whether it has its row."""

    kept: Future[Prediction | None]
    row: Future[bool]

    def suffices(self) -> bool:
        """Whether to compute on may be in vain: S3 has answered, or there is a row."""
        if self.row.done() and not self.row.exception() and self.row.result():
            return True
        return self.kept.done()


@dataclass(frozen=True)
class _Work:
    """What is computed of an upload, each part once and when it is first needed."""

    model: Model
    body: bytes
    thresholds: Thresholds
    step: Step
    band_order: tuple[int, ...] | None
    gsd_m: float | None

    def advance(self, until: Callable[[], bool]) -> None:
        """Compute part by part, until there is nothing left or `until` holds."""
        for part in ("image", "inference", "segmentation"):
            if until():
                return
            getattr(self, part)

    def decode(self) -> None:
        """Decode the upload.

        Raises:
            TeselaError: As `read` says.
        """
        self.image  # noqa: B018 - computed here

    @cached_property
    def image(self) -> Image:
        """The decoded upload."""
        with self.step("decode"):
            return read(self.body, self.band_order, self.gsd_m)

    @cached_property
    def inference(self) -> Inference:
        """What the model makes of the image."""
        image = self.image
        with self.step("infer"):
            return infer(image, self.model)

    @cached_property
    def segmentation(self) -> Segmentation:
        """Its layers and classes."""
        inference = self.inference
        with self.step("polygons"):
            return outline(inference, self.thresholds)


class Service:
    """Predict, keep, look up, delete."""

    def __init__(self, model: Model, archive: Archive, index: PredictionIndex) -> None:
        self.model = model
        self._archive = archive
        self._index = index
        self._pool = ThreadPoolExecutor(2)  # waits for the stores beside the computing

    def predict(
        self,
        body: bytes,
        thresholds: Thresholds,
        step: Step = nullcontext,
        band_order: tuple[int, ...] | None = None,
        gsd_m: float | None = None,
        *,
        label: Label = NO_LABEL,
    ) -> Outcome:
        """Segment an upload and keep it, objects first, row last.

        What waits for S3 and PostgreSQL runs beside what computes: of a small upload, the lookup
        beside everything; of a large one, its bytes beside the network, the scores beside the
        polygons.

        `band_order` and `gsd_m` as in `segment`. `label` names a new prediction, and a kept one as far
        as that has no name or note yet.

        Raises:
            TeselaError: As `segment` says, or StorageUnavailableError. What was interrupted is
                completed by the same upload.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        key = prediction_id(sha256, self.model.recipe, thresholds, band_order, gsd_m)
        work = _Work(self.model, body, thresholds, step, band_order, gsd_m)
        with self._looking_up(key) as lookup:
            if len(body) < _SMALL_BYTES:
                work.advance(until=lookup.suffices)
            with step("lookup"):
                kept = lookup.kept.result()
        if kept:
            with step("save"):
                kept = self._filled(kept, label)
                saved = self._keep_row(kept, lookup, named=label != NO_LABEL)
                return Outcome(kept, created=False, saved=saved)
        work.decode()  # what cannot be read is refused before anything of it is kept
        with self._archive.begin(key, body) as keeping:
            keeping.add(work.inference.scores)
            fresh = work.segmentation
            prediction = self._prediction(key, sha256, thresholds, fresh, band_order)
        with step("save"):
            prediction, created = keeping.finish(prediction.labelled(label))
            prediction = prediction if created else self._filled(prediction, label)
            with self._beside(keeping.settle):
                saved = self._keep_row(prediction, lookup, named=label != NO_LABEL, created=created)
        return Outcome(prediction, created, saved, Drawing(prediction, fresh.layers, fresh.classes))

    def upload_link(self, size_bytes: int) -> tuple[UUID, str]:
        """An id and a temporary URL for an image that is too long for a request's body.

        Raises:
            ImageTooLargeError: More bytes than the largest image has uncompressed.
        """
        if not 0 < size_bytes <= MAX_UPLOAD_BYTES:
            raise ImageTooLargeError.of_upload(size_bytes, MAX_UPLOAD_BYTES)
        key = uuid4()
        return key, self._archive.upload_link(key, size_bytes)

    def uploaded(self, key: UUID) -> bytes:
        """The image that was put under an id.

        Raises:
            UploadNotFoundError: There is none.
        """
        body = self._archive.uploaded(key)
        if body is None:
            raise UploadNotFoundError(f"Nothing was uploaded under the id {key}.", id=str(key))
        return body

    def get(self, key: UUID) -> Prediction:
        """A kept prediction.

        Raises:
            PredictionNotFoundError: Its manifest is missing, or what belongs to it.
        """
        prediction = self._archive.complete(key)
        if prediction is None:
            raise _not_found(key)
        return prediction

    def draw(self, key: UUID, thresholds: Thresholds) -> Drawing:
        """Draw a kept prediction from its scores, without inference.

        `thresholds` replace its own, class by class, where they are given.
        """
        prediction = self._archive.manifest(key)
        scores = self._archive.scores(prediction) if prediction else None
        if prediction is None or scores is None:
            raise _not_found(key)
        image = prediction.image
        layers = delineate(scores, prediction.thresholds | dict(thresholds), image.grid.pixel_areas)
        classes = summarise(layers, scores, image.valid_pixels)
        return Drawing(prediction, layers, classes)

    def compare(self, a: UUID, b: UUID, thresholds: Thresholds) -> Compared:
        """Compare two kept predictions on the grid of `a`; `thresholds` as in `draw`, for both.

        Raises:
            NotComparableError: They are not known to show the same place.
        """
        drawings = self.draw(a, thresholds), self.draw(b, thresholds)
        valid = self._valid(drawings[0].prediction), self._valid(drawings[1].prediction)
        return compare_drawings(drawings, valid, thresholds)

    def drawing(self, outcome: Outcome) -> Drawing:
        """The layers of an answered upload: those just made, or drawn from what is kept."""
        return outcome.drawing or self.draw(outcome.prediction.id, {})

    def stored(self, key: UUID, name: str) -> tuple[Prediction, bytes]:
        """A prediction, and its `source.tif` or `scores` as it was kept."""
        prediction = self._archive.manifest(key)
        body = self._archive.stored(key, name) if prediction else None
        if prediction is None or body is None:
            raise _not_found(key)
        return prediction, body

    def image(self, key: UUID) -> tuple[Prediction, Image]:
        """A prediction, and its upload decoded as it was then."""
        prediction, body = self.stored(key, SOURCE)
        return prediction, decode(body, prediction.band_order)

    def link(self, key: UUID, name: str, *, head: bool = False, disposition: str = "") -> str:
        """A temporary URL of a prediction's `source.tif` or `scores`, for HEAD or else for GET."""
        return self._archive.link(key, name, head=head, disposition=disposition)

    def export(
        self,
        key: UUID,
        name: str,
        body: bytes,
        media_type: str,
        *,
        head: bool = False,
        disposition: str = "",
    ) -> str:
        """A temporary URL of a file that was made from a prediction and is too long for an answer.

        The URL is for HEAD or else for GET.

        Raises:
            PredictionNotFoundError: The prediction was deleted while the file was made.
        """
        url = self._archive.export(key, name, body, media_type, head=head, disposition=disposition)
        if url is None:
            raise _not_found(key)
        return url

    def history(
        self,
        limit: int,
        before: tuple[datetime, UUID] | None,
        class_key: str | None,
        period: Period = (None, None),
        words: Sequence[str] = (),
    ) -> list[Prediction]:
        """Predictions of the period with class and words, newest first, older than `before`."""
        return self._index.history(limit, before, class_key, period, words)

    def relabel(self, key: UUID, change: Callable[[Label], Label]) -> Prediction:
        """Change name and note.

        The database must answer first, so that its row does not stay behind.

        Raises:
            PredictionNotFoundError: There is none.
        """
        self._index.ping()
        prediction = self._relabelled(key, change) if self._archive.complete(key) else None
        if prediction is None:
            raise _not_found(key)
        save_row(self._archive, self._index, prediction)
        return prediction

    def delete(self, key: UUID) -> None:
        """Delete objects, then row; what an upload makes meanwhile stays as a whole or not at all.

        The database must answer first, so that no row is left when it does not.

        Raises:
            PredictionNotFoundError: There was neither row nor object; a repeated call ends here.
        """
        self._index.ping()
        found = self._archive.delete(key)
        found |= self._index.delete(key)
        follow_manifest(self._archive, self._index, key, None)
        if not found:
            raise _not_found(key)

    def ready(self) -> None:
        """Raise unless S3 and PostgreSQL answer."""
        self._archive.ping()
        self._index.ping()

    def _prediction(
        self,
        key: UUID,
        sha256: str,
        thresholds: Thresholds,
        fresh: Segmentation,
        band_order: tuple[int, ...] | None,
    ) -> Prediction:
        return Prediction(
            id=key,
            created=datetime.now(UTC),
            image=image_record(fresh.image, sha256),
            model=model_record(self.model.card),
            thresholds=dict(thresholds),
            classes=fresh.classes,
            warnings=fresh.warnings,
            band_order=band_order,
            gsd_m=fresh.gsd_m,
            confidence=fresh.confidence,
        )

    def _valid(self, prediction: Prediction) -> Valid:
        """The valid pixels of the upload, which is decoded only where some are not."""
        image = prediction.image
        if image.valid_pixels == image.width * image.height:
            return np.ones((image.height, image.width), bool)
        return self.image(prediction.id)[1].valid

    def _filled(self, kept: Prediction, label: Label) -> Prediction:
        """The kept prediction, with what it lacks of name and note."""
        if not ((label.name and not kept.name) or (label.note and not kept.note)):
            return kept
        filled = self._relabelled(
            kept.id, lambda had: Label(had.name or label.name, had.note or label.note)
        )
        return filled or kept

    def _relabelled(self, key: UUID, change: Callable[[Label], Label]) -> Prediction | None:
        return self._archive.relabel(
            key, lambda kept: kept.labelled(change(Label(kept.name, kept.note)))
        )

    @contextmanager
    def _looking_up(self, key: UUID) -> Iterator[_Lookup]:
        """Ask both stores for a prediction; on leaving, both have answered."""
        lookup = _Lookup(
            self._pool.submit(self._archive.complete, key), self._pool.submit(self._index.has, key)
        )
        try:
            yield lookup
        finally:
            wait([lookup.kept])
            wait([lookup.row])

    @contextmanager
    def _beside(self, work: Callable[[], None]) -> Iterator[None]:
        """Work beside what is inside; its failure is raised on leaving."""
        running = self._pool.submit(work)
        try:
            yield
        finally:
            wait([running])
        running.result()

    def _keep_row(
        self, prediction: Prediction, lookup: _Lookup, *, named: bool, created: bool = False
    ) -> Saved:
        """Save the row of a kept prediction, unless it is there or the database was away just now.

        A request that brought a name or a note looks at those of the row as well.
        """
        try:
            has_row = lookup.row.result()
            if created or named or not has_row:
                save_row(self._archive, self._index, prediction, created=created)
        except DatabaseUnavailableError:
            return "objects"  # `reconcile` adds the row later
        return "all"


def _not_found(key: UUID) -> PredictionNotFoundError:
    return PredictionNotFoundError(f"No prediction has the id {key}.", id=str(key))
