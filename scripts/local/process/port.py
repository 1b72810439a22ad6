"""TCP ports of 127.0.0.1."""

import random
import socket

from scripts.local.errors import PortBusyError

# Below the ranges from which the system takes the local end of outgoing connections (from 32768 on
# Linux, 49152 on macOS): a server that is down for a moment must find its port free again, and
# a client that retries must not be connected to itself.
_RANGE = range(20_000, 32_000)
_given: set[int] = set()


def free_port(attempts: int = 100) -> int:
    """Return a port on which nothing listens, and which no other part of the stack was given."""
    for port in random.sample(_RANGE, attempts):
        if port not in _given and is_free(port):
            _given.add(port)
            return port
    raise PortBusyError(f"No free port found from {_RANGE.start} to {_RANGE.stop}.")


def is_free(port: int) -> bool:
    """Return whether nothing listens on it."""
    with socket.socket() as probe:
        # As a server would bind: connections that ended a moment ago do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
