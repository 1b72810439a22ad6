"""Predictions as objects: their keys, their compressed scores, and a manifest that is written last.

    predictions/ID/source.tif       the upload
    predictions/ID/scores           uint8 (10, height, width) in C order, gzip
    predictions/ID/manifest.json    the `Prediction`; written last, deleted first
    exports/ID/HASH/NAME            a file made for one request, too long for its answer
    uploads/ID                      an image put there before it is segmented

A prediction is there when its manifest is. A manifest without the other two objects counts as
absent, and the same upload writes them again.

Uploads and deletions of one image may run at once. Each changes the manifest at most once, and then
looks until what is there is all or nothing: an upload lets its source and scores follow whatever
manifest is there by then, a deletion takes away what is incomplete. So neither waits for the other,
and each ends after as many looks as there are requests beside it.
"""

import gzip
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

import numpy as np
from pydantic import ValidationError

from tesela.catalogue import KEYS
from tesela.core.tiles import Scores
from tesela.errors import StorageUnavailableError
from tesela.ports import ObjectStore, StoredObject
from tesela.prediction import CODEC, Prediction

PREDICTIONS, EXPORTS, UPLOADS = "predictions/", "exports/", "uploads/"
SOURCE, SCORES, MANIFEST = "source.tif", "scores", "manifest.json"
TIFF, _JSON, _BINARY = "image/tiff", "application/json", "application/octet-stream"

_PARTS = frozenset((SOURCE, SCORES, MANIFEST))
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
        return self.names >= _PARTS


class Archive:
    """Keeps predictions, exports and uploads in an object store."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def manifest(self, key: UUID) -> Prediction | None:
        """The prediction as it was kept, or None; one that this version cannot read is not there."""
        body = self._objects.get(_key(key, MANIFEST))
        return _parsed(body) if body else None

    def complete(self, key: UUID) -> Prediction | None:
        """The prediction, or None where its manifest or what belongs to it is missing."""
        prediction = self.manifest(key)
        inventory = self.inventory(key) if prediction else None
        return prediction if inventory and inventory.complete else None

    def keep(
        self, prediction: Prediction, source: bytes, scores: Scores
    ) -> tuple[Prediction, bool]:
        """Write a prediction's objects, the manifest last and once.

        A DELETE that runs meanwhile may take source or scores away before the manifest is written:
        they are written again. Where it took the manifest, they go too.

        Returns:
            The prediction that is kept, and whether it is this one and not an earlier one.
        """
        packed = gzip.compress(scores.tobytes(), compresslevel=1, mtime=0)

        def put_parts() -> None:
            self._put_parts(prediction.id, source, packed)

        put_parts()
        kept, created = self._put_manifest(prediction)
        for names in self._incomplete(prediction.id):
            if MANIFEST in names:
                put_parts()
            else:
                self._objects.delete([_key(prediction.id, name) for name in names])
        return kept, created

    def scores(self, prediction: Prediction) -> Scores | None:
        """Scores (10, height, width), or None where they are missing."""
        packed = self.stored(prediction.id, SCORES)
        if packed is None:
            return None
        flat = np.frombuffer(gzip.decompress(packed), np.uint8)
        return flat.reshape(len(KEYS), prediction.image.height, prediction.image.width)

    def stored(self, key: UUID, name: str) -> bytes | None:
        """`source.tif` or `scores` (gzip) as it was kept, or None."""
        return self._objects.get(_key(key, name))

    def link(self, key: UUID, name: str, *, head: bool = False) -> str:
        """A temporary URL of `source.tif` or `scores`, for HEAD or else for GET."""
        return self._objects.link(_key(key, name), head=head)

    def export(
        self, key: UUID, name: str, body: bytes, media_type: str, *, head: bool = False
    ) -> str | None:
        """A temporary URL of a file that was made from a prediction, or None if that is gone.

        The content's hash is part of the key: no request replaces what another's link leads to.
        """
        path = f"{EXPORTS}{key}/{hashlib.sha256(body).hexdigest()[:32]}/{name}"
        self._objects.put(path, body, media_type)
        if self.manifest(key) is None:  # deleted while the file was made
            self._objects.delete([path])
            return None
        return self._objects.link(path, head=head)

    def delete(self, key: UUID) -> bool:
        """Delete what is there of a prediction, its manifest first; False if there was nothing.

        What an upload completes meanwhile is left as a whole.
        """
        found = self._delete_once(key)
        for _ in self._incomplete(key):
            self._delete_once(key)
        return found

    def inventories(self) -> Iterator[Inventory]:
        """Everything under `predictions/`, one prediction at a time."""
        listed = self._objects.listed(PREDICTIONS)
        for name, objects in groupby(listed, lambda stored: stored.key.split("/")[1]):
            try:
                key = UUID(name)
            except ValueError:
                continue  # not ours
            yield _inventory(key, list(objects))

    def inventory(self, key: UUID) -> Inventory | None:
        """What lies under one id, or None."""
        objects = list(self._objects.listed(_key(key, "")))
        return _inventory(key, objects) if objects else None

    def upload_link(self, key: UUID, size_bytes: int) -> str:
        """A temporary URL that takes one TIFF of just this size."""
        return self._objects.upload_link(f"{UPLOADS}{key}", size_bytes, TIFF)

    def uploaded(self, key: UUID) -> bytes | None:
        """What was put under the id, or None."""
        return self._objects.get(f"{UPLOADS}{key}")

    def ping(self) -> None:
        """Raise unless the store answers."""
        self._objects.ping()

    def _put_parts(self, key: UUID, source: bytes, packed: bytes) -> None:
        with ThreadPoolExecutor(2) as pool:
            puts = [
                pool.submit(self._objects.put, _key(key, SOURCE), source, TIFF),
                pool.submit(self._objects.put, _key(key, SCORES), packed, _BINARY, "gzip"),
            ]
        for put in puts:
            put.result()

    def _put_manifest(self, prediction: Prediction) -> tuple[Prediction, bool]:
        path, document = _key(prediction.id, MANIFEST), CODEC.dump_json(prediction)
        for _ in range(MAX_ROUNDS):
            if self._objects.put_new(path, document, _JSON):
                return prediction, True
            body = self._objects.get(path)
            if body is None:  # deleted meanwhile
                continue
            kept = _parsed(body)
            if kept is None:
                self._objects.put(path, document, _JSON)
                return prediction, True
            return kept, kept == prediction  # equal: a repeated PUT whose first answer was lost
        raise busy(prediction.id)

    def _delete_once(self, key: UUID) -> bool:
        """Delete what is listed now, the manifest first; exports are listed when it is gone."""
        kept, manifest = self._keys(_key(key, "")), _key(key, MANIFEST)
        if manifest in kept:
            self._objects.delete([manifest])
        exports = self._keys(f"{EXPORTS}{key}/")
        if rest := [path for path in kept if path != manifest] + exports:
            self._objects.delete(rest)
        return bool(kept or exports)

    def _keys(self, prefix: str) -> list[str]:
        return [stored.key for stored in self._objects.listed(prefix)]

    def _incomplete(self, key: UUID) -> Iterator[frozenset[str]]:
        """The names under an id, again and again until they are all of a prediction or none."""
        for _ in range(MAX_ROUNDS):
            inventory = self.inventory(key)
            if inventory is None or inventory.complete:
                return
            yield inventory.names
        raise busy(key)


def _parsed(manifest: bytes) -> Prediction | None:
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


def _inventory(key: UUID, objects: list[StoredObject]) -> Inventory:
    names = frozenset(stored.key.removeprefix(_key(key, "")) for stored in objects)
    return Inventory(key, names, max(stored.modified for stored in objects))


def _key(prediction_id: UUID, name: str) -> str:
    return f"{PREDICTIONS}{prediction_id}/{name}"
