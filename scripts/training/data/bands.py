"""Fit how bands follow from each other, and print how far estimates are off where a band is withheld.

    python -m scripts.training.data.bands --data FOLDER

The table `band_relations.json` is fitted to the pixels of five scenes of airborne spectra
(`hyperspectral/pixel_relations.npz`), and is written anew only with `--fit`.
"""

import argparse
import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import BANDS

from scripts.training.data import prepare
from scripts.training.data.estimates import (
    INFRARED,
    NIR1,
    RGB,
    TABLE,
    Floats,
    Matrix,
    estimate,
    relations,
)
from scripts.training.data.scenes import TrainingScene
from scripts.training.sources import SOURCES

GIVEN = {"RGB": RGB, "RGB, NIR1": (*RGB, NIR1)}
MIN_PIXELS = 256  # fewer are too few to measure a spread


@dataclass(frozen=True)
class Errors:
    """Of one band's estimates in one scene."""

    scene: str
    given: str
    band: int
    r2: float  # squared correlation: an offset or a gain is normalised away
    rmse: float  # beside the band's spread, offset taken away, gain and all


def main() -> None:
    """Fit the table if asked for, and print what it is worth."""
    options = _options()
    if options.fit:
        table = fit(*measured(options.data / "hyperspectral"))
        TABLE.write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    print("\n".join(report(withheld(real_scenes(options.data)))))
    path = options.data / "dstl" / "band_correlation_estimate.csv"
    if path.exists():
        print("\n".join(compared(published(path))))


def real_scenes(data: Path) -> Iterator[TrainingScene]:
    """The scenes whose eight bands a sensor measured."""
    for source in SOURCES:
        if source.folder and (source.real or source.name == "hyperspectral") and not source.whole:
            yield from (one for one in prepare.read(source, data) if all(one.known))


def withheld(scenes: Iterable[TrainingScene]) -> Iterator[Errors]:
    """Estimate every band that is not given, and hold it against what was measured."""
    for scene in scenes:
        pixels = scene.pixels[:, scene.pixels.any(axis=0)].astype(np.float32)
        if pixels.shape[1] >= MIN_PIXELS:
            for title, numbers in GIVEN.items():
                given = {number: pixels[number] for number in numbers}
                for band in sorted(set(range(len(BANDS))) - set(numbers)):
                    yield Errors(
                        scene.name, title, band, *errors(estimate(band, given), pixels[band])
                    )


def errors(estimated: Floats, truth: Floats) -> tuple[float, float]:
    """Squared correlation, and RMSE beside the spread of the truth, both without their means."""
    one, other = (values.astype(np.float64) - values.mean() for values in (estimated, truth))
    spread = other.std() + 1e-9
    return (
        float((one * other).mean() / (one.std() * spread + 1e-9)) ** 2,
        float(np.sqrt(np.square(one - other).mean()) / spread),
    )


def report(found: Iterable[Errors]) -> list[str]:
    """One line per scene and what is given, then the medians over the scenes."""
    rows: dict[tuple[str, str], dict[int, Errors]] = {}
    for one in found:
        rows.setdefault((one.given, one.scene), {})[one.band] = one
    lines = ["R2 (RMSE beside the spread) of estimates against bands that were withheld"]
    for given, numbers in GIVEN.items():
        of_given = {scene: row for (title, scene), row in rows.items() if title == given}
        bands = sorted(set().union(*of_given.values()))
        lines += ["", f"{'from ' + given:28}" + "".join(f"{BANDS[n]:>14}" for n in bands)]
        lines += [
            f"{scene:28}" + "".join(map(_cell, row.values())) for scene, row in of_given.items()
        ]
        medians = [
            _median([row[number] for row in of_given.values()], given, number) for number in bands
        ]
        lines.append(f"{'median':28}" + "".join(map(_cell, medians)))
        if set(bands) & set(INFRARED) and not set(INFRARED) & set(numbers):
            lines.append("Infrared from colour alone is shown here and used nowhere.")
    return lines


def _median(row: list[Errors], given: str, band: int) -> Errors:
    return Errors(
        "median",
        given,
        band,
        *(float(np.median([getattr(e, n) for e in row])) for n in ("r2", "rmse")),
    )


def _cell(one: Errors) -> str:
    return f"{one.r2:7.2f} ({one.rmse:.2f})"


def compared(theirs: Matrix) -> list[str]:
    """What the real Dstl sensor's correlations would let one explain, beside what ours promise."""
    ours, _ = relations()
    lines = ["", "Correlation of the best linear estimate: the Dstl sensor's published bands, ours"]
    for title, numbers in GIVEN.items():
        for band in sorted(set(range(len(BANDS))) - set(numbers)):
            pair = (explained(table, band, numbers) for table in (theirs, ours))
            lines.append(
                f"{'from ' + title:20}{BANDS[band]:>10}" + "".join(f"{r:8.2f}" for r in pair)
            )
    off = np.abs(theirs - ours)[np.triu_indices(len(BANDS), 1)]
    lines.append(f"Pairs of bands differ by {off.mean():.2f} on average, {off.max():.2f} at most.")
    return lines


def explained(correlations: Matrix, band: int, given: tuple[int, ...]) -> float:
    """Multiple correlation of a band with given ones."""
    own = correlations[np.ix_(given, given)]
    weights = np.linalg.solve(own, correlations[list(given), band])
    return float(np.sqrt(np.clip(weights @ correlations[list(given), band], 0, 1)))


def published(path: Path) -> Matrix:
    """Correlations (8, 8) of the multispectral bands in a table with named rows and columns."""
    names = ["".join(band.split()).lower() for band in BANDS]
    with path.open(encoding="utf-8") as file:
        rows = {row[""]: row for row in csv.DictReader(file)}
    return np.array([[float(rows[one][other]) for other in names] for one in names])


def fit(pixels: Matrix, scenes: NDArray[np.integer]) -> dict[str, list[float] | list[list[float]]]:
    """The table from pixels (N, 8) and the scene (N,) of each; every scene counts alike.

    Each scene is standardised first, so that only what holds inside scenes is learnt.
    """
    correlations, spreads = [], []
    for scene in np.unique(scenes):
        inside = pixels[scenes == scene]
        correlations.append(np.corrcoef(inside.T))
        spreads.append(np.log(inside.std(axis=0)) - np.log(inside.std(axis=0)).mean())
    return {
        "correlations": np.round(np.mean(correlations, axis=0), 5).tolist(),
        "log_spreads": np.round(np.median(spreads, axis=0), 4).tolist(),
    }


def measured(folder: Path) -> tuple[Matrix, NDArray[np.uint8]]:
    """Pixels (N, 8) with all eight bands, and the scene (N,) of each."""
    with np.load(folder / "pixel_relations.npz") as file:
        full = file["all8"]
        return file["reflectance"][full].astype(np.float64), file["scene"][full]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of mixed sources")
    parser.add_argument("--fit", action="store_true", help="write the table anew first")
    return parser.parse_args()


if __name__ == "__main__":
    main()
