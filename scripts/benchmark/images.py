"""Images to measure with: any number of different scenes out of a few, and large ones made of them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.io import MemoryFile

from scripts.make_scene import PLACE, make_scene

_KINDS = ("town", "farmland", "river", "roads")
_SIDE = 3  # scenes along a side of the patch that large images repeat
_FIRST_SEED = 1000  # not those of the samples


def scenes(count: int) -> Iterator[bytes]:
    """Different scenes of 160 px as TIFF: a kept one would be answered without inference."""
    return map(scene, range(count))


def scene(number: int) -> bytes:
    """One of 204,800 different scenes.

    A scene takes half a second to make. So eight are made, and turn up shifted along rows and columns.
    """
    shift, kind = divmod(number, 2 * len(_KINDS))
    pixels = _scene(kind)
    down, across = divmod(shift, pixels.shape[2])
    return _tiff(np.roll(pixels, (down, across), axis=(1, 2)))


def town(side_px: int, dtype: str = "uint16") -> bytes:
    """A town of any size as TIFF, made of nine of 160 px."""
    patch = np.concatenate([_row(number) for number in range(_SIDE)], axis=1)
    times = -(-side_px // patch.shape[1])
    return _tiff(np.tile(patch, (1, times, times))[:, :side_px, :side_px].astype(dtype))


def _row(number: int) -> NDArray[np.uint16]:
    return np.concatenate(
        [_scene(len(_KINDS) * (_SIDE * number + n)) for n in range(_SIDE)], axis=2
    )


@cache
def _scene(number: int) -> NDArray[np.uint16]:
    kind = _KINDS[number % len(_KINDS)]
    return make_scene(kind, _FIRST_SEED + number).pixels


def _tiff(pixels: NDArray[Any]) -> bytes:
    bands, height, width = pixels.shape
    form = {"compress": "deflate", "predictor": 2} if pixels.dtype == np.uint16 else {}
    with MemoryFile() as file:
        with file.open(
            driver="GTiff",
            count=bands,
            height=height,
            width=width,
            dtype=pixels.dtype,
            crs="EPSG:32618",
            transform=PLACE,
            **form,
        ) as raster:
            raster.write(pixels)
        return bytes(file.getbuffer())
