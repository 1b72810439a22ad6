"""Two stacks of one name side by side in one account: neither takes anything of the other.

Terraform alone makes them, one in each region; then the commands are tried from a second checkout.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.deploy.checkout import Checkout
from tests.deploy.unseen import unseen
from tests.terraform.account import Account
from tests.terraform.module import Module

pytestmark = unseen

_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/tesela@sha256:" + 64 * "5"
_HERE = {"image_uri": _IMAGE, "stack_id": "aaaaaaaaaaaa", "db_deletion_protection": False}
_THERE = _HERE | {"stack_id": "bbbbbbbbbbbb", "region": "sa-east-1", "force_destroy": True}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    account = Account(tmp_path_factory.mktemp("account"))
    yield account
    account.stop()


@pytest.fixture(scope="module")
def stacks(account: Account, tmp_path_factory: pytest.TempPathFactory) -> tuple[Module, Module]:
    """Both applied, at the same time."""
    here = Module(tmp_path_factory.mktemp("here"), account.environment)
    elsewhere = account.environment | {
        "AWS_REGION": "sa-east-1",
        "AWS_DEFAULT_REGION": "sa-east-1",
    }
    there = Module(tmp_path_factory.mktemp("there"), elsewhere)
    for module in (here, there):
        module.init()
    with ThreadPoolExecutor() as pool:
        for applied in [pool.submit(here.apply, **_HERE), pool.submit(there.apply, **_THERE)]:
            applied.result()
    return here, there


def test_both_are_there_and_neither_plan_changes_anything(stacks: tuple[Module, Module]) -> None:
    here, there = stacks
    assert here.plan(**_HERE) == ""
    assert there.plan(**_THERE) == ""


def test_no_name_that_is_one_per_account_is_shared(
    account: Account, stacks: tuple[Module, Module]
) -> None:
    roles = {role["RoleName"] for role in account.client("iam").list_roles()["Roles"]}
    assert {f"tesela-{region}-api" for region in ("us-east-1", "sa-east-1")} <= roles


def test_a_second_checkout_of_the_same_name_is_stopped(
    account: Account, stacks: tuple[Module, Module], tmp_path: Any
) -> None:
    checkout = Checkout(tmp_path, account.environment | {"IMAGE_URI": _IMAGE})
    done = checkout.make("deploy")
    assert done.status == 2
    assert "stop  Another stack named tesela is in this account" in done.text
    assert "ADOPT=aaaaaaaaaaaa make deploy takes it over" in done.text
    assert "Nothing was made." in done.text
    assert "No AWS credentials" not in done.text
    here, _ = stacks
    assert here.plan(**_HERE) == ""


def test_one_is_destroyed_and_the_other_stays_as_it_was(stacks: tuple[Module, Module]) -> None:
    here, there = stacks
    there.destroy(**_THERE)
    assert there.resources() == []
    assert here.plan(**_HERE) == ""
