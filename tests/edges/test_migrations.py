"""Migrations on a real PostgreSQL: slow, broken, cut off, and two at once."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tesela.edges.database import Database
from tesela.edges.migrations import _LOCK, migrate
from tesela.edges.session import ADMIN, Patience, Session
from tesela.errors import DatabaseUnavailableError

SHORT = Patience(connect_s=0.5, answer_s=None, statement_s=30, lock_s=0.3)


@pytest.fixture
def database(stack) -> Database:
    return Database.at(stack.environment["DATABASE_URL"])


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """With a sequence that counts runs: what it drew stays drawn after a rollback."""
    with closing(Session(database, ADMIN)) as session:
        session.run("CREATE SEQUENCE runs")
        yield session
        session.run("DROP SEQUENCE runs; DROP TABLE IF EXISTS scratch")
        session.run("DELETE FROM migration WHERE name LIKE '9%'")


def runs(session: Session) -> int:
    ((drawn, called),) = session.run("SELECT last_value, is_called FROM runs")
    return int(drawn) if called else 0


def write(folder: Path, **migrations: str) -> Path:
    for name, sql in migrations.items():
        (folder / f"9{name}.sql").write_text(sql)
    return folder


def test_migrations_run_once_and_in_order(
    session: Session, database: Database, tmp_path: Path
) -> None:
    write(tmp_path, b="INSERT INTO scratch VALUES (2);", a="CREATE TABLE scratch (n int); -- first")
    assert migrate(database, tmp_path) == ["9a", "9b"]
    assert migrate(database, tmp_path) == []
    assert session.run("SELECT n FROM scratch") == [[2]]


def test_a_broken_migration_leaves_nothing_behind_and_those_before_it_stay(
    session: Session, database: Database, tmp_path: Path
) -> None:
    write(tmp_path, a="CREATE TABLE scratch (n int);", b="CREATE TABLE half (n int); SELECT 1 / 0;")
    with pytest.raises(Exception, match="division by zero"):
        migrate(database, tmp_path)
    assert session.run("SELECT to_regclass('half')") == [[None]]
    assert session.run("SELECT name FROM migration WHERE name LIKE '9%'") == [["9a"]]


def test_a_migration_may_take_longer_than_the_connection(
    session: Session, database: Database, tmp_path: Path
) -> None:
    write(tmp_path, slow="SELECT nextval('runs'); SELECT pg_sleep(1.5);")
    assert migrate(database, tmp_path, SHORT) == ["9slow"]
    assert runs(session) == 1


def test_a_migration_whose_connection_is_lost_is_not_repeated(
    session: Session, database: Database, tmp_path: Path
) -> None:
    write(tmp_path, lost="SELECT nextval('runs'); SELECT pg_terminate_backend(pg_backend_pid());")
    with pytest.raises(DatabaseUnavailableError):
        migrate(database, tmp_path)
    assert runs(session) == 1
    assert session.run("SELECT FROM migration WHERE name LIKE '9%'") == []


def test_a_migration_beside_another_waits_and_applies_nothing_without_the_lock(
    session: Session, database: Database, tmp_path: Path
) -> None:
    write(tmp_path, a="SELECT nextval('runs');")
    session.run(f"SELECT pg_advisory_lock({_LOCK})")
    with pytest.raises(DatabaseUnavailableError, match="lock timeout"):
        migrate(database, tmp_path, SHORT)
    assert runs(session) == 0
    session.run(f"SELECT pg_advisory_unlock({_LOCK})")
    assert migrate(database, tmp_path, SHORT) == ["9a"]


def test_two_migrations_at_once_apply_each_file_once(
    session: Session, database: Database, tmp_path: Path
) -> None:
    write(tmp_path, a="SELECT nextval('runs'); SELECT pg_sleep(0.3);", b="SELECT nextval('runs');")
    applied: list[list[str]] = []
    both = [
        threading.Thread(target=lambda: applied.append(migrate(database, tmp_path)))
        for _ in range(2)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(applied) == [[], ["9a", "9b"]]
    assert runs(session) == 2
