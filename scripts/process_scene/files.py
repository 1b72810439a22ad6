"""The ports of a scene on this machine: a file as its source, and a folder for its results."""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from tesela.core.ranges import BandFiles, RangeSource
from tesela.errors import SourceChangedError


class FileSource:
    """A `RangeSource` of a local file, identified by its SHA-256."""

    def __init__(self, path: Path, version: str | None = None) -> None:
        """Open a file.

        Args:
            path: The file.
            version: Its SHA-256, where it is known already; else the file is read once.
        """
        self.path = path
        self._file = path.open("rb")
        self._state = self._stat()
        self.version = version or hashlib.file_digest(self._file, "sha256").hexdigest()

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._state[0]

    def read(self, start: int, length: int) -> bytes:
        """Return bytes of the file.

        Raises:
            SourceChangedError: The file was written to since it was opened.
        """
        if self._stat() != self._state:
            raise SourceChangedError(
                f"{self.path.name} was changed while it was read: start again.",
                name=self.path.name,
            )
        return os.pread(self._file.fileno(), length, start)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _stat(self) -> tuple[int, int]:
        stat = os.fstat(self._file.fileno())
        return stat.st_size, stat.st_mtime_ns


def as_one(files: Sequence[FileSource]) -> RangeSource:
    """Return a file of eight bands, or eight files of one, as one source."""
    return files[0] if len(files) == 1 else BandFiles(tuple(files))


@contextmanager
def open_files(paths: Sequence[Path], version: str | None = None) -> Iterator[RangeSource]:
    """Open the files of a scene as one; `version` as in `FileSource`."""
    with ExitStack() as stack:
        yield as_one([stack.enter_context(closing(FileSource(path, version))) for path in paths])


class FolderStore:
    """A `Store` in a folder; a file appears under its name once all of it is written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str) -> bytes | None:
        """Return a file's content, or None."""
        path = self.folder / name
        return path.read_bytes() if path.exists() else None

    def read(self, name: str, start: int, length: int) -> bytes:
        """Return a part of a file."""
        with (self.folder / name).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def put(self, name: str, body: bytes) -> None:
        """Write a file."""
        self.write(name, [body])

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        """Write a file piece by piece, and return its length."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            try:
                file.writelines(chunks)
                length = file.tell()
            except BaseException:
                Path(file.name).unlink()
                raise
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
        return length


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process at a time work in a folder.

    Raises:
        BlockingIOError: Another one does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
