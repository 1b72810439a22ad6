"""TIFF bytes made in memory: sound ones in every accepted form, and hostile ones."""

import io
import struct
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile
from rasterio.transform import Affine

Stack = NDArray[Any]  # (bands, height, width)

UTM = CRS.from_epsg(32618)
PLACE = Affine(1.24, 0, 443_000, 0, -1.24, 690_000)  # near Medellín, 1.24 m, north up

_SHORT, _LONG = 3, 4  # TIFF field types


def counts(height: int = 24, width: int = 32, dtype: str = "uint16", seed: int = 0) -> Stack:
    """Random 11-bit counts of eight bands, none 0; scaled to 0..1 for floats, to 8 bits for uint8."""
    pixels = np.random.default_rng(seed).integers(8, 2048, (8, height, width))
    if dtype.startswith("float"):
        return (pixels / 2048).astype(dtype)
    return (pixels // 8 if dtype == "uint8" else pixels).astype(dtype)


def one_page(pixels: Stack, descriptions: Sequence[str] = (), **creation: Any) -> bytes:
    """All bands in one page, by GDAL: `crs`, `transform`, `nodata`, `compress`, `interleave`, `tiled`, ..."""
    count, height, width = pixels.shape
    profile = {"count": count, "height": height, "width": width, "dtype": pixels.dtype.name}
    with MemoryFile() as file:
        with _quietly_open(file, {"driver": "GTiff"} | profile | creation) as raster:
            raster.write(pixels)
            for band, name in enumerate(descriptions, 1):
                raster.set_band_description(band, name)
        return bytes(file.read())


def placed(pixels: Stack, **creation: Any) -> bytes:
    """One page with a CRS and a transform."""
    return one_page(pixels, **{"crs": UTM, "transform": PLACE} | creation)


def cog(pixels: Stack) -> bytes:
    """A cloud-optimised GeoTIFF with overviews, tiles of 128 px."""
    return placed(pixels, driver="COG", blocksize=128, overviews="IGNORE_EXISTING")


def with_mask(pixels: Stack, valid: NDArray[np.bool_], **creation: Any) -> bytes:
    """One page, and a second that masks it."""
    count, height, width = pixels.shape
    profile = {"count": count, "height": height, "width": width, "dtype": pixels.dtype.name}
    with MemoryFile() as file:
        with _quietly_open(file, {"driver": "GTiff"} | profile | creation) as raster:
            raster.write(pixels)
            raster.write_mask(valid)
        return bytes(file.read())


def chunky_page(pixels: Stack, **options: Any) -> bytes:
    """One page, pixel by pixel, by tifffile: it writes float16 as such."""
    return _written(np.moveaxis(pixels, 0, -1), planarconfig="contig", **options)


def planar_page(pixels: Stack, **options: Any) -> bytes:
    """One page, band by band, by tifffile."""
    return _written(pixels, planarconfig="separate", **options)


def pages(planes: Sequence[NDArray[Any]] | Stack, **options: Any) -> bytes:
    """A page a band, by tifffile: how the older clients send images."""
    file = io.BytesIO()
    with tifffile.TiffWriter(file, bigtiff=options.pop("bigtiff", False)) as writer:
        for plane in planes:
            writer.write(plane, photometric="minisblack", metadata=None, **options)
    return file.getvalue()


def header(
    width: int, height: int, bands: int = 8, bits: int = 16, tile: int = 0, **tags: int
) -> bytes:
    """A header alone, of any size that it claims; its one strip or tile has no bytes.

    `tags` by name replace what would be written: `compression`, `sample_format`, ...
    """
    fields = {
        256: (_LONG, width),
        257: (_LONG, height),
        258: (_SHORT, bits),
        259: (_SHORT, tags.get("compression", 1)),
        262: (_SHORT, 1),
        277: (_SHORT, bands),
        284: (_SHORT, tags.get("planar", 1)),
        339: (_SHORT, tags.get("sample_format", 1)),
    }
    if tile:
        fields |= {322: (_LONG, tile), 323: (_LONG, tile), 324: (_LONG, 8), 325: (_LONG, 0)}
    else:
        fields |= {273: (_LONG, 8), 278: (_LONG, tags.get("rows", height)), 279: (_LONG, 0)}
    entries = [struct.pack("<HHII", tag, kind, 1, value) for tag, (kind, value) in fields.items()]
    entries.sort(key=lambda entry: struct.unpack("<H", entry[:2]))
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + b"".join(entries) + bytes(4)


def png() -> bytes:
    """A picture, but no TIFF."""
    return one_page(np.zeros((1, 16, 16), np.uint8), driver="PNG")


def _written(data: NDArray[Any], **options: Any) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, data, photometric="minisblack", metadata=None, **options)
    return file.getvalue()


def _quietly_open(file: MemoryFile, profile: dict[str, Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        return file.open(**profile)
