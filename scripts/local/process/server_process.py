"""A server of the stack as one process: started, stopped, killed as by a crash, revived."""

import threading
from abc import ABC, abstractmethod

from scripts.local.process.child import Child


class ServerProcess(ABC):
    """What PostgreSQL and S3 have in common; any thread may call any method."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._child: Child | None = None
        self._lock = threading.RLock()

    @property
    def pid(self) -> int:
        """The server's process, 0 while it is stopped."""
        return self._child.pid if self._child else 0

    @property
    def died(self) -> bool:
        """Whether the server ended without being asked to."""
        return self._child is not None and not self._child.running

    def revive(self) -> None:
        """Start it if it died."""
        with self._lock:
            if self.died:
                self.start()

    def start(self) -> None:
        """Start it where it does not run; return when it answers."""
        with self._lock:
            if self._child:
                if self._child.running:
                    return
                self._child.wait()
            self._launch()

    def stop(self) -> None:
        """Stop it in order; what was committed or answered is kept."""
        with self._lock:
            child, self._child = self._child, None
            if child:
                child.stop()

    def kill(self) -> None:
        """End it at once, as a crash would; it stays down until `start`."""
        with self._lock:
            child, self._child = self._child, None
            if child:
                child.kill()
                child.wait()

    @abstractmethod
    def _launch(self) -> None:
        """Set `_child`, and return when the server answers."""
