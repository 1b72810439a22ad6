"""`make run` in a process of its own, on a folder and ports of its own, for tests that kill it."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import requests

from scripts.local.data import DataDirectory
from scripts.local.process.port import free_port

ROOT = Path(__file__).parents[2]
_START_S = 120
_PARTS = {
    "workers": "awslambdaric",
    "S3": "scripts.local.s3.moto_server",
    "PostgreSQL": "/postgres -D",
}


class Running:
    """A stack that is up; `prefix` is a command that starts it, for instance in a namespace."""

    def __init__(self, folder: Path, prefix: tuple[str, ...] = ()) -> None:
        self.folder, self._prefix = folder, prefix
        self._api_port, self._page_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self._api_port}"
        self.log = folder.with_name(f"{folder.name}.log")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it. Returns the seconds until it was ready."""
        began = time.monotonic()
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*self._prefix, sys.executable, "-m", "scripts.local", "run"],
                cwd=ROOT,
                env=self._environment(),
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.wait_ready()
        return time.monotonic() - began

    def wait_ready(self) -> None:
        """Return when the function, PostgreSQL and S3 answer."""
        deadline = time.monotonic() + _START_S
        while True:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.url}/ready", timeout=30).ok:
                    return
            assert time.monotonic() < deadline, self.log.read_text()[-2000:]
            assert self.pid, "it has ended"
            time.sleep(0.2)

    @property
    def pid(self) -> int:
        """Of the stack's own process; 0 when it does not run."""
        running = self._process and self._process.poll() is None
        return self._process.pid if self._process and running else 0

    def pids(self, part: str) -> list[int]:
        """Processes of `workers`, `S3` or `PostgreSQL`, each before its own children."""
        children = _children()
        found = [pid for pid, line in children.get(self.pid, ()) if _PARTS[part] in line]
        return [pid for first in found for pid in (first, *(p for p, _ in children.get(first, ())))]

    def signal(self, part: str, number: signal.Signals, *, all_of_it: bool = True) -> None:
        """Send a signal to a part; `all_of_it` False: to its first process alone."""
        for pid in self.pids(part)[: None if all_of_it else 1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self, *, with_children: bool) -> None:
        """SIGKILL the stack's process, or all of its processes."""
        parts = [pid for part in _PARTS for pid in self.pids(part)] if with_children else []
        for pid in (self.pid, *parts):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self._process:
            self._process.wait()

    def reconcile(self) -> None:
        """`make reconcile`, on the disk that the stack sees."""
        inside = ("nsenter", "-t", str(self.pid), "-m", f"--wd={ROOT}") if self._prefix else ()
        subprocess.run(
            [*inside, sys.executable, "-m", "scripts.local", "reconcile"],
            cwd=ROOT,
            env=self._environment(),
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def memory_mb(self, name: str = "VmRSS") -> int:
        """Of the largest worker: now, or its peak (`VmHWM`)."""
        status = [Path(f"/proc/{pid}/status").read_text() for pid in self.pids("workers")]
        return max(int(text.split(f"{name}:")[1].split()[0]) // 1024 for text in status)

    def stop(self) -> None:
        """Stop it in order, and remove what it kept."""
        if self.pid and self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)
        DataDirectory(self.folder).remove()

    def _environment(self) -> dict[str, str]:
        ports = {"API_PORT": str(self._api_port), "PAGE_PORT": str(self._page_port)}
        return {**os.environ, **ports, "TESELA_DATA": str(self.folder), "DATABASE_URL": ""}


def full_disk(folder: Path, size_mb: int) -> tuple[str, ...]:
    """A command that starts another one with `folder` on a disk of its own (root on Linux)."""
    assert shutil.which("unshare"), "unshare is part of util-linux"
    mount = f'mount -t tmpfs -o size={size_mb}m,mode=755 tmpfs "{folder}" && exec "$@"'
    return "unshare", "-m", "sh", "-c", mount, "sh"


def _children() -> dict[int, list[tuple[int, str]]]:
    """Processes by the number of their parent."""
    listing = ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="]
    children: dict[int, list[tuple[int, str]]] = {}
    for line in subprocess.check_output(listing, text=True).splitlines():
        pid, parent, command = line.split(None, 2)
        children.setdefault(int(parent), []).append((int(pid), command))
    return children
