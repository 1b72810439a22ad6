"""The whole recipe: train, train on, calibrate, quantise, evaluate.

    python -m scripts.training --dstl PATH --out lambda_image/model

Two trainings each leave a fold of the scenes out, so that thresholds and calibration can be tuned on
them. A third goes on from the first with all but the test scenes, and its weights are what ships.
Each step is a process of its own, so that the memory of one is free for the next.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.training.recipe import Recipe

LAST = 3  # the last training is a third as long, and gentler, as its weights are good already
LAST_RATE = 1e-3
TRAINING = "scripts.training.train"
# A rehearsal goes through every step on the data alone, to see that they can be read.
QUICK = {"epochs": "1", "steps": "2", "simulated": "0", "samples": "8"}


def main() -> None:
    """Run the steps, and tell the time and memory that they took."""
    options = _options()
    began = time.monotonic()
    environment = {"TF_CPP_MIN_LOG_LEVEL": "2"} | os.environ
    for step in _steps(options):
        command = [sys.executable, "-m", *step]
        if step[0] != TRAINING:  # any backend trains, TensorFlow makes the file
            environment["KERAS_BACKEND"] = "tensorflow"
        code = subprocess.run(command, check=False, env=environment).returncode
        if code:
            sys.exit(code)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    print(f"{options.out}: {minutes} min {seconds} s, at most {_most_gib():.1f} GiB of memory")


def _steps(options: argparse.Namespace) -> Iterator[list[str]]:
    run, out = options.run, str(options.out)
    scenes = ["--scenes", str(run / "scenes")]
    final = ["--run", str(run / "final"), *scenes]
    tuning = ["--tuning", str(run), str(run / "fold")]
    given = {key: getattr(options, key) for key in ("dstl", "data", "epochs", "workers")}
    knobs = {key: str(value) for key, value in given.items() if value} | options.knobs
    samples = knobs.pop("samples", None)
    yield [TRAINING, "--run", str(run), *_flags(knobs)]
    other = ["--run", str(run / "fold"), *scenes, "--fold", "1"]
    yield [TRAINING, *other, *_flags(knobs)]
    knobs |= {"epochs": str(-(-int(knobs["epochs"]) // LAST)), "rate": str(LAST_RATE)}
    start = ["--fold", "none", "--start", str(run)]
    yield [TRAINING, *final, *start, *_flags(knobs)]
    yield ["scripts.training.calibrate", *final, *tuning]
    quantised = {"out": out, "samples": samples}
    yield ["scripts.training.quantise", *final, *_flags(quantised)]
    report = str(run.with_suffix(".html"))
    yield ["scripts.training.evaluate", *final, *tuning, "--model", out, "--report", report]


def _flags(knobs: Mapping[str, str | None]) -> list[str]:
    return [part for key, value in knobs.items() if value for part in (f"--{key}", value)]


def _most_gib() -> float:
    """Memory of the largest step; macOS counts it in bytes, Linux in KiB."""
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return largest / (2**30 if sys.platform == "darwin" else 2**20)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dstl", type=Path, help="folder of the Dstl competition's data")
    parser.add_argument("--data", type=Path, help="folder of mixed sources")
    parser.add_argument("--run", type=Path, default=Path("build/training"))
    parser.add_argument("--out", type=Path, default=Path("build/model"))
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--workers", type=int, help="processes that draw for a GPU")
    parser.add_argument(
        "--quick", dest="knobs", action="store_const", const=QUICK, default={}, help="rehearse"
    )
    options = parser.parse_args()
    if not (options.dstl or options.data):
        parser.error("Say where the training data are: DSTL=folder, DATA=folder, or both.")
    return options


if __name__ == "__main__":
    main()
