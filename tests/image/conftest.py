"""The image, and the function in a container of it on PostgreSQL with IAM login and S3."""

import os
import shutil
from collections.abc import Iterator

import pytest

from scripts.local.lambda_runtime.function import aws_settings
from scripts.local.lambda_runtime.function_url import FunctionUrl
from scripts.local.stack import LocalStack
from tests.edges.rds import MASTER, PASSWORD, Rds
from tests.edges.tokens import TokenServer
from tests.image import build
from tests.image.container import Container
from tests.stack import OverHttp

BUCKET = "tesela-image"


@pytest.fixture(scope="session", autouse=True)
def image() -> None:
    missing = [tool for tool in build.TOOLS if not shutil.which(tool)]
    if missing or os.geteuid():
        pytest.skip(f"needs root and {', '.join(missing or build.TOOLS)}")
    build.build()


@pytest.fixture(scope="session")
def settings(stack: LocalStack, rds: Rds, tokens: TokenServer) -> dict[str, str]:
    """The functions' variables as on AWS: a token instead of a password."""
    stack.objects.client().create_bucket(Bucket=BUCKET)
    return aws_settings(stack.objects.url) | {
        "AWS_ACCESS_KEY_ID": tokens.key,
        "AWS_SECRET_ACCESS_KEY": tokens.secret,
        "AWS_REGION": tokens.region,
        "DATABASE_URL": rds.iam_url,
        "TESELA_BUCKET": BUCKET,
        "TESELA_PAGE_ORIGIN": stack.page_url,
    }


@pytest.fixture(scope="session")
def migrated(settings: dict[str, str], rds: Rds) -> list[str]:
    """The database after `migrate`, the image's other command, made role and tables."""
    with Container("tesela.admin.handler", settings, (rds.authority,)) as migrate:
        migrate.call({"command": "bootstrap", "user": MASTER, "password": PASSWORD})
        applied: list[str] = migrate.call({"command": "migrate"})["applied"]
    return applied


@pytest.fixture(scope="session")
def api(settings: dict[str, str], rds: Rds, migrated: list[str]) -> Iterator[Container]:
    with Container("tesela.handler.handler", settings, (rds.authority,)) as api:
        yield api


@pytest.fixture(scope="session")
def url(api: Container) -> Iterator[OverHttp]:
    """The function URL before it."""
    function_url = FunctionUrl(0, api.invoke)
    function_url.start()
    yield OverHttp(function_url.url)
    function_url.stop()
