from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from rasterio.io import MemoryFile

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from tesela.catalogue import CLASSES, KEYS
from tesela.core.model import Model
from tesela.core.normalise import Normalisation

from scripts.training.data.scenes import TrainingScene
from scripts.training.model.predictors import Predictor
from scripts.training.report.card import card
from scripts.training.report.html import page, painted, picture, write_report
from tests.scripts.training.made_up import evaluation


@pytest.fixture
def int8() -> Predictor:
    """It calls everything everything."""
    everything = np.full((10, 200, 200), 255, np.uint8)
    model = Model({"tile_px": 200}, Normalisation(), {}, lambda _: everything)
    return Predictor(model, lambda pixels, _: pixels)


def test_the_report_is_one_file_with_every_class_and_model(int8: Predictor, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("epoch,loss,accuracy\n0,2.5,NA\n1,1.5,NA\n")  # as Keras writes what it lacks
    judged = evaluation()
    report = tmp_path / "build" / "report.html"
    write_report(
        report, judged, int8, [], {"ours": log}, card=card(judged, "A note <b>by hand</b>.")
    )
    html = report.read_text("utf-8")
    assert all(f"<td>{key}</td>" in html and f'"{entry.name["en"]}"' in html
               for key, entry in zip(KEYS, CLASSES, strict=True))  # fmt: skip
    assert "<h1>unet_int8 1</h1>" in html
    assert "<th>IoU, int8</th>" in html
    assert "<td>0.500 (0.000 to 1.000)</td>" in html
    assert "A note &lt;b&gt;by hand&lt;/b&gt;." in html
    assert "ours: loss" in html
    assert ' src="http' not in html


def test_plotly_is_in_it_once(int8: Predictor) -> None:
    html = page(evaluation(), int8, [], {}, card="")
    assert html.count("plotly.js v") == 1
    assert "Learning" not in html


def test_scenes_of_the_main_source_are_shown_with_truth_and_prediction(
    int8: Predictor, scene: TrainingScene
) -> None:
    other = TrainingScene("naip/1", "test", scene.pixels, scene.labels)
    html = page(evaluation(), int8, [scene, other], {}, card="")
    assert html.count('<img src="data:image/png;base64,') == 3
    assert "<figcaption>dstl/made_up</figcaption>" in html


def read(uri: str) -> np.ndarray:
    data = b64decode(uri.removeprefix("data:image/png;base64,"))
    with MemoryFile(data) as file, file.open() as png:
        return np.asarray(png.read())


def test_a_scene_is_shown_in_its_colours(scene: TrainingScene) -> None:
    shown = read(picture(scene))
    assert shown.shape == (3, 200, 180)
    assert shown[:, 60, 70].min() > shown[:, 10, 10].max()


def test_a_large_scene_is_shown_smaller(scene: TrainingScene) -> None:
    large = TrainingScene("dstl/x", "test", np.tile(scene.pixels, (1, 4, 4)), scene.labels)
    assert read(picture(large)).shape == (3, 267, 240)


def test_what_is_of_a_class_is_painted(scene: TrainingScene) -> None:
    plain, over = read(picture(scene)), read(painted(scene, scene.labels == 1))
    changed = (plain != over).any(axis=0)
    assert changed[60, 70]
    assert not changed[scene.labels[0] == 0].any()
