"""Predictions, exports and uploads as objects, which `layout` describes.

Uploads, deletions and renamings of one image may run at once. A manifest is replaced only while it is
the one that was read. Each request changes it at most once, and then looks until what is there is all
or nothing: an upload lets its source and scores follow whatever manifest is there by then, a deletion
takes away what is incomplete. So none waits for another, and each ends after as many looks as there
are requests beside it.
"""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from uuid import UUID

import numpy as np

from tesela.catalogue import KEYS
from tesela.core.tiles import Scores
from tesela.keeping import Keeping
from tesela.layout import (
    EXPORTS,
    JSON,
    MANIFEST,
    MAX_ROUNDS,
    PREDICTIONS,
    SCORES,
    TIFF,
    UPLOADS,
    Inventory,
    busy,
    by_id,
    incomplete,
    inventory_of,
    listed,
    parse_manifest,
    path_of,
)
from tesela.ports import ObjectStore
from tesela.prediction import CODEC, Prediction


class Archive:
    """Keeps predictions, exports and uploads in an object store."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._pool = ThreadPoolExecutor(4)  # calls that wait for the store at the same time

    def manifest(self, key: UUID) -> Prediction | None:
        """The prediction as it was kept, or None; one that this version cannot read is not there."""
        body = self._objects.get(path_of(key, MANIFEST))
        return parse_manifest(body) if body else None

    def complete(self, key: UUID) -> Prediction | None:
        """The prediction, or None where its manifest or what belongs to it is missing."""
        listing = self._pool.submit(self.inventory, key)
        try:
            prediction = self.manifest(key)
        finally:
            wait([listing])  # nothing is under way when an answer leaves: Lambda would freeze it
        inventory = listing.result()
        return prediction if inventory and inventory.complete else None

    def begin(self, key: UUID, source: bytes) -> Keeping:
        """Begin to keep a new prediction: its upload is on its way at once."""
        return Keeping(self._objects, self._pool, key, source)

    def relabel(self, key: UUID, change: Callable[[Prediction], Prediction]) -> Prediction | None:
        """Change a manifest; None where there is none. A change of another request is not lost."""
        path = path_of(key, MANIFEST)
        for _ in range(MAX_ROUNDS):
            found = self._objects.get_tagged(path)
            kept = parse_manifest(found[0]) if found else None
            if found is None or kept is None:
                return None
            changed = change(kept)
            document = CODEC.dump_json(changed)
            if changed == kept or self._objects.replace(path, document, JSON, found[1]):
                return changed
        raise busy(key)

    def scores(self, prediction: Prediction) -> Scores | None:
        """Scores (10, height, width), or None where they are missing."""
        packed = self.stored(prediction.id, SCORES)
        if packed is None:
            return None
        flat = np.frombuffer(gzip.decompress(packed), np.uint8)
        return flat.reshape(len(KEYS), prediction.image.height, prediction.image.width)

    def stored(self, key: UUID, name: str) -> bytes | None:
        """`source.tif` or `scores` (gzip) as it was kept, or None."""
        return self._objects.get(path_of(key, name))

    def link(self, key: UUID, name: str, *, head: bool = False, disposition: str = "") -> str:
        """A temporary URL of `source.tif` or `scores`, for HEAD or else for GET."""
        return self._objects.link(path_of(key, name), head=head, disposition=disposition)

    def export(
        self,
        key: UUID,
        name: str,
        body: bytes,
        media_type: str,
        *,
        head: bool = False,
        disposition: str = "",
    ) -> str | None:
        """A temporary URL of a file that was made from a prediction, or None if that is gone.

        The content's hash is part of the key: no request replaces what another's link leads to.
        """
        path = f"{EXPORTS}{key}/{hashlib.sha256(body).hexdigest()[:32]}/{name}"
        self._objects.put(path, body, media_type)
        if self.manifest(key) is None:  # deleted while the file was made
            self._objects.delete([path])
            return None
        return self._objects.link(path, head=head, disposition=disposition)

    def delete(self, key: UUID) -> bool:
        """Delete what is there of a prediction, its manifest first; False if there was nothing.

        What an upload completes meanwhile is left as a whole.
        """
        found = self._delete_once(key)
        for _ in incomplete(self._objects, key):
            self._delete_once(key)
        return found

    def inventories(self) -> Iterator[Inventory]:
        """Everything under `predictions/`, one prediction at a time."""
        for key, objects in by_id(self._objects, PREDICTIONS):
            yield inventory_of(key, objects)

    def inventory(self, key: UUID) -> Inventory | None:
        """What lies under one id, or None."""
        return listed(self._objects, key)

    def upload_link(self, key: UUID, size_bytes: int) -> str:
        """A temporary URL that takes one TIFF of just this size."""
        return self._objects.upload_link(f"{UPLOADS}{key}", size_bytes, TIFF)

    def uploaded(self, key: UUID) -> bytes | None:
        """What was put under the id, or None."""
        return self._objects.get(f"{UPLOADS}{key}")

    def ping(self) -> None:
        """Raise unless the store answers."""
        self._objects.ping()

    def _delete_once(self, key: UUID) -> bool:
        """Delete what is listed now, the manifest first; exports are listed when it is gone."""
        kept, manifest = self._keys(path_of(key, "")), path_of(key, MANIFEST)
        if manifest in kept:
            self._objects.delete([manifest])
        exports = self._keys(f"{EXPORTS}{key}/")
        if rest := [path for path in kept if path != manifest] + exports:
            self._objects.delete(rest)
        return bool(kept or exports)

    def _keys(self, prefix: str) -> list[str]:
        return [stored.key for stored in self._objects.listed(prefix)]
