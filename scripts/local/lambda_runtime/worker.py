"""One process of the function: the real `awslambdaric`, as in the image, with its Runtime API."""

import importlib.util
import os
import signal
import sys
from pathlib import Path

from scripts.local.lambda_runtime.function import Function
from scripts.local.lambda_runtime.invocation import InvocationQueue
from scripts.local.lambda_runtime.runtime_api import RuntimeApi
from scripts.local.process.child import Child

_SHIM = Path(__file__).parent / "client_shim"


class Worker:
    """A started process; `run` accompanies it to its end."""

    def __init__(self, function: Function, queue: InvocationQueue, log: Path) -> None:
        """Start it; what the function prints goes to `log`."""
        self.api = RuntimeApi(queue, function.timeout_s, self.kill)
        self.api.start()
        self._child = Child(
            [sys.executable, "-m", "awslambdaric", function.handler],
            environment=self._environment(function),
            log=log,
            directory=function.task_root,
            stop_signal=signal.SIGKILL,  # as the service ends a sandbox
        )
        self.pid = self._child.pid

    def kill(self) -> None:
        """End it at once."""
        self._child.kill()

    def run(self) -> None:
        """Return when the process has ended, its caller told."""
        status = self._child.wait()
        ending = f"signal {-status}" if status < 0 else f"exit status {status}"
        self.api.abandon(f"Runtime exited: {ending}")

    def log_tail(self) -> str:
        """Return the last lines that it printed."""
        return self._child.log_tail()

    def _environment(self, function: Function) -> dict[str, str]:
        environment = function.environment()
        environment["AWS_LAMBDA_RUNTIME_API"] = f"127.0.0.1:{self.api.port}"
        if importlib.util.find_spec("runtime_client") is None:
            # awslambdaric compiles its HTTP client on Linux alone.
            environment["PYTHONPATH"] += os.pathsep + str(_SHIM)
        return environment
