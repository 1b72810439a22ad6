"""Changes, in place."""

import json
from collections.abc import Callable
from typing import Any

from scripts.local.lambda_runtime.answer import Answer, http_answer
from scripts.local.lambda_runtime.event import Request, function_url_event
from scripts.local.lambda_runtime.invocation import Invocation
from tests.deploy.functions import Functions
from tests.deploy.long import long
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
    assert changes == "0 added, 2 changed, 0 destroyed"  # the functions, neither alias nor stages


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


@long
def test_one_origin_closes_the_other_addresses(
    account: Account, module: Module, variables: Any, functions: Functions, bearer: Any
) -> None:
    variables["one_origin"] = True
    module.apply(**variables)
    assert module.plan(**variables) == ""
    client = account.client("lambda")
    newest = client.list_versions_by_function(FunctionName="tesela-api")["Versions"][-1]["Version"]
    client.update_alias(FunctionName="tesela-api", Name="live", FunctionVersion=newest)
    origin, url = _api_of_the_page(account), module.outputs()["api_url"]
    sent = {item["HeaderName"]: item["HeaderValue"] for item in origin["CustomHeaders"]["Items"]}

    def called(headers: dict[str, str]) -> Answer:
        named = {"host": origin["DomainName"], **headers, **bearer}
        request = Request("GET", "/api/predictions", tuple(named.items()), b"", "127.0.0.1", 443)
        event = function_url_event(request, "id", "Root=1-0-0", 0)
        return http_answer(
            functions.invoke("tesela-api:live", Invocation(json.dumps(event).encode()))
        )

    assert called(sent).status == 200
    assert called({}).status == 403
    assert json.loads(called({}).body)["values"] == {"address": url}


@long
def test_and_back(account: Account, module: Module, variables: Any) -> None:
    variables["one_origin"] = False
    module.apply(**variables)
    firewalls = account.client("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    assert firewalls == []
    assert module.plan(**variables) == ""


def _api_of_the_page(account: Account) -> dict[str, Any]:
    """Return the origin that the page's distribution has for the API, which a firewall is before."""
    (page,) = account.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    (firewall,) = account.client("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    assert page["WebACLId"] == firewall["ARN"]
    (api,) = (
        behaviour
        for behaviour in page["CacheBehaviors"]["Items"]
        if behaviour["PathPattern"] == "/api/*"
    )
    origins: list[dict[str, Any]] = page["Origins"]["Items"]
    return next(each for each in origins if each["Id"] == api["TargetOriginId"])
