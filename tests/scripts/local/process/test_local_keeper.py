import threading
import time

import pytest

from scripts.local.errors import PostgresError
from scripts.local.process import keeper
from scripts.local.process.keeper import Keeper


class Dying:
    """A server that dies as often as `deaths` says, then runs."""

    def __init__(self, deaths: int, *, starts: bool = True) -> None:
        self.deaths, self._starts = deaths, starts
        self.starts: list[float] = []
        self.calm = threading.Event()

    @property
    def died(self) -> bool:
        if not self.deaths:
            self.calm.set()
        return self.deaths > 0

    def revive(self) -> None:
        self.starts.append(time.monotonic())
        self.deaths -= 1
        if not self._starts:
            raise PostgresError("No room.")


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_LOOK_S", 0.01)
    monkeypatch.setattr(keeper, "_WAITS_S", (0.01, 0.05, 0.2))


def watch(server: Dying) -> list[str]:
    lines: list[str] = []
    watching = Keeper({"S3": server}, lines.append)
    watching.start()
    assert server.calm.wait(10)
    watching.stop()
    return lines


def test_a_server_that_dies_is_started_again_and_each_time_says_so(hasty: None) -> None:
    lines = watch(Dying(1))
    assert lines == ["S3 has ended; starting it again in 0.01 s.", "S3 is up again."]


def test_a_server_that_dies_again_and_again_is_started_ever_more_slowly(hasty: None) -> None:
    server = Dying(5)
    watch(server)
    gaps = [after - before for before, after in zip(server.starts, server.starts[1:], strict=False)]
    assert len(server.starts) == 5
    assert all(gap >= wait for gap, wait in zip(gaps, (0.05, 0.2, 0.2, 0.2), strict=True))


def test_a_server_that_ran_for_long_is_started_again_without_delay(
    hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "_STEADY_S", 0)
    lines = watch(Dying(3))
    assert lines[::2] == ["S3 has ended; starting it again in 0.01 s."] * 3


def test_one_that_does_not_start_is_tried_again_and_the_reason_is_printed(hasty: None) -> None:
    lines = watch(Dying(2, starts=False))
    assert lines.count("S3 does not start: No room.") == 2


def test_a_keeper_that_is_stopped_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_LOOK_S", 0.01)
    monkeypatch.setattr(keeper, "_WAITS_S", (60,))
    server = Dying(1)
    watching = Keeper({"S3": server}, str)
    watching.start()
    time.sleep(0.1)
    began = time.monotonic()
    watching.stop()
    assert time.monotonic() - began < 5
    assert not server.starts
