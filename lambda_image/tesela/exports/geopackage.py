"""An OGC GeoPackage 1.3 with its QGIS style inside, so that it opens in colour.

The standard library's SQLite writes it: GDAL's own driver for it is left out of rasterio's wheel, and
a second GDAL with that driver (pyogrio) would add 30 MB to the image.
"""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing

from tesela.exports.geometry import Parts, multipolygon
from tesela.exports.objects import objects
from tesela.exports.qgis import Language, qml
from tesela.exports.render import Palette
from tesela.prediction import Drawing

LAYER = "polygons"

_APPLICATION_ID = 0x47504B47  # "GPKG"
_USER_VERSION = 10300  # version 1.3.0
_LON_LAT, _PIXELS = 4326, -1  # EPSG:4326; the standard's undefined Cartesian system
_WGS_84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
# Tables of the standard (OGC 12-128r17), and `layer_styles` as QGIS names its columns.
_SCHEMA = f"""
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL,
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL UNIQUE REFERENCES gpkg_contents(table_name), column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  PRIMARY KEY (table_name, column_name));
CREATE TABLE {LAYER} (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, id TEXT NOT NULL UNIQUE,
  class TEXT NOT NULL, number INTEGER NOT NULL, name_en TEXT NOT NULL, name_es TEXT NOT NULL,
  area_m2 DOUBLE NOT NULL, score DOUBLE NOT NULL);
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT,
  styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME);
"""


def geopackage(drawing: Drawing, palette: Palette = "corine", language: Language = "en") -> bytes:
    """One layer `polygons`, one feature per object, in longitude and latitude or in pixels."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {_USER_VERSION}")
        database.executescript(_SCHEMA)
        with database:
            _describe(database, drawing)
            database.executemany(
                f"INSERT INTO {LAYER} VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                _rows(drawing),
            )
            _style(database, qml(palette, language), drawing)
        return database.serialize()


def _describe(database: sqlite3.Connection, drawing: Drawing) -> None:
    system, changed = _system(drawing), _changed(drawing)
    database.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)",
        [
            ("Undefined Cartesian", -1, "NONE", -1, "undefined"),
            ("Undefined geographic", 0, "NONE", 0, "undefined"),
            ("WGS 84", _LON_LAT, "EPSG", _LON_LAT, _WGS_84),
        ],
    )
    database.executemany(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (LAYER, "features", LAYER, "Tesela", changed, *_extent(drawing), system),
            # Listed as QGIS lists its own: GDAL does not find a table that is hidden, and QGIS no style.
            ("layer_styles", "attributes", "layer_styles", "", changed, *[None] * 5),
        ],
    )
    database.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'MULTIPOLYGON', ?, 0, 0)",
        (LAYER, system),
    )


def _rows(drawing: Drawing) -> Iterator[tuple[object, ...]]:
    system = _system(drawing)
    for each in objects(drawing):
        yield (
            _blob(each.parts, system),
            each.id,
            each.land_cover.key,
            each.land_cover.number,
            each.land_cover.name["en"],
            each.land_cover.name["es"],
            each.area_m2,
            each.score,
        )


def _style(database: sqlite3.Connection, document: str, drawing: Drawing) -> None:
    database.execute(
        "INSERT INTO layer_styles VALUES (NULL, '', '', ?, 'geom', ?, ?, '', 1, '', '', NULL, ?)",
        (LAYER, LAYER, document, _changed(drawing)),
    )


def _blob(parts: Parts, system: int) -> bytes:
    """A geometry as the standard has it: magic, version 0, flags (little-endian, no envelope), SRS, WKB."""
    import shapely

    header = struct.pack("<2sBBi", b"GP", 0, 1, system)
    return header + shapely.to_wkb(multipolygon(parts), byte_order=1)


def _extent(drawing: Drawing) -> tuple[float, float, float, float]:
    """West, south, east, north; all longitudes where the image crosses the antimeridian."""
    west, south, east, north = drawing.grid.bounds
    return (west, south, east, north) if west <= east else (-180.0, south, 180.0, north)


def _system(drawing: Drawing) -> int:
    return _LON_LAT if drawing.grid.crs else _PIXELS


def _changed(drawing: Drawing) -> str:
    """The prediction's own time, so that the same drawing is the same file."""
    return drawing.prediction.created.strftime("%Y-%m-%dT%H:%M:%S.") + "000Z"
