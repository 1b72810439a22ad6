"""Ends the processes of a stack whose own process died without the chance to (kill -9, a crash).

Runs as a script of its own, standard library only. It reads lines `+PID SIGNAL` and `-PID` from a
pipe that only the stack holds open: when the pipe ends, the stack is gone, and every process group
still listed gets its signal. Works wherever there are pipes, so on macOS as on Linux.
"""

import contextlib
import os
import sys
from collections.abc import Iterable


def watch(lines: Iterable[str]) -> dict[int, int]:
    """Read until the pipe ends, and return signals by process group of those not yet forgotten."""
    guarded: dict[int, int] = {}
    for line in lines:
        pid, _, signal_number = line[1:].partition(" ")
        if line.startswith("+"):
            guarded[int(pid)] = int(signal_number)
        else:
            guarded.pop(int(pid), None)
    return guarded


if __name__ == "__main__":
    for group, number in watch(sys.stdin).items():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)
