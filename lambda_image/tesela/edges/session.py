"""One session with PostgreSQL, and the meaning of whatever may go wrong in it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tesela.edges.database import Database
from tesela.errors import DatabaseUnavailableError, LoginRefusedError, TeselaError

# SQLSTATEs after which the same statement may succeed: connection, login (tokens are renewed),
# no such database, table or column (not migrated yet), transaction, resources, a lock that was not given,
# operator's intervention; a foreign key that another transaction moved in between; and a prepared
# statement that a migration or a reset of the session has made useless.
_PASSING = (
    "08",
    "28",
    "3D",
    "40",
    "42703",
    "42P01",
    "53",
    "55P03",
    "57",
    "23503",
    "0A000",
    "26000",
)
_LOGIN_REFUSED = "28"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: for the connection, for a byte of the answer, and in the server.

    `answer_s` None waits as long as the server works: its own timeouts end the statement. A socket
    that gives up earlier would leave the statement running, with nobody to hear how it ended.
    """

    connect_s: float
    answer_s: float | None
    statement_s: float
    lock_s: float

    @property
    def settings(self) -> dict[str, str]:
        """PostgreSQL's settings, in milliseconds."""
        times = {"statement_timeout": self.statement_s, "lock_timeout": self.lock_s}
        return {name: str(int(seconds * 1000)) for name, seconds in times.items()}


SERVING = Patience(connect_s=5, answer_s=5, statement_s=4.5, lock_s=3)
# An operator's command ends before its function does, after 900 s.
ADMIN = Patience(connect_s=5, answer_s=None, statement_s=840, lock_s=60)


class Session:
    """Connected from the start. After any failure it is closed and takes no other statement.

    A value that cannot be converted, or a signal, stops pg8000 between two messages of one
    statement: the next statement would receive the answer to this one.
    """

    def __init__(self, database: Database, patience: Patience) -> None:
        """Connect and log in.

        Raises:
            LoginRefusedError: PostgreSQL does not know this user, or its password or token.
            DatabaseUnavailableError: Anything else; all of it may pass.
        """
        self._prepared: dict[str, Any] = {}
        try:
            self._connection = _connect(database, patience)
        except TeselaError:
            raise
        except Exception as error:
            raise _unavailable(error) from error

    def run(self, statement: str, **values: Any) -> Any:
        """Run a statement once; the rows of its answer.

        With values, it is prepared when it first comes, and is then one message and its answer:
        pg8000 needs three for a statement that is not.

        Raises:
            DatabaseUnavailableError: A failure that may pass. Whether the statement took effect is
                not known.
            pg8000.exceptions.DatabaseError: The statement is wrong.
        """
        _check_values(self._connection, values)
        try:
            return self._exchange(statement, values)
        except Exception as error:
            self.close()
            if _passes(error):
                raise _unavailable(error) from error
            raise
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the session, whatever state it is in."""
        with suppress(Exception):  # it may be lost already, or stuck in the middle of a message
            self._connection.close()

    def _exchange(self, statement: str, values: Mapping[str, Any]) -> Any:
        if not values:
            return self._connection.run(statement)
        if statement not in self._prepared:
            self._prepared[statement] = self._connection.prepare(statement)
        return self._prepared[statement].run(**values)


def _connect(database: Database, patience: Patience) -> Any:
    import pg8000.native

    connection = pg8000.native.Connection(
        database.user,
        password=database.password(),
        host=database.host,
        port=database.port,
        database=database.name,
        timeout=patience.connect_s,
        ssl_context=database.tls_context() or False,  # None would try TLS without a check
        application_name="tesela",
        startup_params=patience.settings,
    )
    # pg8000 has one timeout for connecting and for answers, and no public way to change it.
    connection._usock.settimeout(patience.answer_s)
    return connection


def _check_values(connection: Any, values: Mapping[str, Any]) -> None:
    """Convert values as pg8000 will: what cannot be converted is the caller's, not the connection's."""
    from pg8000.converters import make_params

    for text in make_params(connection.py_types, values.values()):
        (text or "").encode()


def _passes(error: Exception) -> bool:
    """Whether the same statement may succeed in another session.

    A wrong statement has an SQLSTATE that will not pass. Whatever else goes wrong once the values
    are converted is the connection's: pg8000 has no single class for a lost or garbled one
    (InterfaceError, OSError, struct.error, and AttributeError, KeyError or ValueError of its insides).
    """
    state = _state(error)
    return state is None or state.startswith(_PASSING)


def _unavailable(error: Exception) -> DatabaseUnavailableError:
    refused = (_state(error) or "").startswith(_LOGIN_REFUSED)
    kind = LoginRefusedError if refused else DatabaseUnavailableError
    return kind(f"PostgreSQL: {_reason(error)}.", "database-unavailable")


def _state(error: Exception) -> str | None:
    fields = error.args[0] if error.args else None
    return fields.get("C") if isinstance(fields, dict) else None


def _reason(error: Exception) -> str:
    """The server's message, what its certificate lacks, or the kind of failure; never a password."""
    fields = error.args[0] if error.args else None
    if isinstance(fields, dict):
        return str(fields.get("M", "error"))
    lacking: str = getattr(error, "verify_message", "")
    return f"{type(error).__name__}: {lacking.rstrip('.')}" if lacking else type(error).__name__
