"""`make deploy` from a clean checkout, against moto, and all that may happen to it: `make test-deploy`.

In the order of the file: each check goes on with the stack of the one before. The image alone is
not built and pushed, as there is no registry here: IMAGE_URI names one.
"""

import os
import re
import signal
import time
from collections.abc import Iterator

import pytest

from scripts.deploy.tokens import hashed
from scripts.local.function import machine_environment
from tests.deploy.checkout import Checkout
from tests.deploy.cloud import Cloud
from tests.terraform.module import Module

_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/tesela@sha256:" + 64 * "5"
_CUT_AT = 20  # resources made


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
    return Checkout(tmp_path_factory.mktemp("checkout"), cloud.environment | {"IMAGE_URI": _IMAGE})


@pytest.fixture(scope="module")
def token(checkout: Checkout) -> str:
    """Of the first deployment, which is killed with all its processes."""
    text = ""
    with checkout.start("deploy") as process:
        for line in process.stdout:
            text += line
            if (made := re.search(r"(\d+)/\d+ made", line)) and int(made[1]) >= _CUT_AT:
                os.killpg(process.pid, signal.SIGKILL)
                break
    print(text)  # noqa: T201 (pytest -s)
    return re.search(r"export TOKEN=(\S+)", text)[1]


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
    assert re.search(r"Plan: 1\d\d to add, 0 to change, 0 to destroy", done.text)


def test_what_was_killed_is_finished_by_the_same_command(checkout: Checkout, token: str) -> None:
    done = _timed(checkout, "deploy", TOKEN=token)
    assert done.status == 0, done.text
    assert "migrations applied: 0001_predictions" in done.text
    assert "ok  areas agree: document, table, GeoJSON, masks" in done.text
    assert "ok  deleted, and gone" in done.text
    assert re.search(r'curl -H "Authorization: Bearer \$TOKEN" .*/predictions\n', done.text)


def test_a_second_run_changes_nothing_though_the_hashes_were_lost(
    checkout: Checkout, token: str
) -> None:
    (checkout.folder / "terraform/tokens.auto.tfvars.json").unlink()
    done = _timed(checkout, "deploy", TOKEN=token)
    assert done.status == 0, done.text
    assert "  kept those of the running function\n" in done.text
    assert "  nothing to change\n" in done.text
    assert "migrations applied: none, all were" in done.text
    assert "ok  deleted, and gone" in done.text


def test_no_secret_is_kept_or_told(cloud: Cloud, checkout: Checkout, token: str) -> None:
    kept = "".join(
        path.read_text(errors="replace")
        for path in (checkout.folder / "terraform").iterdir()
        if path.is_file()
    )
    assert hashed(token) in kept
    assert token not in kept
    assert cloud.master_password not in kept + cloud.logs()
    variables = cloud.function("tesela-api")["Environment"]["Variables"]
    assert variables["TESELA_TOKEN_HASHES"] == hashed(token)
    assert variables["DATABASE_URL"].endswith("?login=iam&sslmode=verify-full")


def test_destroy_wants_the_name(checkout: Checkout) -> None:
    done = checkout.make("destroy", "yes\n")
    assert "Nothing was removed." in done.text
    assert done.status == 2


def test_destroy_leaves_nothing(cloud: Cloud, checkout: Checkout, token: str) -> None:
    done = _timed(checkout, "destroy", "tesela\n")
    assert done.status == 0, done.text
    assert "Terraform's state is empty." in done.text
    assert cloud.leftovers() == {}


def _timed(checkout: Checkout, target: str, typed: str = "", **variables: str):
    start = time.monotonic()
    done = checkout.make(target, typed, **variables)
    print(f"{done.text}\nmake {target}: {time.monotonic() - start:.0f} s, status {done.status}")  # noqa: T201
    return done
