"""Rasters to take away: masks as a cloud-optimised GeoTIFF, pictures as PNG."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from tesela.catalogue import CLASSES
from tesela.core.gdal import gdal
from tesela.core.image import Grid
from tesela.core.polygons import Layer


@gdal()
def masks_cog(layers: Sequence[Layer], grid: Grid) -> bytes:
    """A COG of ten uint8 bands, 1 where the class is; names as descriptions, colours as band tags."""
    profile = {
        "driver": "COG",
        "count": len(CLASSES),
        "width": grid.width,
        "height": grid.height,
        "dtype": "uint8",
        "compress": "deflate",
    }
    if grid.crs:
        profile |= {"crs": grid.crs, "transform": grid.transform}
    with MemoryFile() as file:
        with _open(file, profile) as raster:
            raster.write(np.stack([layer.mask for layer in layers]).view(np.uint8))
            for entry in CLASSES:
                raster.set_band_description(entry.number, entry.key)
                raster.update_tags(
                    entry.number,
                    NAME_EN=entry.name["en"],
                    NAME_ES=entry.name["es"],
                    COLOUR=entry.corine["colour"],
                )
        return bytes(file.read())


@gdal()
def png(picture: NDArray[np.uint8]) -> bytes:
    """A PNG of (3 or 4, height, width) bytes."""
    count, height, width = picture.shape
    profile = {
        "driver": "PNG",
        "count": count,
        "width": width,
        "height": height,
        "dtype": "uint8",
        "zlevel": 3,
    }
    with MemoryFile() as file:
        with _open(file, profile) as raster:
            raster.write(picture)
        return bytes(file.read())


def _open(file: MemoryFile, profile: dict[str, Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        return file.open(**profile)
