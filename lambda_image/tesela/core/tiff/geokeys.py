"""The GeoTIFF keys of a file, rebuilt from the numbers and names that describe a CRS and nothing else.

GDAL and PROJ read more in a citation than a name: `ESRI PE String = ` starts a text in WKT, and a WKT
may hold a PROJ string whose `+nadgrids` opens any file or URL. So a WKT passes only where each of its
words is known, and every other text is reduced to a name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from tesela.core.tiff import tags
from tesela.core.tiff.fields import Directory

Key = int | tuple[float, ...] | str

_MAX_KEYS = 128
_MAX_DOUBLES = 512
_MAX_TEXT_BYTES = 16_384
_MAX_NAME = 512
_ROW = 4  # shorts of a key: id, tag that holds the value, count, value or index
_KNOWN = frozenset([*range(1024, 1027), *range(2048, 2063), *range(3072, 3097), *range(4096, 4100)])
_CITATIONS = frozenset([1026, 2049, 3073, 4097])

_ESRI = "ESRI PE String = "
_WORDS = (
    "PROJCS|GEOGCS|GEOCCS|LOCAL_CS|LOCAL_DATUM|COMPD_CS|VERT_CS|VERTCS|VERT_DATUM|VDATUM|DATUM|"
    "SPHEROID|ELLIPSOID|PRIMEM|UNIT|PROJECTION|PARAMETER|AUTHORITY|AXIS|TOWGS84|METADATA"
)
_WKT = re.compile(
    # Atomic and possessive: no text takes more than one pass.
    rf"(?>(?:{_WORDS})\["  # no EXTENSION, which holds PROJ strings, and no file of parameters
    r'|"[\w .,:/()\'°&-]{0,200}"'  # neither + nor =, which a PROJ string would need
    r"|[-+]?[0-9][0-9.]*(?:[eE][-+]?[0-9]+)?"
    r"|NORTH|SOUTH|EAST|WEST|UP|DOWN|OTHER"
    r"|[\],\s])++"
)
_UNPRINTABLE = re.compile(r"[^\w .,:;/()|=+°'&-]")


def read_keys(directory: Directory) -> dict[int, Key]:
    """Return the keys of a page by their number: a code, doubles, or a text that names something.

    A key that leads outside its table is left out, as GDAL does.
    """
    shorts = directory.integers(tags.GEO_KEYS, _ROW * (_MAX_KEYS + 1))
    if shorts is None or len(shorts) < _ROW or shorts[0] != 1:
        return {}
    doubles = directory.doubles(tags.GEO_DOUBLES, _MAX_DOUBLES)
    text = directory.text(tags.GEO_ASCII, _MAX_TEXT_BYTES) or b""
    rows = shorts[_ROW : len(shorts) // _ROW * _ROW].reshape(-1, _ROW)[: int(shorts[3])]
    values = [] if doubles is None else doubles.tolist()
    return dict(_keys(rows.tolist(), values, text))


def _keys(
    rows: Sequence[Sequence[int]], doubles: list[float], text: bytes
) -> Iterator[tuple[int, Key]]:
    for number, place, count, value in rows:
        if number not in _KNOWN:
            continue
        if place == 0:
            yield number, value
        elif place == tags.GEO_DOUBLES and 0 < count <= len(doubles) - value:
            yield number, tuple(doubles[value : value + count])
        elif place == tags.GEO_ASCII and number in _CITATIONS:
            name = _name(text[value : value + count].decode("utf-8", "replace"))
            if name:
                yield number, name


def _name(text: str) -> str:
    """Return a citation that is safe to hand to GDAL, or nothing."""
    text = text.rstrip("|\0")
    if text.upper().startswith(_ESRI.rstrip("= ").upper()):
        wkt = text.partition("=")[2].strip()
        return f"{_ESRI}{wkt}" if _WKT.fullmatch(wkt) else ""
    return _UNPRINTABLE.sub("?", text[:_MAX_NAME]).strip()


def pack_keys(keys: Mapping[int, Key]) -> tuple[list[int], list[float], bytes]:
    """Return the three tables of a GeoTIFF: keys as shorts, doubles, and texts divided by `|`."""
    shorts, doubles, texts = [1, 1, 0, len(keys)], list[float](), b""
    for number, value in sorted(keys.items()):
        if isinstance(value, int):
            shorts += [number, 0, 1, value]
        elif isinstance(value, str):
            encoded = value.encode() + b"|"
            shorts += [number, tags.GEO_ASCII, len(encoded), len(texts)]
            texts += encoded
        else:
            shorts += [number, tags.GEO_DOUBLES, len(value), len(doubles)]
            doubles += value
    return shorts, doubles, texts
