"""The report: one HTML file with every figure, to be opened from the disk."""

import csv
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import plotly.graph_objects as go
from tesela.catalogue import KEYS
from tesela.core.masks import threshold

from scripts.training.data.scenes import TrainingScene
from scripts.training.model.predictors import Contestant
from scripts.training.report import figures
from scripts.training.report.markdown import cell
from scripts.training.report.pictures import painted, picture
from scripts.training.report.story import TITLES
from scripts.training.report.tables import with_interval
from scripts.training.report.terminal import summary
from scripts.training.scoring.findings import Findings
from scripts.training.scoring.histograms import total

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
pre {{ overflow: auto; }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def write_report(
    path: Path,
    findings: Findings,
    int8: Contestant,
    test: Sequence[TrainingScene],
    logs: Mapping[str, Path],
) -> None:
    """Write the report."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(findings, int8, test, logs), "utf-8")


def page(
    findings: Findings,
    int8: Contestant,
    test: Sequence[TrainingScene],
    logs: Mapping[str, Path],
) -> str:
    """The report's HTML; Plotly is in it, once."""
    drawn = _figures(findings, logs)
    parts = [f"<p>Trained on: {escape(findings.trained_on)}</p>", _table(findings)]
    for number, (title, figure) in enumerate(drawn.items()):
        figure.update_layout(template="plotly_white", margin={"t": 50, "b": 60})
        html = figure.to_html(full_html=False, include_plotlyjs=number == 0)
        parts.append(f"<h2>{escape(title)}</h2>{html}")
    parts.append(f"<h2>Scenes: colour, truth, int8</h2>{_pictures(findings, int8, test)}")
    parts.append(f"<h2>As printed</h2><pre>{escape(summary(findings))}</pre>")
    title = f"{findings.document['name']} {findings.document['version']}, judged"
    return _PAGE.format(title=escape(title), body="\n".join(parts))


def _figures(findings: Findings, logs: Mapping[str, Path]) -> dict[str, go.Figure]:
    verdict, source = findings.served, findings.served.main
    title = TITLES.get(source, source)
    scores = {name: one.scores()[source] for name, one in findings.verdicts.items()}
    whole = total(verdict.sources[source].values())
    drawn = {
        f"Jaccard by class on {title}, 95 % intervals": figures.bars(
            {name: scores[name] for name in figures.TITLES if name in scores}
        ),
        "Jaccard by scene, int8": figures.heat(_by_scene(findings)),
        f"Precision and recall on {title}, int8": figures.precision_recall(
            whole, verdict.thresholds
        ),
        "Reliability": figures.reliabilities(_curves(findings)),
    }
    read = {name: _columns(path) for name, path in logs.items()}
    return drawn | ({"Learning": figures.learning(read)} if read else {})


def _table(findings: Findings) -> str:
    """Class by model, with intervals."""
    models = [name for name in figures.TITLES if name in findings.verdicts]
    scores = {name: findings.verdicts[name].scores()[findings.served.main] for name in models}
    rows = [[key, *(with_interval(scores[n]["classes"][key]) for n in models)] for key in KEYS]
    rows.append(["mean", *(with_interval(scores[name], "mean_iou") for name in models)])
    head = _row("th", ["class", *(figures.TITLES[name] for name in models)])
    return f"<table>{head}{''.join(_row('td', row) for row in rows)}</table>"


def _row(tag: str, cells: Sequence[object]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell(value))}</{tag}>' for value in cells)}</tr>"


def _by_scene(findings: Findings) -> dict[str, list[float | None]]:
    """Each ground of the main source, then the sum of every other source."""
    verdict = findings.served
    rows = verdict.by_scene(verdict.main)
    for name, entry in findings.scores["others"].items():
        classes = [entry["classes"][key] for key in KEYS]
        rows[f"all {name}"] = [found and found["iou"] for found in classes]
    return rows


def _curves(findings: Findings) -> dict[str, dict[str, object]]:
    calibration = findings.calibration
    on_test = {key: curve.document() for key, curve in findings.reliability.items()}
    return {
        "validation, before": {key: entry["before"] for key, entry in calibration.items()},
        "validation, after": {key: entry["after"] for key, entry in calibration.items()},
        f"test ({findings.served.main}), int8": on_test,
    }


def _columns(log: Path) -> dict[str, list[float]]:
    """A training's log by column."""
    with log.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        name: [float(row[name].replace("NA", "nan")) for row in rows]
        for name in (rows[0] if rows else ())
    }


def _pictures(findings: Findings, int8: Contestant, test: Sequence[TrainingScene]) -> str:
    """Three pictures a scene of the main source."""
    shown = [scene for scene in test if scene.source == findings.served.main]
    return "".join(_of_scene(findings, int8, scene) for scene in shown)


def _of_scene(findings: Findings, int8: Contestant, scene: TrainingScene) -> str:
    called = threshold(int8.scores(scene), findings.served.thresholds)
    uris = [picture(scene), painted(scene, scene.labels == 1), painted(scene, called)]
    images = "".join(f'<img src="{uri}" width="380" alt="">' for uri in uris)
    return f"<figure>{images}<figcaption>{escape(scene.name)}</figcaption></figure>"
