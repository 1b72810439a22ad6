"""Lines that the page offers to copy do what they promise, against the running service."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rasterio

from tests.page.conftest import ROOT
from tests.stack import OverHttp
from tests.tiffs import counts, placed

NODE = shutil.which("node") or ""
MODULE = (ROOT / "dashboard_static/js/scene/snippets.js").as_uri()

pytestmark = pytest.mark.skipif(not NODE, reason="node is not installed")


@pytest.fixture(scope="module")
def prediction(http: OverHttp) -> Any:
    return http("POST", "/predictions?threshold=0.3", placed(counts(24, 40, seed=71))).json


def snippets(**use: Any) -> dict[str, str]:
    script = (
        f"import({json.dumps(MODULE)})"
        f".then(({{ snippets }}) => console.log(JSON.stringify(snippets({json.dumps(use)}))))"
    )
    done = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True)
    lines: dict[str, str] = json.loads(done.stdout)
    return lines


def test_the_lines_of_python_and_curl_run_and_those_of_qgis_open(
    http: OverHttp, prediction: Any, tmp_path: Path
) -> None:
    key, moved = prediction["id"], {"trees": 0.5, "crops": 0.45}
    lines = snippets(apiUrl=http.url, id=key, thresholds=moved, closed=False)
    drawn = http(
        "GET", f"/predictions/{key}/polygons.geojson?thresholds=trees:0.5,crops:0.45"
    ).json["features"]

    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts")}
    code = f"{lines['python']}\nprint(len(objects))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == str(len(drawn))
    with rasterio.open(tmp_path / "masks.tif") as masks:
        assert masks.count == 10

    (tmp_path / "image.tif").write_bytes(placed(counts(24, 40, seed=71)))
    done = subprocess.run(
        ["bash", "-e"],
        input=lines["curl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    documents = re.findall(r'\{"id":"([^"]+)"', done.stdout)
    assert documents[0] == key
    assert documents[1] != key  # the same image by other thresholds
    saved = json.loads((tmp_path / "polygons.geojson").read_text("utf-8"))
    assert saved["features"] == drawn

    vector, raster = re.findall(r'\("(/vsicurl/[^"]+)"', lines["qgis"])
    # In a process of its own: rasterio waits with the interpreter locked, and the server runs in ours.
    code = "import sys, pyogrio, rasterio; _, vector, raster = sys.argv\n"
    code += "print(len(pyogrio.read_dataframe(vector)), rasterio.open(raster).shape)"
    done = subprocess.run(
        [sys.executable, "-c", code, vector, raster],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout == f"{len(drawn)} (24, 40)\n"
    http("DELETE", f"/predictions/{documents[1]}")


def test_a_closed_service_is_named_a_token_that_the_lines_do_not_hold() -> None:
    lines = snippets(apiUrl="https://api.test", id="x", thresholds={}, closed=True)
    assert 'token=os.environ["TOKEN"]' in lines["python"]
    assert lines["curl"].count('-H "Authorization: Bearer $TOKEN"') == 3
    assert lines["qgis"].count("?access_token=TOKEN") == 2
    assert "thresholds" not in "".join(lines.values())
