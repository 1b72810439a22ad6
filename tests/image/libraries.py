"""What shared objects ask of the system under them."""

import re
import subprocess
from collections import defaultdict
from pathlib import Path

Version = tuple[int, ...]


def newest(root: Path) -> dict[str, tuple[Version, str]]:
    """By family of symbols (GLIBC, GLIBCXX, CXXABI): the newest version asked for, and by which file.

    A wheel's name is not enough: some need a newer glibc than their tag says.
    """
    found: dict[str, tuple[Version, str]] = defaultdict(lambda: ((0,), ""))
    for library in shared_objects(root):
        for family, version in re.findall(r"Name: ([A-Z]+)_([\d.]+)", _readelf("-V", library)):
            asked = tuple(map(int, version.split(".")))
            found[family] = max(found[family], (asked, library.name))
    return dict(found)


def needed(root: Path) -> set[str]:
    """Names of the libraries that are needed and not among the files."""
    named = {
        name
        for library in shared_objects(root)
        for name in re.findall(r"NEEDED.*\[(.*)\]", _readelf("-d", library))
    }
    return named - {library.name for library in shared_objects(root)}


def shared_objects(root: Path) -> list[Path]:
    """All below a directory."""
    return [path for path in root.rglob("*.so*") if path.is_file()]


def _readelf(part: str, path: Path) -> str:
    command = ["readelf", "--wide", part, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
