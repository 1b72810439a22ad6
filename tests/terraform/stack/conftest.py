"""One stack for all checks, in the order of the files: each goes on where the one before stopped."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tesela.tokens import CODEC, Token

from scripts.local.data import DataDirectory
from scripts.local.lambda_runtime.invocation import Invocation
from scripts.local.postgres.server import Postgres
from tests.deploy.functions import Functions
from tests.terraform.account import Account
from tests.terraform.deployed import DeployedApi, HttpApi, run_functions
from tests.terraform.module import Module

TOKEN = "a token"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/tesela@sha256:"


@pytest.fixture(scope="session")
def variables() -> dict[str, Any]:
    """What the stack is to be like; a check that changes it changes it here."""
    return {
        "image_uri": IMAGE + "a" * 64,
        # CI leaves scenes to `make test-stack`: a third more of resources, and their processing.
        "scenes_image_uri": "" if os.environ.get("TESELA_SKIP_LONG") else IMAGE + "c" * 64,
        "stack_id": "0123456789ab",
        "alarm_email": "operator@example.org",
        "db_deletion_protection": False,
        "force_destroy": True,
    }


@pytest.fixture(scope="session")
def bearer() -> dict[str, str]:
    return {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    account = Account(tmp_path_factory.mktemp("account"))
    yield account
    account.stop()


@pytest.fixture(scope="session", autouse=True)  # without terraform, all is skipped
def module(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Module:
    module = Module(tmp_path_factory.mktemp("module"), account.environment)
    module.init()
    return module


@pytest.fixture(scope="session")
def outputs(module: Module) -> dict[str, Any]:
    return module.outputs()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = DataDirectory(tmp_path_factory.mktemp("database"))
    data.acquire()
    postgres = Postgres(data.path, data.logs)
    postgres.start()
    yield postgres.url
    postgres.stop()
    data.release()
    data.remove()


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="session")
def functions(account: Account, database_url: str, logs: Path) -> Iterator[Functions]:
    functions = run_functions(account, database_url, logs)
    yield functions
    functions.stop()


@pytest.fixture(scope="session")
def api(account: Account, outputs: dict[str, Any], functions: Functions, logs: Path) -> DeployedApi:
    """The database migrated by the one function, then the other behind the HTTP API."""
    migrated = functions.invoke(outputs["migrate_function"], Invocation(b'{"command": "migrate"}'))
    assert json.loads(migrated)["applied"]
    token = Token("ana", hashlib.sha256(TOKEN.encode()).hexdigest(), "admin")
    bucket, _, key = outputs["access_list"].partition("/")
    account.client("s3").put_object(Bucket=bucket, Key=key, Body=CODEC.dump_json((token,)))
    return DeployedApi(HttpApi(account, outputs["api_url"]), functions, logs)
