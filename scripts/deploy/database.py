"""The database's role and tables, by way of the migrate function: no other way leads to it."""

import json
from typing import Any

from botocore.config import Config

from scripts.deploy.stack import Stack
from scripts.deploy.terraform import cli as terraform
from scripts.deploy.tool import DeployError

_REFUSED = "LoginRefusedError"  # tesela.errors
_PATIENCE = Config(read_timeout=905, retries={"total_max_attempts": 1})  # the function's 900 s


class FunctionFailedError(DeployError):
    """The function raised; `kind` is the name of its exception."""

    def __init__(self, command: str, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(f"The migrate function failed at {command}: {kind}: {message}")


def migrate(stack: Stack) -> list[str]:
    """Bring the tables up to date -> the migrations applied, none when they were.

    The role that the functions log in as is made when PostgreSQL refuses its login; while the
    database is away for another reason, nobody's password is handed to anybody.
    """
    try:
        return _migrate(stack)
    except FunctionFailedError as error:
        if error.kind != _REFUSED:
            raise
    bootstrap(stack)
    return _migrate(stack)


def bootstrap(stack: Stack) -> None:
    """Hand the master's login once to the function, which makes the role that needs no password.

    RDS keeps that login in Secrets Manager, where the deployer may read it and the function not.
    """
    secrets = stack.client("secretsmanager")
    secret = secrets.get_secret_value(SecretId=terraform.outputs()["database_secret_arn"])
    login = json.loads(secret["SecretString"])
    _invoke(stack, "bootstrap", user=login["username"], password=login["password"])


def _migrate(stack: Stack) -> list[str]:
    applied: list[str] = _invoke(stack, "migrate")["applied"]
    return applied


def _invoke(stack: Stack, command: str, **values: str) -> Any:
    function = stack.session.client("lambda", config=_PATIENCE)
    answer = function.invoke(
        FunctionName=terraform.outputs()["migrate_function"],
        Payload=json.dumps({"command": command, **values}),
    )
    returned = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise FunctionFailedError(
            command, returned.get("errorType", ""), returned.get("errorMessage", "")
        )
    return returned
