"""A cold start by part: what a new process does until it is ready, and until its first answer."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from scripts.benchmark.cold_start import PARTS
from scripts.benchmark.images import scenes
from scripts.benchmark.runtimes import ROOT
from scripts.local.lambda_runtime.event import Request, function_url_event
from scripts.local.stack import LocalStack

_STARTS = 7


def measure() -> dict[str, float]:
    """Median milliseconds by part of processes that start one after the other."""
    first, *images = scenes(_STARTS + 1)
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalStack(Path(folder) / "data", workers=1) as stack,
    ):
        _start(stack, first)  # byte code is written, files are in the page cache
        starts = [_start(stack, image) for image in images]
    return {part: median(start[part] for start in starts) for part in PARTS}


def _start(stack: LocalStack, image: bytes) -> dict[str, float]:
    request = Request("POST", "/predictions", (("host", "api"),), image, "127.0.0.1", 80)
    event = function_url_event(request, "request", "Root=1-0-0", time.time())
    paths = os.pathsep.join([stack.environment["PYTHONPATH"], str(ROOT)])
    output = subprocess.run(
        [sys.executable, "-m", "scripts.benchmark.cold_start"],
        input=json.dumps(event),
        env={**stack.environment, "PYTHONPATH": paths},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    laps: dict[str, float] = json.loads(output.splitlines()[-1])
    return laps
