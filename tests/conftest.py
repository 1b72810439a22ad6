"""Fixtures: one stack for the session (PostgreSQL, S3, workers), and the sample scenes."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from scripts.local.data import DataDirectory
from scripts.local.stack import LocalStack
from tests.edges.rds import Rds
from tests.edges.tokens import TokenServer
from tests.stack import InProcess, OverHttp

ROOT = Path(__file__).parents[1]

hypothesis_settings.register_profile("tesela", deadline=None, max_examples=50, derandomize=True)
hypothesis_settings.load_profile("tesela")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    data = tmp_path_factory.mktemp("stack")
    with LocalStack(data) as stack:
        yield stack
    DataDirectory(data).remove()


@pytest.fixture(scope="session")
def http(stack: LocalStack) -> OverHttp:
    """The function URL, real workers behind it."""
    return OverHttp(stack.api_url)


@pytest.fixture(scope="session")
def api(stack: LocalStack) -> Iterator[InProcess]:
    """The same code in this process, on the same PostgreSQL and S3."""
    before = dict(os.environ)
    os.environ.update(stack.environment)
    try:
        from tesela import handler

        yield InProcess(handler.app)
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def tokens() -> Iterator[TokenServer]:
    """The IAM of `rds`, with one key."""
    with TokenServer("AKIATESELA", "its secret", "eu-west-1") as tokens:
        yield tokens
        tokens.shutdown()


@pytest.fixture(scope="session")
def rds(tmp_path_factory: pytest.TempPathFactory, tokens: TokenServer) -> Iterator[Rds]:
    """A PostgreSQL as on RDS; skipped where there is none with TLS."""
    data = tmp_path_factory.mktemp("rds")
    rds = Rds(data, tokens)
    yield rds
    rds.stop()
    DataDirectory(data).remove()


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch, tokens: TokenServer) -> pytest.MonkeyPatch:
    """Lambda's credentials, those that `rds` knows; the test may set others."""
    monkeypatch.setenv("AWS_REGION", tokens.region)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", tokens.key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", tokens.secret)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a/long+one=" * 60)
    return monkeypatch


@pytest.fixture(scope="session")
def town() -> bytes:
    return (ROOT / "dashboard_static/samples/town.tif").read_bytes()


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure, whatever becomes of the test."""

    def tell(line: str) -> None:
        with capsys.disabled():
            print(f"\n  {line}", end="")  # noqa: T201

    return tell
