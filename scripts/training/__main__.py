"""The whole recipe: folds, teacher, student, calibration, quantisation, evaluation.

    python -m scripts.training --dstl PATH --out lambda_image/model

Four networks each leave a part of the terrain out, and are judged on it: thresholds and calibration come
from there. Together they teach the student, whose weights ship: it learns all but the test scenes, from
their labels and, where these are unknown, from what the four predict. Each step is a process of its own,
so that the memory of one is free for the next; interrupted, the same command resumes.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.training.data.folds import FOLDS
from scripts.training.recipe import Recipe

TEACHER = 0.5  # weight of the teacher where labels are unknown
TRAINING = "scripts.training.train"
# A rehearsal goes through every step on the data alone, to see that they can be read.
QUICK = {"epochs": "1", "steps": "2", "simulated": "0", "samples": "8"}


def main() -> None:
    """Run the steps, and print the time and memory that they took."""
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
    scenes, final = ["--scenes", str(run / "scenes")], ["--run", str(run / "final")]
    runs = [str(run / f"fold-{number}") for number in range(FOLDS)]
    folds, scores = ["--folds", *runs], str(run / "teacher")
    data = {key: _text(getattr(options, key)) for key in ("dstl", "data")}
    knobs = {key: _text(getattr(options, key)) for key in ("epochs", "workers")} | options.knobs
    data["simulated"], samples = knobs.pop("simulated", None), knobs.pop("samples", None)
    for number, fold in enumerate(runs):
        given = _flags(knobs | (data if not number else {}))
        yield [TRAINING, "--run", fold, *scenes, "--fold", str(number), *given]
    yield ["scripts.training.teacher", *folds, *scenes, "--out", scores]
    taught = {"fold": "none", "teacher": str(TEACHER), "teacher-scores": scores}
    yield [TRAINING, *final, *scenes, *_flags(taught | knobs)]
    yield ["scripts.training.calibrate", *final, *scenes, *folds]
    yield ["scripts.training.quantise", *final, *scenes, *_flags({"out": out, "samples": samples})]
    report = str(run.with_suffix(".html"))
    model = ["--model", out, "--report", report]
    yield ["scripts.training.evaluate", *final, *scenes, *folds, *model]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


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
