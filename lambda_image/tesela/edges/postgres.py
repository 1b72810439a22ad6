"""PostgreSQL: rows of predictions, for history and class filter. SQL lies in `sql/`."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from tesela.edges.database import Database
from tesela.errors import DatabaseUnavailableError
from tesela.ports import Period
from tesela.prediction import CODEC, Prediction

_SQL = Path(__file__).with_name("sql")
_TIMEOUT_S = 5
# SQLSTATEs after which the same statement may succeed: connection, login (tokens are renewed),
# no such database or table (not migrated yet), transaction, resources, operator's intervention;
# and a foreign key that another transaction moved in between.
_PASSING = ("08", "28", "3D", "40", "42P01", "53", "57", "23503")


class PostgresIndex:
    """A `PredictionIndex`. The connection is made on first use, kept, and renewed when dropped."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None

    def save(self, prediction: Prediction) -> bool:
        """Insert image, prediction and classes in one statement; False if the row was there."""
        rows = self._run(_sql("save"), document=CODEC.dump_json(prediction).decode())
        return bool(rows[0][0])

    def delete(self, prediction_id: UUID) -> bool:
        """Delete a prediction's rows, and its image's when no other prediction has it."""
        return bool(self._run(_sql("delete"), id=prediction_id)[0][0])

    def history(
        self,
        limit: int,
        before: tuple[datetime, UUID] | None,
        class_key: str | None,
        period: Period = (None, None),
    ) -> list[Prediction]:
        """Predictions of the period that hold the class, newest first, after the row `before`."""
        (created, last), (since, until) = before or (None, None), period
        rows = self._run(
            _sql("history"),
            limit=limit,
            created=created,
            id=last,
            class_key=class_key,
            since=since,
            until=until,
        )
        return [CODEC.validate_python(document) for (document,) in rows]

    def ids(self) -> set[UUID]:
        """Every prediction that has a row."""
        return {row[0] for row in self._run("SELECT id FROM prediction")}

    def ping(self) -> None:
        """Raise unless the migrated database answers."""
        self._run("SELECT 1 FROM prediction LIMIT 0")

    def execute(self, statement: str, **values: Any) -> Any:
        """Run SQL that is not a prediction's: migrations."""
        return self._run(statement, **values)

    def _run(self, statement: str, **values: Any) -> Any:
        """Run a statement, again on a new connection if the first failure may pass."""
        try:
            return self._attempt(statement, values)
        except _failures() as error:
            if not _passing(error):
                raise
        try:
            return self._attempt(statement, values)
        except _failures() as error:
            raise DatabaseUnavailableError(f"PostgreSQL: {_reason(error)}.") from error

    def _attempt(self, statement: str, values: Mapping[str, Any]) -> Any:
        """Run a statement once; whatever goes wrong, its connection is not used again.

        A value that cannot be converted, or a signal, stops pg8000 between two messages of one
        statement: the next statement on that connection would receive the answer to this one.
        """
        try:
            return self._connected().run(statement, **values)
        except BaseException:
            self.close()
            raise

    def _connected(self) -> Any:
        if self._connection is None:
            self._connection = _connect(self._database)
        return self._connection

    def close(self) -> None:
        """Give the connection back; the next call makes a new one."""
        connection, self._connection = self._connection, None
        if connection:
            with suppress(Exception):  # it may be lost already, or stuck in the middle of a message
                connection.close()


def _connect(database: Database) -> Any:
    import pg8000.native

    return pg8000.native.Connection(
        database.user,
        password=database.password(),
        host=database.host,
        port=database.port,
        database=database.name,
        timeout=_TIMEOUT_S,
        ssl_context=database.tls_context() or False,  # None would try TLS without a check
        application_name="tesela",
    )


@cache
def _sql(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text("utf-8")


@cache
def _failures() -> tuple[type[Exception], ...]:
    import pg8000.exceptions

    return pg8000.exceptions.Error, OSError


def _passing(error: Exception) -> bool:
    """A lost connection has no SQLSTATE; a wrong statement has one that will not pass."""
    state = _state(error)
    return state is None or state.startswith(_PASSING)


def _state(error: Exception) -> str | None:
    fields = error.args[0] if error.args else None
    return fields.get("C") if isinstance(fields, dict) else None


def _reason(error: Exception) -> str:
    """The server's message, what its certificate lacks, or the kind of failure; never a password."""
    fields = error.args[0] if error.args else None
    if isinstance(fields, dict):
        return str(fields.get("M", "error"))
    told: str = getattr(error, "verify_message", "")
    return f"{type(error).__name__}: {told.rstrip('.')}" if told else type(error).__name__
