"""A process of the stack: own session, output in a log file, never outlives this process."""

import atexit
import contextlib
import functools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.local.process import guardian
from scripts.local.process.identity import Identity, popen_arguments


class Child:
    """One running process.

    Its own session keeps the terminal's Ctrl-C away from it: the stack stops its children in order.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        directory: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: Identity | None = None,
    ) -> None:
        """Start it; `user` is whom to become, None to stay."""
        self.log, self._stop_signal = log, stop_signal
        log.touch(mode=0o600)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                arguments,
                env=dict(environment),
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,  # what it writes is for its user alone
                **popen_arguments(user),
            )
        self.pid: int = self._process.pid
        _guard().add(self.pid, stop_signal)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def wait(self, timeout_s: float | None = None) -> int:
        """Wait for its end, and return the exit status (negative: killed by that signal)."""
        status: int = self._process.wait(timeout_s)
        _guard().remove(self.pid)
        return status

    def stop(self, timeout_s: float = 10.0) -> None:
        """Ask it to end, insist after `timeout_s`, return when it is gone."""
        self._signal(self._stop_signal)
        try:
            self.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            self.wait()

    def kill(self) -> None:
        """End it and whatever it started, without a word."""
        self._signal(signal.SIGKILL)

    def log_tail(self, lines: int = 12) -> str:
        """Return the last lines that it wrote, for an error message."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _signal(self, number: signal.Signals) -> None:
        # Popen.poll first: a process that was already reaped has a number that may be another's.
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)


class _Guard:
    """The end of the pipe that the guardian reads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", guardian.__file__],
            stdin=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        atexit.register(self._close)

    def add(self, pid: int, number: int) -> None:
        self._write(f"+{pid} {int(number)}\n")

    def remove(self, pid: int) -> None:
        self._write(f"-{pid}\n")

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None  # noqa: S101 (opened as a pipe above)
        with self._lock, contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def _close(self) -> None:
        self._process.communicate()


@functools.cache
def _guard() -> _Guard:
    return _Guard()
