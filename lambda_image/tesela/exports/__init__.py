"""Files to take away, made of a prediction. Pure, as the core is.

`EXPORTS` is the one list of them: routes, OpenAPI, links, the page's list and README's table follow it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tesela.core.image import Image
from tesela.exports.bundle import bundle
from tesela.exports.geojson import geojson
from tesela.exports.geopackage import geopackage
from tesela.exports.qgis import Language, qml
from tesela.exports.rasters import classes_cog, masks_cog, png
from tesela.exports.render import Bands, Palette, View, composite, overlay
from tesela.exports.render import view as view_of
from tesela.exports.tables import dataframe_json, objects_csv, table_csv
from tesela.exports.workbook import workbook
from tesela.prediction import Drawing

GEOJSON = "application/geo+json"
CSV = "text/csv; charset=utf-8"
GEOTIFF = "image/tiff; application=geotiff; profile=cloud-optimized"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _stored() -> bytes:
    raise NotImplementedError  # it is read as it lies


# What it is made of: the layers at some thresholds, the decoded upload, its options alone, or
# nothing, since it lies in S3 as it is.
Source = Literal["drawing", "image", "options", "stored"]


@dataclass(frozen=True, slots=True)
class Export:
    """A file of a prediction: `make` takes its source, then its options by their names."""

    name: str
    media_type: str
    purpose: Literal["map", "table", "picture", "data"]
    summary: str
    source: Source
    options: tuple[str, ...] = ()
    make: Callable[..., bytes] = _stored
    encoding: str = ""  # of a stored file

    @property
    def operation_id(self) -> str:
        """Its name in OpenAPI."""
        return f"get_{self.name.replace('.', '_')}"


def _masks(drawing: Drawing) -> bytes:
    return masks_cog(drawing.layers, drawing.grid)


def _classes(drawing: Drawing, palette: Palette) -> bytes:
    return classes_cog(drawing.layers, drawing.grid, palette)


def _overlay(drawing: Drawing, palette: Palette) -> bytes:
    return png(overlay(drawing.layers, palette))


def _image(image: Image, view: View | None, bands: Bands | None) -> bytes:
    return png(composite(image, bands) if bands else view_of(image, view or "true-colour"))


def _style(palette: Palette, language: Language) -> bytes:
    return qml(palette, language).encode()


EXPORTS = (
    Export(
        "polygons.geojson",
        GEOJSON,
        "map",
        "GeoJSON, one feature per object, in longitude and latitude, or in pixels without a CRS",
        "drawing",
        make=geojson,
    ),
    Export(
        "polygons.gpkg",
        "application/geopackage+sqlite3",
        "map",
        "GeoPackage, one feature per object, with its QGIS style inside",
        "drawing",
        ("palette", "language"),
        geopackage,
    ),
    Export(
        "classes.tif",
        GEOTIFF,
        "map",
        "cloud-optimised GeoTIFF of one band in colour: the number of the class on top",
        "drawing",
        ("palette",),
        _classes,
    ),
    Export(
        "masks.tif",
        GEOTIFF,
        "map",
        "cloud-optimised GeoTIFF, one band per class, 1 where the class is",
        "drawing",
        make=_masks,
    ),
    Export(
        "style.qml",
        "application/xml",
        "map",
        "QGIS style for `polygons.geojson` and `classes.tif`",
        "options",
        ("palette", "language"),
        _style,
    ),
    Export(
        "bundle.zip",
        "application/zip",
        "map",
        "GeoPackage, GeoJSON, GeoTIFFs, tables and QGIS styles in one ZIP",
        "drawing",
        ("palette", "language"),
        bundle,
    ),
    Export(
        "table.csv",
        CSV,
        "table",
        "one row per class: objects, areas, mean score and WKT; `locale` for spreadsheets",
        "drawing",
        ("locale",),
        table_csv,
    ),
    Export(
        "objects.csv",
        CSV,
        "table",
        "one row per object: id, class, area, score and WKT; `locale` for spreadsheets",
        "drawing",
        ("locale",),
        objects_csv,
    ),
    Export(
        "summary.xlsx",
        XLSX,
        "table",
        "Excel workbook, one row per class",
        "drawing",
        ("language",),
        workbook,
    ),
    Export(
        "dataframe.json",
        "application/json",
        "table",
        '`table.csv` for `pd.read_json(..., orient="table")`',
        "drawing",
        make=dataframe_json,
    ),
    Export(
        "image.png",
        "image/png",
        "picture",
        "the image in true or false colour, any three bands, NDVI or NDWI; nodata is transparent",
        "image",
        ("view", "bands"),
        _image,
    ),
    Export(
        "overlay.png",
        "image/png",
        "picture",
        "the classes in colour, half transparent, to lay over `image.png`",
        "drawing",
        ("palette",),
        _overlay,
    ),
    Export(
        "scores",
        "application/octet-stream",
        "data",
        "gzip of uint8 (10, height, width) in C order; probability = byte / 256",
        "stored",
        encoding="gzip",
    ),
    Export("source.tif", "image/tiff", "data", "the upload, byte for byte", "stored"),
)
BY_NAME = {export.name: export for export in EXPORTS}
