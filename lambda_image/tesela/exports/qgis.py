"""A QGIS style (QML) that colours `polygons.geojson` by its classes and `classes.tif` by its numbers."""

from typing import Literal
from xml.etree import ElementTree as Xml

from tesela.catalogue import CLASSES, LandCover
from tesela.exports.render import PAINTED, Palette, colour_of

Language = Literal["en", "es"]

_FILL_ALPHA = 140  # of 255: the image below stays readable
_POLYGON = "2"  # QGIS refuses a style made for another kind of geometry


def qml(palette: Palette, language: Language) -> str:
    """One document for both layers: QGIS reads `renderer-v2` for vectors and `pipe` for rasters."""
    root = Xml.Element("qgis", version="3.22", styleCategories="Symbology")
    root.append(_raster(palette, language))
    root.append(_vector(palette, language))
    Xml.SubElement(root, "layerGeometryType").text = _POLYGON
    Xml.indent(root)
    doctype = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return doctype + Xml.tostring(root, "unicode") + "\n"


def _raster(palette: Palette, language: Language) -> Xml.Element:
    pipe = Xml.Element("pipe")
    renderer = Xml.SubElement(
        pipe, "rasterrenderer", type="paletted", band="1", opacity="1", alphaBand="-1"
    )
    entries = Xml.SubElement(renderer, "colorPalette")
    for entry in CLASSES:
        Xml.SubElement(
            entries,
            "paletteEntry",
            value=str(entry.number),
            color=colour_of(entry, palette),
            alpha="255",
            label=entry.name[language],
        )
    return pipe


def _vector(palette: Palette, language: Language) -> Xml.Element:
    renderer = Xml.Element(
        "renderer-v2", type="categorizedSymbol", attr="class", symbollevels="1", forceraster="0"
    )
    categories = Xml.SubElement(renderer, "categories")
    symbols = Xml.SubElement(renderer, "symbols")
    for entry in CLASSES:
        name = str(entry.number)
        about = {"symbol": name, "value": entry.key, "label": entry.name[language]}
        Xml.SubElement(categories, "category", about | {"type": "string", "render": "true"})
        symbols.append(_symbol(name, entry, palette))
    return renderer


def _symbol(name: str, entry: LandCover, palette: Palette) -> Xml.Element:
    """A fill; its pass is the order of painting, so that a car shows on its road."""
    symbol = Xml.Element("symbol", type="fill", name=name, alpha="1", clip_to_extent="1")
    order = str(PAINTED.index(entry.key))
    layer = Xml.SubElement(symbol, "layer", {"class": "SimpleFill", "pass": order, "enabled": "1"})
    options = Xml.SubElement(layer, "Option", type="Map")
    red, green, blue = bytes.fromhex(colour_of(entry, palette)[1:])
    for key, value in (
        ("color", f"{red},{green},{blue},{_FILL_ALPHA}"),
        ("outline_color", f"{red},{green},{blue},255"),
        ("outline_style", "solid"),
        ("outline_width", "0.3"),
        ("outline_width_unit", "MM"),
        ("style", "solid"),
    ):
        Xml.SubElement(options, "Option", type="QString", name=key, value=value)
    return symbol
