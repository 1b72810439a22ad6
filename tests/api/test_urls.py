"""GIS programs open results by URL: over the function URL, with S3 behind its redirects."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import requests
from rio_cogeo.cogeo import cog_validate

from scripts.local.stack import LocalStack
from tests.stack import OverHttp

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module", autouse=True)
def gdal_settings() -> Any:
    """Neither a proxy nor a cache of an earlier test between GDAL and the stack."""
    with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_HTTP_TIMEOUT=120):
        yield


@pytest.fixture(scope="module")
def small(http: OverHttp, town: bytes) -> str:
    """URL of the town, 160 px: every file fits an answer."""
    kept = http("POST", "/predictions?threshold=0.35", town).json
    return str(kept["links"]["self"])


@pytest.fixture(scope="module")
def large(http: OverHttp, town: bytes, stack: LocalStack) -> str:
    """URL of an image of 2048 px, at thresholds so low that its vector files go through S3."""
    with rasterio.MemoryFile(town) as file, file.open() as raster:
        pixels = np.tile(raster.read(), (1, 13, 13))[:, :2048, :2048]
        profile = raster.profile | {"width": 2048, "height": 2048}
    profile |= {"compress": "zstd", "predictor": 2, "blockysize": 16, "tiled": False}
    with rasterio.MemoryFile() as file:
        with file.open(**profile) as raster:
            raster.write(pixels)
        body = file.read()
    link = http("POST", f"/uploads?size={len(body)}").json
    requests.put(
        link["url"], body, headers={"content-type": link["content_type"]}, timeout=120
    ).raise_for_status()
    reply = requests.post(
        f"{stack.api_url}/predictions?upload={link['upload']}&threshold=0.3", timeout=300
    )
    assert reply.status_code in (200, 201), reply.text
    return str(reply.json()["links"]["self"])


@pytest.fixture(params=["small", "large"])
def result(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def test_rasterio_reads_a_window_by_url(result: str) -> None:
    size = requests.get(result, timeout=120).json()["image"]["width"]
    for name, count in (("masks.tif", 10), ("classes.tif", 1)):
        with rasterio.open(f"{result}/{name}") as raster:
            assert (raster.count, raster.width) == (count, size)
            window = rasterio.windows.Window(0, 0, 100, 100)
            seen = raster.read(1, window=window)
        whole = requests.get(f"{result}/{name}", timeout=120).content
        with rasterio.MemoryFile(whole) as file, file.open() as raster:
            assert np.array_equal(seen, raster.read(1, window=window))


def test_rasters_are_cloud_optimised_at_their_url(result: str) -> None:
    for name in ("masks.tif", "classes.tif"):
        valid, errors, _ = cog_validate(f"{result}/{name}", quiet=True)
        assert (valid, errors) == (True, [])


def test_gdal_s_command_line_opens_a_url(result: str) -> None:
    answer = subprocess.run(
        [BIN / "rio", "info", "--crs", f"{result}/masks.tif"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"},
    )
    assert answer.stdout.strip() == "EPSG:32618"


def test_geopandas_reads_the_objects_of_a_url(result: str) -> None:
    counted = sum(
        entry["polygons"] for entry in requests.get(result, timeout=120).json()["classes"]
    )
    for name in ("polygons.geojson", "polygons.gpkg"):
        layer = {"layer": "polygons"} if name.endswith("gpkg") else {}
        frame = gpd.read_file(f"{result}/{name}", **layer)
        assert len(frame) == counted > 0
        assert frame.geometry.is_valid.all()


def test_a_part_of_a_long_file_is_read_through_the_redirect(large: str) -> None:
    url = f"{large}/polygons.geojson?threshold=0.2"
    length = int(requests.head(url, allow_redirects=True, timeout=120).headers["Content-Length"])
    assert length > 3_750_000
    part = requests.get(url, headers={"range": "bytes=-2"}, timeout=120)
    assert (part.status_code, part.content) == (206, b"]}")
