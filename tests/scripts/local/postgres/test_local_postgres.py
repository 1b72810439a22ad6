import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pg8000.exceptions
import pg8000.native
import pytest

from scripts.local.data import DataDirectory
from scripts.local.errors import PostgresError
from scripts.local.postgres.binaries import find_binaries
from scripts.local.postgres.home import kept_directory
from scripts.local.postgres.server import Postgres


@pytest.fixture(scope="module")
def server(data_dir: Path) -> Postgres:
    return Postgres(data_dir, data_dir / "logs")


@pytest.fixture
def postgres(server: Postgres) -> Iterator[Postgres]:
    server.start()
    run(server, "CREATE TABLE kept (n int)")
    yield server
    server.start()
    run(server, "DROP TABLE kept")
    server.stop()


def connect(postgres: Postgres, **changes: Any) -> pg8000.native.Connection:
    parts = urlsplit(postgres.url)
    arguments = {
        "user": parts.username,
        "password": parts.password,
        "host": parts.hostname,
        "port": parts.port,
        "database": parts.path[1:],
    }
    return pg8000.native.Connection(**arguments | changes)


def run(postgres: Postgres, statement: str) -> Any:
    with connect(postgres) as connection:
        return connection.run(statement)


def test_data_and_port_survive_a_stop_and_a_crash(postgres: Postgres) -> None:
    port = postgres.port
    for end in (postgres.stop, postgres.kill):
        run(postgres, "INSERT INTO kept VALUES (1)")
        end()
        # OSError: a child of the killed server may still hold the port for a moment.
        with pytest.raises((pg8000.exceptions.InterfaceError, OSError)):
            connect(postgres)
        postgres.start()
        assert postgres.port == port
    assert run(postgres, "SELECT count(*) FROM kept") == [[2]]


def test_another_run_finds_the_data_and_the_password(postgres: Postgres, data_dir: Path) -> None:
    postgres.stop()
    second = Postgres(data_dir, data_dir / "logs")
    second.start()
    try:
        assert run(second, "SELECT count(*) FROM kept") == [[0]]
    finally:
        second.stop()


def test_a_wrong_password_is_refused_and_the_method_is_scram(postgres: Postgres) -> None:
    with pytest.raises(pg8000.exceptions.DatabaseError, match="28P01"):
        connect(postgres, password="wrong")
    stored = run(postgres, "SELECT left(rolpassword, 14) FROM pg_authid WHERE rolname = 'tesela'")
    assert stored == [["SCRAM-SHA-256$"]]


def test_the_password_is_readable_by_its_owner_alone(postgres: Postgres, data_dir: Path) -> None:
    mode = (data_dir / "postgres.password").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_it_listens_on_this_machine_alone_and_on_no_socket(postgres: Postgres) -> None:
    assert run(postgres, "SHOW listen_addresses") == [["127.0.0.1"]]
    assert run(postgres, "SHOW unix_socket_directories") == [[""]]


def test_a_server_that_a_killed_run_left_behind_is_taken_over(
    postgres: Postgres, data_dir: Path
) -> None:
    second = Postgres(data_dir, data_dir / "logs")
    second.start()
    try:
        assert second.pid != postgres.pid
        assert run(second, "SELECT count(*) FROM kept") == [[0]]
    finally:
        second.stop()


def test_a_stale_mark_with_the_number_of_another_process_is_cleared(
    postgres: Postgres, data_dir: Path
) -> None:
    postgres.stop()
    mark = kept_directory(data_dir) / "data" / "postmaster.pid"
    mark.write_text(f"{os.getpid()}\n{mark.parent}\n")
    postgres.start()
    assert run(postgres, "SELECT 1") == [[1]]


def test_a_cut_while_the_cluster_is_made_leaves_no_half_of_one(tmp_path: Path) -> None:
    half = kept_directory(tmp_path) / "data.partial"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15")
    server = Postgres(tmp_path, tmp_path)
    try:
        server.start()
        assert run(server, "SELECT 1") == [[1]]
    finally:
        server.stop()
        DataDirectory(tmp_path).remove()
    assert not half.exists()


def test_data_of_another_major_version_is_refused_in_words(
    postgres: Postgres, data_dir: Path
) -> None:
    postgres.stop()
    version = kept_directory(data_dir) / "data" / "PG_VERSION"
    ours = version.read_text()
    try:
        version.write_text("9\n")
        for binaries in (None, find_binaries()):
            with pytest.raises(PostgresError, match="kept data is of PostgreSQL 9"):
                Postgres(data_dir, data_dir / "logs", binaries).start()
    finally:
        version.write_text(ours)
