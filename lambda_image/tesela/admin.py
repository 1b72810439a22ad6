"""Second command of the image, for operators: the database's role and tables, and reconciling.

As a Lambda handler the event names the command: `{"command": "migrate"}` (the default),
`{"command": "reconcile"}`, or `{"command": "bootstrap", "user": ..., "password": ...}` with the
master's login; in a shell it is the argument: `python -m tesela.admin reconcile`.
"""

import dataclasses
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from tesela.archive import Archive
from tesela.correcting import reconcile_corrections
from tesela.edges.database import Database
from tesela.edges.migrations import bootstrap, check_login, migrate
from tesela.edges.postgres import PostgresCorrections, PostgresIndex
from tesela.edges.s3 import S3Objects
from tesela.edges.session import ADMIN
from tesela.errors import DatabaseUnavailableError, InvalidOptionError, LoginRefusedError
from tesela.reconcile import reconcile
from tesela.settings import Settings


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Run the event's command, as Lambda: a reconciliation also counts its rows in the metrics.

    Raises:
        InvalidOptionError: There is no such command, or it lacks something.
    """
    answer = run(event)
    if context is not None and "rows_rebuilt" in answer:
        _count(answer)
    return answer


def run(event: Mapping[str, Any]) -> dict[str, Any]:
    """Run the event's command and return what it did.

    Raises:
        InvalidOptionError: There is no such command, or it lacks something.
    """
    name = event.get("command", "migrate")
    command = _COMMANDS.get(str(name))
    if command is None:
        expected = ", ".join(_COMMANDS)
        raise InvalidOptionError.of(
            "command",
            name,
            list(_COMMANDS),
            f"unknown command {name!r}; expected one of {expected}.",
        )
    return command(Settings.read(os.environ), event)


def _bootstrap(settings: Settings, event: Mapping[str, Any]) -> dict[str, Any]:
    """Make the role. The password lives in this call alone: it is in no error, log or answer."""
    missing = [name for name in ("user", "password") if not event.get(name)]
    if missing:
        raise InvalidOptionError.of(
            "bootstrap", None, missing, f"the event lacks {' and '.join(missing)}."
        )
    database = Database.at(settings.database_url)
    master = database.as_user(event["user"], event["password"])
    try:
        bootstrap(master)
    except LoginRefusedError as refused:
        # From PostgreSQL 16 on whoever makes a role is its member, so of rds_iam, and may have
        # lost the login by password to it. If the role can log in, all was done before.
        try:
            check_login(database)
        except DatabaseUnavailableError:
            raise refused from None
    return {"role": "tesela"}


def _migrate(settings: Settings, event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    return {"applied": migrate(Database.at(settings.database_url))}


def _reconcile(settings: Settings, event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    objects = S3Objects(settings.bucket, settings.link_lifetime_s)
    database = Database.at(settings.database_url)
    with closing(PostgresIndex(database, ADMIN)) as index:
        done = dataclasses.asdict(reconcile(Archive(objects), index, datetime.now(UTC)))
    with closing(PostgresCorrections(database, ADMIN)) as corrections:
        return done | dataclasses.asdict(reconcile_corrections(objects, corrections))


def _count(answer: Mapping[str, Any]) -> None:
    """Write metrics into the log, from where CloudWatch takes them; an alarm waits for rebuilt rows."""
    from aws_lambda_powertools import Metrics
    from aws_lambda_powertools.metrics import MetricUnit

    service = os.environ.get("POWERTOOLS_SERVICE_NAME", "tesela")
    metrics = Metrics(namespace="Tesela", service=service)
    metrics.add_metric("RowsRebuilt", MetricUnit.Count, answer["rows_rebuilt"])
    metrics.add_metric("RowsDropped", MetricUnit.Count, answer["rows_dropped"])
    metrics.flush_metrics()


_COMMANDS: dict[str, Callable[[Settings, Mapping[str, Any]], dict[str, Any]]] = {
    "bootstrap": _bootstrap,
    "migrate": _migrate,
    "reconcile": _reconcile,
}

if __name__ == "__main__":
    print(json.dumps(run({"command": (sys.argv[1:] or ["migrate"])[0]})))  # noqa: T201
