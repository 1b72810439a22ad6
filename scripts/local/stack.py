"""All of Tesela on this machine, as a context manager."""

import logging
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar

from scripts.local.basemap import Basemap
from scripts.local.data import DataDirectory
from scripts.local.errors import LocalError
from scripts.local.lambda_runtime.function import Function, aws_settings
from scripts.local.lambda_runtime.function_url import FunctionUrl
from scripts.local.lambda_runtime.worker import Worker
from scripts.local.lambda_runtime.workers import Workers
from scripts.local.page import Page
from scripts.local.postgres.home import kept_directory
from scripts.local.postgres.server import ExternalPostgres, Postgres
from scripts.local.process.keeper import Keeper
from scripts.local.s3.server import Objects
from scripts.local.scenes.runner import Scenes

ROOT = Path(__file__).resolve().parents[2]


class _CanStop(Protocol):
    def stop(self) -> None: ...


_Stoppable = TypeVar("_Stoppable", bound=_CanStop)


class LocalStack:
    """Page, function URL, workers, PostgreSQL and S3; inside `with`, all of them are up."""

    def __init__(
        self,
        data_dir: Path,
        *,
        page_port: int = 0,
        api_port: int = 0,
        workers: int = 2,
        timeout_s: float = 60,
        memory_mb: int = 2048,
        migrate: bool = True,
        database_url: str = "",
        handler: str = "tesela.handler.handler",
        task_root: Path = ROOT / "lambda_image",
        page_root: Path = ROOT / "dashboard_static",
        basemap: Basemap | None = None,
        report: Callable[[str], object] = str,
    ) -> None:
        """Nothing is started yet. Port 0: any free one. `database_url` "": a server of our own.

        `report` is told, line by line, what is being done.
        """
        self._data = DataDirectory(data_dir)
        self._ports = page_port, api_port
        self._migrate, self._page_root = migrate, page_root
        self._basemap = basemap
        self._workers = Workers(workers, self._data.logs)
        self._function = Function(task_root, handler, timeout_s, memory_mb)
        self._report, self._cleanup = report, ExitStack()
        self.objects = Objects(self._data.path, self._data.logs)
        self._scenes = Scenes(self.objects, self._data.logs)
        self.postgres: Postgres | ExternalPostgres = (
            ExternalPostgres(database_url)
            if database_url
            else Postgres(self._data.path, self._data.logs)
        )
        self.environment: dict[str, str] = {}
        self.page_url = self.api_url = ""

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def workers(self) -> list[Worker]:
        """The workers that run now, each with `pid` and `kill()`; a killed one is soon replaced."""
        return self._workers.running

    def wait_all_ready(self) -> None:
        """Return when every worker waits for work; the first one is enough to come up."""
        self._workers.wait_all_ready()

    def stop(self) -> None:
        """Stop everything, in the reverse order; a second call does nothing."""
        self._cleanup.close()

    def _start(self) -> None:
        self._claim_data()
        # The ports first: one that is taken is said at once, and the function must know the page's.
        page = self._until_stop(Page(self._ports[0], self._page_root, "PAGE_PORT"))
        api = self._until_stop(FunctionUrl(self._ports[1], self._workers.invoke, "API_PORT"))
        self.page_url, self.api_url = page.url, api.url
        self._start_stores()
        self.environment = self._configured().environment()
        self._data.write_stack(self.environment)
        self._migrate_database()
        self._start_workers()
        self._keep_stores()
        self._until_stop(self._scenes).start(self._configured())
        page.configure(api.url, self.objects.url, self._basemap)
        page.start()
        api.start()

    def _claim_data(self) -> None:
        self._data.acquire()
        self._cleanup.callback(self._data.release)
        path = self._data.logs / "function-url.log"
        path.touch(mode=0o600)
        log = logging.FileHandler(path)
        log.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger = logging.getLogger("scripts.local")
        logger.addHandler(log)
        self._cleanup.callback(log.close)
        self._cleanup.callback(logger.removeHandler, log)

    def _until_stop(self, server: _Stoppable) -> _Stoppable:
        self._cleanup.callback(server.stop)
        return server

    def _start_stores(self) -> None:
        """PostgreSQL and S3 side by side: each takes a second or so."""
        self._report("Starting PostgreSQL and S3 ...")
        self._say_where_postgres_is()
        stores = self._until_stop(self.postgres), self._until_stop(self.objects)
        with ThreadPoolExecutor() as pool:
            for start in [pool.submit(store.start) for store in stores]:
                start.result()

    def _keep_stores(self) -> None:
        """From the end of the start on: what does not come up at first is an error."""
        servers = {"PostgreSQL": self.postgres, "S3": self.objects}
        self._until_stop(Keeper(servers, self._report)).start()

    def _say_where_postgres_is(self) -> None:
        place = kept_directory(self._data.path)
        if isinstance(self.postgres, Postgres) and place.parent != self._data.path:
            self._report(
                f"  PostgreSQL does not run as root, and other users cannot reach {self._data.path}:"
                f" its files are in {place}"
            )

    def _configured(self) -> Function:
        settings = {
            **aws_settings(self.objects.url),
            "DATABASE_URL": self.postgres.url,
            "TESELA_BUCKET": self.objects.bucket,
            "TESELA_PAGE_ORIGIN": self.page_url,
            "TESELA_SCENES": "true",
        }
        return replace(self._function, settings=settings)

    def _migrate_database(self) -> None:
        if self._migrate:
            self._report("Bringing the tables up to date ...")
            run_in_stack(self.environment, "tesela.admin")

    def _start_workers(self) -> None:
        self._report(f"Starting {self._workers.count} workers of the function ...")
        self._until_stop(self._workers)
        self._workers.start(self._configured())


def run_in_stack(environment: dict[str, str], module: str, *arguments: str) -> str:
    """Run a module of the function's package in the function's environment, and return its output."""
    result = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment,
        cwd=environment["LAMBDA_TASK_ROOT"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode:
        command = " ".join([module, *arguments])
        raise LocalError(f"{command} failed:\n{result.stdout.strip()[-2000:]}")
    return result.stdout.strip()
