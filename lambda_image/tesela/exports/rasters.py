"""Rasters to take away: masks as a cloud-optimised GeoTIFF, pictures as PNG."""

import warnings
from collections.abc import Mapping, Sequence
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
        with open_raster(file, _cog_profile(grid, len(CLASSES))) as raster:
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
    names = {entry.number: entry.key for entry in CLASSES}
    colours = colour_table(palette)
    return coded_cog(topmost(layers)[None], grid, ["class"], 0, names, colours=colours)


@gdal()
def coded_cog(
    bands: NDArray[np.uint8],
    grid: Grid,
    descriptions: Sequence[str],
    nodata: int,
    names: Mapping[int, str],
    *,
    colours: Mapping[int, Sequence[int]] | None = None,
) -> bytes:
    """A COG of uint8 bands (n, height, width) whose values are codes.

    The name of each code is a tag of each band; only a single band can have colours.
    """
    with MemoryFile() as file:
        with open_raster(file, _cog_profile(grid, len(bands)) | {"nodata": nodata}) as raster:
            raster.write(bands)
            if colours:
                raster.write_colormap(1, {code: tuple(rgb) for code, rgb in colours.items()})
            for number, description in enumerate(descriptions, 1):
                raster.set_band_description(number, description)
                raster.update_tags(number, **{str(code): name for code, name in names.items()})
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
        with open_raster(file, profile) as raster:
            raster.write(picture)
        return bytes(file.read())


def open_raster(file: MemoryFile, profile: dict[str, Any]) -> Any:
    """A raster to write; one without a CRS is no cause for a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        return file.open(**profile)
