"""Starts PostgreSQL and S3 again when they die while the stack runs."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from scripts.local.errors import LocalError

_LOOK_S = 0.2
_WAITS_S = (0.2, 1, 2, 5, 10, 30)  # before a start, by the number of deaths shortly after the last
_STEADY_S = 60  # a server that ran so long starts again without delay


class Server(Protocol):
    """What can be kept: `PostgreSQL` or `S3`."""

    @property
    def died(self) -> bool:
        """Whether it ended without being asked to."""

    def revive(self) -> None:
        """Start it if it died; LocalError when it does not start."""


class Keeper:
    """Watches servers from a thread of its own."""

    def __init__(self, servers: Mapping[str, Server], report: Callable[[str], object]) -> None:
        """`servers` by the name that `report` shows."""
        self._servers, self._report = servers, report
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, args=[name, server], daemon=True)
            for name, server in servers.items()
        ]

    def start(self) -> None:
        """Watch from now on."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Watch no longer; returns when no start is under way."""
        self._stopping.set()
        for thread in self._threads:
            if thread.ident:
                thread.join()

    def _keep(self, name: str, server: Server) -> None:
        deaths, since = 0, time.monotonic()
        while not self._stopping.wait(_LOOK_S):
            if not server.died:
                continue
            deaths = 1 if time.monotonic() - since > _STEADY_S else deaths + 1
            wait_s = _WAITS_S[min(deaths, len(_WAITS_S)) - 1]
            self._report(f"{name} has ended; starting it again in {wait_s:g} s.")
            if self._stopping.wait(wait_s):
                return
            self._start(name, server)
            since = time.monotonic()

    def _start(self, name: str, server: Server) -> None:
        try:
            server.revive()
        except LocalError as error:
            self._report(f"{name} does not start: {error}")
        else:
            self._report(f"{name} is up again.")
