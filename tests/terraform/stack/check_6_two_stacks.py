"""A second stack of the same name, in another region of the account: neither takes anything of the other."""

from typing import Any

import pytest

from tests.deploy.checkout import Checkout
from tests.deploy.long import long
from tests.terraform.account import Account
from tests.terraform.module import Module

pytestmark = long


@pytest.fixture(scope="module")
def elsewhere(variables: dict[str, Any]) -> dict[str, Any]:
    return variables | {"stack_id": "ba9876543210", "region": "sa-east-1"}


@pytest.fixture(scope="module")
def there(
    account: Account, elsewhere: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Module:
    region = {"AWS_REGION": "sa-east-1", "AWS_DEFAULT_REGION": "sa-east-1"}
    there = Module(tmp_path_factory.mktemp("there"), account.environment | region)
    there.init()
    there.apply(**elsewhere)
    return there


def test_neither_plan_changes_anything(
    module: Module, variables: Any, there: Module, elsewhere: Any
) -> None:
    assert there.plan(**elsewhere) == ""
    assert module.plan(**variables) == ""


def test_no_name_that_is_one_per_account_is_shared(account: Account, there: Module) -> None:
    roles = {role["RoleName"] for role in account.client("iam").list_roles()["Roles"]}
    assert {f"tesela-{region}-api" for region in ("us-east-1", "sa-east-1")} <= roles


def test_a_second_checkout_of_the_same_name_is_stopped(
    account: Account, variables: Any, tmp_path: Any
) -> None:
    image = {"IMAGE_URI": variables["image_uri"]}
    done = Checkout(tmp_path, account.environment | image).make("deploy")
    assert done.status == 2
    assert "stop  Another stack named tesela is in this account" in done.text
    assert f"ADOPT={variables['stack_id']} make deploy takes it over" in done.text
    assert "Nothing was made." in done.text
    assert "No AWS credentials" not in done.text


def test_one_is_destroyed_and_the_other_stays_as_it_was(
    module: Module, variables: Any, there: Module, elsewhere: Any
) -> None:
    there.destroy(**elsewhere)
    assert there.resources() == []
    assert module.plan(**variables) == ""
