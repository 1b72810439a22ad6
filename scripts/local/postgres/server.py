"""A PostgreSQL of the stack's own: TCP on 127.0.0.1, scram password, data kept between runs."""

import signal
import time
from pathlib import Path

import pg8000.native

from scripts.local.errors import PostgresError
from scripts.local.postgres.binaries import PostgresBinaries, find_binaries
from scripts.local.postgres.cluster import OWNER, PostgresCluster, end_orphan, make_cluster
from scripts.local.postgres.home import kept_directory, prepare_home
from scripts.local.process.child import Child
from scripts.local.process.port import free_port
from scripts.local.process.server_process import ServerProcess

_DATABASE = "tesela"
_START_S = 60  # recovery after a crash takes a while where there is much to replay


class Postgres(ServerProcess):
    """Starts on a free port and keeps that port over `stop` and `start`."""

    def __init__(
        self, data_dir: Path, logs: Path, binaries: PostgresBinaries | None = None
    ) -> None:
        """Keep everything below `data_dir`, which exists; `binaries`: found when not given."""
        super().__init__()
        self._data_dir, self._log, self._binaries = data_dir, logs / "postgres.log", binaries
        self._cluster: PostgresCluster | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """-> for DATABASE_URL; without TLS, which the wheel's build does not have."""
        return (
            f"postgresql://{OWNER}:{self._made.password}@127.0.0.1:{self.port}/{_DATABASE}"
            "?sslmode=disable"
        )

    def _launch(self) -> None:
        first_time = self._cluster is None
        self._cluster = self._cluster or self._open_cluster()
        end_orphan(self._cluster.data)
        self.port = self.port or free_port()
        deadline = time.monotonic() + _START_S
        while not self._start_once(deadline):
            time.sleep(0.2)
        if first_time:
            self._create_database()

    @property
    def _made(self) -> PostgresCluster:
        if self._cluster is None:
            raise PostgresError("PostgreSQL was not started.")
        return self._cluster

    def _open_cluster(self) -> PostgresCluster:
        version = kept_directory(self._data_dir) / "data" / "PG_VERSION"
        major = int(version.read_text()) if version.exists() else None
        home = prepare_home(self._data_dir, self._binaries or find_binaries(major))
        if major not in (None, home.binaries.major):
            raise PostgresError(
                f"The kept data is of PostgreSQL {major}, not {home.binaries.major}. "
                "make clean-data removes it."
            )
        return make_cluster(home, self._data_dir / "postgres.password")

    def _start_once(self, deadline: float) -> bool:
        """-> False when another attempt may succeed."""
        cluster = self._made
        child = Child(
            cluster.command(self.port),
            environment=cluster.environment(),
            log=self._log,
            directory=cluster.data.parent,
            stop_signal=signal.SIGINT,
            user=cluster.user,
        )
        while child.running:
            if cluster.is_ready(child.pid):
                self._child = child
                return True
            if time.monotonic() > deadline:
                child.stop()
                raise PostgresError(f"PostgreSQL is not ready in {_START_S} s:\n{child.log_tail()}")
            time.sleep(0.01)
        child.wait()
        if "shared memory block" in child.log_tail() and time.monotonic() < deadline:
            return False  # the last children of a killed server are still on their way out
        raise PostgresError(f"PostgreSQL does not start:\n{child.log_tail()}")

    def _create_database(self) -> None:
        with pg8000.native.Connection(
            OWNER, "127.0.0.1", "postgres", self.port, self._made.password, timeout=10
        ) as connection:
            known = connection.run(
                "SELECT 1 FROM pg_database WHERE datname = :name", name=_DATABASE
            )
            if not known:
                connection.run(f"CREATE DATABASE {_DATABASE}")


class ExternalPostgres:
    """The server that DATABASE_URL names: not ours to start or stop."""

    def __init__(self, url: str) -> None:
        self.url, self.pid, self.died = url, 0, False

    def start(self) -> None:
        """Nothing to do."""

    def revive(self) -> None:
        """Nothing to do."""

    def stop(self) -> None:
        """Nothing to do."""

    def kill(self) -> None:
        """Nothing to do."""
