"""Two threads that take turns at every call of a port, in an order that a test chooses."""

import threading
from collections.abc import Callable, Iterator
from itertools import product

Work = Callable[[], object]


def turns(max_calls: int, switches: int) -> Iterator[tuple[int, ...]]:
    """Calls to let through before each change of thread: every way to change up to `switches` times."""
    return product(range(max_calls + 1), repeat=switches)


class Interleaving:
    """Runs two pieces of work; `before` is called by the fakes, from whatever thread.

    A thread that a piece of work started, for its parallel calls, counts as the first one's.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._second: threading.Thread | None = None
        self._waiting = [0, 0]
        self._let_through = [0, 0]
        self._ended = [False, False]
        self.errors: list[Exception] = []

    def before(self, method: str, key: str) -> None:
        """Wait for the turn of this thread."""
        actor = int(threading.current_thread() is self._second)
        with self._changed:
            self._waiting[actor] += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._let_through[actor])
            self._let_through[actor] -= 1
            self._waiting[actor] -= 1
            self._changed.notify_all()

    def run(self, first: Work, second: Work, calls: tuple[int, ...]) -> None:
        """Let `first` make calls[0] calls, `second` calls[1], and so on; then end both."""
        threads = [
            threading.Thread(target=self._work, args=(actor, work))
            for actor, work in enumerate((first, second))
        ]
        self._second = threads[1]
        for thread in threads:
            thread.start()
        for turn, count in enumerate(calls):
            self._advance(turn % 2, count)
        for actor in (len(calls) % 2, (len(calls) + 1) % 2):
            self._advance(actor, 10_000)
        for thread in threads:
            thread.join()

    def _advance(self, actor: int, count: int) -> None:
        with self._changed:
            for _ in range(count):
                self._changed.wait_for(lambda: self._ended[actor] or self._waiting[actor])
                if self._ended[actor]:
                    return
                self._let_through[actor] += 1
                self._changed.notify_all()
                self._changed.wait_for(lambda: not self._let_through[actor])
            self._changed.wait_for(lambda: self._ended[actor] or self._waiting[actor])

    def _work(self, actor: int, work: Work) -> None:
        try:
            work()
        except Exception as error:
            self.errors.append(error)
        finally:
            with self._changed:
                self._ended[actor] = True
                self._changed.notify_all()
