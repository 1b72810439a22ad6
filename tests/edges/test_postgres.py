import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from pg8000.exceptions import DatabaseError
from tesela.catalogue import KEYS
from tesela.core.caveat import Caveat
from tesela.core.summary import ClassSummary
from tesela.edges.database import Database
from tesela.edges.postgres import PostgresIndex, PostgresJobs
from tesela.errors import DatabaseUnavailableError
from tesela.jobs.job import Choices, Content, End, File, Job
from tesela.prediction import ImageRecord, ModelRecord, Prediction

from scripts.local.stack import LocalStack

Waiting = Callable[[PostgresIndex, Future[Any]], None]


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
    assert [index.save(saved), index.save(saved)] == ["first", "no"]
    assert [index.delete(saved.id), index.delete(saved.id)] == [True, False]


def test_a_row_is_the_first_of_its_id_only_where_none_was_written_or_deleted_before(
    index: PostgresIndex,
) -> None:
    saved, deleted = prediction(), prediction()
    assert not index.delete(deleted.id)  # a request that found nothing was there too
    assert [index.save(saved), index.save(deleted)] == ["first", "again"]
    assert [index.delete(saved.id), index.save(saved)] == [True, "again"]
    for each in (saved, deleted):
        assert index.delete(each.id)


@pytest.fixture
def other(database: Database) -> Iterator[PostgresIndex]:
    other = PostgresIndex(database)
    yield other
    other.close()


def test_a_deletion_waits_for_a_row_that_is_being_written_and_finds_it(
    index: PostgresIndex, other: PostgresIndex, waiting: Waiting
) -> None:
    saved = prediction()
    other._run("SET lock_timeout = 0")
    index._run("BEGIN")
    assert index.save(saved) == "first"
    with ThreadPoolExecutor() as pool:
        deletion = pool.submit(other.delete, saved.id)
        waiting(index, deletion)
        index._run("COMMIT")
        assert deletion.result()
    assert saved.id not in index.ids()


def test_a_row_waits_for_a_deletion_and_is_then_not_the_first(
    index: PostgresIndex, other: PostgresIndex, waiting: Waiting
) -> None:
    saved = prediction()
    other._run("SET lock_timeout = 0")
    index._run("BEGIN")
    assert not index.delete(saved.id)
    with ThreadPoolExecutor() as pool:
        saving = pool.submit(other.save, saved)
        waiting(index, saving)
        index._run("COMMIT")
        assert saving.result() == "again"
    assert index.delete(saved.id)


@pytest.fixture
def waiting() -> Waiting:
    """Return once other work waits for what the session of an index has locked."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )

    def wait(index: PostgresIndex, work: Future[Any]) -> None:
        while index._run(query) == [[0]]:
            assert not work.done(), "it did not wait"
            time.sleep(0.01)

    return wait


def test_deletions_of_a_day_ago_are_forgotten(index: PostgresIndex) -> None:
    old, kept, new = (uuid4() for _ in range(3))
    index.delete(old)
    index.delete(kept)
    index._run(
        "UPDATE prediction_touched SET deleted = now() - interval '25 hours' WHERE prediction_id = :id",
        id=old,
    )
    index.delete(new)
    query = "SELECT prediction_id FROM prediction_touched WHERE prediction_id = ANY(CAST(:ids AS uuid[]))"
    left = {row[0] for row in index._run(query, ids=[old, kept, new])}
    assert left == {kept, new}


def test_an_image_row_lives_as_long_as_a_prediction_of_it(index: PostgresIndex) -> None:
    first, second = prediction("12" * 32), prediction("12" * 32)
    index.save(first)
    index.save(second)
    rows = "SELECT count(*) FROM image WHERE sha256 = :sha"
    index.delete(first.id)
    assert index._run(rows, sha="12" * 32) == [[1]]
    index.delete(second.id)
    assert index._run(rows, sha="12" * 32) == [[0]]


def test_a_row_takes_another_name_and_says_whether_it_had_it(index: PostgresIndex) -> None:
    saved = prediction()
    index.save(saved)
    renamed = replace(saved, name="Humedal Córdoba", note="dos\nlíneas")
    assert [index.update(renamed), index.update(renamed)] == [True, False]
    assert index.history(1, None, None) == [renamed]
    assert index.update(saved)
    assert index.history(1, None, None) == [saved]
    index.delete(saved.id)
    assert not index.update(saved)


def test_history_is_searched_for_all_words_in_name_note_and_id(index: PostgresIndex) -> None:
    rows = [
        replace(prediction(), name=name, note=note)
        for name, note in (("Humedal Córdoba", None), ("Córdoba 100 %", "humedal"), (None, "100_"))
    ]
    for row in rows:
        index.save(row)

    def found(*words: str) -> list[int]:
        kept = index.history(100, None, None, words=words)
        return sorted(rows.index(each) for each in kept if each in rows)

    assert found() == [0, 1, 2]
    assert found("cordoba") == [0, 1]
    assert found("humedal", "100") == [1]
    assert found("100 %") == found("%") == [1]  # no wildcard
    assert found("_") == [2]
    assert found(str(rows[2].id)) == [2]
    assert found("nothing") == []
    for row in rows:
        index.delete(row.id)


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


@pytest.fixture
def jobs(database: Database) -> Iterator[PostgresJobs]:
    jobs = PostgresJobs(database)
    yield jobs
    jobs.close()


def job(created: datetime, key: UUID | None = None) -> Job:
    content = Content((File(5, ("ab" * 32,)),))
    choices = Choices(dict.fromkeys(KEYS, 0.1), (8, 7, 6, 5, 4, 3, 2, 1), scores=True)
    return Job(key or uuid4(), created, "Río Cauca.tif", content, choices)


def test_a_scene_comes_back_as_it_was_ordered_and_with_its_end(jobs: PostgresJobs) -> None:
    saved = job(datetime(9999, 1, 1, 1, 2, 3, 456789, UTC))  # before all of other tests
    jobs.save(saved)
    jobs.save(replace(saved, name="another"))  # the row is there
    assert jobs.history(1, None) == [(saved, None)]
    end = End(
        "failed", datetime.now(UTC), {"code": "not-a-tiff", "values": {"start": "é"}}, {"a": 1.5}
    )
    jobs.save_end(saved.id, end)
    assert jobs.history(1, None) == [(saved, end)]
    jobs.save_end(saved.id, None)  # started again
    assert jobs.history(1, None) == [(saved, None)]
    assert saved.id in jobs.ids()
    jobs.delete(saved.id)
    jobs.delete(saved.id)
    assert saved.id not in jobs.ids()
    jobs.save_end(saved.id, end)  # adds no row
    assert saved.id not in [row.id for row, _ in jobs.history(100, None)]


def test_pages_of_scenes_go_on_after_the_row_before_them(jobs: PostgresJobs) -> None:
    moment = datetime(9999, 1, 1, tzinfo=UTC)
    ids = sorted((uuid4() for _ in range(3)), reverse=True)  # of the same moment: by id
    rows = [job(moment, key) for key in ids] + [job(moment - timedelta(seconds=1))]
    for row in rows:
        jobs.save(row)
    page = [row for row, _ in jobs.history(2, None)]
    assert page == rows[:2]
    assert [row for row, _ in jobs.history(2, (page[-1].created, page[-1].id))] == rows[2:]
    for row in rows:
        jobs.delete(row.id)


@pytest.fixture
def month(jobs: PostgresJobs) -> Iterator[Callable[[float], float]]:
    """Without what other tests have used: returns what a limit of the month is with it."""
    used = jobs._run(
        "SELECT coalesce(sum(area_km2), 0) FROM scene_usage"
        " WHERE started >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"
    )[0][0]
    yield lambda limit: used + limit
    jobs._run("DELETE FROM scene_usage WHERE scene_id = ANY(CAST(:ids AS uuid[]))", ids=_MONTH)


_MONTH = [uuid4() for _ in range(12)]


def test_a_month_admits_scenes_up_to_its_limit_and_each_of_them_once(
    jobs: PostgresJobs, month: Callable[[float], float]
) -> None:
    a, b, c = _MONTH[:3]
    assert jobs.admit(a, 60, month(100)) is None
    assert jobs.admit(a, 60, month(100)) is None  # the same once more
    assert jobs.admit(b, 41, month(100)) == pytest.approx(40)
    assert jobs.admit(b, 40, month(100)) is None
    assert jobs.admit(c, 0.1, month(100)) == pytest.approx(0)
    assert jobs.admit(c, 0.1, month(50)) == pytest.approx(0)  # a limit that was lowered since


def test_months_before_are_not_counted(jobs: PostgresJobs, month: Callable[[float], float]) -> None:
    jobs._run(
        "INSERT INTO scene_usage VALUES (:id, date_trunc('month', now() AT TIME ZONE 'UTC')"
        " AT TIME ZONE 'UTC' - interval '1 second', 99)",
        id=_MONTH[0],
    )
    assert jobs.admit(_MONTH[1], 100, month(100)) is None


def test_a_deleted_scene_stays_counted_and_counts_again_when_it_is_ordered_again(
    jobs: PostgresJobs, month: Callable[[float], float]
) -> None:
    saved = job(datetime(2026, 1, 1, tzinfo=UTC), _MONTH[0])
    for limit in (100, 200):
        jobs.save(saved)
        assert jobs.admit(saved.id, 70, month(limit)) is None
        jobs.delete(saved.id)
    assert jobs.admit(_MONTH[1], 70, month(200)) == pytest.approx(60)


def test_the_end_of_a_scene_corrects_what_it_counts(
    jobs: PostgresJobs, month: Callable[[float], float]
) -> None:
    done, refused = (job(datetime(2026, 1, 1, tzinfo=UTC), key) for key in _MONTH[:2])
    for each in (done, refused):
        jobs.save(each)
        assert jobs.admit(each.id, 50, month(100)) is None
    jobs.save_end(done.id, End("failed", datetime.now(UTC), {"code": "x"}, {"area_km2": 10.5}))
    jobs.save_end(refused.id, None)
    assert jobs.admit(_MONTH[2], 50, month(100)) == pytest.approx(39.5)
    jobs.save_end(refused.id, End("failed", datetime.now(UTC), {"code": "not-a-tiff"}))
    assert jobs.admit(_MONTH[2], 89.5, month(100)) is None
    for each in (done, refused):
        jobs.delete(each.id)


def test_of_many_scenes_at_once_a_month_admits_what_fits(
    jobs: PostgresJobs, database: Database, month: Callable[[float], float]
) -> None:
    limit = month(50)
    begin = Barrier(len(_MONTH))

    def admit(key: UUID) -> float | None:
        own = PostgresJobs(database)
        own.history(1, None)  # connected
        begin.wait(30)
        try:
            return own.admit(key, 10, limit)
        finally:
            own.close()

    with ThreadPoolExecutor(len(_MONTH)) as pool:
        left = list(pool.map(admit, _MONTH))
    assert sorted(each is None for each in left) == [False] * 7 + [True] * 5
    assert all(each == pytest.approx(0) for each in left if each is not None)
