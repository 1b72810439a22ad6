"""How predictions lie in the object store: their keys, and what is there under one of them.

    predictions/ID/source.tif       the upload
    predictions/ID/scores           uint8 (10, height, width) in C order, gzip
    predictions/ID/manifest.json    the `Prediction`; written once, deleted first
    predictions/ID/corrections.json what people say of its objects, where they do
    exports/ID/HASH/NAME            a file made for one request, too long for its answer
    uploads/ID                      an image put there before it is segmented

A prediction is there when all three objects are; an upload writes them side by side. What is there
of an interrupted one counts as absent, and the same upload writes the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from pydantic import ValidationError

from tesela.errors import StorageUnavailableError
from tesela.ports import ObjectStore, StoredObject
from tesela.prediction import CODEC, Prediction

PREDICTIONS, EXPORTS, UPLOADS = "predictions/", "exports/", "uploads/"
SOURCE, SCORES, MANIFEST = "source.tif", "scores", "manifest.json"
CORRECTIONS = "corrections.json"
TIFF, JSON, BINARY = "image/tiff", "application/json", "application/octet-stream"
PARTS = frozenset((SOURCE, SCORES, MANIFEST))

MAX_ROUNDS = 20  # of looking again; each takes another request's change in between


@dataclass(frozen=True, slots=True)
class Inventory:
    """What lies under the id of one prediction; `modified` is its newest object's time."""

    id: UUID
    names: frozenset[str]
    modified: datetime

    @property
    def complete(self) -> bool:
        """Whether the manifest and all that belongs to it are there."""
        return self.names >= PARTS


def by_id(objects: ObjectStore, prefix: str) -> Iterator[tuple[UUID, list[StoredObject]]]:
    """What lies under `prefix`, one id at a time; names that are no ids are not ours."""
    listed_under = objects.listed(prefix)
    for name, found in groupby(listed_under, lambda stored: stored.key.split("/")[1]):
        try:
            key = UUID(name)
        except ValueError:
            continue
        yield key, list(found)


def incomplete(objects: ObjectStore, key: UUID) -> Iterator[frozenset[str]]:
    """The names under an id, again and again until they are all of a prediction or none."""
    for _ in range(MAX_ROUNDS):
        inventory = listed(objects, key)
        if inventory is None or inventory.complete:
            return
        yield inventory.names
    raise busy(key)


def listed(objects: ObjectStore, key: UUID) -> Inventory | None:
    """What lies under one id, or None."""
    found = list(objects.listed(path_of(key, "")))
    return inventory_of(key, found) if found else None


def parse_manifest(manifest: bytes) -> Prediction | None:
    """The prediction, or None where this version cannot read it."""
    try:
        return CODEC.validate_json(manifest)
    except ValidationError:
        return None


def busy(key: UUID) -> StorageUnavailableError:
    """Other requests change a prediction faster than this one can follow."""
    return StorageUnavailableError(
        f"The prediction {key} is being deleted and made at the same time; try again.",
        "prediction-busy",
        id=str(key),
    )


def inventory_of(key: UUID, objects: list[StoredObject]) -> Inventory:
    """The inventory of listed objects, of which there is at least one."""
    names = frozenset(stored.key.removeprefix(path_of(key, "")) for stored in objects)
    return Inventory(key, names, max(stored.modified for stored in objects))


def path_of(prediction_id: UUID, name: str) -> str:
    """The key of a prediction's object; of all of them, the start."""
    return f"{PREDICTIONS}{prediction_id}/{name}"
