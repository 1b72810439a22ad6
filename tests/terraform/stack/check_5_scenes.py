"""A whole scene on the applied stack: ordered, announced, processed as the state machine says, kept."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from tesela.edges.database import Database
from tesela.edges.postgres import PostgresJobs

from scripts.local.data import DataDirectory
from scripts.local.lambda_runtime.invocation import FunctionFailedError, Invocation
from scripts.local.scenes.runner import failure_of
from scripts.local.scenes.state_machine import StateMachine
from scripts.local.stack import LocalStack
from scripts.make_scene import write_large
from scripts.process_scene.remote import Service, process_remotely
from tests.deploy.functions import Functions
from tests.deploy.long import long
from tests.terraform.account import Account
from tests.terraform.deployed import DeployedApi
from tests.terraform.grants import allowed, is_allowed

pytestmark = long

Tell = Callable[[str], None]

STAGES = ("plan", "block", "seams", "assembly", "failure")


class Events:
    """S3's and EventBridge's part: which rule an event matches, and what its target gets."""

    def __init__(self, account: Account, bucket: str) -> None:
        self._client, self._bucket = account.client("events"), bucket

    def of_object(self, key: str) -> dict[str, Any]:
        """Return what S3 sends when an object is written."""
        return {
            "version": "0",
            "id": "17793124-05d4-b198-2fde-7ededc63b103",
            "detail-type": "Object Created",
            "source": "aws.s3",
            "account": "123456789012",
            "time": datetime.now(UTC).isoformat(),
            "region": "us-east-1",
            "resources": [f"arn:aws:s3:::{self._bucket}"],
            "detail": {
                "version": "0",
                "bucket": {"name": self._bucket},
                "object": {"key": key, "size": 5, "etag": "b1946ac92492d2347c6235b4d2611184"},
                "request-id": "N4N7GDK58NMKJ12R",
                "requester": "123456789012",
                "reason": "PutObject",
            },
        }

    def targets(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the targets that an event reaches, by rule: whom, and with which input."""
        return {
            rule["Name"]: {"arn": target["Arn"], "input": _transformed(target, event)}
            for rule in self._client.list_rules(NamePrefix="tesela-")["Rules"]
            if self._matches(rule["EventPattern"], event)
            for target in self._client.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        }

    def _matches(self, pattern: str, event: dict[str, Any]) -> bool:
        return bool(
            self._client.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))["Result"]
        )


def _transformed(target: dict[str, Any], event: dict[str, Any]) -> Any:
    transformer = target.get("InputTransformer")
    if transformer is None:
        return event
    ((name, path),) = transformer["InputPathsMap"].items()
    value: Any = event
    for part in path.removeprefix("$.").split("."):
        value = value[part]
    return json.loads(transformer["InputTemplate"].replace(f"<{name}>", json.dumps(value)))


@pytest.fixture(scope="module")
def events(account: Account, outputs: dict[str, Any]) -> Events:
    return Events(account, outputs["results_bucket"])


@pytest.fixture(scope="module")
def scene(api: DeployedApi, bearer: Any, town: bytes) -> str:
    """A scene that was ordered, uploaded and completed; its id."""
    return started(api, bearer, town)


def test_only_what_starts_or_ends_a_scene_is_announced(events: Events) -> None:
    reached = {
        key: set(events.targets(events.of_object(key)))
        for key in (
            *("scene-events/1.json", "scenes/1/end.json"),
            *("scenes/1/job.json", "scenes/1/classes.tif", "scene-work/1/blocks.json"),
            *("predictions/1/manifest.json", "uploads/1"),
        )
    }
    assert {key: rules for key, rules in reached.items() if rules} == {
        "scene-events/1.json": {"tesela-scene-start"},
        "scenes/1/end.json": {"tesela-scene-end"},
    }
    elsewhere = events.of_object("scene-events/1.json")
    elsewhere["detail"]["bucket"]["name"] = "another"
    assert events.targets(elsewhere) == {}


def test_a_scene_is_processed_as_the_applied_state_machine_says(
    account: Account,
    outputs: dict[str, Any],
    functions: Functions,
    events: Events,
    scene: str,
    api: DeployedApi,
    bearer: Any,
    tell: Tell,
) -> None:
    began = datetime.now(UTC)
    target = events.targets(events.of_object(f"scene-events/{scene}.json"))["tesela-scene-start"]
    assert target["arn"] == outputs["scene_state_machine"]
    execute(account, functions, target["arn"], target["input"])
    tell(f"scene of 160 x 160 px: {(datetime.now(UTC) - began).total_seconds():.1f} s")
    done = api("GET", f"/scenes/{scene}", headers=bearer).json
    assert done["state"] == "done"
    assert {"classes.tif", "masks.tif", "polygons.parquet", "item.json"} <= set(done["links"])
    for name in ("classes.tif", "polygons.parquet"):
        moved = api("GET", f"/scenes/{scene}/files/{name}", headers=bearer)
        assert moved.status == 307
        assert requests.get(moved.headers["location"], timeout=10).content[:4] in (
            *(b"II*\0", b"II+\0", b"PAR1"),
        )


def test_its_row_follows_the_end_that_s3_announces(
    account: Account, functions: Functions, events: Events, scene: str, database_url: str
) -> None:
    jobs = PostgresJobs(Database.at(database_url))
    jobs.delete(next(job.id for job, _ in jobs.history(9, None) if str(job.id) == scene))
    target = events.targets(events.of_object(f"scenes/{scene}/end.json"))["tesela-scene-end"]
    answer = functions.invoke(_function(target["arn"]), _invocation(target["input"]))
    assert json.loads(answer) == {"scene": scene, "kept": True}
    ((job, end),) = jobs.history(9, None)
    jobs.close()
    assert (str(job.id), end and end.state) == (scene, "done")


def test_an_execution_that_somebody_stopped_is_recorded_by_the_stage_of_failures(
    account: Account,
    outputs: dict[str, Any],
    functions: Functions,
    events: Events,
    api: DeployedApi,
    bearer: Any,
    scene: str,
) -> None:
    machine = outputs["scene_state_machine"]
    stopped: dict[str, Any] = {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": {
            "executionArn": f"{machine.replace(':stateMachine:', ':execution:')}:1",
            "stateMachineArn": machine,
            "status": "ABORTED",
            "input": json.dumps(events.of_object(f"scene-events/{scene}.json")),
        },
    }
    target = events.targets(stopped)["tesela-scene-stop"]
    answer = functions.invoke(_function(target["arn"]), _invocation(target["input"]))
    assert json.loads(answer) == {"expected": True}  # the scene was done
    assert api("GET", f"/scenes/{scene}", headers=bearer).json["state"] == "done"
    succeeded = {**stopped, "detail": {**stopped["detail"], "status": "SUCCEEDED"}}
    of_a_block = {**stopped["detail"], "stateMachineArn": f"{machine}/Blocks"}
    assert events.targets(succeeded) == events.targets({**stopped, "detail": of_a_block}) == {}


def test_every_target_may_be_called_by_its_rule(account: Account) -> None:
    events, client = account.client("events"), account.client("lambda")
    for rule in events.list_rules(NamePrefix="tesela-scene-")["Rules"]:
        (target,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        if ":states:" in target["Arn"]:
            assert allowed(account, "events") == {(target["Arn"],): {"states:StartExecution"}}
            assert target["RoleArn"].endswith(":role/tesela-us-east-1-events")
            continue
        policy = client.get_policy(FunctionName=_function(target["Arn"]))["Policy"]
        (said,) = json.loads(policy)["Statement"]
        assert said["Principal"] == {"Service": "events.amazonaws.com"}
        assert said["Condition"] == {"ArnLike": {"AWS:SourceArn": rule["Arn"]}}


def test_a_scene_is_removed_with_all_its_objects(
    account: Account, outputs: dict[str, Any], api: DeployedApi, bearer: Any, scene: str
) -> None:
    assert api("DELETE", f"/scenes/{scene}", headers=bearer).status == 204
    listed = account.client("s3").list_objects_v2(Bucket=outputs["results_bucket"])
    assert [each["Key"] for each in listed.get("Contents", []) if scene in each["Key"]] == []


def test_ten_square_kilometres_give_the_files_that_make_run_gives(
    account: Account,
    outputs: dict[str, Any],
    functions: Functions,
    events: Events,
    api: DeployedApi,
    bearer: Any,
    tmp_path: Path,
    tell: Tell,
) -> None:
    path = tmp_path / "ten.tif"
    write_large(path, 10)
    key = started(api, bearer, path.read_bytes())
    target = events.targets(events.of_object(f"scene-events/{key}.json"))["tesela-scene-start"]
    began = datetime.now(UTC)
    execute(account, functions, target["arn"], target["input"])
    tell(f"scene of 10 km2 on the stack: {(datetime.now(UTC) - began).total_seconds():.1f} s")
    links = api("GET", f"/scenes/{key}", headers=bearer).json["links"]
    with LocalStack(tmp_path / "run") as local:
        began = datetime.now(UTC)
        service, out = Service(local.api_url), tmp_path / "out"
        folder, here = process_remotely(service, [str(path)], out, {}, lambda *_: None)
        tell(f"by make run: {(datetime.now(UTC) - began).total_seconds():.1f} s")
    DataDirectory(tmp_path / "run").remove()
    assert here["id"] == key
    assert {each.name for each in folder.iterdir()} == set(links) - {"self"}
    for file in folder.iterdir():
        moved = api("GET", f"/scenes/{key}/files/{file.name}", headers=bearer)
        body = requests.get(moved.headers["location"], timeout=60).content
        if file.name == "item.json":  # which says when it was made
            assert timeless(body) == timeless(file.read_bytes())
        else:
            assert body == file.read_bytes(), file.name
    assert api("DELETE", f"/scenes/{key}", headers=bearer).status == 204


def test_each_role_allows_what_its_function_did(account: Account) -> None:
    """moto enforces no policy, so each call that it was asked for is compared with the role's."""
    called = account.object_calls()
    for name in ("api", "migrate", *(f"scene-{stage}" for stage in STAGES)):
        granted = allowed(account, name)
        ours = {(action, arn) for caller, action, arn in called if caller == f"tesela-{name}"}
        assert ours, name
        refused = {each for each in ours if not is_allowed(granted, *each)}
        assert refused == set(), name


def started(api: DeployedApi, bearer: Any, body: bytes) -> str:
    """Order a scene of one part, upload and complete it; return its id."""
    sha256 = hashlib.sha256(body)
    order = json.dumps({"size": len(body), "parts": [sha256.hexdigest()]}).encode()
    ordered = api("POST", "/scenes", order, bearer)
    assert ordered.status == 201
    (part,) = ordered.json["upload"]["parts"]
    assert part["headers"] == {"x-amz-checksum-sha256": b64encode(sha256.digest()).decode()}
    assert requests.put(part["url"], body, headers=part["headers"], timeout=60).ok
    key: str = ordered.json["id"]
    completed = api("POST", f"/scenes/{key}/complete", headers=bearer)
    assert (completed.status, completed.json["state"]) == (202, "queued")
    return key


def timeless(item: bytes) -> dict[str, Any]:
    """A STAC Item without the time of its making."""
    document: dict[str, Any] = json.loads(item)
    for name in ("datetime", "created"):
        del document["properties"][name]
    return document


def execute(account: Account, functions: Functions, machine: str, event: dict[str, Any]) -> None:
    """Step Functions' part: run the definition that was applied on the functions that it names."""

    def invoke(arn: str, payload: Any) -> Any:
        try:
            return json.loads(functions.invoke(_function(arn), _invocation(payload)))
        except FunctionFailedError as error:
            raise failure_of(str(error)) from error

    about = account.client("stepfunctions").describe_state_machine(stateMachineArn=machine)
    objects = account.client("s3")
    StateMachine(
        json.loads(about["definition"]),
        invoke,
        lambda bucket, key: objects.get_object(Bucket=bucket, Key=key)["Body"].read(),
    ).run(event, f"{machine.replace(':stateMachine:', ':execution:')}:1")


def _function(arn: str) -> str:
    return arn.rpartition(":")[2]


def _invocation(payload: Any) -> Invocation:
    return Invocation(json.dumps(payload).encode())
