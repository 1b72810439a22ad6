from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from tesela.catalogue import CLASSES, KEYS
from tesela.core.model import Model
from tesela.core.normalise import Normalisation

from scripts.training.data.scenes import TrainingScene
from scripts.training.model.predictors import Contestant
from scripts.training.report.html import page, write_report
from tests.scripts.training.made_up import findings


@pytest.fixture
def int8() -> Contestant:
    """It calls everything everything."""
    everything = np.full((10, 200, 200), 255, np.uint8)
    model = Model({"tile_px": 200}, Normalisation(), {}, lambda _: everything)
    return Contestant(model, lambda pixels, _: pixels)


def test_the_report_is_one_file_with_every_class_and_model(int8: Contestant, tmp_path: Path):
    log = tmp_path / "log.csv"
    log.write_text("epoch,loss,accuracy\n0,2.5,NA\n1,1.5,NA\n")  # as Keras writes what it lacks
    write_report(tmp_path / "build" / "report.html", findings(), int8, [], {"ours": log})
    html = (tmp_path / "build" / "report.html").read_text("utf-8")
    assert all(f"<td>{key}</td>" in html and f'"{entry.name["en"]}"' in html
               for key, entry in zip(KEYS, CLASSES, strict=True))  # fmt: skip
    assert "<th>baseline</th><th>ours, float</th><th>ours, int8</th>" in html
    assert "<td>0.500 (0.000 to 1.000)</td>" in html
    assert "ours: loss" in html
    assert ' src="http' not in html


def test_plotly_is_in_it_once(int8: Contestant):
    html = page(findings(), int8, [], {})
    assert html.count("plotly.js v") == 1
    assert "Learning" not in html


def test_scenes_of_the_main_source_are_shown_with_truth_and_prediction(
    int8: Contestant, scene: TrainingScene
):
    other = TrainingScene("naip/1", "test", scene.pixels, scene.labels)
    html = page(findings(), int8, [scene, other], {})
    assert html.count('<img src="data:image/png;base64,') == 3
    assert "<figcaption>dstl/made_up</figcaption>" in html
