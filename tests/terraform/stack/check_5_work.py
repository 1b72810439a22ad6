"""The deployed shape at work: applied settings, real runtime clients, PostgreSQL and S3."""

import json
from typing import Any

import requests

from scripts.local.lambda_runtime.invocation import Invocation
from tests.terraform.account import Account
from tests.terraform.deployed import DeployedApi


def test_health_is_open_and_the_rest_wants_a_token(api: DeployedApi, bearer: Any) -> None:
    assert api("GET", "/health").status == 200
    assert api("GET", "/predictions").status == 401
    assert api("GET", "/ready", headers=bearer).status == 200


def test_the_page_s_origin_passes_the_preflight(api: DeployedApi, outputs: Any) -> None:
    asked = {"origin": outputs["page_url"], "access-control-request-method": "POST"}
    reply = api("OPTIONS", "/predictions", headers=asked)
    assert reply.status in (200, 204)
    assert reply.headers["access-control-allow-origin"] == outputs["page_url"]


def test_an_image_is_segmented_kept_read_and_deleted(
    account: Account, outputs: dict[str, Any], api: DeployedApi, bearer: Any, town: bytes
) -> None:
    made = api("POST", "/predictions", town, bearer | {"content-type": "image/tiff"})
    assert made.status == 201
    prediction = made.json["id"]
    assert _kept(account, outputs, prediction) >= {"source.tif", "scores", "manifest.json"}
    for url in made.json["links"].values():
        assert url.startswith(outputs["api_url"])
        target = url.removeprefix(outputs["api_url"])
        assert api("GET", target, headers=bearer).status == 200
    assert [one["id"] for one in api("GET", "/predictions", headers=bearer).json["items"]] == [
        prediction
    ]
    assert api("DELETE", f"/predictions/{prediction}", headers=bearer).status == 204
    assert not _kept(account, outputs, prediction)


def _kept(account: Account, outputs: dict[str, Any], prediction: str) -> set[str]:
    prefix = f"predictions/{prediction}/"
    told = account.client("s3").list_objects_v2(Bucket=outputs["results_bucket"], Prefix=prefix)
    return {item["Key"].removeprefix(prefix) for item in told.get("Contents", [])}


def test_a_larger_image_goes_through_the_bucket(
    account: Account, outputs: dict[str, Any], api: DeployedApi, bearer: Any, town: bytes
) -> None:
    offer = api("POST", f"/uploads?size={len(town)}", headers=bearer).json
    assert f"{outputs['results_bucket']}/uploads/" in offer["url"]
    put = requests.put(
        offer["url"], data=town, headers={"content-type": offer["content_type"]}, timeout=10
    )
    assert put.status_code == 200
    reply = api("POST", f"/predictions?upload={offer['upload']}", headers=bearer)
    assert reply.status == 201


def test_the_dashboard_draws_what_the_function_tells(account: Account, api: DeployedApi) -> None:
    body = account.client("cloudwatch").get_dashboard(DashboardName="tesela")["DashboardBody"]
    graphs = [widget["properties"]["metrics"] for widget in json.loads(body)["widgets"]]
    drawn = {tuple(metric) for graph in graphs for metric in graph if metric[0] == "Tesela"}
    never = {
        ("Tesela", name, "service", "tesela") for name in ("Failed", "SavedInObjectsAlone")
    }  # which nothing did
    assert drawn - never <= api.metrics()
    assert never <= drawn


def test_the_daily_call_is_answered(account: Account, functions: Any) -> None:
    schedule = account.client("scheduler").get_schedule(GroupName="tesela", Name="awake")
    answer = functions.invoke("tesela-api:live", Invocation(schedule["Target"]["Input"].encode()))
    assert json.loads(answer)["statusCode"] == 200


def test_the_daily_reconciliation_is_counted(
    account: Account, functions: Any, tmp_path: Any
) -> None:
    schedule = account.client("scheduler").get_schedule(GroupName="tesela", Name="reconcile")
    answer = functions.invoke("tesela-migrate", Invocation(schedule["Target"]["Input"].encode()))
    assert json.loads(answer)["rows_rebuilt"] == 0
    alarms = account.client("cloudwatch").describe_alarms(AlarmNames=["tesela-rows"])
    (alarm,) = alarms["MetricAlarms"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("Tesela", "RowsRebuilt")
    assert '"RowsRebuilt"' in functions.log("tesela-migrate")


def test_a_request_is_found_in_the_log_by_the_id_that_the_caller_saw(
    api: DeployedApi, bearer: Any
) -> None:
    seen = api("GET", "/predictions", headers=bearer).headers["x-request-id"]
    answered = [line for line in api.log() if line.get("message") == "answered"][-1]
    assert answered["correlation_id"] == seen
    assert answered["function_request_id"] != seen  # Lambda's own
    assert (answered["token"], answered["method"], answered["path"]) == (
        "ana",
        "GET",
        "/predictions",
    )
