"""GIS programs open results of the largest size by URL, as `test_urls.py` does with small ones.

Run by `make test-urls`: 2048 x 2048 px take a minute.
"""

from collections.abc import Iterator

import numpy as np
import pytest
import rasterio
import requests

from scripts.local.data import DataDirectory
from scripts.local.stack import ROOT, LocalStack
from tests.api.test_urls import (
    gdal_settings,
    test_a_part_of_a_file_is_read_with_its_length,
    test_gdal_s_command_line_opens_a_url,
    test_geopandas_reads_the_objects_of_a_url,
    test_rasterio_reads_a_window_by_url,
    test_rasterio_s_command_line_opens_a_url,
    test_rasters_are_cloud_optimised_at_their_url,
)
from tests.stack import OverHttp
from tests.tiffs import placed

SIDE_PX = 2048

__all__ = [
    "gdal_settings",
    "test_a_part_of_a_file_is_read_with_its_length",
    "test_gdal_s_command_line_opens_a_url",
    "test_geopandas_reads_the_objects_of_a_url",
    "test_rasterio_reads_a_window_by_url",
    "test_rasterio_s_command_line_opens_a_url",
    "test_rasters_are_cloud_optimised_at_their_url",
]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a town that is repeated to the largest side."""
    with rasterio.open(ROOT / "dashboard_static/samples/town.tif") as raster:
        town = raster.read()
    body = placed(np.tile(town, (1, 13, 13))[:, :SIDE_PX, :SIDE_PX])
    data = tmp_path_factory.mktemp("urls")
    with LocalStack(data, workers=1, timeout_s=600) as stack:
        yield _kept(OverHttp(stack.api_url, timeout_s=600), body)
    DataDirectory(data).remove()


def _kept(http: OverHttp, body: bytes) -> str:
    link = http("POST", f"/uploads?size={len(body)}").json
    assert http("PUT", link["url"], body, {"content-type": link["content_type"]}).status == 200
    reply = http("POST", f"/predictions?upload={link['upload']}&threshold=0.3")
    return str(reply.json["links"]["self"])


def test_the_objects_come_through_s3(result: str) -> None:
    url = f"{result}/polygons.geojson"
    assert requests.get(url, allow_redirects=False, timeout=120).status_code == 307
