import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tesela.edges.database import Database
from tesela.edges.migrations import bootstrap
from tesela.edges.postgres import PostgresIndex
from tesela.errors import DatabaseUnavailableError, LoginRefusedError

from tests.edges.rds import MASTER, PASSWORD, Rds
from tests.edges.tokens import TokenServer

REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "sa-east-1", "ap-southeast-2")


@pytest.fixture
def iam(rds: Rds, credentials: pytest.MonkeyPatch) -> Iterator[PostgresIndex]:
    """The role that logs in by token, on a database where it was made."""
    bootstrap(Database.at(rds.iam_url).as_user(MASTER, PASSWORD))
    index = PostgresIndex(Database.at(rds.iam_url))
    yield index
    index.close()


@pytest.fixture
def late(tokens: TokenServer) -> Iterator[TokenServer]:
    """RDS sees each token sixteen minutes after it was signed."""
    tokens.clock = timedelta(minutes=16)
    yield tokens
    tokens.clock = timedelta()


def test_a_signed_token_logs_in_over_tls(iam: PostgresIndex) -> None:
    rows = iam._run("SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    assert rows == [["tesela", True]]


def test_each_connection_brings_a_token_of_its_own(iam: PostgresIndex, tokens: TokenServer) -> None:
    first = iam._run("SELECT pg_backend_pid()")
    assert iam._run("SELECT pg_backend_pid()") == first  # the connection is kept
    iam.close()
    time.sleep(1.1)  # a token tells its second
    iam._run("SELECT 1")
    (_, one), (_, other) = tokens.asked[-2:]
    assert one != other


def test_an_expired_token_is_refused_and_the_next_connection_brings_a_new_one(
    iam: PostgresIndex, late: TokenServer
) -> None:
    with pytest.raises(LoginRefusedError, match="LDAP authentication failed") as refused:
        iam._run("SELECT 1")
    assert "X-Amz" not in str(refused.value)
    late.clock = timedelta()
    assert iam._run("SELECT 1") == [[1]]


def test_a_connection_outlives_its_token(iam: PostgresIndex, tokens: TokenServer) -> None:
    iam._run("SELECT 1")
    tokens.clock = timedelta(minutes=16)
    try:
        assert iam._run("SELECT 1") == [[1]]
    finally:
        tokens.clock = timedelta()


@pytest.mark.parametrize(
    ("name", "value"),
    [("AWS_SECRET_ACCESS_KEY", "another"), ("AWS_ACCESS_KEY_ID", "AKIA2"), ("AWS_REGION", "x")],
)
def test_another_s_signature_is_refused(
    iam: PostgresIndex, credentials: pytest.MonkeyPatch, name: str, value: str
) -> None:
    credentials.setenv(name, value)
    with pytest.raises(DatabaseUnavailableError):
        iam._run("SELECT 1")


def test_a_token_for_another_user_is_refused(iam: PostgresIndex, rds: Rds) -> None:
    rds.execute("CREATE ROLE other LOGIN; GRANT rds_iam TO other")
    token = Database.at(rds.iam_url).password()
    other = Database.at(rds.iam_url).as_user("other", str(token))
    with pytest.raises(DatabaseUnavailableError):
        PostgresIndex(other)._run("SELECT 1")


@pytest.mark.parametrize(
    ("host", "authority", "reason"),
    [
        ("127.0.0.1", True, "IP address mismatch"),
        ("localhost", False, "unable to get local issuer"),
    ],
)
def test_no_token_leaves_for_a_server_that_is_not_vouched_for(
    iam: PostgresIndex, rds: Rds, tokens: TokenServer, host: str, authority: bool, reason: str
) -> None:
    asked = len(tokens.asked)
    known = f"&sslrootcert={quote(str(rds.authority))}" if authority else ""
    stranger = PostgresIndex(Database.at(rds.url(f"login=iam{known}", host)))
    with pytest.raises(DatabaseUnavailableError, match=reason):
        stranger._run("SELECT 1")
    assert len(tokens.asked) == asked


def test_without_tls_the_server_takes_nobody(rds: Rds) -> None:
    plain = Database.at(rds.url("sslmode=disable")).as_user(MASTER, PASSWORD)
    with pytest.raises(DatabaseUnavailableError, match="no encryption"):
        PostgresIndex(plain)._run("SELECT 1")


def test_without_credentials_the_error_says_so(credentials: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        credentials.delenv(name)
    credentials.setenv("AWS_EC2_METADATA_DISABLED", "true")
    credentials.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    credentials.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(DatabaseUnavailableError, match="no AWS credentials"):
        PostgresIndex(Database.at("postgresql://tesela@h/d?login=iam"))._run("SELECT 1")


@given(user=st.text(min_size=1), secret=st.text(min_size=1))
def test_user_and_password_come_back_whatever_they_are(user: str, secret: str) -> None:
    url = f"postgresql://{quote(user, safe='')}:{quote(secret, safe='')}@h:6543/d"
    database = Database.at(url)
    assert (database.user, database.password()) == (user, secret)
    assert (database.host, database.port, database.name) == ("h", 6543, "d")
    context = database.tls_context()
    assert context
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_a_password_is_not_shown_with_the_rest() -> None:
    assert "geheim" not in repr(Database.at("postgresql://u:geheim@h/d"))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("sslmode=require", "sslmode=require is none of verify-full, disable"),
        ("login=token", "login=token is none of password, iam"),
        ("login=iam&sslmode=disable", "needs TLS"),
        ("password=geheim", "password is not known"),
    ],
)
def test_an_option_that_could_mean_less_security_is_refused(query: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as refused:
        Database.at(f"postgresql://u:geheim@h/d?{query}")
    assert "geheim" not in str(refused.value)


def test_amazon_s_authorities_are_of_every_large_region_and_valid_for_years() -> None:
    context = Database.at("postgresql://u@h/d?login=iam").tls_context()
    assert context
    found: list[dict[str, Any]] = context.get_ca_certs()
    names = [dict(part for (part,) in one["subject"])["commonName"] for one in found]
    for region in REGIONS:
        assert sum(f"Amazon RDS {region} Root CA" in name for name in names) == 3
    ends = min(ssl.cert_time_to_seconds(one["notAfter"]) for one in found)
    assert datetime.fromtimestamp(ends, UTC) > datetime.now(UTC) + timedelta(days=5 * 365)
