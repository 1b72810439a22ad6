from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.local.data import DataDirectory
from scripts.local.lambda_runtime.function import Function


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory with a space in its name, with `logs`; PostgreSQL's share outside goes too."""
    data = DataDirectory(tmp_path_factory.mktemp("a checkout") / ".tesela")
    data.logs.mkdir(parents=True)
    yield data.path
    data.remove()


@pytest.fixture
def echo() -> Function:
    return Function(Path(__file__).parent / "function", "echo.handler", timeout_s=20)
