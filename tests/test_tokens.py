"""The list of tokens in the bucket: read once a minute, and when somebody brings a new one."""

import json

import pytest
from tesela.errors import StorageUnavailableError
from tesela.tokens import TokenList

ANA, LUIS = 64 * "a", 64 * "b"


class Objects:
    """A bucket with one object, which counts how often it is read."""

    def __init__(self) -> None:
        self.body: bytes | None = None
        self.reads = 0

    def hold(self, *hashes: str) -> None:
        listed = [{"name": each[0], "sha256": each, "scope": "read"} for each in hashes]
        self.body = json.dumps(listed).encode()

    def get(self, key: str) -> bytes | None:
        assert key == "access.json"
        self.reads += 1
        return self.body


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def objects() -> Objects:
    return Objects()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(objects: Objects, clock: Clock) -> TokenList:
    return TokenList(objects, "access.json", clock)


def test_a_known_token_costs_one_read_a_minute(
    objects: Objects, tokens: TokenList, clock: Clock
) -> None:
    objects.hold(ANA)
    for clock.now in (1000, 1030, 1059.9):
        assert tokens.find(ANA)
    assert objects.reads == 1
    clock.now = 1060
    assert tokens.find(ANA)
    assert objects.reads == 2


def test_a_revoked_token_is_refused_a_minute_later(
    objects: Objects, tokens: TokenList, clock: Clock
) -> None:
    objects.hold(ANA, LUIS)
    assert tokens.find(ANA)
    objects.hold(LUIS)
    clock.now += 60
    assert tokens.find(ANA) is None
    assert tokens.find(LUIS)


def test_a_new_token_is_known_within_seconds(
    objects: Objects, tokens: TokenList, clock: Clock
) -> None:
    objects.hold(ANA)
    assert tokens.find(ANA)
    objects.hold(ANA, LUIS)
    assert tokens.find(LUIS) is None
    clock.now += 5
    assert tokens.find(LUIS)


def test_guesses_do_not_make_us_call_s3_at_will(
    objects: Objects, tokens: TokenList, clock: Clock
) -> None:
    objects.hold(ANA)
    for clock.now in range(1000, 1010):
        for guess in range(100):
            assert tokens.find(f"{guess:064}") is None
    assert objects.reads == 2  # at 1000 and 1005


def test_without_the_object_nobody_is_admitted(tokens: TokenList) -> None:
    assert tokens.find(ANA) is None


@pytest.mark.parametrize("body", [b"{", b"[1]", b'[{"name": "a", "sha256": "b", "scope": "root"}]'])
def test_an_object_that_is_no_list_of_tokens_admits_nobody_and_is_not_repeated(
    objects: Objects, tokens: TokenList, body: bytes
) -> None:
    objects.body = body
    with pytest.raises(StorageUnavailableError, match=r"^access.json is not a list of tokens.$"):
        tokens.find(ANA)


def test_a_time_without_a_zone_is_no_time(objects: Objects, tokens: TokenList) -> None:
    token = {"name": "a", "sha256": ANA, "scope": "read", "until": "2027-01-31T00:00:00"}
    objects.body = json.dumps([token]).encode()
    with pytest.raises(StorageUnavailableError):
        tokens.find(ANA)
