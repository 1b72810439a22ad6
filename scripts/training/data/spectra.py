"""Bands that a source lacks, estimated from those that it has, as real materials relate them.

A linear map in reflectance, fitted by ridge regression to mixtures of library spectra (earthlib,
MIT: soil, vegetation, dry vegetation, urban, burn) and to water. What a band adds beyond its
neighbours cannot be made up this way: red edge and near-infrared need a real infrared band.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.scenes.materials import NAMES, REFLECTANCE

CENTRES_UM = (0.425, 0.48, 0.545, 0.605, 0.66, 0.725, 0.833, 0.95)  # as catalogue.BANDS
SWIR1_UM = 1.21
MIXTURES = 20_000
RIDGE = 1e-3

Floats = NDArray[np.float32]


class BandEstimator:
    """Knows how the eight bands and SWIR-1 go together."""

    def __init__(self, library: Path) -> None:
        """Read an ENVI spectral library (`.sli` with its `.hdr`)."""
        pure = np.concatenate([_at_bands(library), _water()])
        rng = np.random.default_rng(0)
        shares = rng.dirichlet((0.6, 0.6, 0.6), MIXTURES)[:, :, None]
        light = rng.uniform(0.3, 1.1, (MIXTURES, 1))  # slopes and shadows
        self._mixed = light * (shares * pure[rng.integers(0, len(pure), (MIXTURES, 3))]).sum(axis=1)

    def fill(self, known: dict[int, Floats]) -> Floats:
        """Reflectance (8, H, W) from some bands; key 8 stands for SWIR-1."""
        given = list(known)
        weights = _ridge(self._mixed[:, given], self._mixed[:, :8])
        bands = np.stack([*known.values(), np.ones_like(known[given[0]])])
        result = np.tensordot(weights.T.astype(np.float32), bands, axes=1)
        for band in given:
            if band < 8:
                result[band] = known[band]
        return np.maximum(result, 0)


def _ridge(given: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    design = np.column_stack([given, np.ones(len(given))])
    gram = design.T @ design / len(design)
    diagonal = RIDGE * np.diag(np.diag(gram))
    return np.asarray(np.linalg.solve(gram + diagonal, design.T @ wanted / len(design)), float)


def _at_bands(library: Path) -> NDArray[np.float64]:
    header = library.with_suffix(".hdr").read_text("latin-1")
    waves = np.array(header.rsplit("wavelength = {", 1)[1].split("}")[0].split(","), float)
    spectra = np.fromfile(library, np.float32).reshape(-1, len(waves)).astype(float)
    return np.stack([np.interp((*CENTRES_UM, SWIR1_UM), waves, row) for row in spectra])


def _water() -> NDArray[np.float64]:
    """Water, absent from the library, from the simulator's table; dark beyond 1 um."""
    rows = [REFLECTANCE[n] for n, name in enumerate(NAMES) if name.endswith("water")]
    return np.column_stack([np.repeat(rows, 12, axis=0), np.full(12 * len(rows), 0.002)])
