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
from tesela.exports.render import Palette, colour_table, topmost


@gdal()
def masks_cog(layers: Sequence[Layer], grid: Grid) -> bytes:
    """A COG of ten uint8 bands, 1 where the class is; names as descriptions, colours as band tags."""
    with MemoryFile() as file:
        with _open(file, _cog_profile(grid, len(CLASSES))) as raster:
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
def classes_cog(layers: Sequence[Layer], grid: Grid, palette: Palette) -> bytes:
    """A COG of one uint8 band: the number of the class on top, with its colour; 0 is nodata."""
    with MemoryFile() as file:
        with _open(file, _cog_profile(grid, 1) | {"nodata": 0}) as raster:
            raster.write(topmost(layers), 1)
            raster.write_colormap(1, colour_table(palette))
            raster.set_band_description(1, "class")
            raster.update_tags(1, **{str(entry.number): entry.key for entry in CLASSES})
        return bytes(file.read())


def _cog_profile(grid: Grid, count: int) -> dict[str, Any]:
    profile: dict[str, Any] = {
        "driver": "COG",
        "count": count,
        "width": grid.width,
        "height": grid.height,
        "dtype": "uint8",
        "compress": "deflate",
    }
    placed = {"crs": grid.crs, "transform": grid.transform} if grid.crs else {}
    return profile | placed


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
