"""What people corrected, to take away: GeoJSON, and tiles that a training reads as one more source."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from tesela.catalogue import KEYS
from tesela.core.corrections import UNKNOWN, Correction, Labels, labels, place
from tesela.core.gdal import gdal
from tesela.core.image import DEFAULT_GSD_M, Grid, Image
from tesela.core.polygons import vectorise
from tesela.exports.geojson import geometry_of
from tesela.exports.geometry import place as on_ground
from tesela.exports.rasters import open_raster
from tesela.prediction import Prediction

TILE_PX = 256  # sides at the model's pixel size; the last ones of an image are smaller
GSD_TAG = "GSD_M"
_DTYPES = {"float16": "float32"}  # which TIFFs of GDAL do not all hold


@dataclass(frozen=True, slots=True)
class Corrected:
    """A prediction and what was said of its objects; `image` decodes the upload."""

    prediction: Prediction
    corrections: Sequence[Correction]
    image: Callable[[], Image]


def corrections_geojson(corrected: Corrected) -> bytes:
    """One feature per correction, of the pixels that it holds, in their order."""
    grid = corrected.prediction.image.grid
    document = {
        "type": "FeatureCollection",
        "positions": grid.coordinates,
        "bbox": grid.bounds,
        "features": [
            _feature(number, each, grid) for number, each in enumerate(corrected.corrections, 1)
        ],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _feature(number: int, correction: Correction, grid: Grid) -> dict[str, Any]:
    where = place(correction, grid.width, grid.height)
    mask = np.zeros((1, grid.height, grid.width), bool)
    mask[0, where.rows, where.columns] = where.mask
    (layer,) = vectorise(mask, mask.view(np.uint8), grid.pixel_areas, [0])
    parts = [part for placed in on_ground(layer.polygons, grid) for part in placed]
    return {
        "type": "Feature",
        "id": str(number),
        "geometry": geometry_of(parts),
        "properties": {
            "id": str(number),
            "verdict": correction.verdict,
            "class": correction.land_cover,
            "instead": correction.instead,
            "area_m2": round(sum(polygon.area_m2 for polygon in layer.polygons), 2),
        },
    }


def corrections_zip(corrected: Corrected) -> bytes:
    """`images/NAME.tif` of eight bands and `labels/NAME.tif` of ten: 1 present, 0 absent, 255 unknown.

    One pair per tile that a correction reaches; NAME is the prediction's id, row and column.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, body in _tiles(corrected) if corrected.corrections else ():
            archive.writestr(zipfile.ZipInfo(name), body)  # without a time: the same bytes again
    return file.getvalue()


def _tiles(corrected: Corrected) -> Iterator[tuple[str, bytes]]:
    image = corrected.image()
    grid, gsd_m = image.grid, corrected.prediction.gsd_m or DEFAULT_GSD_M
    if grid.crs:
        gsd_m = float(np.sqrt(np.prod(grid.pixel_size_m)))
    known = labels(corrected.corrections, grid.width, grid.height)
    known[:, ~image.valid] = UNKNOWN
    side = max(1, round(TILE_PX * DEFAULT_GSD_M / gsd_m))
    for row in range(0, grid.height, side):
        for column in range(0, grid.width, side):
            window = (slice(row, row + side), slice(column, column + side))
            of_tile = known[:, *window]
            if (of_tile != UNKNOWN).any():
                name = f"{corrected.prediction.id}-{row}-{column}.tif"
                yield f"images/{name}", _image_tile(image, *window)
                yield f"labels/{name}", _label_tile(of_tile, _moved(grid, row, column), gsd_m)


@gdal()
def _image_tile(image: Image, rows: slice, columns: slice) -> bytes:
    """The tile as its pixels came, with a mask where some are not valid."""
    dtype = _DTYPES.get(image.dtype, image.dtype)
    pixels = image.pixels[:, rows, columns].astype(dtype)
    return _written(
        pixels, _moved(image.grid, rows.start, columns.start), image.valid[rows, columns], {}
    )


@gdal()
def _label_tile(known: Labels, grid: Grid, gsd_m: float) -> bytes:
    return _written(known, grid, None, {GSD_TAG: f"{gsd_m:.6g}"})


def _written(
    bands: NDArray[Any], grid: Grid, valid: NDArray[np.bool_] | None, tags: dict[str, str]
) -> bytes:
    count, height, width = bands.shape
    profile = {
        "driver": "GTiff",
        "count": count,
        "width": width,
        "height": height,
        "dtype": bands.dtype.name,
        "compress": "deflate",
    }
    if grid.crs:
        profile |= {"crs": grid.crs, "transform": grid.transform}
    with MemoryFile() as file:
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), open_raster(file, profile) as raster:
            raster.write(bands)
            raster.update_tags(**tags)
            if valid is not None and not valid.all():
                raster.write_mask(valid)
            for number, key in enumerate(KEYS if count == len(KEYS) else (), 1):
                raster.set_band_description(number, key)
        return bytes(file.read())


def _moved(grid: Grid, row: int, column: int) -> Grid:
    """The grid that begins at another pixel."""
    a, b, c, d, e, f = tuple(grid.transform)[:6]
    x, y = a * column + b * row + c, d * column + e * row + f
    return Grid(grid.width, grid.height, grid.crs, Affine(a, b, x, d, e, y), grid.assumed_size_m)
