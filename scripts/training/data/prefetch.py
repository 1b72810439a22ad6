"""Draw batches in other processes, ahead of a GPU that would wait for one."""

import shutil
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

AHEAD = 3  # results that wait for each process
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it

Arrays = tuple[NDArray[Any], ...]
Draw = Callable[[int], Arrays]
_inherited: list[tuple[Draw, Path]] = []  # of each process


class Prefetcher:
    """Calls `draw` with 0, 1, 2, ... in other processes before it is asked for the results.

    They are forks, which share what `draw` holds: make it before TensorFlow or JAX start threads.
    Results come by files in memory: by pipe, the training's own threads would hold them up.
    """

    def __init__(self, draw: Draw, processes: int) -> None:
        self.folder = Path(mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        given = ((draw, self.folder),)
        self._pool = ProcessPoolExecutor(processes, get_context("fork"), _inherited.append, given)
        weakref.finalize(self, _end, self._pool, self.folder)
        self._due: dict[int, Future[list[Path]]] = {}
        self._next, self._reach, self._lock = 0, AHEAD * processes, Lock()
        self._order(0)

    def __call__(self, number: int) -> Arrays:
        """The result for a number; those after it are begun."""
        with self._lock:
            self._order(number)
            due = self._due.pop(number)
        return tuple(_taken(path) for path in due.result())

    def _order(self, number: int) -> None:
        if number not in self._due:  # a start, or a jump
            self._due, self._next = {}, number
        while self._next < number + self._reach:
            self._due[self._next] = self._pool.submit(_drawn, self._next)
            self._next += 1


def _end(pool: ProcessPoolExecutor, folder: Path) -> None:
    pool.shutdown(cancel_futures=True)
    shutil.rmtree(folder)


def _drawn(number: int) -> list[Path]:
    draw, folder = _inherited[-1]
    arrays = draw(number)
    paths = [folder / f"{number}-{place}.npy" for place in range(len(arrays))]
    for path, array in zip(paths, arrays, strict=True):
        np.save(path, np.ascontiguousarray(array))
    return paths


def _taken(path: Path) -> NDArray[Any]:
    array: NDArray[Any] = np.load(path)
    path.unlink()
    return array
