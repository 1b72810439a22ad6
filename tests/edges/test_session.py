"""What PostgreSQL, the network and the caller can do to a session, and what becomes of it."""

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pg8000.core
import pytest
from pg8000.exceptions import DatabaseError
from tesela.edges.database import Database
from tesela.edges.postgres import PostgresIndex
from tesela.edges.session import SERVING, Patience, Session
from tesela.errors import DatabaseUnavailableError, LoginRefusedError

from scripts.local.stack import LocalStack

HASTY = Patience(connect_s=0.5, answer_s=0.5, statement_s=30, lock_s=30)


@pytest.fixture
def database(stack: LocalStack) -> Database:
    return Database.at(stack.environment["DATABASE_URL"])


@pytest.fixture
def server() -> Iterator[Callable[[bytes], Database]]:
    """A server that answers a connection with some bytes and, unless there are none, closes it."""
    listeners: list[socket.socket] = []

    def listen(answer: bytes) -> Database:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                listeners.append(connection)
                connection.recv(65536)
                if answer:
                    connection.sendall(answer)
                    connection.close()

        threading.Thread(target=serve, daemon=True).start()
        port = listener.getsockname()[1]
        return Database.at(f"postgresql://u:geheim@127.0.0.1:{port}/d?sslmode=disable")

    yield listen
    for opened in listeners:
        opened.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\0" * 100,
        b"R\0\0\0\x08\0\0\0\x63",
        b"R\0\0\0\x08\0\0",
        b"E\0\0\0\x09S\xff\xfe\0\0",
        b"Z\0\0\0\0",
        b"S\xff\xff\xff\xff",
    ],
    ids=["silence", "http", "zeros", "unknown login", "half", "no text", "short", "endless"],
)
def test_whatever_is_not_postgresql_is_an_unavailable_database(
    server: Callable[[bytes], Database], answer: bytes
) -> None:
    with pytest.raises(DatabaseUnavailableError) as error:
        Session(server(answer), HASTY)
    assert not isinstance(error.value, LoginRefusedError)
    assert "geheim" not in str(error.value)


def test_nobody_who_listens_is_an_unavailable_database() -> None:
    for host in ("127.0.0.1:9", "no.such.host.invalid"):
        with pytest.raises(DatabaseUnavailableError) as error:
            Session(Database.at(f"postgresql://u:geheim@{host}/d?sslmode=disable"), HASTY)
        assert "geheim" not in str(error.value)


def test_a_refused_login_has_a_class_of_its_own(database: Database) -> None:
    for user in ("tesela", "nobody-knows"):
        with pytest.raises(LoginRefusedError) as refused:
            Session(database.as_user(user, "geheim"), SERVING)
        assert "geheim" not in str(refused.value)
        assert refused.value.code == "database-unavailable"


def test_a_database_that_does_not_exist_is_no_refused_login(stack: LocalStack) -> None:
    missing = stack.environment["DATABASE_URL"].replace("/tesela?", "/missing?")
    with pytest.raises(DatabaseUnavailableError, match="does not exist") as error:
        Session(Database.at(missing), SERVING)
    assert not isinstance(error.value, LoginRefusedError)


def test_a_failed_session_takes_no_other_statement(database: Database) -> None:
    with closing(Session(database, SERVING)) as session:
        with pytest.raises(DatabaseError, match="division by zero"):
            session.run("SELECT 1 / 0")
        with pytest.raises(DatabaseUnavailableError):
            session.run("SELECT 1")


def test_the_server_gives_up_before_the_client_does(database: Database) -> None:
    """Else the statement would go on while it is repeated in another session."""
    patient = Patience(connect_s=5, answer_s=5, statement_s=0.2, lock_s=0.2)
    with pytest.raises(DatabaseUnavailableError, match="statement timeout"):
        Session(database, patient).run("SELECT pg_sleep(5)")
    assert SERVING.answer_s is not None
    assert SERVING.lock_s < SERVING.statement_s < SERVING.answer_s


def test_an_answer_that_does_not_come_is_given_up(database: Database) -> None:
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailableError):
        Session(database, HASTY).run("SELECT pg_sleep(5)")
    assert time.monotonic() - began < 3


def test_a_lock_that_another_holds_may_pass(database: Database) -> None:
    patient = Patience(connect_s=5, answer_s=5, statement_s=5, lock_s=0.2)
    with closing(Session(database, SERVING)) as holder, closing(PostgresIndex(database, patient)):
        holder.run("SELECT pg_advisory_lock(1)")
        with pytest.raises(DatabaseUnavailableError, match="lock timeout"):
            PostgresIndex(database, patient)._run("SELECT pg_advisory_lock(1)")


def test_a_statement_that_comes_again_waits_once_for_the_server(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[object] = []
    connection, handle = pg8000.core.CoreConnection, pg8000.core.CoreConnection.handle_messages

    def count(*about: Any) -> None:
        waits.append(about)
        handle(*about)

    monkeypatch.setattr(connection, "handle_messages", count)
    with closing(Session(database, SERVING)) as session:
        for number in range(3):
            waits.clear()
            assert session.run("SELECT CAST(:number AS int)", number=number) == [[number]]
    assert len(waits) == 1


def test_a_prepared_statement_that_the_server_forgot_is_prepared_in_a_new_session(
    database: Database,
) -> None:
    with closing(PostgresIndex(database)) as index:
        for number in (1, 2):
            assert index._run("SELECT CAST(:number AS int)", number=number) == [[number]]
            index._run("DEALLOCATE ALL")


class Answering(io.BytesIO):
    """A server that answers whatever it is sent with some bytes, and then with nothing."""

    def write(self, sent: object) -> int:
        return 0


@pytest.mark.parametrize(
    "break_off",
    [
        lambda connection: connection.close(),
        lambda connection: connection._sock.close(),
        lambda connection: connection._usock.shutdown(socket.SHUT_RDWR),
        lambda connection: connection._usock.shutdown(socket.SHUT_RD),
        lambda connection: connection._usock.close(),
        lambda connection: setattr(connection, "_sock", Answering(b"?\0\0\0\4")),
        lambda connection: setattr(connection, "_sock", Answering(b"D\0\0\0\4")),
        lambda connection: setattr(connection, "_sock", Answering(b"E\0\0\0\6S\xff")),
    ],
    ids=["closed", "file", "shut down", "deaf", "socket", "unknown", "short row", "no text"],
)
@pytest.mark.parametrize("values", [{"number": 7}, {}], ids=["prepared", "simple"])
def test_a_broken_connection_is_renewed_whatever_pg8000_raises(
    database: Database, break_off: Callable[[Any], object], values: dict[str, int]
) -> None:
    statement = "SELECT CAST(:number AS int)" if values else "SELECT 7"
    with closing(PostgresIndex(database)) as index:
        assert index._run(statement, **values) == [[7]]
        assert index._session
        break_off(index._session._connection)
        assert index._run(statement, **values) == [[7]]
