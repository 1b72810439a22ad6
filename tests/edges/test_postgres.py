from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from uuid import uuid4

import pytest
from pg8000.exceptions import DatabaseError
from tesela.catalogue import KEYS
from tesela.core.caveat import Caveat
from tesela.core.summary import ClassSummary
from tesela.edges.database import Database
from tesela.edges.postgres import PostgresIndex
from tesela.errors import DatabaseUnavailableError
from tesela.prediction import ImageRecord, ModelRecord, Prediction

from scripts.local.stack import LocalStack


@pytest.fixture
def database(stack: LocalStack) -> Database:
    return Database.at(stack.environment["DATABASE_URL"])


@pytest.fixture
def index(database: Database) -> Iterator[PostgresIndex]:
    index = PostgresIndex(database)
    yield index
    index.close()


def prediction(sha256: str = "ab" * 32) -> Prediction:
    return Prediction(
        id=uuid4(),
        created=datetime.now(UTC),
        image=ImageRecord(
            sha256, 20, 30, "uint16", "EPSG:32618", (1.24, 0, 5, 0, -1.24, 6),
            (-74.1, 4.6, -74.0, 4.7), "lonlat", 1.5384258083094153, 599,
        ),
        model=ModelRecord("unet_int8", "1", "cd" * 32),
        thresholds=dict.fromkeys(KEYS, 0.1),
        classes=tuple(
            ClassSummary(number, key, number % 3, number / 3, 0.1, None if number % 2 else 0.25)
            for number, key in enumerate(KEYS, 1)
        ),
        warnings=(Caveat("constant-bands", {"bands": ["red edge"]}, "café"),),
    )  # fmt: skip


def test_what_is_saved_comes_back_equal(index: PostgresIndex) -> None:
    saved = prediction()
    assert index.save(saved)
    assert index.history(1, None, None) == [saved]
    assert index.delete(saved.id)


def test_a_row_keeps_what_its_own_prediction_says_of_the_image(index: PostgresIndex) -> None:
    """Another version of the code, or another order of the bands, may read the image differently."""
    first = prediction("34" * 32)
    image = replace(first.image, crs="EPSG:3116", valid_pixels=1)
    second = replace(prediction("34" * 32), image=image, band_order=(8, 7, 6, 5, 4, 3, 2, 1))
    for saved in (first, second):
        index.save(saved)
    try:
        assert index.history(2, None, None) == [second, first]
    finally:
        assert [index.delete(first.id), index.delete(second.id)] == [True, True]


def test_saving_twice_makes_one_row_and_deleting_twice_finds_none(index: PostgresIndex) -> None:
    saved = prediction()
    assert [index.save(saved), index.save(saved)] == [True, False]
    assert [index.delete(saved.id), index.delete(saved.id)] == [True, False]


def test_an_image_row_lives_as_long_as_a_prediction_of_it(index: PostgresIndex) -> None:
    first, second = prediction("12" * 32), prediction("12" * 32)
    index.save(first)
    index.save(second)
    rows = "SELECT count(*) FROM image WHERE sha256 = :sha"
    index.delete(first.id)
    assert index._run(rows, sha="12" * 32) == [[1]]
    index.delete(second.id)
    assert index._run(rows, sha="12" * 32) == [[0]]


def test_a_dropped_connection_is_renewed(index: PostgresIndex, database: Database) -> None:
    index.ping()
    other = PostgresIndex(database)
    other._run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'tesela' AND pid <> pg_backend_pid()"
    )
    other.close()
    index.ping()


class Signal(tzinfo):
    """A zone that ends the process while a value is converted, as a signal may."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        raise KeyboardInterrupt

    def dst(self, moment: datetime | None) -> timedelta | None:
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        return None


@pytest.mark.parametrize(
    ("value", "failure"),
    [
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), OverflowError),
        (datetime(2026, 11, 28, tzinfo=Signal()), KeyboardInterrupt),
        ("\ud800", UnicodeEncodeError),
        ("not a number", DatabaseError),
    ],
)
def test_after_any_failure_the_next_answer_belongs_to_its_own_question(
    index: PostgresIndex, value: object, failure: type[BaseException]
) -> None:
    for number in range(3):
        with pytest.raises(failure):
            index._run("SELECT CAST(:value AS int)", value=value)
        assert index._run("SELECT CAST(:number AS int)", number=number) == [[number]]


def test_a_database_that_is_away_is_told_without_its_password() -> None:
    away = PostgresIndex(
        Database.at("postgresql://someone:geheim@127.0.0.1:9/tesela?sslmode=disable")
    )
    with pytest.raises(DatabaseUnavailableError) as error:
        away.ping()
    assert "geheim" not in str(error.value)


def test_the_class_filter_uses_its_index(index: PostgresIndex) -> None:
    index._run("SET enable_seqscan = off")
    plan = index._run(
        "EXPLAIN SELECT 1 FROM prediction p WHERE EXISTS (SELECT FROM prediction_class c"
        " WHERE c.prediction_id = p.id AND c.key = 'roads' AND c.polygons > 0)"
    )
    assert "prediction_class_present" in str(plan)
