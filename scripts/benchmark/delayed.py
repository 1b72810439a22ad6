"""Requests while every call of S3 and PostgreSQL waits, as on AWS: new images, and kept ones."""

import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from tesela.edges.database import Database
from tesela.edges.postgres import PostgresIndex

from scripts.benchmark.delay import DelayingProxy
from scripts.benchmark.host import times_ms
from scripts.benchmark.images import scenes
from scripts.benchmark.requests import Times, post, timed
from scripts.local.lambda_runtime.function import Function
from scripts.local.stack import ROOT, LocalStack

DELAY_MS = 30
_REQUESTS = 25
_BYTES = 100_000


class _DelayedStack(LocalStack):
    """A stack whose workers reach S3 and PostgreSQL through proxies."""

    delayed: Mapping[str, str] = {}  # settings by which the stores are reached through them

    def _configured(self) -> Function:
        function = super()._configured()
        settings = dict(function.settings)
        for name in ("AWS_ENDPOINT_URL", "DATABASE_URL"):
            port = urlsplit(settings[name]).port
            assert port, f"{name} names no port"  # noqa: S101
            proxy = DelayingProxy(port, DELAY_MS / 1000)
            self._cleanup.enter_context(proxy)
            settings[name] = settings[name].replace(f":{port}", f":{proxy.port}")
        self.delayed = settings
        return replace(function, settings=settings)


@dataclass(frozen=True)
class Delayed:
    """Milliseconds by part of new images and of the same ones again; and of single calls alone."""

    new: Times
    kept: Times
    read: list[float]  # of an object of 100 kB in S3
    statement: list[float]  # of PostgreSQL


def measure(task_root: Path = ROOT / "lambda_image") -> Delayed:
    """Send images to a stack of one worker."""
    with tempfile.TemporaryDirectory() as folder:
        first, *images = scenes(_REQUESTS + 1)
        with _DelayedStack(Path(folder) / "data", workers=1, task_root=task_root) as stack:
            post(stack.api_url, first)
            post(stack.api_url, first)
            new, kept = timed(stack.api_url, images), timed(stack.api_url, images)
            return Delayed(new, kept, _reads(stack), _statements(stack))


def _reads(stack: _DelayedStack) -> list[float]:
    bucket, key = stack.objects.bucket, "alone"
    stack.objects.client().put_object(Bucket=bucket, Key=key, Body=bytes(_BYTES))
    client = stack.objects.client(stack.delayed["AWS_ENDPOINT_URL"])

    def read() -> None:
        client.get_object(Bucket=bucket, Key=key)["Body"].read()

    return times_ms(read, _REQUESTS)


def _statements(stack: _DelayedStack) -> list[float]:
    with closing(PostgresIndex(Database.at(stack.delayed["DATABASE_URL"]))) as index:
        index.ping()
        return times_ms(partial(index.has, uuid4()), _REQUESTS)
