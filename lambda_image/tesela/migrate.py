"""Second command of the image: the database's role and tables, and rebuilding rows from the objects.

As a Lambda handler the event names the command: `{"command": "migrate"}` (the default),
`{"command": "reconcile"}`, or `{"command": "bootstrap", "user": ..., "password": ...}` with the
master's login; in a shell it is the argument: `python -m tesela.migrate reconcile`.
"""

import dataclasses
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tesela.archive import Archive
from tesela.edges.database import Database
from tesela.edges.postgres import PostgresIndex
from tesela.edges.s3 import S3Objects
from tesela.errors import DatabaseUnavailableError, InvalidOptionError
from tesela.reconcile import reconcile
from tesela.settings import Settings

_MIGRATIONS = Path(__file__).with_name("migrations")
_BOOTSTRAP = Path(__file__).with_name("bootstrap.sql")
_LOCK = 0x7E5E1A  # one migration at a time, whoever starts it


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Run the event's command.

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


def migrate(index: PostgresIndex, folder: Path = _MIGRATIONS) -> list[str]:
    """Apply what is not applied yet, in order, each in a transaction; the names of those applied."""
    index.execute(f"SELECT pg_advisory_lock({_LOCK})")
    try:
        index.execute(
            "CREATE TABLE IF NOT EXISTS migration"
            " (name text PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())"
        )
        applied = {row[0] for row in index.execute("SELECT name FROM migration")}
        todo = [path for path in sorted(folder.glob("*.sql")) if path.stem not in applied]
        for path in todo:
            index.execute(  # several statements in one message are one transaction
                f"{path.read_text('utf-8')}\nINSERT INTO migration (name) VALUES ('{path.stem}');"
            )
    finally:
        index.execute(f"SELECT pg_advisory_unlock({_LOCK})")
    return [path.stem for path in todo]


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
        with closing(PostgresIndex(master)) as index:
            index.execute(_BOOTSTRAP.read_text("utf-8"))
    except DatabaseUnavailableError:
        # From PostgreSQL 16 on whoever makes a role is its member, so of rds_iam, and may have
        # lost the login by password to it. If the role can log in, all was done before.
        if not _can_log_in(database):
            raise
    return {"role": "tesela"}


def _can_log_in(database: Database) -> bool:
    try:
        with closing(PostgresIndex(database)) as index:
            index.execute("SELECT 1")
    except DatabaseUnavailableError:
        return False
    return True


def _migrate(settings: Settings, event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    with closing(_index(settings)) as index:
        return {"applied": migrate(index)}


def _reconcile(settings: Settings, event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    archive = Archive(S3Objects(settings.bucket, settings.link_lifetime_s))
    with closing(_index(settings)) as index:
        return dataclasses.asdict(reconcile(archive, index, datetime.now(UTC)))


def _index(settings: Settings) -> PostgresIndex:
    return PostgresIndex(Database.at(settings.database_url))


_COMMANDS: dict[str, Callable[[Settings, Mapping[str, Any]], dict[str, Any]]] = {
    "bootstrap": _bootstrap,
    "migrate": _migrate,
    "reconcile": _reconcile,
}

if __name__ == "__main__":
    print(json.dumps(handler({"command": (sys.argv[1:] or ["migrate"])[0]}, None)))  # noqa: T201
