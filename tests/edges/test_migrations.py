"""Migrations on a real PostgreSQL: slow, broken, cut off, and two at once."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tesela.edges.database import Database
from tesela.edges.migrations import _LOCK, _MIGRATIONS, migrate
from tesela.edges.postgres import PostgresIndex
from tesela.edges.session import ADMIN, Patience, Session
from tesela.errors import DatabaseUnavailableError
from tesela.prediction import CODEC

from scripts.local.stack import LocalStack
from tests.edges.test_postgres import prediction

SHORT = Patience(connect_s=0.5, answer_s=None, statement_s=30, lock_s=0.3)


@pytest.fixture
def database(stack: LocalStack) -> Database:
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


# How the first version saved a prediction.
SAVE = """
WITH document AS (
    SELECT CAST(:document AS jsonb) AS body
), image_row AS (
    INSERT INTO image
    SELECT image.* FROM document, jsonb_populate_record(NULL::image, body->'image') AS image
), prediction_row AS (
    INSERT INTO prediction (id, created, image_sha256, model_name, model_version, model_sha256, thresholds, warnings)
    SELECT (body->>'id')::uuid, (body->>'created')::timestamptz, body#>>'{image,sha256}',
           body#>>'{model,name}', body#>>'{model,version}', body#>>'{model,sha256}',
           body->'thresholds', body->'warnings'
    FROM document
    RETURNING id
), class_rows AS (
    INSERT INTO prediction_class
    SELECT prediction_row.id, class.number, class.key, class.polygons, class.area_m2, class.area_percent,
           class.mean_score
    FROM prediction_row, document, jsonb_populate_recordset(NULL::prediction_class, body->'classes') AS class
)
SELECT count(*) FROM prediction_row
"""


@pytest.fixture
def older(database: Database, tmp_path: Path) -> Iterator[Database]:
    """A database that was migrated by the first version."""
    with closing(Session(database, ADMIN)) as session:
        session.run("DROP DATABASE IF EXISTS older")
        session.run("CREATE DATABASE older")
        older = replace(database, name="older")
        shutil.copy(_MIGRATIONS / "0001_predictions.sql", tmp_path)
        migrate(older, tmp_path)
        yield older
        session.run("DROP DATABASE older WITH (FORCE)")


def test_rows_of_the_first_version_get_their_documents(older: Database) -> None:
    kept = replace(prediction(), warnings=(), band_order=None)
    with closing(Session(older, ADMIN)) as session:
        session.run(SAVE, document=CODEC.dump_json(kept).decode())
    assert migrate(older)[0] == "0002_document"
    with closing(PostgresIndex(older)) as index:
        assert index.history(1, None, "structures") == [kept]
        assert index.save(kept) == "no"
        assert index.delete(kept.id)


def test_a_database_that_is_not_migrated_yet_is_unavailable(older: Database) -> None:
    with closing(PostgresIndex(older)) as index:
        for use in (lambda: index.save(prediction()), lambda: index.history(1, None, None)):
            with pytest.raises(DatabaseUnavailableError, match="document"):
                use()
