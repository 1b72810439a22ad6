"""Georeferences: keys and texts of a CRS, transforms and control points that lead nowhere."""

from collections.abc import Sequence
from functools import partial

from tests.hostile.case import DECODED, Case
from tests.hostile.writer import ASCII, DOUBLE, PLACED, SHORT, tiff

NAN, INF = float("nan"), float("inf")
UTM_KEYS = PLACED[2]
SCALE, TIEPOINT = PLACED[:2]

GEOGCS = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
)
UTM = (
    f'PROJCS["UTM 18",{GEOGCS},PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",-75],'
    'PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],'
    'PARAMETER["false_northing",0],UNIT["metre",1]]'
)


def extended(proj4: str) -> str:
    return f'{UTM[:-1]},EXTENSION["PROJ4","{proj4}"]]'


def esri(wkt: str | bytes, model: int = 32_767) -> bytes:
    """A CRS by its WKT, as ArcGIS writes it; GDAL reads it where the model is user-defined."""
    raw = wkt.encode() if isinstance(wkt, str) else wkt
    text = b"ESRI PE String = " + raw + b"|"
    count = min(len(text), 65_535)
    keys = (1, 1, 0, 3, 1024, 0, 1, model, 3072, 0, 1, 32_767, 3073, 34_737, count, 0)
    return tiff(SCALE, TIEPOINT, (34735, SHORT, keys), (34737, ASCII, text + b"\0"))


def cited(citation: bytes) -> bytes:
    """UTM zone 18 N by its code, and a name for it."""
    text = citation + b"|"
    keys = (1, 1, 0, 3, 1024, 0, 1, 1, 1026, 34_737, len(text), 0, 3072, 0, 1, 32_618)
    return tiff(SCALE, TIEPOINT, (34735, SHORT, keys), (34737, ASCII, text + b"\0"))


GRIDS = "+proj=utm +zone=18 +ellps=WGS84 +units=m"
WKTS = {
    "as ArcGIS writes it": UTM,
    "grids that are a file": extended(f"{GRIDS} +nadgrids=/etc/hostname"),
    "grids that are an address": extended(f"{GRIDS} +nadgrids=http://127.0.0.1:9/x.tif"),
    "grids of GDAL's names": extended(f"{GRIDS} +nadgrids=/vsicurl/http://127.0.0.1:9/x.tif"),
    "a geoid that is a file": extended(f"{GRIDS} +geoidgrids=/etc/hostname"),
    "a list of PROJ's": extended("+init=/etc/hostname:root +type=crs"),
    "a pipeline": extended("+proj=pipeline +step +proj=hgridshift +grids=/etc/hostname"),
    "a datum with grids": UTM.replace(
        "298.257223563]", '298.257223563],EXTENSION["PROJ4_GRIDS","/etc/hostname"]'
    ),
    "a bound CRS": f'BOUNDCRS[SOURCECRS[{UTM}],TARGETCRS[{GEOGCS}],ABRIDGEDTRANSFORMATION["x",'
    'METHOD["NTv2"],PARAMETERFILE["Latitude and longitude difference file","/etc/hostname"]]]',
    "a method of PROJ's": UTM.replace("Transverse_Mercator", "PROJ hgridshift grids=/etc/hostname"),
    "a projection that does not exist": UTM.replace("Transverse_Mercator", "Bogus_Projection"),
    "markup": UTM.replace("UTM 18", "<img src=x onerror=alert(1)>"),
    "quotes": UTM.replace("UTM 18", 'UTM ""18""'),
    "control characters": UTM.replace("UTM 18", "a\x01\n\r\x1b[31m\x7f"),
    "a name of 60,000 letters": UTM.replace("UTM 18", "A" * 60_000),
    "8,000 open brackets": "PROJCS[" * 2000,
    "10,000 digits": UTM.replace("0.9996", "1" * 10_000),
    "a sphere of no size": UTM.replace("6378137", "0"),
    "a sphere that is no number": UTM.replace("6378137", "nan"),
    "a sphere of 1e30 m": UTM.replace("6378137", "1e30"),
    "a unit of no length": UTM.replace('UNIT["metre",1]', 'UNIT["metre",0]'),
    "a unit of 1e300 m": UTM.replace('UNIT["metre",1]', 'UNIT["metre",1e300]'),
    "a scale of 1e308": UTM.replace("0.9996", "1e308"),
    "a local CRS": 'LOCAL_CS["x",UNIT["metre",1]]',
    "a geocentric CRS": 'GEOCCS["x",DATUM["d",SPHEROID["s",6378137,298]],PRIMEM["G",0],UNIT["metre",1]]',
    "heights alone": 'VERT_CS["x",VERT_DATUM["y",2005],UNIT["metre",1]]',
    "no WKT": "+proj=utm +zone=18 +nadgrids=/etc/hostname",
    "a JSON of PROJ's": '{"type":"ProjectedCRS","name":"x","base_crs":{}}',
    "a file": "/etc/hostname",
    "an address": "http://127.0.0.1:9/x.prj",
}


def names() -> dict[str, Case]:
    refused = {
        "a name of 60,000 letters": "tag-count",
        "a scale of 1e308": "transform-without-area",
    }
    cases = {
        f"a CRS of {name}": Case(partial(esri, wkt), refused.get(name, DECODED))
        for name, wkt in WKTS.items()
    }
    for model in (1, 2):
        cases |= {
            f"a CRS of {name}, model {model}": Case(
                partial(esri, WKTS[name], model), DECODED if model == 1 else "outside-crs"
            )
            for name in ("grids that are a file", "a datum with grids")
        }
    citations = {
        "markup": b"<script>alert(1)</script>",
        "bytes that are no UTF-8": b"\xff\xfe\xc3\x28",
        "a NUL": b"a\0b",
        "a PROJ string": f"{GRIDS} +nadgrids=/etc/hostname".encode(),
        "Imagine's words": b"IMAGINE GeoTIFF Support\nProjection Name = /etc/hostname\nUnits = x",
        "names of parts": b"GCS Name = x|Datum = /etc/hostname|Ellipsoid = <b>|Primem = ",
    }
    cases |= {
        f"a citation of {name}": Case(partial(cited, text), DECODED)
        for name, text in citations.items()
    }
    return cases


def _keyed(rows: Sequence[int], *extra: tuple[int, int, object]) -> bytes:
    return tiff(SCALE, TIEPOINT, (34735, SHORT, tuple(rows)), *extra)


def keys() -> dict[str, Case]:
    outside = {4326, 4979, 4055}  # longitudes of 443000
    codes = [1, 1025, 3857, 4326, 4979, 4055, 4978, 5703, 2154, 27700, 32618, 32662, 3031, 3408]
    codes += [6933, 32767, 65534, 9999, 2193, 54030]
    cases = {
        f"EPSG {code}": Case(
            partial(_keyed, (1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, code)),
            "outside-crs" if code in outside else DECODED,
        )
        for code in codes
    }
    return cases | {
        "65,535 keys": Case(partial(_keyed, (1, 1, 0, 65_535, 1024, 0, 1, 1)), DECODED),
        "no key": Case(partial(_keyed, (1, 1, 0, 0)), DECODED),
        "keys of version 9": Case(partial(_keyed, (9, 9, 9, 1, 1024, 0, 1, 1)), DECODED),
        "half a key": Case(partial(_keyed, (1, 1, 0, 1, 1024, 0)), DECODED),
        "a key outside the texts": Case(
            partial(
                _keyed,
                (1, 1, 0, 2, 1026, 34_737, 65_535, 60_000, 3072, 0, 1, 32_618),
                (34737, ASCII, b"x\0"),
            ),
            DECODED,
        ),
        "a key outside the doubles": Case(
            partial(_keyed, (1, 1, 0, 1, 2057, 34_736, 1, 60_000), (34736, DOUBLE, (1.0,))), DECODED
        ),
        "a key in the pixels": Case(partial(_keyed, (1, 1, 0, 1, 1026, 273, 9, 0)), DECODED),
        "5 MB of texts": Case(
            partial(tiff, *PLACED, (34737, ASCII, b"W" * 5_000_000)), "tag-count"
        ),
    }


def _moved(scale: tuple[float, ...], *origin: float) -> bytes:
    return tiff((33550, DOUBLE, scale), (33922, DOUBLE, (0, 0, 0, *origin, 0)), UTM_KEYS)


def _matrix(*values: float) -> bytes:
    return tiff((34264, DOUBLE, values), UTM_KEYS)


def transforms() -> dict[str, Case]:
    no_area = "transform-without-area"
    return {
        "pixels of no number": Case(partial(_moved, (NAN, NAN, 0), NAN, NAN), no_area),
        "pixels without end": Case(partial(_moved, (INF, INF, 0), INF, -INF), no_area),
        "pixels of 1e308 m": Case(partial(_moved, (1e308, 1e308, 0), 1e308, 1e308), no_area),
        "pixels of 1e-320 m": Case(partial(_moved, (1e-320, 1e-320, 0), 5e5, 7e5), no_area),
        "pixels of 4e-280 m by 1.24": Case(partial(_moved, (4e-280, 1.24, 0), 5e5, 7e5), no_area),
        "pixels of 1e-4 m": Case(partial(_moved, (1e-4, 1e-4, 0), 5e5, 7e5), "pixel-too-small"),
        "pixels of 1e-9 m": Case(partial(_moved, (1e-9, 1e-9, 0), 5e5, 7e5), no_area),
        "pixels of 0.01 m by 1000": Case(
            partial(_moved, (0.01, 1000, 0), 5e5, 7e5), "pixel-too-long"
        ),
        "a matrix of no number": Case(partial(_matrix, *[NAN] * 16), no_area),
        "a matrix on a line": Case(
            partial(_matrix, 1, 1, 0, 5e5, 1, 1, 0, 7e5, *[0] * 7, 1), no_area
        ),
        "a matrix of one number": Case(partial(_matrix, 1.0), DECODED),
        "two thirds of a scale": Case(
            partial(tiff, (33550, DOUBLE, (1.24, 1.24)), TIEPOINT, UTM_KEYS), DECODED
        ),
        "five sixths of a tiepoint": Case(
            partial(tiff, SCALE, (33922, DOUBLE, (0.0,) * 5), UTM_KEYS), DECODED
        ),
        "50,000 control points": Case(
            partial(tiff, (33922, DOUBLE, (NAN,) * 300_000), UTM_KEYS), "tag-count"
        ),
        "4,000 control points of no number": Case(
            partial(tiff, (33922, DOUBLE, (NAN,) * 24_000), UTM_KEYS), DECODED
        ),
        "control points without end": Case(
            partial(tiff, (33922, DOUBLE, (INF,) * 24), UTM_KEYS), DECODED
        ),
        "control points of 1e308": Case(
            partial(tiff, (33922, DOUBLE, (1e308,) * 24), UTM_KEYS), DECODED
        ),
        "rational polynomials of no number": Case(
            partial(tiff, (50844, DOUBLE, (NAN,) * 92)), DECODED
        ),
        "a transform of no number, no CRS": Case(
            partial(tiff, (33550, DOUBLE, (NAN,) * 3), (33922, DOUBLE, (NAN,) * 6)), DECODED
        ),
    }


CASES = names() | keys() | transforms()
