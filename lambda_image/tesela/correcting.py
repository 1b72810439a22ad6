"""The use cases of corrections: what people say of a prediction's objects, kept beside it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from tesela.archive import Archive
from tesela.core.corrections import MAX_CORRECTIONS, Correction, check
from tesela.errors import (
    CorrectionsChangedError,
    DatabaseUnavailableError,
    PredictionNotFoundError,
)
from tesela.exports.corrections import Corrected
from tesela.layout import CORRECTIONS, JSON, MAX_ROUNDS, busy, path_of
from tesela.ports import CorrectionIndex, ObjectStore
from tesela.service import Service


@dataclass(frozen=True, slots=True)
class Corrections:
    """All that was said of a prediction's objects, in this order; `changed` is null until it is."""

    changed: datetime | None = None
    corrections: Annotated[list[Correction], Field(max_length=MAX_CORRECTIONS)] = field(
        default_factory=list
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """Corrections, and the version of their object in the store; None where there is none."""

    corrections: Corrections
    version: str | None


@dataclass(frozen=True, slots=True)
class CorrectionRows:
    """What was done to the rows of corrections."""

    corrections_rebuilt: int
    corrections_dropped: int


CODEC = TypeAdapter(Corrections)


class CorrectionService:
    """Keep, look up, list and hand out corrections."""

    def __init__(self, service: Service, objects: ObjectStore, index: CorrectionIndex) -> None:
        self._service, self._objects, self._index = service, objects, index

    def get(self, key: UUID) -> Kept:
        """The corrections of a prediction; none where nobody has said anything.

        Raises:
            PredictionNotFoundError: There is no such prediction.
        """
        self._service.get(key)
        return read(self._objects, key)

    def replace(self, key: UUID, corrections: Sequence[Correction], kept: Kept) -> Corrections:
        """Keep other corrections instead of those that the caller has seen.

        Raises:
            InvalidOptionError: As `check` says.
            PredictionNotFoundError: There is no such prediction, or it was deleted meanwhile.
            CorrectionsChangedError: Somebody else has changed them meanwhile.
        """
        image = self._service.get(key).image
        check(corrections, image.width, image.height)
        new = Corrections(datetime.now(UTC), list(corrections))
        self._write(key, new, kept.version)
        try:
            self._service.get(key)
        except PredictionNotFoundError:
            self._objects.delete([path_of(key, CORRECTIONS)])
            raise
        finally:
            with suppress(DatabaseUnavailableError):  # `reconcile` writes the row later
                follow(self._objects, self._index, key)
        return new

    def history(
        self, limit: int, before: tuple[datetime, UUID] | None
    ) -> list[tuple[UUID, datetime, int]]:
        """Corrected predictions, the latest change first, after the row `before`: id, time, number."""
        return self._index.history(limit, before)

    def corrected(self, key: UUID) -> Corrected:
        """What the files of corrections are made of."""
        prediction = self._service.get(key)
        kept = read(self._objects, key).corrections
        return Corrected(prediction, kept.corrections, lambda: self._service.image(key)[1])

    def _write(self, key: UUID, new: Corrections, version: str | None) -> None:
        path, body = path_of(key, CORRECTIONS), CODEC.dump_json(new, by_alias=True)
        if version is None:
            written = self._objects.put_new(path, body, JSON)
        else:
            written = self._objects.replace(path, body, JSON, version)
        if not written and self._objects.get(path) != body:  # equal: the first answer was lost
            raise CorrectionsChangedError(
                f"The corrections of {key} were changed meanwhile; read them again.", id=str(key)
            )


def read(objects: ObjectStore, key: UUID) -> Kept:
    """The corrections that lie in the store; what this version cannot read counts as none."""
    found = objects.get_tagged(path_of(key, CORRECTIONS))
    if found is None:
        return Kept(Corrections(), None)
    body, version = found
    try:
        return Kept(CODEC.validate_json(body), version)
    except ValidationError:
        return Kept(Corrections(), version)


def follow(objects: ObjectStore, index: CorrectionIndex, key: UUID) -> None:
    """Write the row until it is the object's, which another request may change meanwhile."""
    for _ in range(MAX_ROUNDS):
        kept = read(objects, key)
        changed = kept.corrections.changed
        if changed is None:
            index.delete(key)
        else:
            index.save(key, changed, len(kept.corrections.corrections))
        if read(objects, key).version == kept.version:
            return
    raise busy(key)


def reconcile_corrections(objects: ObjectStore, index: CorrectionIndex) -> CorrectionRows:
    """Give every corrected prediction its row, and drop rows of those that are not."""
    rows = index.changes()
    corrected = {
        found.id
        for found in Archive(objects).inventories()
        if found.complete and CORRECTIONS in found.names
    }
    stale = [key for key in corrected if rows.get(key) != read(objects, key).corrections.changed]
    gone = rows.keys() - corrected
    for key in (*stale, *gone):
        follow(objects, index, key)
    return CorrectionRows(len(stale), len(gone))
