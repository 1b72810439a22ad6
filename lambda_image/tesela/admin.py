"""Second command of the image, for operators: the database's role and tables, and reconciling.

As a Lambda handler the event names the command: `{"command": "migrate"}` (the default),
`{"command": "reconcile"}`, with `"scene": "scenes/ID/end.json"` for one scene alone, as the end of a
scene is announced, or `{"command": "bootstrap", "user": ..., "password": ...}` with the
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
from tesela.edges.postgres import PostgresCorrections, PostgresIndex, PostgresJobs
from tesela.edges.s3 import S3Objects
from tesela.edges.session import ADMIN
from tesela.errors import DatabaseUnavailableError, InvalidOptionError, LoginRefusedError
from tesela.jobs.archive import JobArchive, job_of_end
from tesela.jobs.reconcile import follow_job, reconcile_jobs
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


def _reconcile(settings: Settings, event: Mapping[str, Any]) -> dict[str, Any]:
    objects = S3Objects(settings.bucket, settings.link_lifetime_s)
    jobs, database = JobArchive(objects), Database.at(settings.database_url)
    with closing(PostgresJobs(database, ADMIN)) as job_index:
        if "scene" in event:
            key = job_of_end(str(event["scene"]))
            return {"scene": str(key), "kept": follow_job(jobs, job_index, key)}
        scenes = reconcile_jobs(jobs, job_index, datetime.now(UTC))
    with closing(PostgresIndex(database, ADMIN)) as index:
        done = dataclasses.asdict(reconcile(Archive(objects), index, datetime.now(UTC)))
    with closing(PostgresCorrections(database, ADMIN)) as corrections:
        done |= dataclasses.asdict(reconcile_corrections(objects, corrections))
    return {**done, "scenes": dataclasses.asdict(scenes)}


def _count(answer: Mapping[str, Any]) -> None:
    """Write metrics into the log, from where CloudWatch takes them; an alarm waits for rebuilt rows."""
    from aws_lambda_powertools import Metrics
    from aws_lambda_powertools.metrics import MetricUnit

    service = os.environ.get("POWERTOOLS_SERVICE_NAME", "tesela")
    metrics = Metrics(namespace="Tesela", service=service)
    for name, part in (("RowsRebuilt", "rows_rebuilt"), ("RowsDropped", "rows_dropped")):
        metrics.add_metric(name, MetricUnit.Count, answer[part] + answer["scenes"][part])
    metrics.flush_metrics()


_COMMANDS: dict[str, Callable[[Settings, Mapping[str, Any]], dict[str, Any]]] = {
    "bootstrap": _bootstrap,
    "migrate": _migrate,
    "reconcile": _reconcile,
}

if __name__ == "__main__":
    print(json.dumps(run({"command": (sys.argv[1:] or ["migrate"])[0]})))  # noqa: T201
