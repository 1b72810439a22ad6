"""Requests while every call of S3 and PostgreSQL waits, as on AWS: new images, and kept ones."""

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from scripts.benchmark.delay import DelayingProxy
from scripts.benchmark.images import scenes
from scripts.benchmark.requests import Times, post, timed
from scripts.local.lambda_runtime.function import Function
from scripts.local.stack import ROOT, LocalStack

DELAY_MS = 30
_REQUESTS = 25


class _DelayedStack(LocalStack):
    """A stack whose workers reach S3 and PostgreSQL through proxies."""

    _proxies: ExitStack

    def _configured(self) -> Function:
        function = super()._configured()
        settings = dict(function.settings)
        for name in ("AWS_ENDPOINT_URL", "DATABASE_URL"):
            port = urlsplit(settings[name]).port
            assert port, f"{name} names no port"  # noqa: S101
            proxy = DelayingProxy(port, DELAY_MS / 1000)
            self._cleanup.enter_context(proxy)
            settings[name] = settings[name].replace(f":{port}", f":{proxy.port}")
        return replace(function, settings=settings)


def measure(task_root: Path = ROOT / "lambda_image") -> tuple[Times, Times]:
    """Milliseconds by part of new images, and of the same ones again."""
    with tempfile.TemporaryDirectory() as folder:
        first, *images = scenes(_REQUESTS + 1)
        with _DelayedStack(Path(folder) / "data", workers=1, task_root=task_root) as stack:
            post(stack.api_url, first)
            post(stack.api_url, first)
            return timed(stack.api_url, images), timed(stack.api_url, images)
