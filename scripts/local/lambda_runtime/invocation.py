"""One call of the function, and the queue from which the workers take them."""

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

# Of a burst that two workers answer within seconds; the service itself lets none wait.
MAX_WAITING = 128


class ThrottledError(Exception):
    """As many invocations wait as may; the caller should come again."""


class FunctionFailedError(Exception):
    """The function gave no answer: it raised, ran out of time, or its process ended."""


def new_trace_id() -> str:
    """Return an X-Ray trace id: version, seconds in hex, 96 random bits."""
    return f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"


@dataclass(eq=False)
class Invocation:
    """`event`: JSON; `answer`: the JSON that the handler returned, or FunctionFailedError."""

    event: bytes
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    trace_id: str = field(default_factory=new_trace_id)
    answer: Future[bytes] = field(default_factory=Future)

    def fail(self, reason: str) -> None:
        """Tell the caller that there is no answer."""
        self.answer.set_exception(FunctionFailedError(reason))


class InvocationQueue:
    """First in, first out, over all workers."""

    def __init__(self) -> None:
        self._waiting: deque[Invocation] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, invocation: Invocation) -> None:
        """Let the next free worker have it.

        Raises:
            ThrottledError: `MAX_WAITING` others wait.
        """
        with self._changed:
            if self._closed:
                invocation.fail("The stack is stopping.")
                return
            if len(self._waiting) >= MAX_WAITING:
                raise ThrottledError
            self._waiting.append(invocation)
            self._changed.notify_all()

    def take(self, still_there: Callable[[], bool]) -> Invocation | None:
        """Wait for the next one and return it, or None once the taker is gone.

        `still_there` is asked at the last moment: an idle worker that has just died is given
        nothing, and the invocation goes to another.
        """
        with self._changed:
            while still_there():
                if self._waiting:
                    return self._waiting.popleft()
                self._changed.wait()
        return None

    def wake(self) -> None:
        """Let every taker look again whether it is still there."""
        with self._changed:
            self._changed.notify_all()

    def fail_waiting(self, reason: str) -> None:
        """Fail all that no worker has taken."""
        with self._changed:
            while self._waiting:
                self._waiting.popleft().fail(reason)

    def close(self) -> None:
        """Fail what waits, and whatever comes from now on."""
        with self._changed:
            self._closed = True
        self.fail_waiting("The stack is stopping.")
