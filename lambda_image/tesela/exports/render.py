"""Pictures as (4, height, width) RGBA bytes: views of the image, and the classes to lay over it."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tesela.catalogue import BANDS, CLASSES, LandCover
from tesela.core.image import Image, Pixels, Valid
from tesela.core.polygons import Layer

View = Literal["true-colour", "false-colour", "ndvi", "ndwi"]
Palette = Literal["corine", "ideam", "colour-blind-safe", "ds4a"]
Picture = NDArray[np.uint8]

Bands = tuple[int, int, int]  # from 1, shown as red, green and blue

_STRETCH_PERCENT = (2, 98)
_OVERLAY_ALPHA = 160
# Painted in this order, so that a car shows on its road and a house among its trees.
PAINTED = (
    "crops",
    "trees",
    "waterways",
    "standing_water",
    "tracks",
    "roads",
    "structures",
    "buildings",
    "large_vehicles",
    "small_vehicles",
)
_COLOUR: dict[Palette, Callable[[LandCover], str]] = {
    "corine": lambda entry: str(entry.corine["colour"]),
    "ideam": lambda entry: str(entry.ideam["colour"]),
    "colour-blind-safe": lambda entry: entry.colour_blind_safe,
    "ds4a": lambda entry: entry.ds4a,
}
_BANDS_OF: dict[str, Bands] = {"true-colour": (5, 3, 2), "false-colour": (7, 5, 3)}
# Index -1, 0, 1 in RGB: brown, white, green for vegetation; brown, white, blue for water.
RAMPS: dict[str, tuple[tuple[int, int, int], ...]] = {
    "ndvi": ((140, 81, 10), (246, 246, 240), (0, 104, 55)),
    "ndwi": ((140, 81, 10), (246, 246, 240), (5, 48, 97)),
}


def view(image: Image, kind: View) -> Picture:
    """The image as a person would look at it; nodata is transparent."""
    if kind in RAMPS:
        rgb = _ramp(_index(image.pixels, kind), RAMPS[kind])
        return _with_alpha(rgb, image.valid)
    return composite(image, _BANDS_OF[kind])


def composite(image: Image, bands: Bands) -> Picture:
    """Any three bands, each stretched by itself."""
    planes = [_stretched(image.pixels[number - 1], image.valid) for number in bands]
    return _with_alpha(np.stack(planes), image.valid)


def topmost(layers: Sequence[Layer]) -> NDArray[np.uint8]:
    """Numbers of the classes as (height, width), small ones on top; 0 where there is none."""
    numbers = np.zeros(layers[0].mask.shape, np.uint8)
    by_key = {entry.key: (entry, layer) for entry, layer in zip(CLASSES, layers, strict=True)}
    for entry, layer in (by_key[key] for key in PAINTED):
        numbers[layer.mask] = entry.number
    return numbers


def overlay(layers: Sequence[Layer], palette: Palette) -> Picture:
    """The classes in their colours, half transparent, small ones on top."""
    table = np.zeros((len(CLASSES) + 1, 4), np.uint8)
    for number, rgb in colour_table(palette).items():
        table[number] = (*rgb, _OVERLAY_ALPHA)
    return table[topmost(layers)].transpose(2, 0, 1)


def colour_of(entry: LandCover, palette: Palette) -> str:
    """`#RRGGBB` of a class."""
    return _COLOUR[palette](entry)


def colour_table(palette: Palette) -> dict[int, tuple[int, ...]]:
    """Red, green and blue by the classes' numbers."""
    return {entry.number: tuple(bytes.fromhex(colour_of(entry, palette)[1:])) for entry in CLASSES}


def _with_alpha(rgb: Picture, valid: Valid) -> Picture:
    return np.concatenate([rgb, np.where(valid, 255, 0).astype(np.uint8)[None]])


def _band(pixels: Pixels, name: str) -> NDArray[np.float32]:
    return np.asarray(pixels[BANDS.index(name)])


def _stretched(band: NDArray[np.float32], valid: Valid) -> Picture:
    low, high = np.percentile(band[valid], _STRETCH_PERCENT)
    unit = np.nan_to_num((band - low) / max(high - low, 1e-6))
    return np.asarray(np.clip(unit, 0, 1) * 255, np.uint8)


def _index(pixels: Pixels, kind: str) -> NDArray[np.float32]:
    """NDVI (Rouse 1974) = (NIR - red) / (NIR + red); NDWI (McFeeters 1996) = (green - NIR) / (green + NIR)."""
    nir = _band(pixels, "NIR1")
    high, low = (nir, _band(pixels, "red")) if kind == "ndvi" else (_band(pixels, "green"), nir)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(np.clip(np.nan_to_num((high - low) / (high + low)), -1, 1))


def _ramp(index: NDArray[np.float32], stops: Sequence[Sequence[int]]) -> Picture:
    channels = [np.interp(index, (-1, 0, 1), channel) for channel in zip(*stops, strict=True)]
    return np.stack(channels).astype(np.uint8)
