"""GIS programs open results by URL: over the function URL, with S3 behind its redirects."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import requests
from rio_cogeo.cogeo import cog_validate

from scripts.local.lambda_runtime.function import Function
from scripts.local.lambda_runtime.function_url import FunctionUrl
from scripts.local.lambda_runtime.workers import Workers
from scripts.local.stack import ROOT, LocalStack
from tests.stack import OverHttp

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module", autouse=True)
def gdal_settings() -> Any:
    """Neither a proxy nor a cache of an earlier test between GDAL and the stack."""
    with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_HTTP_TIMEOUT=120):
        yield


@pytest.fixture(scope="module")
def answered(http: OverHttp, town: bytes) -> str:
    """URL of a result whose every file fits an answer."""
    return kept(http, town)


@pytest.fixture(scope="module")
def linked(
    stack: LocalStack, town: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """URL of a result whose every file goes through S3, by a limit of no bytes: a worker of its own."""
    root = tmp_path_factory.mktemp("function")
    for name in ("tesela", "model"):
        (root / name).symlink_to(ROOT / "lambda_image" / name)
    (root / "no_bytes.py").write_text(
        "from tesela.api import responses\n"
        "responses.MAX_BODY_BYTES = 0\n"
        "from tesela.handler import handler\n"
    )
    workers = Workers(1, tmp_path_factory.mktemp("logs"))
    url = FunctionUrl(0, workers.invoke)
    try:
        workers.start(Function(root, "no_bytes.handler", settings=stack.environment))
        url.start()
        yield kept(OverHttp(url.url), town)
    finally:
        url.stop()
        workers.stop()


def kept(http: OverHttp, body: bytes) -> str:
    return str(http("POST", "/predictions?threshold=0.1", body).json["links"]["self"])


@pytest.fixture(params=["answered", "linked"])
def result(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def test_a_file_comes_in_the_answer_or_through_s3(answered: str, linked: str) -> None:
    for url, status in ((answered, 200), (linked, 307)):
        for name in ("masks.tif", "polygons.geojson", "source.tif"):
            reply = requests.get(f"{url}/{name}", allow_redirects=False, timeout=120)
            assert reply.status_code == status, name


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

    told = run(BIN / "rio", "cogeo", "validate", f"{result}/masks.tif")
    assert told.endswith("is a valid cloud optimized GeoTIFF")


def test_rasterio_s_command_line_opens_a_url(result: str) -> None:
    assert run(BIN / "rio", "info", "--crs", f"{result}/masks.tif") == "EPSG:32618"


@pytest.mark.skipif(not shutil.which("gdalinfo"), reason="GDAL's programs are not installed")
def test_gdal_s_command_line_opens_a_url(result: str) -> None:
    document = json.loads(run("gdalinfo", "-json", f"/vsicurl/{result}/masks.tif"))
    assert len(document["bands"]) == 10
    assert document["bands"][0]["type"] == "Byte"


def test_geopandas_reads_the_objects_of_a_url(result: str) -> None:
    """In a process of its own: pyogrio holds the interpreter's lock, and the function URL is here."""
    count = sum(entry["polygons"] for entry in requests.get(result, timeout=120).json()["classes"])
    assert count > 0
    files = {f"{result}/polygons.geojson": None, f"{result}/polygons.gpkg": "polygons"}
    code = (
        f"import geopandas\nfor url, layer in {files!r}.items():\n"
        "    frame = geopandas.read_file(url, layer=layer)\n"
        "    print(len(frame), frame.geometry.is_valid.all())"
    )
    assert run(sys.executable, "-c", code).splitlines() == 2 * [f"{count} True"]


def run(*command: str | Path) -> str:
    settings = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_HTTP_TIMEOUT": "120"}
    answer = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        env=os.environ | settings,
    )
    return answer.stdout.strip()


def test_a_part_of_a_file_is_read_with_its_length(result: str) -> None:
    url = f"{result}/polygons.geojson"
    whole = requests.get(url, timeout=120).content
    head = requests.head(url, allow_redirects=True, timeout=120)
    assert int(head.headers["Content-Length"]) == len(whole)
    part = requests.get(url, headers={"range": "bytes=-9"}, timeout=120)
    assert (part.status_code, part.content) == (206, whole[-9:])
