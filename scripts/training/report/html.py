"""The report: the model card and its figures in one HTML file, to be opened from the disk."""

import csv
from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
from markdown_it import MarkdownIt
from numpy.typing import NDArray
from tesela.catalogue import KEYS
from tesela.core.image import Grid, Image
from tesela.core.masks import Masks, threshold
from tesela.core.polygons import Layer
from tesela.exports.rasters import png
from tesela.exports.render import overlay, view

from scripts.training.data.scenes import TrainingScene
from scripts.training.model.predictors import Predictor
from scripts.training.report import figures
from scripts.training.scoring.evaluation import Evaluation
from scripts.training.scoring.histograms import total
from scripts.training.sources import source_of

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 1200px; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .2rem .8rem; text-align: right; border-bottom: 1px solid #ddd; }}
th:first-child, td:first-child {{ text-align: left; }}
figure {{ display: inline-block; margin: 0 .5rem .5rem 0; }}
</style>
{body}
</html>
"""


def write_report(
    path: Path,
    evaluation: Evaluation,
    int8: Predictor,
    test: Sequence[TrainingScene],
    logs: Mapping[str, Path],
    *,
    card: str,
) -> None:
    """Write the report."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(evaluation, int8, test, logs, card=card), "utf-8")


def page(
    evaluation: Evaluation,
    int8: Predictor,
    test: Sequence[TrainingScene],
    logs: Mapping[str, Path],
    *,
    card: str,
) -> str:
    """The report's HTML from the card's Markdown; Plotly is in it, once."""
    drawn = _figures(evaluation, logs)
    parts = [MarkdownIt("commonmark", {"html": False}).enable("table").render(card)]
    for number, (title, figure) in enumerate(drawn.items()):
        figure.update_layout(template="plotly_white", margin={"t": 50, "b": 60})
        html = figure.to_html(full_html=False, include_plotlyjs=number == 0)
        parts.append(f"<h2>{escape(title)}</h2>{html}")
    parts.append(f"<h2>Scenes: colour, truth, int8</h2>{_pictures(evaluation, int8, test)}")
    title = f"{evaluation.document['name']} {evaluation.document['version']}, judged"
    return _PAGE.format(title=escape(title), body="\n".join(parts))


def _figures(evaluation: Evaluation, logs: Mapping[str, Path]) -> dict[str, go.Figure]:
    model_scores, source = evaluation.served, evaluation.served.main
    title = source_of(source).title
    scores = {name: one.scores()[source] for name, one in evaluation.models.items()}
    whole = total(model_scores.sources[source].values())
    drawn = {
        f"Jaccard by class on {title}, 95 % intervals": figures.bars(
            {name: scores[name] for name in figures.TITLES if name in scores}
        ),
        "Jaccard by scene, int8": figures.heat(_by_scene(evaluation)),
        f"Precision and recall on {title}, int8": figures.precision_recall(
            whole, model_scores.thresholds
        ),
        "Reliability": figures.reliabilities(_curves(evaluation)),
    }
    read = {name: _columns(path) for name, path in logs.items()}
    return drawn | ({"Learning": figures.learning(read)} if read else {})


def _by_scene(evaluation: Evaluation) -> dict[str, list[float | None]]:
    """Each ground of the main source, then the sum of every other source."""
    model_scores = evaluation.served
    rows = model_scores.by_scene(model_scores.main)
    for name, entry in evaluation.scores["others"].items():
        classes = [entry["classes"][key] for key in KEYS]
        rows[f"all {name}"] = [found and found["iou"] for found in classes]
    return rows


def _curves(evaluation: Evaluation) -> dict[str, dict[str, Any]]:
    calibration = evaluation.calibration
    on_test = {key: curve.document() for key, curve in evaluation.reliability.items()}
    return {
        "validation, before": {key: entry["before"] for key, entry in calibration.items()},
        "validation, after": {key: entry["after"] for key, entry in calibration.items()},
        f"test ({evaluation.served.main}), int8": on_test,
    }


def _columns(log: Path) -> dict[str, list[float]]:
    """A training's log by column."""
    with log.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        name: [float(row[name].replace("NA", "nan")) for row in rows]
        for name in (rows[0] if rows else ())
    }


def _pictures(evaluation: Evaluation, int8: Predictor, test: Sequence[TrainingScene]) -> str:
    """Three pictures a scene of the main source."""
    shown = [scene for scene in test if scene.source == evaluation.served.main]
    return "".join(_of_scene(evaluation, int8, scene) for scene in shown)


def _of_scene(evaluation: Evaluation, int8: Predictor, scene: TrainingScene) -> str:
    called = threshold(int8.scores(scene), evaluation.served.thresholds)
    uris = [picture(scene), painted(scene, scene.labels == 1), painted(scene, called)]
    images = "".join(f'<img src="{uri}" width="380" alt="">' for uri in uris)
    return f"<figure>{images}<figcaption>{escape(scene.name)}</figcaption></figure>"


SIDE = 300  # pixels, about


def picture(scene: TrainingScene) -> str:
    """True colour as a data URI."""
    return _uri(_colour(scene))


def painted(scene: TrainingScene, masks: Masks) -> str:
    """Classes over true colour as a data URI."""
    over = overlay([Layer(mask[:: _step(scene), :: _step(scene)], ()) for mask in masks], "corine")
    share = over[3] / 255
    return _uri((_colour(scene) * (1 - share) + over[:3] * share).astype(np.uint8))


def _colour(scene: TrainingScene) -> NDArray[np.uint8]:
    step = _step(scene)
    pixels = scene.pixels[:, ::step, ::step].astype(np.float32)
    _, height, width = pixels.shape
    image = Image(pixels, np.ones((height, width), bool), "float32", Grid(width, height))
    return view(image, "true-colour")[:3]


def _step(scene: TrainingScene) -> int:
    return max(1, round(max(scene.pixels.shape[1:]) / SIDE))


def _uri(rgb: NDArray[np.uint8]) -> str:
    return f"data:image/png;base64,{b64encode(png(rgb)).decode()}"
