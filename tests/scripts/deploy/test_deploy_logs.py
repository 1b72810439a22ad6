"""The log is followed without telling anything twice."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from scripts.deploy.logs import follow_logs


class Logs:
    """A log group that grows between two questions."""

    def __init__(self, answers: list[list[tuple[str, int]]]) -> None:
        self._answers, self.asked = iter(answers), []

    def get_paginator(self, call: str) -> "Logs":
        return self

    def paginate(self, logGroupName: str, startTime: int) -> Iterator[dict[str, Any]]:  # noqa: N803
        self.asked.append((logGroupName, startTime))
        events = [
            {"eventId": m, "message": f"{m}\n", "timestamp": t} for m, t in next(self._answers)
        ]
        yield {"events": events}


def test_events_come_once_though_asked_for_from_the_last_one_on(monkeypatch):
    monkeypatch.setattr("scripts.deploy.logs._PAUSE_S", 0)
    later = 10**15
    logs = Logs([[("a", later), ("b", later)], [("b", later), ("c", later + 1)]])
    assert list(islice(follow_logs(logs, "group"), 3)) == ["a", "b", "c"]
    assert logs.asked[1] == ("group", later)
