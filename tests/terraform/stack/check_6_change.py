"""Changes, in place."""

from collections.abc import Callable
from typing import Any

from tests.terraform.account import Account
from tests.terraform.grants import public
from tests.terraform.module import Module

Tell = Callable[[str], None]


def test_a_new_image_replaces_the_functions_in_place(
    module: Module, variables: Any, tell: Tell
) -> None:
    variables["image_uri"] = variables["image_uri"].replace("a" * 64, "b" * 64)
    changes = module.apply(**variables)
    tell(f"new image: {changes}")
    assert changes == "0 added, 2 changed, 0 destroyed"  # the functions, not the alias


def test_the_alias_stays_until_somebody_moves_it(
    account: Account, module: Module, variables: Any
) -> None:
    client = account.client("lambda")
    live = client.get_function(FunctionName="tesela-api", Qualifier="live")
    assert live["Code"]["ImageUri"] != variables["image_uri"]
    versions = client.list_versions_by_function(FunctionName="tesela-api")["Versions"]
    newest = versions[-1]["Version"]
    client.update_alias(FunctionName="tesela-api", Name="live", FunctionVersion=newest)
    live = client.get_function(FunctionName="tesela-api", Qualifier="live")
    assert live["Code"]["ImageUri"] == variables["image_uri"]
    assert module.plan(**variables) == ""  # Terraform leaves the alias where it is


def test_the_url_s_permissions_go_with_signed_requests(
    account: Account, module: Module, variables: Any
) -> None:
    variables["function_url_auth"] = "AWS_IAM"
    assert module.apply(**variables) == "0 added, 1 changed, 2 destroyed"
    # What is left is the provider's own, for URLs without authorisation, which this no longer is.
    assert public(account) == {
        "lambda:InvokeFunctionUrl": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
    }
