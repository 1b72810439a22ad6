"""Rows of scenes follow their objects; what nobody completed goes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from tesela.jobs.archive import JobArchive, job_of_end
from tesela.jobs.job import Choices, Content, End, File, Job
from tesela.jobs.reconcile import (
    ABANDONED_AFTER,
    JobReconciliation,
    follow_job,
    reconcile_jobs,
)

from tests.fakes import InMemoryJobs, InMemoryObjects

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LONG_AGO = NOW - ABANDONED_AFTER - timedelta(seconds=1)


class World:
    """Jobs as objects and as rows; `clock` is what S3 notes of an object."""

    def __init__(self) -> None:
        self.clock = NOW
        self.objects = InMemoryObjects(now=lambda: self.clock)
        self.archive, self.index = JobArchive(self.objects), InMemoryJobs()

    def order(self, *, started: bool = False, ended: End | None = None) -> UUID:
        key = uuid4()
        self.archive.keep(Job(key, self.clock, "a.tif", Content((File(9, ("ab",)),)), Choices({})))
        if started:
            self.archive.start(key, "token")
            self.archive.claim(key, "execution")
        if ended:
            self.archive.finish(key, ended)
        return key

    def reconcile(self) -> JobReconciliation:
        return reconcile_jobs(self.archive, self.index, NOW)


@pytest.fixture
def world() -> World:
    return World()


DONE = End("done", NOW, files={"classes.tif": 9})


def test_a_lost_database_gets_every_row_and_its_end_back(world: World) -> None:
    running, done = world.order(started=True), world.order(started=True, ended=DONE)
    assert world.reconcile() == JobReconciliation(2, 2, 0, 0)
    assert {key: end for key, (_, end) in world.index.rows.items()} == {running: None, done: DONE}
    assert world.reconcile() == JobReconciliation(2, 0, 0, 0)


def test_the_end_that_was_announced_comes_into_the_row(world: World) -> None:
    key = world.order(started=True)
    assert follow_job(world.archive, world.index, key)
    world.archive.finish(key, DONE)
    assert follow_job(world.archive, world.index, key)
    assert world.index.rows[key][1] == DONE


def test_a_scene_that_is_started_again_meanwhile_has_not_ended(world: World) -> None:
    key = world.order(started=True, ended=DONE)

    def start_again(method: str, _: str) -> None:
        if method == "save_end" and world.archive.end(key):
            world.archive.start(key, "another token")

    world.index.before = start_again
    follow_job(world.archive, world.index, key)
    assert world.index.rows[key][1] is None


def test_a_row_without_a_scene_is_dropped(world: World) -> None:
    key = world.order()
    follow_job(world.archive, world.index, key)
    world.archive.delete(key)
    assert world.reconcile() == JobReconciliation(0, 0, 1, 0)
    assert world.index.rows == {}
    assert not follow_job(world.archive, world.index, key)


def test_an_upload_that_nobody_completed_goes_with_its_row(world: World) -> None:
    world.clock = LONG_AGO
    key = world.order()
    follow_job(world.archive, world.index, key)
    assert world.reconcile() == JobReconciliation(0, 0, 1, 1)
    assert (world.objects.kept, world.index.rows) == ({}, {})


def test_one_that_was_resumed_since_stays(world: World) -> None:
    world.clock = LONG_AGO
    key = world.order()
    world.clock = NOW
    world.archive.keep_upload(key, 1, "upload-2", "upload-1")
    assert world.reconcile() == JobReconciliation(1, 1, 0, 0)


def test_what_was_ever_started_stays_however_old(world: World) -> None:
    world.clock = LONG_AGO
    world.order(started=True)
    world.order(started=True, ended=DONE)
    assert world.reconcile().abandoned_deleted == 0


def test_what_an_interrupted_delete_left_goes(world: World) -> None:
    world.clock = LONG_AGO
    key = world.order(started=True, ended=DONE)
    world.objects.delete([f"scenes/{key}/job.json"])
    world.objects.put("scenes/no-id/x", b"", "text/plain")  # not ours
    assert world.reconcile() == JobReconciliation(0, 0, 0, 1)
    assert list(world.objects.kept) == ["scenes/no-id/x"]


def test_only_the_end_of_a_scene_names_one() -> None:
    key = uuid4()
    assert job_of_end(f"scenes/{key}/end.json") == key
    with pytest.raises(ValueError, match="badly formed"):
        job_of_end(f"scenes/{key}/job.json")
