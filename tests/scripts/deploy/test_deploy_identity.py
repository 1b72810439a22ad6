"""The stack's id: what is deployed decides, then what was kept; a new stack gets its own."""

import json
import re
from pathlib import Path

import pytest

from scripts.deploy import identity
from scripts.deploy.tool import DeployError

ID, OTHER = "0123456789ab", "ba9876543210"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("ADOPT", raising=False)
    return tmp_path / "stack.auto.tfvars.json"


def test_a_new_stack_gets_an_id_that_stays(file: Path) -> None:
    first = identity.settle({}, file)
    assert re.fullmatch("[0-9a-f]{12}", first)
    assert identity.settle({}, file) == first
    assert json.loads(file.read_text()) == {"stack_id": first}


def test_two_stacks_have_two_ids(tmp_path: Path, file: Path) -> None:
    assert identity.settle({}, file) != identity.settle({}, tmp_path / "other.json")


def test_what_is_deployed_decides(file: Path) -> None:
    identity.settle({}, file)
    assert identity.settle({"stack_id": ID}, file) == ID
    assert identity.kept(file) == ID


def test_a_stack_whose_state_was_lost_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADOPT", OTHER)
    assert identity.is_adopting()
    assert identity.settle({}, file) == OTHER
    assert identity.settle({"stack_id": ID}, file) == ID  # not where a stack is known
    monkeypatch.setenv("ADOPT", "1")
    with pytest.raises(DeployError, match="ADOPT is '1': give the 12 hex digits"):
        identity.settle({}, file)


def test_after_destroying_the_next_stack_is_another(file: Path) -> None:
    first = identity.settle({}, file)
    identity.forget(file)
    assert identity.settle({}, file) != first
