"""Everything of a drawing in one ZIP, each style named like its layer, so that QGIS finds it."""

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tesela.catalogue import NOTICE
from tesela.exports.geojson import geojson
from tesela.exports.geopackage import geopackage
from tesela.exports.qgis import Language, qml
from tesela.exports.rasters import classes_cog, masks_cog
from tesela.exports.render import Palette
from tesela.exports.tables import objects_csv, table_csv
from tesela.exports.workbook import workbook
from tesela.prediction import Drawing

_README = """\
Tesela, prediction {id}
Image {sha256}, {width} x {height} px, made {created} by {model} {version}

polygons.gpkg      every object, its style inside: open this in QGIS
polygons.geojson   the same as GeoJSON, coloured by polygons.qml
classes.tif        the class on top of each pixel, coloured by classes.qml
masks.tif          one band per class, 1 where the class is
table.csv          one row per class: objects, areas, mean score
objects.csv        one row per object
summary.xlsx       one row per class, for a report

Coordinates: {coordinates}. {notice}
"""
_LEVEL = 1  # of the compression: the GeoTIFFs are compressed already, and a request has seconds


def bundle(drawing: Drawing, palette: Palette = "corine", language: Language = "en") -> bytes:
    """A ZIP of a README, GeoPackage, GeoJSON, GeoTIFFs, tables and the styles of QGIS."""
    style = qml(palette, language).encode()
    contents = {
        "README.txt": _readme(drawing, language),
        "polygons.gpkg": geopackage(drawing, palette, language),
        "polygons.geojson": geojson(drawing),
        "polygons.qml": style,
        "classes.tif": classes_cog(drawing.layers, drawing.grid, palette),
        "classes.qml": style,
        "masks.tif": masks_cog(drawing.layers, drawing.grid),
        "table.csv": table_csv(drawing),
        "objects.csv": objects_csv(drawing),
        "summary.xlsx": workbook(drawing, language),
    }
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, body in contents.items():
            # The prediction's own time, so that the same drawing is the same file.
            entry = ZipInfo(name, drawing.prediction.created.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return file.getvalue()


def _readme(drawing: Drawing, language: Language) -> bytes:
    prediction = drawing.prediction
    return _README.format(
        id=prediction.id,
        sha256=prediction.image.sha256,
        width=prediction.image.width,
        height=prediction.image.height,
        created=prediction.created.isoformat(" ", "seconds"),
        model=prediction.model.name,
        version=prediction.model.version,
        coordinates="longitude and latitude (WGS 84)" if drawing.grid.crs else "pixels",
        notice=NOTICE[language],
    ).encode()
