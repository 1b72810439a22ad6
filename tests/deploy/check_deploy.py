"""`make deploy` from a clean checkout, against moto, and all that may happen to it: `make test-deploy`.

In the order of the file: each check goes on with the stack of the one before. The image alone is
not built and pushed, as there is no registry here: IMAGE_URI names one.
"""

import os
import re
import signal
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest

from scripts.deploy import permissions
from scripts.deploy.tokens import hashed
from scripts.local.lambda_runtime.function import machine_environment
from scripts.smoke.api import Api
from tests.deploy.checkout import Checkout, Finished
from tests.deploy.cloud import Cloud
from tests.deploy.long import long
from tests.terraform.module import Module

_IMAGES = "123456789012.dkr.ecr.us-east-1.amazonaws.com/tesela@sha256:"
_IMAGE, _BROKEN, _SCENES_IMAGE = (_IMAGES + 64 * digit for digit in "567")
_OF_THE_TEST = {
    "s3:ListAllMyBuckets",
    "s3:ListBuckets",
    "secretsmanager:ListSecrets",
    "secretsmanager:PutSecretValue",
}
# Where the first deployment is killed with all its processes, again and again.
_KILLED_AT = (
    pytest.param(r"Images$", marks=long),
    r" 20/\d+ made",
    pytest.param(r"making the role that the functions log in as", marks=long),
    r"ok  a token that nobody was given is refused",
    # Of the rest: the page's files count and are not told.
    pytest.param(r"\d\d/\d{3} made (?!.*aws_s3_object)", marks=long),
)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    Module(
        tmp_path_factory.mktemp("module"), machine_environment()
    ).init()  # skips all where it cannot
    cloud = Cloud(tmp_path_factory.mktemp("cloud"))
    yield cloud
    cloud.stop()


@pytest.fixture(scope="module")
def checkout(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    images = {"IMAGE_URI": _IMAGE}
    if not os.environ.get("TESELA_SKIP_LONG"):  # a third more of resources
        images["SCENES_IMAGE_URI"] = _SCENES_IMAGE
    return Checkout(tmp_path_factory.mktemp("checkout"), cloud.environment | images)


@pytest.fixture(scope="module")
def token(checkout: Checkout) -> str:
    """The first token, in a file, as there is no terminal."""
    file = checkout.folder / ".tesela-token"
    assert file.stat().st_mode & 0o777 == 0o600
    return file.read_text().strip()


@pytest.fixture
def api(cloud: Cloud) -> Any:
    """Calls the deployed API with a token, straight to the alias."""
    return lambda token="": Api(cloud.api_url, token)


def test_credentials_that_are_missing_are_told_in_a_line(checkout: Checkout) -> None:
    done = checkout.make("deploy", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert done.status == 2  # make's, of a command that ended with 1
    assert done.text.startswith("No AWS credentials: run aws configure, or set AWS_PROFILE.\nmake")


def test_another_region_than_the_stack_s_is_told_in_a_line(checkout: Checkout) -> None:
    done = checkout.make("deploy", AWS_REGION="eu-west-1")
    assert done.text.startswith("AWS_REGION is eu-west-1, the stack's region us-east-1:")


def test_the_plan_is_shown_before_there_is_anything(checkout: Checkout) -> None:
    done = checkout.make("plan")
    assert done.status == 0, done.text
    assert re.search(r"Plan: [12]\d\d to add, 0 to change, 0 to destroy", done.text)


def test_a_new_account_gets_notes_and_no_stop(checkout: Checkout) -> None:
    done = _timed(checkout, "doctor")
    assert done.status == 0, done.text
    assert "note  Nobody hears of alarms" in done.text
    assert "'reserved_concurrency': 10, 'scene_concurrency': 20, 'db_backup_days': 7" in done.text


@pytest.mark.parametrize("where", _KILLED_AT)
def test_the_first_deployment_is_killed(checkout: Checkout, where: str) -> None:
    text = ""
    with checkout.start("deploy") as process:
        for line in process.stdout or ():
            text += line
            if re.search(where, line.rstrip()):
                os.killpg(process.pid, signal.SIGKILL)
                print(text)  # noqa: T201 (pytest -s)
                return
    pytest.fail(f"It never came to {where}:\n{text}")


def test_what_was_killed_is_finished_by_the_same_command(cloud: Cloud, checkout: Checkout) -> None:
    done = _timed(checkout, "deploy")
    assert done.status == 0, done.text
    assert done.text.count("ok  areas agree: document, table, GeoJSON, masks") >= 1
    assert "ok  deleted, and gone" in done.text
    assert "nobody hears of them: write alarm_email" in done.text
    assert re.search(r'curl -H "Authorization: Bearer \$TOKEN" .*/predictions\n', done.text)
    assert cloud.live_version() == 1


@long
def test_the_stack_takes_scenes_and_processes_them(cloud: Cloud) -> None:
    variables = cloud.function("tesela-api:live")["Environment"]["Variables"]
    assert variables["TESELA_SCENES"] == "true"
    assert cloud.function("tesela-scene-block")["ImageUri"] == _SCENES_IMAGE
    (machine,) = cloud.client("stepfunctions").list_state_machines()["stateMachines"]
    assert machine["name"] == "tesela-scene"


def test_a_second_run_changes_nothing_though_the_id_was_lost(checkout: Checkout) -> None:
    (checkout.folder / "terraform/stack.auto.tfvars.json").unlink()
    done = _timed(checkout, "deploy")
    assert done.status == 0, done.text
    assert done.text.count("  nothing to change\n") == 2
    assert "migrations applied: none, all were" in done.text
    assert "Version 1 is live already" in done.text


def test_no_secret_is_kept_or_told(cloud: Cloud, checkout: Checkout, token: str) -> None:
    kept = "".join(
        path.read_text(errors="replace")
        for path in (checkout.folder / "terraform").iterdir()
        if path.is_file()
    )
    assert not [text for text in (token, hashed(token)) if text in kept]
    assert cloud.master_password not in kept + cloud.logs()
    assert token not in cloud.logs()
    variables = cloud.function("tesela-api")["Environment"]["Variables"]
    assert variables["TESELA_TOKENS"] == "access.json"
    assert variables["DATABASE_URL"].endswith("?login=iam&sslmode=verify-full")


def test_a_token_is_made_listed_used_and_taken_back(
    checkout: Checkout, token: str, api: Any
) -> None:
    made = checkout.make("token", NAME="ana", SCOPE="read", UNTIL="2099-01-31")
    ana = made.text.splitlines()[0]
    assert "ana" in made.text
    assert re.search(r"(?m)^ana +read +until 2099-02-01 00:00 UTC$", checkout.make("tokens").text)
    assert _wait_for(lambda: api(ana)("GET", "/predictions")[0] == 200, 15)
    assert api(ana)("POST", "/predictions", b"II*\0")[0] == 403
    assert checkout.make("revoke", NAME="ana").status == 0
    assert _wait_for(lambda: api(ana)("GET", "/predictions")[0] == 401, 70)
    assert api(token)("GET", "/predictions")[0] == 200
    assert (
        "There is no token named 'ana'; there are: first"
        in checkout.make("revoke", NAME="ana").text
    )


@long
def test_a_version_that_fails_never_goes_live(
    cloud: Cloud, checkout: Checkout, token: str, api: Any
) -> None:
    cloud.break_image(_BROKEN)
    done = _timed(checkout, "deploy", IMAGE_URI=_BROKEN)
    assert done.status == 2
    assert "Runtime.InvalidEntrypoint" in done.text
    assert cloud.live_version() == 1
    assert api(token)("GET", "/predictions")[0] == 200


def test_a_new_version_goes_live_and_back(cloud: Cloud, checkout: Checkout) -> None:
    done = _timed(checkout, "deploy", TF_VAR_memory_mb="2048")
    assert done.status == 0, done.text
    newest = cloud.live_version()
    assert newest > 1
    assert "  live, in the place of version 1" in done.text
    back = _timed(checkout, "rollback", VERSION="1")
    assert back.status == 0, back.text
    assert cloud.live_version() == 1
    assert "There is no version 99" in checkout.make("rollback", VERSION="99").text


def test_an_idle_function_is_woken_first(cloud: Cloud, checkout: Checkout) -> None:
    cloud.fall_asleep()
    done = _timed(checkout, "reconcile", AWS="1")
    assert done.status == 0, done.text
    assert re.search(r"\d+ predictions in S3: 0 rows rebuilt, 0 dropped", done.text)


def test_a_lost_database_comes_back_whole_from_s3(
    cloud: Cloud, checkout: Checkout, token: str, api: Any, town: bytes
) -> None:
    made = api(token)("POST", "/predictions", town)
    assert made[0] == 201
    before = api(token).expect(HTTPStatus.OK, "GET", "/predictions")
    cloud.lose_database()
    assert api(token)("GET", "/predictions")[0] == 503
    done = _timed(checkout, "deploy")
    assert done.status == 0, done.text
    assert re.search(r"[1-9]\d* rows rebuilt, 0 dropped", done.text)
    assert api(token).expect(HTTPStatus.OK, "GET", "/predictions") == before


def test_destroy_wants_the_name(checkout: Checkout) -> None:
    done = checkout.make("destroy", "yes\n")
    assert "Nothing was removed." in done.text
    assert done.status == 2


def test_destroy_leaves_nothing(cloud: Cloud, checkout: Checkout) -> None:
    done = _timed(checkout, "destroy", "tesela\n")
    assert done.status == 0, done.text
    assert "Terraform's state is empty." in done.text
    # The deployer's policies allow all that was called; the rest are the test's own calls.
    assert cloud.actions() - _OF_THE_TEST - permissions.actions() == set()
    assert cloud.leftovers() == {}
    assert not (checkout.folder / "terraform/stack.auto.tfvars.json").exists()


def _timed(checkout: Checkout, target: str, typed: str = "", **variables: str) -> Finished:
    start = time.monotonic()
    done = checkout.make(target, typed, **variables)
    print(f"{done.text}\nmake {target}: {time.monotonic() - start:.0f} s, status {done.status}")  # noqa: T201
    return done


def _wait_for(condition: Any, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(1)
    return bool(holds)
