"""The log is followed without telling anything twice."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from scripts.deploy.logs import find_request, follow_logs
from scripts.deploy.tool import DeployError


class Logs:
    """A log group that grows between two questions."""

    def __init__(self, answers: list[list[tuple[str, int]]]) -> None:
        self._answers = iter(answers)
        self.asked: list[tuple[str, int]] = []

    def get_paginator(self, call: str) -> "Logs":
        return self

    def paginate(self, logGroupName: str, startTime: int) -> Iterator[dict[str, Any]]:  # noqa: N803
        self.asked.append((logGroupName, startTime))
        events = [
            {"eventId": m, "message": f"{m}\n", "timestamp": t} for m, t in next(self._answers)
        ]
        yield {"events": events}


def test_events_come_once_though_asked_for_from_the_last_one_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scripts.deploy.logs._PAUSE_S", 0)
    later = 10**15
    logs = Logs([[("a", later), ("b", later)], [("b", later), ("c", later + 1)]])
    assert list(islice(follow_logs(logs, "group"), 3)) == ["a", "b", "c"]
    assert logs.asked[1] == ("group", later)


class Groups:
    """Log groups, searched as CloudWatch does: for a quoted text."""

    def __init__(self, groups: dict[str, list[str]]) -> None:
        self._groups = groups

    def get_paginator(self, call: str) -> "Groups":
        assert call == "filter_log_events"
        return self

    def paginate(self, logGroupName: str, startTime: int, filterPattern: str) -> Any:  # noqa: N803
        text = filterPattern.strip('"')
        lines = [line for line in self._groups[logGroupName] if text in line]
        yield {"events": [{"message": f"{line}\n"} for line in lines]}


def test_a_request_is_found_in_both_logs_by_the_id_that_the_caller_saw() -> None:
    access = '{"request_id": "JKJ=", "lambda_id": "0b6e"}'
    answered = '{"message": "answered", "correlation_id": "JKJ=", "function_request_id": "0b6e"}'
    logs = Groups(
        {
            "access": [access, '{"request_id": "other", "lambda_id": "1111"}'],
            "api": ["START RequestId: 0b6e", answered, "REPORT RequestId: 0b6e", "END 1111"],
            "migrate": [],
        }
    )
    found = list(find_request(logs, "access", ("api", "migrate"), "JKJ="))
    assert found == [access, answered, "START RequestId: 0b6e", "REPORT RequestId: 0b6e"]
    with pytest.raises(DeployError, match="No log of the last 30 days has nobody's"):
        list(find_request(logs, "access", ("api", "migrate"), "nobody's"))
