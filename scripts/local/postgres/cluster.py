"""The data of one PostgreSQL server: made by initdb, opened with a password of its own."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from scripts.local.errors import PostgresError
from scripts.local.lambda_runtime.function import machine_environment
from scripts.local.postgres.home import PostgresHome
from scripts.local.process.identity import Identity, popen_arguments

OWNER = "tesela"
_STATUS_LINE = 7  # of postmaster.pid, where pg_ctl looks too


@dataclass(frozen=True)
class PostgresCluster:
    """`data`: its directory; `user`: as whom the server runs, None: ourselves."""

    data: Path
    programs: Path
    user: Identity | None
    password: str

    def command(self, port: int) -> list[str]:
        """Return the server's command line: TCP alone, as a socket's path may not be long."""
        return [
            str(self.programs / "postgres"),
            *("-D", str(self.data), "-p", str(port)),
            *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
        ]

    def environment(self) -> dict[str, str]:
        """Return the environment of PostgreSQL's programs: English messages, whatever the user's language."""
        return machine_environment() | {"LC_ALL": "C"}

    def is_ready(self, pid: int) -> bool:
        """Return whether the server of process `pid` takes connections."""
        lines = _pid_file_lines(self.data)
        return (
            len(lines) > _STATUS_LINE
            and lines[0] == str(pid)
            and lines[_STATUS_LINE].strip() == "ready"
        )


def make_cluster(home: PostgresHome, password_file: Path) -> PostgresCluster:
    """Open the cluster in `home`, made first where there is none."""
    data = home.directory / "data"
    if not data.exists():
        password = secrets.token_urlsafe(24)
        _write_private(password_file, password)
        _initdb(home, password)
    if not password_file.exists():
        raise PostgresError(f"{password_file} is gone: make clean-data starts anew.")
    return PostgresCluster(
        data, home.binaries.directory, home.user, password_file.read_text().strip()
    )


def end_orphan(data: Path, patience_s: float = 10) -> None:
    """Stop a server that a killed stack left behind on `data`, and clear away its stale mark.

    The number in the mark may by now be another process's: it is only believed when that process
    runs on this very directory.
    """
    lines = _pid_file_lines(data)
    if not lines or not lines[0].isdigit():
        return
    pid, deadline = int(lines[0]), time.monotonic() + patience_s
    while str(data) in _command_line(pid):
        number = signal.SIGINT if time.monotonic() < deadline else signal.SIGKILL
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        time.sleep(0.1)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _initdb(home: PostgresHome, password: str) -> None:
    """Into a directory that gets its name when it is whole: a cut leaves nothing half made."""
    partial, password_file = home.directory / "data.partial", home.directory / "initdb.password"
    shutil.rmtree(partial, ignore_errors=True)
    _write_private(password_file, password, home.user)
    try:
        _run(
            home,
            *("initdb", "-D", str(partial), "-U", OWNER, "-A", "scram-sha-256"),
            *("--pwfile", str(password_file), "-E", "UTF8", "--locale=C"),
        )
    finally:
        password_file.unlink()
    partial.rename(home.directory / "data")


def _run(home: PostgresHome, program: str, *arguments: str) -> None:
    result = subprocess.run(
        [str(home.binaries.directory / program), *arguments],
        cwd=home.directory,
        env=machine_environment() | {"LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        **popen_arguments(home.user),
    )
    if result.returncode:
        raise PostgresError(f"{program} failed:\n{result.stderr.strip()[-800:]}")


def _write_private(path: Path, text: str, user: Identity | None = None) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    if user:
        os.chown(path, *user)


def _pid_file_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _command_line(pid: int) -> str:
    """Return the command line of a running process, "" where there is none."""
    proc = Path(f"/proc/{pid}/cmdline")
    if proc.parent.parent.joinpath("self").exists():
        with contextlib.suppress(OSError):
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    listing = ["ps", "-ww", "-p", str(pid), "-o", "args="]
    return subprocess.run(listing, capture_output=True, text=True, check=False).stdout
