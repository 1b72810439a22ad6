"""Fixtures: one stack for the session (PostgreSQL, S3, workers), and the sample scenes."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from scripts.local.data import DataDirectory
from scripts.local.stack import LocalStack
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
def town() -> bytes:
    return (ROOT / "dashboard_static/samples/town.tif").read_bytes()
