"""Train the U-Net.

    python -m scripts.training.train --dstl PATH --run build/training --epochs 60

Stopped at any time, the same command goes on from the last epoch.
"""

import argparse
import json
import math
from dataclasses import asdict
from pathlib import Path

import keras
from tesela.catalogue import BANDS, KEYS
from tesela.core.normalise import Normalisation

from scripts.training import network, scene, sources
from scripts.training.batches import CROP, Batches
from scripts.training.errors import DataError
from scripts.training.losses import known_loss
from scripts.training.sources.simulated import SEEDS

BATCH = 16
STEPS = 40  # batches an epoch: short epochs, so that an interruption costs a minute
RATE = 2e-3  # peak of the learning rate; Adam with cosine decay, and a warm-up of two epochs
AVERAGE = 0.99  # weights are averaged over about the last 100 steps, which steadies small batches
SEED = 1
NORMALISATION = Normalisation()


def main() -> None:
    """Prepare the scenes, train, and leave `weights.weights.h5` in the run's folder."""
    options = _options()
    keras.utils.set_random_seed(SEED)
    cache = options.run / "scenes"
    try:
        sources.prepare(cache, options.data, options.dstl, options.simulated)
    except DataError as error:
        raise SystemExit(f"{error}") from error
    batches = Batches(scene.load(cache, "train"), BATCH, options.steps, NORMALISATION, SEED)
    model = compiled(options.epochs, options.steps)
    backup = keras.callbacks.BackupAndRestore(options.run / "backup", delete_checkpoint=False)
    latest = keras.callbacks.ModelCheckpoint(
        options.run / "latest.weights.h5", save_weights_only=True
    )
    log = keras.callbacks.CSVLogger(options.run / "log.csv", append=True)
    resume = keras.callbacks.LambdaCallback(on_epoch_begin=lambda n, _: batches.start_at(n))
    model.fit(batches, epochs=options.epochs, callbacks=[backup, latest, log, resume])
    model.optimizer.finalize_variable_values(model.trainable_variables)
    model.save_weights(options.run / "weights.weights.h5")
    recipe = _recipe(options.epochs, options.steps)
    (options.run / "recipe.json").write_text(json.dumps(recipe, indent=1))


def compiled(epochs: int, steps: int = STEPS) -> keras.Model:
    """Build the network with loss and optimiser for a run of that length."""
    model = network.build(len(BANDS), len(KEYS))
    rise = min(2 * steps, epochs * steps // 2)
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, epochs * steps - rise, warmup_target=RATE, warmup_steps=rise, alpha=0.01
    )
    model.compile(
        keras.optimizers.Adam(rate, clipnorm=1.0, use_ema=True, ema_momentum=AVERAGE), known_loss
    )
    return model


def _recipe(epochs: int, steps: int) -> dict[str, object]:
    return {
        "epochs": epochs,
        "batches": epochs * steps,
        "windows": math.prod((epochs, steps, BATCH)),
        "crop_px": CROP,
        "rate": RATE,
        "seed": SEED,
        "filters": network.FILTERS,
        "normalisation": asdict(NORMALISATION),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dstl", type=Path, help="folder of the Dstl competition's data")
    parser.add_argument("--data", type=Path, help="folder of mixed sources")
    parser.add_argument("--simulated", type=int, default=SEEDS, help="scenes of each kind")
    parser.add_argument("--run", type=Path, default=Path("build/training"))
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--steps", type=int, default=STEPS, help="batches an epoch")
    return parser.parse_args()


if __name__ == "__main__":
    main()
