"""Requests at once, which wait before every call of a port for their turn in an order."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import cache, partial
from itertools import chain, islice, product, repeat
from typing import Any

from tests.fakes import Before

Work = Callable[[], object]
# Takes the numbers of those who wait; returns whose call is made.
Choose = Callable[[Sequence[int]], int]


class Interleaving:
    """Runs pieces of work, of one thread each, that call their own `before` before every call."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: set[int] = set()
        self._running = 0
        self.errors: list[Exception] = []

    def before(self, actor: int) -> Before:
        """What the ports of one piece of work call."""

        def wait(method: str, key: str) -> None:
            with self._changed:
                self._waiting.add(actor)
                self._changed.notify_all()
                self._changed.wait_for(lambda: actor not in self._waiting)

        return wait

    def run(self, works: Sequence[Work], choose: Choose) -> None:
        """Let one make a call, wait until all wait again or have ended, and so on to the end."""
        threads = [threading.Thread(target=self._work, args=(work,)) for work in works]
        self._running = len(threads)
        for thread in threads:
            thread.start()
        with self._changed:
            while True:
                self._changed.wait_for(lambda: len(self._waiting) == self._running)
                if not self._running:
                    break
                self._waiting.remove(choose(sorted(self._waiting)))
                self._changed.notify_all()
        for thread in threads:
            thread.join()

    def _work(self, work: Work) -> None:
        try:
            work()
        except Exception as error:
            self.errors.append(error)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()


class InOneThread:
    """A `ThreadPoolExecutor` that does its work at once: what it does in parallel commutes."""

    def __init__(self, workers: int) -> None:
        del workers

    def __enter__(self) -> "InOneThread":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def submit(self, work: Callable[..., object], *arguments: Any) -> Future[object]:
        done: Future[object] = Future()
        try:
            done.set_result(work(*arguments))
        except Exception as error:
            done.set_exception(error)
        return done


class WhenAsked(InOneThread):
    """The same, which does its work when somebody asks how it ended."""

    def submit(self, work: Callable[..., object], *arguments: Any) -> Future[object]:
        return _Asked(partial(super().submit, work, *arguments))


class _Asked(Future[object]):
    def __init__(self, work: Callable[[], Future[object]]) -> None:
        super().__init__()
        self._done = cache(work)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        return self._done().exception(timeout)


def turns(max_calls: int, switches: int) -> Iterator[Choose]:
    """Orders of two that change up to `switches` times before both end: every way to do so."""
    return map(_in_turns, product(range(max_calls + 1), repeat=switches))


def _in_turns(counts: tuple[int, ...]) -> Choose:
    """The first makes counts[0] calls, the second counts[1], and so on; then the next goes first."""
    planned = [turn % 2 for turn, count in enumerate(counts) for _ in range(count)]
    order = chain(planned, repeat(len(counts) % 2))

    def choose(waiting: Sequence[int]) -> int:
        return next(actor for actor in (*islice(order, 1), *waiting) if actor in waiting)

    return choose


def some_orders(number: int) -> list[Choose]:
    """Orders drawn by a fixed seed, where every one would be too many."""
    return [random.Random(seed).choice for seed in range(number)]
