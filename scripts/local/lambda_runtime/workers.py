"""The workers side by side: each is replaced when it ends, as the service replaces a sandbox."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from scripts.local.errors import WorkerError
from scripts.local.lambda_runtime.function import Function
from scripts.local.lambda_runtime.invocation import Invocation, InvocationQueue
from scripts.local.lambda_runtime.worker import Worker

_BACKOFF_S = (0.2, 0.5, 1, 2, 5)  # between starts that never got as far as asking for work


class Workers:
    """`count` processes that take invocations from one queue."""

    def __init__(self, count: int, logs: Path) -> None:
        """Nothing runs before `start`; `logs` is the directory of worker-1.log and so on."""
        self.count, self._logs = count, logs
        self._queue = InvocationQueue()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._running: dict[int, Worker] = {}
        self._failed: Worker | None = None  # ended before it asked for work, as none else does
        self._keepers: list[threading.Thread] = []

    @property
    def running(self) -> list[Worker]:
        """Return the workers, by slot."""
        with self._lock:
            return [self._running[slot] for slot in sorted(self._running)]

    def start(self, function: Function, patience_s: float = 60) -> None:
        """Start all, return when the first one waits for work; WorkerError when none ever does."""
        for slot in range(1, self.count + 1):
            keeper = threading.Thread(target=self._keep, args=[function, slot], daemon=True)
            self._keepers.append(keeper)
            keeper.start()
        self._wait_until(self._any_ready, patience_s)

    def wait_all_ready(self, patience_s: float = 60) -> None:
        """Return when every worker waits for work (benchmarks, tests of overlap)."""
        self._wait_until(self._all_ready, patience_s)

    def invoke(self, invocation: Invocation) -> bytes:
        """Run the function on one event and return its JSON.

        Raises:
            FunctionFailedError: The function raised, or ran out of time.
        """
        self._queue.put(invocation)
        return invocation.answer.result()

    def stop(self) -> None:
        """End every worker; who still waits for an answer is told that there is none."""
        self._stopping.set()
        self._queue.close()
        while any(keeper.is_alive() for keeper in self._keepers):
            # Again and again: a keeper may have been about to start its next worker.
            for worker in self.running:
                worker.kill()
            time.sleep(0.01)

    def _keep(self, function: Function, slot: int) -> None:
        failures = 0
        while not self._stopping.is_set():
            worker = Worker(function, self._queue, self._logs / f"worker-{slot}.log")
            with self._lock:
                self._running[slot] = worker
            worker.run()
            failures = 0 if worker.api.ready.is_set() else failures + 1
            if failures:
                self._give_up_on_waiting(worker)
                self._stopping.wait(_BACKOFF_S[min(failures, len(_BACKOFF_S)) - 1])

    def _give_up_on_waiting(self, failed: Worker) -> None:
        """Code that does not load answers nobody: those who wait are told, as on AWS."""
        if not self._any_ready():
            self._failed = failed
            self._queue.fail_waiting(failed.api.init_error or "The function did not start.")

    def _any_ready(self) -> bool:
        return any(worker.api.ready.is_set() for worker in self.running)

    def _all_ready(self) -> bool:
        ready = [worker for worker in self.running if worker.api.ready.is_set()]
        return len(ready) == self.count

    def _wait_until(self, condition: Callable[[], bool], patience_s: float) -> None:
        deadline = time.monotonic() + patience_s
        while not condition():
            if self._failed or time.monotonic() > deadline:
                raise WorkerError(self._trouble())
            time.sleep(0.01)

    def _trouble(self) -> str:
        if self._failed is None:
            return f"The function does not ask for work; its output is in {self._logs}"
        reason = self._failed.api.init_error
        return f"The function does not start. {reason}\n{self._failed.log_tail()}"
