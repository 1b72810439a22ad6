"""Corrections on ports in memory: races, and what interruptions leave behind."""

from uuid import UUID

import pytest
from tesela.archive import Archive
from tesela.core.corrections import Correction
from tesela.correcting import CorrectionRows, CorrectionService, reconcile_corrections
from tesela.errors import (
    CorrectionsChangedError,
    DatabaseUnavailableError,
    PredictionNotFoundError,
)
from tesela.service import Service

from tests.core.fakes import model
from tests.fakes import InMemoryCorrections, InMemoryIndex, InMemoryObjects, nothing
from tests.tiffs import counts, placed

BOX = [[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]]
ROAD, FIELD = Correction("right", "roads", BOX), Correction("wrong", "crops", BOX)
PATH = "corrections.json"


class World:
    """The use cases on their ports, with one prediction."""

    def __init__(self) -> None:
        self.objects, self.rows = InMemoryObjects(), InMemoryCorrections()
        self.service = Service(model(), Archive(self.objects), InMemoryIndex())
        self.correcting = CorrectionService(self.service, self.objects, self.rows)
        outcome = self.service.predict(placed(counts(16, 20)), self.service.model.thresholds)
        self.key: UUID = outcome.prediction.id

    def replace(self, *corrections: Correction) -> None:
        self.correcting.replace(self.key, corrections, self.correcting.get(self.key))

    def count(self) -> int | None:
        """Of the row."""
        return self.rows.rows[self.key][1] if self.key in self.rows.rows else None


def test_of_two_who_change_the_same_version_one_is_told() -> None:
    world = World()
    seen = world.correcting.get(world.key)
    world.correcting.replace(world.key, [ROAD], seen)
    with pytest.raises(CorrectionsChangedError):
        world.correcting.replace(world.key, [FIELD], seen)  # both saw none
    seen = world.correcting.get(world.key)
    world.correcting.replace(world.key, [ROAD, FIELD], seen)
    with pytest.raises(CorrectionsChangedError):
        world.correcting.replace(world.key, [], seen)
    assert world.correcting.get(world.key).corrections.corrections == [ROAD, FIELD]
    assert world.count() == 2


def test_nothing_is_left_where_the_prediction_is_deleted_meanwhile() -> None:
    world = World()

    def deleted(method: str, key: str) -> None:
        if method == "put_new" and key.endswith(PATH):
            world.objects.before = nothing
            world.service.delete(world.key)

    seen = world.correcting.get(world.key)
    world.objects.before = deleted
    with pytest.raises(PredictionNotFoundError):
        world.correcting.replace(world.key, [ROAD], seen)
    assert world.objects.kept == {}
    assert world.rows.rows == {}


def test_while_the_database_is_away_corrections_are_kept_and_their_row_follows() -> None:
    world = World()
    world.replace(ROAD)

    def away(method: str, key: str) -> None:
        raise DatabaseUnavailableError("away")

    world.rows.before = away
    world.replace(ROAD, FIELD)
    world.rows.before = nothing
    assert world.count() == 1  # the one before
    assert reconcile_corrections(world.objects, world.rows) == CorrectionRows(1, 0)
    assert world.count() == 2
    assert reconcile_corrections(world.objects, world.rows) == CorrectionRows(0, 0)
    world.service.delete(world.key)
    assert reconcile_corrections(world.objects, world.rows) == CorrectionRows(0, 1)
    assert world.count() is None


def test_a_row_follows_a_change_that_comes_in_between() -> None:
    world = World()

    def changed(method: str, key: str) -> None:
        world.rows.before = nothing
        world.replace(ROAD, FIELD)

    world.rows.before = changed
    world.replace(ROAD)
    assert world.count() == 2
