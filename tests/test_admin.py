"""The second command of the image, on a database as RDS makes it."""

from typing import Any

import pytest
from tesela.admin import handler
from tesela.edges.database import Database
from tesela.edges.postgres import PostgresIndex
from tesela.errors import DatabaseUnavailableError, InvalidOptionError, LoginRefusedError

from tests.edges.rds import MASTER, PASSWORD, Rds

BOOTSTRAP = {"command": "bootstrap", "user": MASTER, "password": PASSWORD}


@pytest.fixture(autouse=True)
def environment(rds: Rds, credentials: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The function's settings: no password among them."""
    credentials.setenv("DATABASE_URL", rds.iam_url)
    credentials.setenv("TESELA_BUCKET", "bucket")
    credentials.setenv("TESELA_PAGE_ORIGIN", "https://page.test")
    return credentials


@pytest.fixture
def fresh(rds: Rds) -> Rds:
    """Without the role and its tables, as RDS hands it over."""
    if rds.execute("SELECT FROM pg_roles WHERE rolname = 'tesela'"):
        rds.execute("DROP OWNED BY tesela")
        rds.execute("DROP ROLE tesela")
    return rds


def test_bootstrap_makes_the_role_and_migrations_run_by_token_alone(fresh: Rds) -> None:
    with pytest.raises(LoginRefusedError):
        handler({"command": "migrate"}, None)
    assert handler(BOOTSTRAP, None) == {"role": "tesela"}
    assert handler({"command": "migrate"}, None)["applied"][0] == "0001_predictions"
    assert handler({}, None) == {"applied": []}
    index = PostgresIndex(Database.at(fresh.iam_url))
    index.ping()
    assert index.history(1, None, None) == []
    index.close()


def test_bootstrap_again_changes_nothing(fresh: Rds) -> None:
    assert handler(BOOTSTRAP, None) == handler(BOOTSTRAP, None)


def test_the_role_has_no_password_and_no_power_over_others(fresh: Rds) -> None:
    handler(BOOTSTRAP, None)
    powers = "rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolpassword"
    assert fresh.execute(f"SELECT {powers} FROM pg_authid WHERE rolname = 'tesela'") == [
        [False, False, False, False, None]
    ]


def test_bootstrap_is_done_where_the_role_logs_in_though_the_master_cannot(fresh: Rds) -> None:
    handler(BOOTSTRAP, None)
    assert handler(BOOTSTRAP | {"password": "lost"}, None) == {"role": "tesela"}


def test_a_wrong_password_is_told_and_not_shown(fresh: Rds) -> None:
    with pytest.raises(LoginRefusedError, match=f'failed for user "{MASTER}"') as refused:
        handler(BOOTSTRAP | {"password": "geheim"}, None)
    error: BaseException | None = refused.value
    while error:
        assert "geheim" not in str(error)
        error = error.__context__


@pytest.mark.parametrize("command", [{"command": "migrate"}, BOOTSTRAP])
def test_a_database_that_is_away_refuses_no_login(
    environment: pytest.MonkeyPatch, command: dict[str, str]
) -> None:
    """So that a deployment hands the master's password to nobody because of it."""
    environment.setenv("DATABASE_URL", "postgresql://tesela@127.0.0.1:9/tesela?login=iam")
    with pytest.raises(DatabaseUnavailableError) as away:
        handler(command, None)
    assert not isinstance(away.value, LoginRefusedError)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"command": "drop"}, "'drop'; expected one of bootstrap, migrate, reconcile"),
        ({"command": ["migrate"]}, "unknown command"),
        ({"command": "bootstrap", "password": PASSWORD}, "lacks user"),
        ({"command": "bootstrap"}, "lacks user and password"),
    ],
)
def test_an_event_that_asks_for_nothing_known_is_refused(event: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidOptionError, match=told) as refused:
        handler(event, None)
    assert PASSWORD not in str(refused.value)
