import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.local.data import DataDirectory
from scripts.local.errors import DataDirError
from scripts.local.postgres.binaries import PostgresBinaries
from scripts.local.postgres.home import kept_directory, outside_directory, prepare_home

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="concerns a stack that root starts")


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A directory that `nobody` cannot enter."""
    directory = tmp_path / "closed"
    directory.mkdir()
    directory.chmod(0o700)
    yield directory
    DataDirectory(directory).remove()


@pytest.fixture
def wheel(closed: Path) -> PostgresBinaries:
    """A package laid out as the wheel's: programs that need the libraries beside the package."""
    programs = closed / "site-packages" / "pgserver" / "pginstall" / "bin"
    libraries = closed / "site-packages" / "pgserver.libs"
    for directory in (programs, libraries):
        directory.mkdir(parents=True)
    (programs / "postgres").touch()
    (libraries / "libpq.so").touch()
    return PostgresBinaries(programs, 16)


@pytest.mark.skipif(os.geteuid() == 0, reason="concerns an ordinary user")
def test_an_ordinary_user_keeps_everything_in_the_data_directory(
    closed: Path, wheel: PostgresBinaries
) -> None:
    home = prepare_home(closed, wheel)
    assert (home.directory, home.binaries, home.user) == (closed / "postgres", wheel, None)


@as_root
def test_root_becomes_nobody_outside_a_closed_directory(
    closed: Path, wheel: PostgresBinaries
) -> None:
    home = prepare_home(closed, wheel)
    assert home.directory == kept_directory(closed) == outside_directory(closed) / "postgres"
    assert home.user == (home.directory.stat().st_uid, home.directory.stat().st_gid)
    assert home.user[0] != 0


@as_root
def test_programs_move_with_their_libraries_to_where_nobody_can_run_them(
    closed: Path, wheel: PostgresBinaries
) -> None:
    moved = prepare_home(closed, wheel).binaries.directory
    assert moved.is_relative_to(outside_directory(closed))
    assert (moved / "postgres").exists()
    assert (moved / "../../../pgserver.libs/libpq.so").resolve().exists()


@as_root
def test_data_of_an_ordinary_user_stays_that_user_s(closed: Path, wheel: PostgresBinaries) -> None:
    first = prepare_home(closed, wheel)
    os.chown(first.directory, 12345, 12345)
    assert prepare_home(closed, wheel).user == (12345, 12345)


@as_root
def test_a_link_that_another_put_in_the_way_is_refused(
    closed: Path, wheel: PostgresBinaries, tmp_path: Path
) -> None:
    outside = outside_directory(closed)
    outside.symlink_to(tmp_path)
    try:
        with pytest.raises(DataDirError, match="not root's own"):
            prepare_home(closed, wheel)
    finally:
        outside.unlink()
