import threading

import pytest

from scripts.local.lambda_runtime.invocation import (
    MAX_WAITING,
    FunctionFailedError,
    Invocation,
    InvocationQueue,
    ThrottledError,
)


def test_invocations_are_taken_in_the_order_they_came() -> None:
    queue = InvocationQueue()
    first, second = Invocation(b"1"), Invocation(b"2")
    queue.put(first)
    queue.put(second)
    assert queue.take(lambda: True) is first
    assert queue.take(lambda: True) is second


def test_a_taker_that_has_gone_gets_nothing_and_the_next_one_does() -> None:
    queue = InvocationQueue()
    queue.put(invocation := Invocation(b""))
    assert queue.take(lambda: False) is None
    assert queue.take(lambda: True) is invocation


def test_a_waiting_taker_is_woken_to_find_itself_gone() -> None:
    queue, there, taken = InvocationQueue(), [True], []
    taker = threading.Thread(target=lambda: taken.append(queue.take(lambda: there[0])))
    taker.start()
    there[0] = False
    queue.wake()
    taker.join(5)
    assert taken == [None]


def test_a_closed_queue_fails_what_waits_and_what_comes() -> None:
    queue = InvocationQueue()
    waiting, late = Invocation(b""), Invocation(b"")
    queue.put(waiting)
    queue.close()
    queue.put(late)
    for invocation in (waiting, late):
        with pytest.raises(FunctionFailedError, match="stopping"):
            invocation.answer.result(0)


def test_no_more_wait_than_may() -> None:
    queue = InvocationQueue()
    for _ in range(MAX_WAITING):
        queue.put(Invocation(b""))
    with pytest.raises(ThrottledError):
        queue.put(Invocation(b""))
    queue.take(lambda: True)
    queue.put(Invocation(b""))
