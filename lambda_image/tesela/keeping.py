"""Writing a prediction's objects while the rest of it is still being made."""

import gzip
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Self
from uuid import UUID

from tesela.core.tiles import Scores
from tesela.errors import StorageUnavailableError
from tesela.layout import (
    BINARY,
    JSON,
    MANIFEST,
    MAX_ROUNDS,
    SCORES,
    SOURCE,
    TIFF,
    busy,
    incomplete,
    parse_manifest,
    path_of,
)
from tesela.ports import ObjectStore
from tesela.prediction import CODEC, Prediction


class Keeping:
    """A new prediction on its way: each part as soon as it exists, the manifest beside them and once.

    Until all of them are there, the prediction is not. A DELETE that runs meanwhile may take parts
    away: `settle` writes them again. Where it took the manifest, they go too. As a context manager it
    takes parts away again where what makes the rest fails.
    """

    def __init__(
        self, objects: ObjectStore, pool: ThreadPoolExecutor, key: UUID, source: bytes
    ) -> None:
        self._objects, self._pool, self._key = objects, pool, key
        self._puts: dict[str, Callable[[], None]] = {}
        self._running: list[Future[None]] = []
        self._start(SOURCE, lambda: objects.put(path_of(key, SOURCE), source, TIFF))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind:
            self.abandon()

    def add(self, scores: Scores) -> None:
        """Send the scores."""
        path, packed = path_of(self._key, SCORES), cache(lambda: _pack(scores))
        self._start(SCORES, lambda: self._objects.put(path, packed(), BINARY, "gzip"))

    def finish(self, prediction: Prediction) -> tuple[Prediction, bool]:
        """Write the manifest, and wait for the parts; `settle` must follow.

        Returns:
            The prediction that is kept, and whether it is this one and not an earlier one.
        """
        try:
            return self._put_manifest(prediction)
        finally:
            self._wait()

    def settle(self) -> None:
        """Look until what is there is all of the prediction or nothing."""
        for names in incomplete(self._objects, self._key):
            if MANIFEST in names:
                self._send()
            else:
                self._objects.delete([path_of(self._key, name) for name in names])

    def abandon(self) -> None:
        """Take the parts away again, unless another request has finished them."""
        with suppress(StorageUnavailableError):  # `reconcile` deletes what stays
            self._wait()
            for names in incomplete(self._objects, self._key):
                if MANIFEST in names:
                    return
                self._objects.delete([path_of(self._key, name) for name in names])

    def _put_manifest(self, prediction: Prediction) -> tuple[Prediction, bool]:
        path, document = path_of(self._key, MANIFEST), CODEC.dump_json(prediction)
        for _ in range(MAX_ROUNDS):
            if self._objects.put_new(path, document, JSON):
                return prediction, True
            body = self._objects.get(path)
            if body is None:  # deleted meanwhile
                continue
            kept = parse_manifest(body)
            if kept is None:
                self._objects.put(path, document, JSON)
                return prediction, True
            return kept, kept == prediction  # equal: a repeated PUT whose first answer was lost
        raise busy(self._key)

    def _start(self, name: str, put: Callable[[], None]) -> None:
        self._puts[name] = put
        self._running.append(self._pool.submit(put))

    def _send(self) -> None:
        self._running = [self._pool.submit(put) for put in self._puts.values()]
        self._wait()

    def _wait(self) -> None:
        """Return when nothing is on its way any more; raise what went wrong."""
        for error in [put.exception() for put in self._running]:
            if error:
                raise error


def _pack(scores: Scores) -> bytes:
    return gzip.compress(scores.tobytes(), compresslevel=1, mtime=0)
