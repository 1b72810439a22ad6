"""Tables of a drawing as CSV and JSON. pandas and shapely load where they are used: they are slow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tesela.catalogue import CLASSES
from tesela.core.image import Grid
from tesela.core.polygons import Layer
from tesela.exports.geometry import Parts, decimals_of, multipolygon, place
from tesela.exports.objects import objects
from tesela.prediction import Drawing

if TYPE_CHECKING:
    import pandas as pd
    import shapely

Locale = Literal["en", "es"]

MAX_CELL = 32_767  # characters that a cell of Excel holds

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet compute a text
_BREAKS = str.maketrans("\t\r\n", "   ")  # pandas leaves a lone \r unquoted: a new row to some


@dataclass(frozen=True, slots=True)
class _Flavour:
    """How a CSV is written."""

    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    max_cell: int | None = None


# Spreadsheets take a file for UTF-8 by its byte order mark alone. Where the decimal sign is a comma,
# they expect columns between semicolons.
_FLAVOURS: dict[Locale | None, _Flavour] = {
    None: _Flavour(),
    "en": _Flavour(encoding="utf-8-sig", max_cell=MAX_CELL),
    "es": _Flavour(";", ",", "utf-8-sig", MAX_CELL),
}


def table_csv(drawing: Drawing, locale: Locale | None = None) -> bytes:
    """One row per class; see `csv` for the flavours."""
    return csv(class_table(drawing), locale)


def objects_csv(drawing: Drawing, locale: Locale | None = None) -> bytes:
    """One row per object; see `csv` for the flavours."""
    return csv(object_table(drawing), locale)


def dataframe_json(drawing: Drawing) -> bytes:
    """One row per class in pandas' table schema: `pd.read_json(..., orient="table")`."""
    return class_table(drawing).to_json(orient="table", index=False).encode()


def csv(frame: "pd.DataFrame", locale: Locale | None = None) -> bytes:
    """A table as CSV for programs or, with a locale, for its spreadsheets.

    No text starts a formula in either. For spreadsheets a geometry longer than a cell is left
    empty, since Excel would spread it over several rows; the other files have it.
    """
    flavour = _FLAVOURS[locale]
    texts = {
        name: frame[name].map(lambda cell: _cell(cell, flavour.max_cell))
        for name in frame.columns
        if frame[name].dtype.kind not in "iuf"
    }
    written = frame.assign(**texts).to_csv(
        index=False, sep=flavour.separator, decimal=flavour.decimal
    )
    return written.encode(flavour.encoding)


def class_table(drawing: Drawing) -> "pd.DataFrame":
    """One row per class: names, CORINE code, count, areas and a WKT MULTIPOLYGON."""
    import pandas as pd

    return pd.DataFrame(
        {
            "class": summary.key,
            "number": summary.number,
            "name_en": land_cover.name["en"],
            "name_es": land_cover.name["es"],
            "corine_code": land_cover.corine["code"],
            "count": summary.polygons,
            "area_m2": summary.area_m2,
            "area_ha": summary.area_ha,
            "area_percent": summary.area_percent,
            "mean_score": summary.mean_score,
            "coordinates": drawing.grid.coordinates,
            "wkt": wkt(layer, drawing.grid),
        }
        for land_cover, summary, layer in zip(CLASSES, drawing.classes, drawing.layers, strict=True)
    )


def object_table(drawing: Drawing) -> "pd.DataFrame":
    """One row per object: id, class, area, score and a WKT POLYGON.

    An object that the antimeridian cuts is a MULTIPOLYGON.
    """
    import pandas as pd

    decimals = decimals_of(drawing.grid)
    return pd.DataFrame(
        [
            (
                each.id,
                each.land_cover.key,
                each.land_cover.number,
                each.area_m2,
                each.score,
                _object_wkt(each.parts, decimals),
            )
            for each in objects(drawing)
        ],
        columns=["id", "class", "number", "area_m2", "score", "wkt"],
    )


def segment_tiff_rows(layers: Sequence[Layer], image_name: str) -> "pd.DataFrame":
    """The older clients' rows `image, class, poly, Multi`: WKT in pixel corners, whatever the CRS."""
    import pandas as pd

    pixels = Grid(0, 0)
    return pd.DataFrame(
        {
            "image": image_name,
            "class": number,
            "poly": len(layer.polygons),
            "Multi": wkt(layer, pixels),
        }
        for number, layer in enumerate(layers, 1)
    )


def wkt(layer: Layer, grid: Grid) -> str:
    """WKT MULTIPOLYGON of a layer; `MULTIPOLYGON EMPTY` where it has none."""
    parts = [part for parts in place(layer.polygons, grid) for part in parts]
    return _text(multipolygon(parts), decimals_of(grid))


def _object_wkt(parts: Parts, decimals: int) -> str:
    """POLYGON, or MULTIPOLYGON where the antimeridian cuts the object."""
    shape = multipolygon(parts)
    return _text(shape.geoms[0] if len(parts) == 1 else shape, decimals)


def _text(shape: "shapely.Geometry", decimals: int) -> str:
    import shapely

    return str(shapely.to_wkt(shape, rounding_precision=decimals))


def _cell(cell: object, max_length: int | None) -> object:
    if not isinstance(cell, str):
        return cell
    if max_length is not None and len(cell) > max_length:
        return ""
    defused = f"'{cell}" if cell.startswith(_FORMULA) else cell
    return defused.translate(_BREAKS)
