"""The whole way: corrected over HTTP, fetched, read by the training as one more source."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tesela.catalogue import KEYS

pytest.importorskip("skimage", reason="the training extra is not installed")

from scripts.client import Client
from scripts.local.data import DataDirectory
from scripts.local.stack import LocalStack
from scripts.training.data.corrections import fetch
from scripts.training.data.errors import DataError
from scripts.training.data.prepare import read
from scripts.training.data.scenes import UNKNOWN
from scripts.training.sources import source_of
from tests.stack import OverHttp
from tests.tiffs import PLACE, UTM, counts, one_page


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OverHttp]:
    """A stack that ends before other modules train: their processes, forked from this one, would keep its lock."""
    data = tmp_path_factory.mktemp("stack")
    with LocalStack(data) as stack:
        yield OverHttp(stack.api_url)
    DataDirectory(data).remove()


def test_what_was_corrected_is_learnt_at_its_pixels(http: OverHttp, tmp_path: Path) -> None:
    pixels = counts(40, 300, seed=93)  # two tiles of 256 px
    pixels[:, 30:, 290:] = 0
    image = one_page(pixels, crs=UTM, transform=PLACE, nodata=0)
    key = http("POST", "/predictions", image).json["id"]
    road = [[270, 4], [290, 4], [290, 9], [270, 9], [270, 4]]
    field = [[280, 20], [300, 20], [300, 40], [280, 40], [280, 20]]
    corrections = [
        {"verdict": "missing", "class": "roads", "rings": [road]},
        {"verdict": "wrong", "class": "crops", "instead": "trees", "rings": [field]},
    ]
    body = json.dumps({"corrections": corrections}).encode()
    assert http("PUT", f"/predictions/{key}/corrections", body, {"If-Match": "*"}).status == 200

    folder = tmp_path / "corrections"
    client = Client(http.url)
    assert fetch(client, folder) >= 1
    assert [each["class"] for each in client.corrections(key)] == ["roads", "crops"]
    scenes = {scene.name: scene for scene in read(source_of("corrections"), tmp_path)}
    scene = scenes[f"corrections/{key}-0-256"]  # nothing was said of the first tile
    assert f"corrections/{key}-0-0" not in scenes
    assert scene.terrain == f"corrections_{key}"
    assert scene.gsd_m == pytest.approx(1.24, abs=0.001)
    assert np.array_equal(scene.pixels, pixels[:, :, 256:].astype(np.float16))
    labels = dict(zip(KEYS, scene.labels, strict=True))
    assert (labels["roads"][4:9, 14:34] == 1).all()
    assert int((labels["roads"] == 1).sum()) == 100
    assert (labels["crops"][20:30, 24:44] == 0).all()
    assert (labels["trees"][20:30, 24:44] == 1).all()
    assert (labels["trees"][30:, 34:] == UNKNOWN).all()  # nodata teaches nothing
    assert (labels["buildings"][4:9, 14:34] == 0).all()  # a road is no building
    assert (labels["buildings"][:4] == UNKNOWN).all()

    http("DELETE", f"/predictions/{key}")
    (folder / "images" / "stale.tif").write_bytes(b"")
    fetch(client, folder)
    assert not [path for path in folder.rglob("*.tif") if key in path.name or "stale" in path.name]


def test_a_tile_without_its_labels_is_refused_and_no_folder_has_none(
    tmp_path: Path,
) -> None:
    source = source_of("corrections")
    assert list(read(source, tmp_path)) == []
    (tmp_path / "corrections/images").mkdir(parents=True)
    (tmp_path / "corrections/images/x.tif").write_bytes(one_page(counts()))
    with pytest.raises(DataError, match="its labels are missing"):
        list(read(source, tmp_path))
