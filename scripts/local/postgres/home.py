"""Where the local PostgreSQL lives, and as whom it runs: it refuses to run as root."""

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scripts.local.errors import DataDirError
from scripts.local.postgres.binaries import PostgresBinaries
from scripts.local.process.identity import Identity

_OUTSIDE = Path("/var/tmp")  # noqa: S108 (what is used there is ours alone: _make_outside)
_OWNER = "data_dir"  # a note of the data directory that a place outside belongs to


@dataclass(frozen=True)
class PostgresHome:
    """`directory`: of the cluster; `binaries`: programs that `user` can reach; None: ourselves."""

    directory: Path
    binaries: PostgresBinaries
    user: Identity | None


def kept_directory(data_dir: Path) -> Path:
    """Return where the cluster is or will be: in `data_dir`, unless `nobody` cannot get there."""
    if os.geteuid() != 0 or _open_to_all(data_dir):
        return data_dir / "postgres"
    return outside_directory(data_dir) / "postgres"


def outside_directory(data_dir: Path) -> Path:
    """Return a folder open to `nobody`, for a checkout in a closed one such as root's home."""
    key = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    return _OUTSIDE / f"tesela-{key}"


def prepare_home(data_dir: Path, binaries: PostgresBinaries) -> PostgresHome:
    """Make the directory, and copy programs out of a closed one where root must become nobody."""
    directory = kept_directory(data_dir)
    if os.geteuid() != 0:
        directory.mkdir(mode=0o700, exist_ok=True)
        _check_owner(directory, os.geteuid())
        return PostgresHome(directory, binaries, None)
    if directory.parent != data_dir:
        _make_outside(data_dir)
    if not _open_to_all(binaries.directory):
        binaries = _copied(binaries, _make_outside(data_dir))
    directory.mkdir(mode=0o700, exist_ok=True)
    user = _unprivileged(directory)
    os.chown(directory, *user)
    return PostgresHome(directory, binaries, user)


def _open_to_all(path: Path) -> bool:
    path = path.resolve()
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in (path, *path.parents))


def _check_owner(directory: Path, uid: int) -> None:
    if directory.stat().st_uid != uid:
        raise DataDirError(
            f"{directory} belongs to another user. Run as that user, or set TESELA_DATA=..."
        )


def _make_outside(data_dir: Path) -> Path:
    _remove_forgotten()
    directory = outside_directory(data_dir)
    with contextlib.suppress(FileExistsError):
        directory.mkdir()
    # /var/tmp is open to everyone: a directory or link put there by another is not ours to use.
    if not _is_of_root(directory):
        raise DataDirError(f"{directory} is not root's own directory; remove it.")
    directory.chmod(0o755)
    (directory / _OWNER).write_text(str(data_dir.resolve()))
    return directory


def _remove_forgotten() -> None:
    """Clear away what belongs to temporary data directories (tests) that are gone themselves."""
    for note in _OUTSIDE.glob(f"tesela-*/{_OWNER}"):
        if _is_of_root(note.parent) and _is_of_root(note):
            data_dir = Path(note.read_text())
            if data_dir.is_relative_to(tempfile.gettempdir()) and not data_dir.exists():
                shutil.rmtree(note.parent, ignore_errors=True)


def _is_of_root(path: Path) -> bool:
    status = path.lstat()
    return status.st_uid == 0 and not stat.S_ISLNK(status.st_mode)


def _copied(binaries: PostgresBinaries, outside: Path) -> PostgresBinaries:
    """Return the same programs below `outside`.

    PostgreSQL finds its templates beside its programs, and those of a wheel find their libraries in
    `package.libs` beside `package`: both trees move, at their places.
    """
    install = binaries.directory.parent
    package, programs = install.parent, outside / f"programs-{binaries.major}"
    if not programs.exists():
        partial = outside / "programs.partial"
        shutil.rmtree(partial, ignore_errors=True)
        for tree in (install, package.with_name(f"{package.name}.libs")):
            if tree.is_dir():
                place = partial / tree.relative_to(package.parent)
                shutil.copytree(tree, place, symlinks=True)
        for directory in (partial, partial / package.name):
            directory.chmod(0o755)  # whatever the umask
        partial.rename(programs)
    place = programs / binaries.directory.relative_to(package.parent)
    return PostgresBinaries(place, binaries.major)


def _unprivileged(directory: Path) -> Identity:
    """Return the ordinary user that owns the data already, else `nobody`."""
    status = directory.stat()
    if status.st_uid != 0:
        return status.st_uid, status.st_gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid
