"""What a file calls its bands: GDAL's descriptions and colours, the names of pages, an RGB space.

GDAL_METADATA is XML that anybody writes, so it is searched in one pass for the items of bands, and no
XML parser meets it: without entities, nesting and duplicates there is nothing to expand.
"""

import re
from collections.abc import Iterator, Sequence
from html import unescape

from tesela.core.limits import LIMITS
from tesela.core.tiff import tags
from tesela.core.tiff.fields import ASCII, Directory

_ITEM = re.compile(r"<Item ([^<>]*)>([^<>]*)</Item>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_ROLES = "description", "colorinterp"  # in this order, where an item has both
_WAVELENGTH = "CENTRAL_WAVELENGTH_UM"
_RGB = "red", "green", "blue"
_MAX_NAME = 100


def read_names(pages: Sequence[Directory], bands: int, *, rgb: bool) -> tuple[str, ...]:
    """Return what the file calls each of its bands, in its own order; empty where it says nothing."""
    if len(pages) > 1:
        return tuple(_first(_of_page(page)) for page in pages)
    named = dict(reversed(list(_items(pages[0]))))
    colours = _RGB if rgb else ()
    return tuple(
        named.get(band, colours[band] if band < len(colours) else "") for band in range(bands)
    )


def _of_page(page: Directory) -> Iterator[str]:
    yield from (name for band, name in _items(page) if band == 0)
    for tag in (tags.PAGE_NAME, tags.IMAGE_DESCRIPTION):
        entry = page.entries.get(tag)
        if entry and entry.kind == ASCII and 0 < entry.count <= _MAX_NAME:
            yield _decoded(page.text(tag, _MAX_NAME) or b"")


def _items(page: Directory) -> Iterator[tuple[int, str]]:
    """Yield the number of a band, from 0, and a name for it; better names come first."""
    text = _decoded(page.text(tags.GDAL_METADATA, LIMITS.max_text_bytes) or b"")
    items = [
        (dict(_ATTRIBUTE.findall(head)), unescape(name)[:_MAX_NAME])
        for head, name in _ITEM.findall(text)
    ]
    of_band = [(each, name) for each, name in items if each.get("sample", "").isdecimal()]
    for role in _ROLES:
        yield from (
            (int(each["sample"]), name) for each, name in of_band if each.get("role") == role
        )
    yield from (
        (int(each["sample"]), f"{name} um")
        for each, name in of_band
        if each.get("name") == _WAVELENGTH
    )


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _first(names: Iterator[str]) -> str:
    return next((name for name in names if name), "")
