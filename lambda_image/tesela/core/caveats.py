"""Warnings about an accepted image that may degrade its prediction."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tesela.catalogue import BANDS
from tesela.core.caveat import Caveat
from tesela.core.image import DEFAULT_GSD_M, Image, Pixels, Valid
from tesela.core.model import Model
from tesela.core.normalise import radiometry

_GSD_RATIO = 1.6  # beyond it, objects are smaller or larger than any the model was shown
_SQUARE_RATIO = 1.05  # of the longer side to the shorter one


def caveats(image: Image, shown: Image, normalised: Pixels, model: Model) -> tuple[Caveat, ...]:
    """Return what the answer warns of.

    Args:
        image: As it was decoded.
        shown: As the model was shown it, at its own pixel size.
        normalised: The pixels (8, H, W) of `shown` as the model saw them.
        model: The model.
    """
    low, high = _extremes(image)
    return (
        *image.caveats,
        *_constant_bands(low, high),
        *_ground(image, shown),
        *_scale(image.dtype, float(low.min()), float(high.max())),
        *_far_from_training(shown, normalised, model),
    )


def _extremes(image: Image) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Lowest and highest valid value of each band (8,), without a copy of a large image."""
    where: bool | Valid = True if image.valid.all() else image.valid
    low = image.pixels.min(axis=(1, 2), where=where, initial=np.inf)
    return low, image.pixels.max(axis=(1, 2), where=where, initial=-np.inf)


def _constant_bands(low: NDArray[np.float32], high: NDArray[np.float32]) -> Iterator[Caveat]:
    flat = [name for name, same in zip(BANDS, low == high, strict=True) if same]
    if flat:
        yield Caveat(
            "constant-bands",
            {"bands": flat},
            f"Constant band(s), which carry no information: {', '.join(flat)}.",
        )


def _ground(image: Image, shown: Image) -> Iterator[Caveat]:
    """Fine pixels are averaged before the model sees them; coarse ones stay coarse when enlarged."""
    sides_m = image.grid.pixel_size_m
    longer, shorter = max(sides_m), min(sides_m)
    fine = min(shown.grid.pixel_size_m) < DEFAULT_GSD_M / _GSD_RATIO
    if fine or longer > DEFAULT_GSD_M * _GSD_RATIO:
        square = longer / shorter < _SQUARE_RATIO
        size = f"{longer:.2f} m wide" if square else f"{sides_m[0]:.2f} x {sides_m[1]:.2f} m"
        yield Caveat(
            "pixel-size" if square else "pixel-shape",
            {
                "gsd_m": longer,
                "width_m": sides_m[0],
                "height_m": sides_m[1],
                "trained_gsd_m": DEFAULT_GSD_M,
            },
            f"The pixels are {size}; the model was trained at {DEFAULT_GSD_M} m.",
        )


def _scale(dtype: str, low: float, high: float) -> Iterator[Caveat]:
    if not dtype.endswith("int16"):
        yield Caveat(
            "value-scale",
            {"dtype": dtype, "low": low, "high": high},
            f"Values are {dtype} from {low:.4g} to {high:.4g}, not 11-bit counts: "
            "they are taken as the same counts in another linear scale.",
        )


def _far_from_training(image: Image, normalised: Pixels, model: Model) -> Iterator[Caveat]:
    bounds = model.card["radiometry"]
    seen = radiometry(normalised, image.valid)
    far = [
        name
        for name, value, low, high in zip(BANDS, seen, bounds["low"], bounds["high"], strict=True)
        if not low <= value <= high
    ]
    if far:
        yield Caveat(
            "radiometry",
            {"bands": far},
            f"Radiometry unlike the training data in: {', '.join(far)}. Check the band order.",
        )
