"""GDAL as this package uses it: on bytes in memory, so without boto3, side files or a large cache.

rasterio loads boto3 to reach S3 by itself: 0.4 s at every cold start. Nothing here opens a URL, so
boto3 is hidden from it (and from nothing else) while it loads.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_OPTIONS = {
    "CPL_LOG_ERRORS": "OFF",  # the message reaches the caller, not the log
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",  # no URL is opened, whoever names it
    "GDAL_CACHEMAX": 64,  # MB
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",  # no side files beside the upload
    "GDAL_PAM_ENABLED": "NO",
    "GTIFF_IGNORE_READ_ERRORS": "NO",
    "PROJ_NETWORK": "OFF",  # no grid is fetched
}


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    modules: dict[str, Any] = sys.modules
    loaded = modules.get(name)
    modules[name] = None  # what makes `import` raise ImportError
    try:
        yield
    finally:
        del modules[name]
        if loaded:
            modules[name] = loaded


with _hidden("boto3"):
    import rasterio
    from rasterio._err import CPLE_BaseError
    from rasterio.env import hasenv
    from rasterio.errors import CRSError, RasterioError
    from rasterio.session import DummySession

# Each strip of an upload can cause a warning, and rasterio writes all of them to the log.
rasterio.log.setLevel("CRITICAL")

# GDAL's own errors come through where rasterio does not wrap them: a warp, a read of a lazy mask;
# and it takes every text in a file to be UTF-8.
GDAL_ERRORS = (RasterioError, CRSError, CPLE_BaseError, UnicodeDecodeError)


@contextmanager
def gdal() -> Iterator[None]:
    """Settings for the GDAL calls inside, as `with` or decorator; nested ones cost nothing."""
    if hasenv():
        yield
        return
    # Without a session, rasterio would make one of AWS wherever the environment holds AWS's keys.
    with rasterio.Env(session=DummySession(), **_OPTIONS):
        yield
