"""Grids all over the globe: CRSs of many kinds, turned, sheared, mirrored, across its seams."""

from dataclasses import dataclass

from hypothesis import strategies as st
from rasterio.crs import CRS
from rasterio.transform import Affine
from tesela.core.image import Grid

from tests.core.ground.truth import transformer

METRE, DEGREE, FOOT = 1.0, 111_320.0, 0.3048006096


@dataclass(frozen=True)
class Place:
    """A CRS, its unit in metres, and places in it as longitude and latitude."""

    crs: str
    unit_m: float
    where: tuple[tuple[float, float], ...]


TMERC = "+proj=tmerc +lat_0=4.6 +lon_0=-74.08 +k=1 +x_0=1e6 +y_0=1e6 +ellps=intl"
PLACES = {
    "UTM 18N": Place("EPSG:32618", METRE, ((-75, 6), (-72.1, 60), (-78, 0))),
    "UTM 1 over the antimeridian": Place("EPSG:32601", METRE, ((180, 17), (-179.9999, -3))),
    "UTM 60 over the antimeridian": Place("EPSG:32660", METRE, ((180, 65), (179.9999, 0))),
    "degrees": Place("EPSG:4326", DEGREE, ((-74, 4), (10, 60), (180, -16), (0, 0))),
    "degrees from 0 to 360": Place("+proj=longlat +datum=WGS84", DEGREE, ((285, 4), (180, 9))),
    "web Mercator": Place("EPSG:3857", METRE, ((37, 55), (-74, 4), (179.99999, 10))),
    "Antarctica": Place("EPSG:3031", METRE, ((0, -90), (180, -89.9995), (12, -75))),
    "Arctic": Place("EPSG:3413", METRE, ((0, 90), (135, 89.9998), (179.99, 82))),
    "feet": Place("EPSG:2263", FOOT, ((-74, 40.7),)),
    "feet of Colombia": Place(f"{TMERC} +units=us-ft +no_defs", FOOT, ((-74.1, 4.7),)),
    "MAGNA-SIRGAS Bogotá": Place("EPSG:3116", METRE, ((-74.1, 4.7),)),
    "MAGNA-SIRGAS city grid": Place("EPSG:6247", METRE, ((-74.1, 4.7),)),
    "Bogotá 1975": Place("EPSG:21897", METRE, ((-74.1, 4.7),)),
    "own shift of seven parameters": Place(
        f"{TMERC} +towgs84=307,304,-318,0.1,-0.2,0.3,5", METRE, ((-74.1, 4.7),)
    ),
    "own shift in degrees": Place(
        "+proj=longlat +ellps=clrk66 +towgs84=-9,152,178,0,0,0,0", DEGREE, ((-74, 5), (180, 51))
    ),
    "with heights": Place("EPSG:32618+5773", METRE, ((-75, 6),)),
    "axes to the south and west": Place("EPSG:2048", METRE, ((19, -33),)),
    "equal area": Place("EPSG:3035", METRE, ((10, 52), (25, 65))),
    "oblique": Place(
        "+proj=omerc +lat_0=5 +lonc=-74 +alpha=30 +gamma=10 +ellps=GRS80", METRE, ((-74, 5),)
    ),
}


UTM_18 = "+proj=utm +zone=18 +units=m"
_OWN = {
    "shift, international": f"{UTM_18} +ellps=intl +towgs84=-87,-98,-121,0,0,0,0",
    "no shift, international": f"{UTM_18} +ellps=intl",
    "shift, Clarke 1866": f"{UTM_18} +ellps=clrk66 +towgs84=-9,152,178,0,0,0,0",
    "shift, Australian": f"{UTM_18} +south +ellps=aust_SA +towgs84=-57,1,-41,0,0,0,0",
    "shift, Bessel": "+proj=tmerc +lat_0=0 +lon_0=-75 +x_0=3.5e6 +ellps=bessel +towgs84=598,74,418,0.2,0.05,-2.5,6.7",
    "sphere": "+proj=laea +lat_0=5 +lon_0=-74 +R=6370997",
}
BOGOTA = ((-74.1, 4.7),)
# CRSs with an ellipsoid or a datum shift that no EPSG code has.
OWN = {name: Place(text, METRE, BOGOTA) for name, text in _OWN.items()}


def scene_at(place: Place) -> Grid:
    """A scene of 30 x 20 pixels of 1.24 m, north up, at the first of a CRS's places."""
    lon, lat = place.where[0]
    x, y = transformer("OGC:CRS84", place.crs).transform(lon, lat)
    side = 1.24 / place.unit_m
    return Grid(30, 20, CRS.from_user_input(place.crs), Affine(side, 0, x, 0, -side, y))


@st.composite
def grids(draw: st.DrawFn, max_gsd_m: float = 40, side: tuple[int, int] = (8, 40)) -> Grid:
    """A grid around a place, the place somewhere inside; at most `max_gsd_m` a pixel."""
    place = PLACES[draw(st.sampled_from(sorted(PLACES)))]
    lon, lat = draw(st.sampled_from(place.where))
    gsd = draw(st.floats(0.3, max_gsd_m)) / place.unit_m
    width, height = draw(st.integers(*side)), draw(st.integers(*side))
    shape = (
        Affine.rotation(draw(st.sampled_from([0.0, 0.0, 13.0, 90.0, 211.5])))
        @ Affine.shear(draw(st.sampled_from([0.0, 0.0, 20.0])), 0)
        @ Affine.scale(gsd, gsd * draw(st.sampled_from([-1, -1, 1, -3])))
    )
    x, y = transformer("OGC:CRS84", place.crs).transform(lon, lat)
    if "longlat" in place.crs and lon > 180:
        x = lon  # counted from 0
    inside = draw(st.sampled_from([0.0, 0.5, 0.37, 1.0]))
    column, row = round(width * inside), round(height * inside)
    return Grid(
        width,
        height,
        CRS.from_user_input(place.crs),
        Affine.translation(x, y) @ shape @ Affine.translation(-column, -row),
    )
