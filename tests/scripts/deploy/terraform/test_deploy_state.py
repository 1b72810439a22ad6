"""A local state survives a kill in the middle of Terraform's writing."""

import json
from pathlib import Path

import pytest

from scripts.deploy.terraform.cli import addresses_in
from scripts.deploy.terraform.state_backup import copied, mend


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / ".terraform").mkdir()
    return tmp_path


def state(module: Path) -> Path:
    return module / "terraform.tfstate"


@pytest.mark.parametrize("cut", ["", '{"version": 4, "resou'])
def test_a_state_that_was_cut_is_replaced_by_the_last_whole_one(module: Path, cut: str) -> None:
    state(module).write_text('{"serial": 1}')
    for line in copied(["made one", "made two"], module):
        if line == "made two":
            state(module).write_text('{"serial": 2}')
    state(module).write_text(cut)
    mend(module)
    assert state(module).read_text() == '{"serial": 2}'


def test_a_whole_state_stays_as_it_is(module: Path) -> None:
    state(module).write_text('{"serial": 1}')
    list(copied(["made one"], module))
    state(module).write_text('{"serial": 9}')
    mend(module)
    assert state(module).read_text() == '{"serial": 9}'


def test_a_remote_state_leaves_no_file_here(module: Path) -> None:
    list(copied(["made one"], module))
    mend(module)
    assert list(module.rglob("*.tfstate")) == []


def test_the_addresses_in_a_state_are_those_that_terraform_lists() -> None:
    def resource(kind: str, name: str, *keys: object, mode: str = "managed") -> dict[str, object]:
        instances = [{"index_key": key} for key in keys] or [{}]
        return {"mode": mode, "type": kind, "name": name, "instances": instances}

    held = [
        resource("aws_vpc", "this"),
        resource("aws_subnet", "private", 0, 1),
        resource("aws_s3_object", "page", "index.html"),
        resource("aws_partition", "this", mode="data"),
        {**resource("aws_budgets_budget", "monthly"), "instances": []},
    ]
    assert addresses_in(json.dumps({"version": 4, "resources": held})) == [
        "aws_vpc.this",
        "aws_subnet.private[0]",
        "aws_subnet.private[1]",
        'aws_s3_object.page["index.html"]',
    ]
    assert addresses_in("") == []
