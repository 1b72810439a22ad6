"""Second command of the image: numbered SQL migrations, and rebuilding rows from the objects.

As a Lambda handler the event names the command, `{"command": "migrate"}` (the default) or
`{"command": "reconcile"}`; in a shell it is the argument: `python -m tesela.migrate reconcile`.
"""

import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import Any

from tesela.edges.postgres import PostgresIndex
from tesela.edges.s3 import S3Objects
from tesela.reconcile import reconcile
from tesela.settings import Settings

_MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 0x7E5E1A  # one migration at a time, whoever starts it


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Run the event's command; an unknown one is a KeyError."""
    return _COMMANDS[event.get("command", "migrate")](Settings.read(os.environ))


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


def _migrate(settings: Settings) -> dict[str, Any]:
    return {"applied": migrate(PostgresIndex(settings.database_url))}


def _reconcile(settings: Settings) -> dict[str, Any]:
    objects = S3Objects(settings.bucket, settings.link_lifetime_s)
    return dataclasses.asdict(reconcile(objects, PostgresIndex(settings.database_url)))


_COMMANDS = {"migrate": _migrate, "reconcile": _reconcile}

if __name__ == "__main__":
    print(json.dumps(handler({"command": (sys.argv[1:] or ["migrate"])[0]}, None)))  # noqa: T201
