"""A guard that sees what is opened: files by the kernel's inotify, addresses by a socket that listens.

Both see the calls of C libraries too, which Python's audit hooks do not.
"""

import ctypes
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_IN_ACCESS, _IN_OPEN = 0x1, 0x20
_NONBLOCK = os.O_NONBLOCK


@dataclass(frozen=True)
class Trap:
    """A file and an address that must stay untouched."""

    file: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/x.tif"


@contextmanager
def untouched(file: Path) -> Iterator[Trap]:
    """Fail if anybody in this process, or another, opens the file or the address meanwhile."""
    with socket.create_server(("127.0.0.1", 0)) as server, _watched(file) as events:
        server.setblocking(False)  # so that nobody who calls is awaited
        yield Trap(file, server.getsockname()[1])
        assert not _readable(events), f"{file} was opened"
        assert not _called(server), f"port {server.getsockname()[1]} was called"


@contextmanager
def _watched(file: Path) -> Iterator[int]:
    if sys.platform != "linux":
        pytest.skip("inotify is Linux's")
    libc = ctypes.CDLL(None, use_errno=True)
    events = libc.inotify_init1(_NONBLOCK)
    assert events >= 0
    assert libc.inotify_add_watch(events, bytes(file), _IN_ACCESS | _IN_OPEN) >= 0
    try:
        yield events
    finally:
        os.close(events)


def _readable(events: int) -> bool:
    try:
        return bool(os.read(events, 4096))
    except BlockingIOError:
        return False


def _called(server: socket.socket) -> bool:
    try:
        connection, _ = server.accept()
    except BlockingIOError:
        return False
    connection.close()
    return True
