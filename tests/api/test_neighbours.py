"""One request must not change the answer to the next: odd ones, each followed by known ones."""

import base64
from uuid import UUID

import pytest

from tests.stack import InProcess

EARLY, LATE = "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"


def cursor(moment: str) -> str:
    return base64.urlsafe_b64encode(f"{moment}|{UUID(int=0)}".encode()).decode()


ODD = [
    f"since={EARLY}",
    f"until={EARLY}",
    f"since={LATE}",
    f"until={LATE}",
    f"cursor={cursor('0001-01-01T00:00:00+14:00')}",
    f"cursor={cursor('9999-12-31T23:59:59.999999-23:59')}",
    "since=0.5",
    "until=1e300",
    "since=-1",
    "since=20261128000000000",
    "until=1790000000",
    "since=2026-11-28X09:30",
    "since=2026-02-30",
    "since=%00",
    "until=%ED%A0%80",
    f"cursor={cursor('2026-11-28T00:00:00')}",
    "cursor=%00",
    "class=%00",
    "limit=99999999999999999999",
    "q=%00",
    "q=%20",
    f"q={'x' * 101}",
]


@pytest.fixture(scope="module")
def known(api: InProcess, town: bytes) -> dict[str, bytes]:
    """Known requests and the answers to them; each answer differs from all others."""
    for threshold in (0.31, 0.32, 0.33):
        api("POST", f"/predictions?threshold={threshold}", town)
    targets = [f"/predictions?limit={limit}" for limit in (1, 2, 3)]
    targets += ["/ready", "/predictions?since=20261128&limit=2&class=roads"]
    answers = {target: api("GET", target) for target in targets}
    assert {answer.status for answer in answers.values()} == {200}
    return {target: answer.body for target, answer in answers.items()}


@pytest.mark.parametrize("query", ODD)
def test_an_odd_request_is_refused_and_those_after_it_are_answered_as_before(
    api: InProcess, known: dict[str, bytes], query: str
) -> None:
    refused = api("GET", f"/predictions?{query}")
    assert refused.status == 400, refused.body
    assert query.partition("=")[0] in refused.json["detail"]
    assert {target: api("GET", target).body for target in known} == known


@pytest.mark.parametrize(
    "text", ["0001-01-01", "9999-12-31T23:59:59.999999Z", "2026-W48-6", "2026-11-28t09:30z"]
)
def test_every_moment_that_postgresql_and_python_share_is_taken(
    api: InProcess, known: dict[str, bytes], text: str
) -> None:
    for option in ("since", "until"):
        assert api("GET", f"/predictions?limit=1&{option}={text}").status == 200


def test_a_date_without_dashes_is_that_day_and_not_a_second_of_1970(
    api: InProcess, known: dict[str, bytes]
) -> None:
    assert not api("GET", "/predictions?until=20000101").json["items"]
    same = [api("GET", f"/predictions?until={day}").body for day in ("20261129", "2026-11-29")]
    assert same[0] == same[1]
    assert not api("GET", "/predictions?since=99990101").json["items"]
