"""The database's role, tables and rows, by way of the migrate function: no other way leads to it."""

import json
from typing import Any

from scripts.deploy.functions import FunctionFailedError, function
from scripts.deploy.stack import Stack
from scripts.deploy.terraform import cli as terraform
from scripts.deploy.terraform.progress import Say

_REFUSED = "LoginRefusedError"  # tesela.errors


def migrate(stack: Stack, say: Say) -> None:
    """Bring the tables up to date.

    The role that the functions log in as is made when PostgreSQL refuses its login; while the
    database is away for another reason, nobody's password is handed to anybody. A database that is
    new has no rows, so they are rebuilt from the objects: after a lost database, all of them.
    """
    try:
        applied = _migrate(stack)
    except FunctionFailedError as error:
        if error.kind != _REFUSED:
            raise
        say("the database is new: making the role that the functions log in as")
        bootstrap(stack)
        applied = _migrate(stack)
        reconcile(stack, say)
    say(f"migrations applied: {', '.join(applied) or 'none, all were'}")


def bootstrap(stack: Stack) -> None:
    """Hand the master's login once to the function, which makes the role that needs no password.

    RDS keeps that login in Secrets Manager, where the deployer may read it and the function not.
    """
    secrets = stack.client("secretsmanager")
    secret = secrets.get_secret_value(SecretId=terraform.outputs()["database_secret_arn"])
    login = json.loads(secret["SecretString"])
    _command(stack, "bootstrap", user=login["username"], password=login["password"])


def reconcile(stack: Stack, say: Say) -> None:
    """Rebuild rows that the database missed, from the objects; drop those without objects."""
    done = _command(stack, "reconcile")
    scenes = done["scenes"]
    say(
        f"{done['manifests']} predictions in S3: {done['rows_rebuilt']} rows rebuilt,"
        f" {done['rows_dropped']} dropped"
    )
    say(
        f"{scenes['jobs']} scenes: {scenes['rows_rebuilt']} rows rebuilt,"
        f" {scenes['rows_dropped']} dropped, {scenes['abandoned_deleted']} abandoned uploads deleted"
    )


def _migrate(stack: Stack) -> list[str]:
    applied: list[str] = _command(stack, "migrate")["applied"]
    return applied


def _command(stack: Stack, command: str, **values: str) -> Any:
    migrate_function = function(stack, terraform.outputs()["migrate_function"])
    return json.loads(migrate_function.invoke(json.dumps({"command": command, **values}).encode()))
