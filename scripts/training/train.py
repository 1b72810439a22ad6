"""Train the U-Net, or the network to be beaten.

    python -m scripts.training.train --dstl PATH --run build/training --epochs 75

Stopped at any time, the same command goes on from the last epoch.
"""

import argparse
import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import keras
import pandas as pd

from scripts.training.data.errors import DataError
from scripts.training.data.folds import FOLDS, split, terrains_by_fold
from scripts.training.data.prepare import prepare
from scripts.training.data.scenes import (
    UNLABELLED,
    TrainingScene,
    fingerprint,
    load_scenes,
    source_names,
)
from scripts.training.data.simulated import SEEDS
from scripts.training.data.windows import Batches
from scripts.training.model import initialised, segnet
from scripts.training.model.losses import known_loss
from scripts.training.out_of_fold import keep
from scripts.training.recipe import Recipe
from scripts.training.runs import BACKUP, LOG, WEIGHTS, begin
from scripts.training.sources import shares
from scripts.training.teacher import taught


def main() -> None:
    """Prepare the scenes, train, and predict what was held out."""
    options = _options()
    cache = options.scenes or options.run / "scenes"
    if options.data or options.dstl or not options.scenes:
        try:
            prepare(cache, options.data, options.dstl, options.simulated)
        except DataError as error:
            raise SystemExit(f"{error}") from error
    names = ("epochs", "steps", "rate", "seed", "network", "teacher")
    knobs = {name: getattr(options, name) for name in names}
    hold_out = _held_out(cache, options.fold)
    present = source_names(cache, "train")
    shares_of = shares(commercial_only=not options.non_commercial, present=present)
    recipe = replace(Recipe(), **knobs, hold_out=hold_out, shares=shares_of)
    scenes, _ = split(cache, recipe.hold_out, recipe.shares)
    if recipe.teacher:
        scenes = taught(
            scenes + load_scenes(cache, UNLABELLED, names=recipe.shares), options.teacher_scores
        )
    limit_s = allowed(options.as_long_as)
    train(recipe, scenes, options.run, options.start, limit_s=limit_s, workers=options.workers)
    if hold_out:
        keep(options.run, cache)


def train(
    recipe: Recipe,
    scenes: list[TrainingScene],
    run: Path,
    start: Path | None = None,
    *,
    limit_s: float = math.inf,
    workers: int = 0,
) -> None:
    """Train by a recipe, from the weights of the run `start` or new ones.

    Resumes an earlier call that was interrupted, and stops early after the epoch with which all have
    used up `limit_s` seconds (`Clock`). Writes weights, log and recipe into the run's folder.

    Raises:
        SystemExit: The folder holds a training by another recipe or on other scenes.
    """
    data = fingerprint(scenes)
    begin(run, recipe, data)
    batches = Batches(scenes, recipe, workers)  # first: it forks
    keras.utils.set_random_seed(recipe.seed)
    model = compiled(recipe)
    if start:
        model.load_weights(start / WEIGHTS)
    backup = keras.callbacks.BackupAndRestore(run / BACKUP, delete_checkpoint=False)
    log = keras.callbacks.CSVLogger(run / LOG, append=True)
    resume = keras.callbacks.LambdaCallback(on_epoch_begin=lambda n, _: batches.start_at(n))
    clock = Clock(limit_s, spent(run))
    model.fit(batches, epochs=recipe.epochs, callbacks=[backup, resume, clock, log])
    model.optimizer.finalize_variable_values(model.trainable_variables)
    model.save_weights(run / WEIGHTS)
    sources = Counter(one.source for one in scenes)
    details = {"scenes": dict(sources), "seconds": round(spent(run)), "device": device()}
    recipe.write(run, data=data, **details)


class Clock(keras.callbacks.Callback):
    """Logs what each epoch takes, and ends the training when no more is left.

    Seconds of all processors together, which others on the machine do not change; on a GPU, of the wall.
    """

    def __init__(self, limit_s: float, spent_s: float) -> None:
        super().__init__()
        self._left_s, self._began = limit_s - spent_s, 0.0
        self._now = time.perf_counter if device() == "GPU" else time.process_time

    def on_epoch_begin(self, *_: object) -> None:
        """Start the clock."""
        self._began = self._now()

    def on_epoch_end(self, _epoch: int, logs: dict[str, float]) -> None:
        """Stop it, and write down the time for the log."""
        logs["seconds"] = self._now() - self._began
        self._left_s -= logs["seconds"]
        self.model.stop_training = self._left_s <= 0


def spent(run: Path) -> float:
    """Seconds that the epochs of a run took, whatever cut it."""
    log = run / LOG
    return float(pd.read_csv(log)["seconds"].sum()) if log.exists() else 0.0


def allowed(runs: Sequence[Path]) -> float:
    """Seconds that the runs took together; where none is named, there is no limit."""
    return sum(map(spent, runs)) if runs else math.inf


def compiled(recipe: Recipe) -> keras.Model:
    """The network with its loss and an optimiser for a run of the recipe's length."""
    keras.config.set_dtype_policy(precision())
    model = initialised(recipe)
    keras.config.set_dtype_policy("float32")
    if recipe.network == "segnet":
        model.compile(keras.optimizers.Adam(segnet.RATE), known_loss(jaccard=0))
    else:
        model.compile(_optimiser(recipe), known_loss(recipe.jaccard, recipe.teacher))
    return model


def device() -> str:
    """What a training runs on."""
    kinds = {name.split(":")[0].lower() for name in keras.distribution.list_devices()}
    return "GPU" if kinds & {"gpu", "cuda"} else "CPU"


def precision() -> str:
    """Half precision where it is multiplied: a third faster on a processor, and as good."""
    known = Path("/proc/cpuinfo")
    flags = known.read_text("utf-8") if known.exists() else ""
    half = device() == "GPU" or "avx512_bf16" in flags or "amx_bf16" in flags
    return "mixed_bfloat16" if half else "float32"


def _held_out(cache: Path, fold: str) -> Sequence[str]:
    if fold == "none":
        return ()
    terrains = terrains_by_fold(cache)[int(fold)]
    if not terrains:
        raise SystemExit(f"{cache} holds fewer than {FOLDS} terrains: fold {fold} would be empty.")
    return terrains


def _optimiser(recipe: Recipe) -> keras.optimizers.Optimizer:
    batches = recipe.epochs * recipe.steps
    rise = min(2 * recipe.steps, batches // 2)
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, batches - rise, warmup_target=recipe.rate, warmup_steps=rise, alpha=0.01
    )
    return keras.optimizers.Adam(rate, clipnorm=1.0, use_ema=True, ema_momentum=recipe.average)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dstl", type=Path, help="folder of the Dstl competition's data")
    parser.add_argument("--data", type=Path, help="folder of mixed sources")
    parser.add_argument("--simulated", type=int, default=SEEDS, help="scenes of each kind")
    parser.add_argument("--run", type=Path, default=Path("build/training"))
    parser.add_argument("--scenes", type=Path, help="kept scenes of another run")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--steps", type=int, default=Recipe.steps, help="batches an epoch")
    parser.add_argument(
        "--as-long-as", type=Path, nargs="+", default=(), help="runs whose time is not to be passed"
    )
    parser.add_argument("--rate", type=float, default=Recipe.rate, help="peak of the learning rate")
    folds = [*map(str, range(FOLDS)), "none"]
    parser.add_argument("--fold", default="0", choices=folds, help="terrains to hold out")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument(
        "--teacher", type=float, default=0.0, help="weight of predictions where labels are unknown"
    )
    parser.add_argument("--teacher-scores", type=Path, help="what `teacher` wrote")
    parser.add_argument(
        "--non-commercial", action="store_true", help="learn from non-commercial sources too"
    )
    parser.add_argument("--start", type=Path, help="a run whose weights are the first ones")
    parser.add_argument("--workers", type=int, default=0, help="processes that draw for a GPU")
    networks = ("efficientnet", "unet", "segnet")
    parser.add_argument("--network", choices=networks, default=Recipe.network)
    options = parser.parse_args()
    if bool(options.teacher) != bool(options.teacher_scores):
        parser.error("--teacher and --teacher-scores need each other.")
    return options


if __name__ == "__main__":
    main()
