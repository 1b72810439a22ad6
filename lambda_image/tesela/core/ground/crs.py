"""Coordinate reference systems (CRS) by name: an EPSG code where it is exact, else WKT 2."""

from rasterio.crs import CRS

from tesela.core.gdal import gdal

LON_LAT = CRS.from_string("OGC:CRS84")


@gdal()
def crs_name(crs: CRS) -> str:
    """Return `EPSG:` and the code whose definition this is, else WKT 2:2019, which keeps all of it."""
    code = _epsg_code(crs)
    return f"EPSG:{code}" if code else str(crs.to_wkt(version="WKT2_2019"))


def _epsg_code(crs: CRS) -> int | None:
    """Return the code of an equal CRS.

    `to_epsg` alone is a guess: for UTM zone 18 on the international ellipsoid it finds one that lies
    519 m away. And `==` overlooks a datum shift of the CRS's own, which makes it a bound CRS.
    """
    code: int | None = crs.to_epsg()
    if code is None or str(crs.to_wkt(version="WKT2_2019")).startswith("BOUNDCRS"):
        return None
    return code if CRS.from_epsg(code) == crs else None
