"""The data directory of a stack: one stack at a time, and nothing else's files touched."""

import contextlib
import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import TextIO

from scripts.local.errors import DataDirError
from scripts.local.postgres.home import outside_directory

_STACK, _LOCK = "stack.json", "lock"
_OURS = ("logs", "postgres", "postgres.password", "s3", _STACK, _LOCK)


class DataDirectory:
    """`path`, made when it is not there."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.logs = self.path / "logs"
        self._lock: TextIO | None = None

    def acquire(self) -> None:
        """Make it ours; DataDirError when another stack runs on it."""
        self.path.mkdir(mode=_closed_mode(), parents=True, exist_ok=True)
        self.logs.mkdir(mode=0o700, exist_ok=True)
        (self.path / _LOCK).touch(mode=0o600)
        lock = (self.path / _LOCK).open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise DataDirError(f"Tesela is running already on {self.path}.") from error
        self._lock = lock
        self._close_to_others()

    def release(self) -> None:
        """Let another stack have it."""
        if self._lock:
            (self.path / _STACK).unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def write_stack(self, environment: dict[str, str]) -> None:
        """Leave the running stack's environment to other commands; it holds the password."""
        partial = self.path / f"{_STACK}.partial"
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(environment, file, indent=1)
        partial.replace(self.path / _STACK)

    def running_stack(self) -> dict[str, str]:
        """Return the environment of the stack that runs on it.

        Raises:
            DataDirError: None does.
        """
        if not self._is_taken():
            raise DataDirError(f"Tesela is not running on {self.path}: start it with make run.")
        try:
            environment: dict[str, str] = json.loads((self.path / _STACK).read_text())
        except FileNotFoundError as error:
            raise DataDirError("Tesela is still starting; try again.") from error
        return environment

    def remove(self) -> None:
        """Remove what a stack keeps, and only that; DataDirError while one runs."""
        if not self.path.exists():
            return
        self.acquire()
        for name in _OURS:
            kept = self.path / name
            if kept.is_dir():
                shutil.rmtree(kept)
            else:
                kept.unlink(missing_ok=True)
        self.release()
        shutil.rmtree(outside_directory(self.path), ignore_errors=True)
        with contextlib.suppress(OSError):
            self.path.rmdir()  # stays when something of the user's is in it

    def _close_to_others(self) -> None:
        """What an earlier version left readable: images of the user's are among it."""
        for kept in (self.logs, self.path / "s3"):
            for path in (kept, *kept.rglob("*")):
                if path.exists():
                    path.chmod(0o700 if path.is_dir() else 0o600)

    def _is_taken(self) -> bool:
        if not self.path.exists():
            return False
        try:
            self.acquire()
        except DataDirError:
            return True
        self.release()
        return False


def _closed_mode() -> int:
    """Of the directory itself: PostgreSQL, which does not run as root, passes through root's."""
    return 0o711 if os.geteuid() == 0 else 0o700
