"""The image as Lambda runs it: its limits, its variables, its Runtime API on the other side."""

import json
import os
import subprocess
import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scripts.local.lambda_runtime.function import Function
from scripts.local.lambda_runtime.invocation import Invocation, InvocationQueue
from scripts.local.lambda_runtime.runtime_api import RuntimeApi
from scripts.local.process.child import Child
from tests.image.build import IMAGE, WORK

_PODMAN = ("podman", "--runtime=runc", "--cgroup-manager=cgroupfs", "--events-backend=file")
_LIMITS = (
    "--read-only",
    "--read-only-tmpfs=false",
    "--tmpfs=/tmp:size=512m",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    "--ulimit=nofile=1024:1024",
    "--ulimit=nproc=1024:1024",
    "--network=host",  # for the Runtime API, PostgreSQL and S3 of this machine
)
_PATIENCE_S = 240  # of a busy machine; Lambda has its own
_FROM_LAMBDA = ("AWS_", "TESELA_", "POWERTOOLS_", "DATABASE_URL")


class Container:
    """One sandbox of a function; it runs inside `with`."""

    def __init__(
        self,
        handler: str,
        settings: Mapping[str, str],
        reads: tuple[Path, ...] = (),
        image: str = IMAGE,
    ) -> None:
        """`reads`: files of this machine that it sees at the same place."""
        self._function = Function(Path("/var/task"), handler, _PATIENCE_S, settings=settings)
        self._image, self._reads, self._name = image, reads, f"tesela-{uuid.uuid4().hex[:8]}"
        self._queue = InvocationQueue()
        self.api = RuntimeApi(self._queue, _PATIENCE_S, self._stop)

    def __enter__(self) -> Self:
        self.api.start()
        self._child = Child(
            self._command(), environment=os.environ, log=WORK / f"{self._name}.log", directory=WORK
        )
        threading.Thread(target=self._accompany, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()
        self._child.wait(_PATIENCE_S)
        if error:
            print(self._child.log_tail(40))  # noqa: T201

    def _accompany(self) -> None:
        """Whoever waits for an answer is told when there will be none."""
        status = self._child.wait()
        self._queue.fail_waiting(f"The container ended: exit status {status}")
        self.api.abandon(f"The container ended: exit status {status}")

    def wait_ready(self) -> None:
        """Return when the handler is imported and asks for its first event."""
        assert self.api.ready.wait(_PATIENCE_S), self.api.init_error

    def invoke(self, invocation: Invocation) -> bytes:
        """Run the handler on one event and return its JSON."""
        self._queue.put(invocation)
        return invocation.answer.result()

    def call(self, event: dict[str, Any]) -> Any:
        """The same with values."""
        return json.loads(self.invoke(Invocation(json.dumps(event).encode())))

    def peak_memory_mb(self) -> float:
        """The most that the process held at a time."""
        return int(self.status("VmHWM").split()[0]) / 1024

    def age_s(self) -> float:
        """Since the process began: podman's own work before it is not Lambda's."""
        began = int(self._stat()[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - began

    def processor_s(self) -> float:
        """Processor time so far, which other programs on this machine do not lengthen."""
        user, system = self._stat()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def status(self, name: str) -> str:
        """A line of the process's /proc/PID/status."""
        return self._line("status", name)

    def limit(self, name: str) -> str:
        """A line of the process's /proc/PID/limits."""
        return self._line("limits", name)

    def mount(self, place: str) -> set[str]:
        """How a place of its file system is mounted."""
        lines = Path(f"/proc/{self._pid()}/mounts").read_text().splitlines()
        return next(
            set(how.split(",")) for _, at, _, how, *_ in map(str.split, lines) if at == place
        )

    def _line(self, file: str, name: str) -> str:
        lines = Path(f"/proc/{self._pid()}/{file}").read_text().splitlines()
        return next(line[len(name) :].strip(": \t") for line in lines if line.startswith(name))

    def _stat(self) -> list[str]:
        """Fields of /proc/PID/stat from the third on, after the name, which may hold spaces."""
        return Path(f"/proc/{self._pid()}/stat").read_text().rpartition(")")[2].split()

    def _pid(self) -> int:
        command = [*_PODMAN, "inspect", "--format={{.State.Pid}}", self._name]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    def _command(self) -> list[str]:
        environment = self._function.environment() | {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.api.port}"
        }
        given = {k: v for k, v in environment.items() if k.startswith(_FROM_LAMBDA)}
        return [
            *(*_PODMAN, "run", "--rm", f"--name={self._name}", *_LIMITS),
            f"--memory={self._function.memory_mb}m",
            *(f"--volume={path}:{path}:ro" for path in self._reads),
            *(f"--env={name}={value}" for name, value in given.items()),
            *(self._image, self._function.handler),
        ]

    def _stop(self) -> None:
        command = [*_PODMAN, "kill", self._name]
        subprocess.run(command, capture_output=True, check=False)
