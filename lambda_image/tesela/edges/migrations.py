"""What operators do to the database: make the role, and bring the tables up to date."""

from contextlib import closing
from pathlib import Path

from tesela.edges.database import Database
from tesela.edges.session import ADMIN, Patience, Session

_SQL = Path(__file__).with_name("sql")
_MIGRATIONS = _SQL / "migrations"
_LOCK = 0x7E5E1A  # one migration at a time, whoever starts it


def bootstrap(master: Database) -> None:
    """Make the role that the functions log in as; `master` may create roles."""
    with closing(Session(master, ADMIN)) as session:
        session.run((_SQL / "bootstrap.sql").read_text("utf-8"))


def check_login(database: Database) -> None:
    """Raise unless the role logs in.

    Raises:
        DatabaseUnavailableError: It does not; LoginRefusedError if PostgreSQL says so.
    """
    Session(database, ADMIN).close()


def migrate(
    database: Database, folder: Path = _MIGRATIONS, patience: Patience = ADMIN
) -> list[str]:
    """Apply what is not applied yet, in order, each in a transaction.

    All of it happens in one session, which holds the lock until it ends. Nothing is repeated: when
    the session is lost, so is the lock, and the next run finds out what was applied.

    Returns:
        The names of the migrations applied.

    Raises:
        DatabaseUnavailableError: The database, or another migration's lock, did not give way.
    """
    with closing(Session(database, patience)) as session:
        session.run(f"SELECT pg_advisory_lock({_LOCK})")
        session.run(
            "CREATE TABLE IF NOT EXISTS migration"
            " (name text PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())"
        )
        applied = {row[0] for row in session.run("SELECT name FROM migration")}
        pending = [path for path in sorted(folder.glob("*.sql")) if path.stem not in applied]
        for path in pending:
            session.run(  # several statements in one message are one transaction
                f"{path.read_text('utf-8')}\nINSERT INTO migration (name) VALUES ('{path.stem}');"
            )
    return [path.stem for path in pending]
