"""The report's figures: values in, Plotly figures out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots
from tesela.catalogue import CLASSES, KEYS
from tesela.core.masks import SCORE_UNIT

from scripts.training.scoring.histograms import ScoreHistograms

TITLES = {"baseline": "baseline", "f32": "ours, float", "int8": "ours, int8"}
COLOURS = {"baseline": "#9a9a9a", "f32": "#7fb3d5", "int8": "#1f5f8b"}
_STEPS = ("#bbbbbb", "#7fb3d5", "#c0392b")  # of calibration: before, after, on the test scenes
_COLUMNS = 5  # of small multiples
_DIAGONAL = {"color": "#bbbbbb", "dash": "dot", "width": 1}


def bars(scores: Mapping[str, Mapping[str, Any]]) -> go.Figure:
    """Jaccard by class, a bar a model, with its interval."""
    figure = go.Figure(layout={"barmode": "group", "yaxis": {"title": "Jaccard", "range": [0, 1]}})
    for name, found in scores.items():
        entries = [found["classes"][key] for key in KEYS]
        figure.add_bar(
            name=TITLES[name],
            marker_color=COLOURS[name],
            x=[entry.name["en"] for entry in CLASSES],
            y=[entry and entry["iou"] for entry in entries],
            error_y={"array": _reach(entries, "high"), "arrayminus": _reach(entries, "low")},
        )
    return figure


def heat(rows: Mapping[str, Sequence[float | None]]) -> go.Figure:
    """Jaccard by scene and class, the number in each cell."""
    names = list(rows)
    values = [list(rows[name]) for name in names]
    texts = [["" if value is None else f"{value:.2f}" for value in row] for row in values]
    figure = go.Figure(layout={"height": 120 + 32 * len(names)})
    figure.add_heatmap(
        x=[entry.name["en"] for entry in CLASSES],
        y=names,
        z=values,
        text=texts,
        texttemplate="%{text}",
        zmin=0,
        zmax=1,
        colorscale="Blues",
        hoverongaps=False,
    )
    return figure.update_yaxes(autorange="reversed")


def precision_recall(histogram: ScoreHistograms, thresholds: Mapping[str, float]) -> go.Figure:
    """Precision over recall at every threshold, the chosen one marked."""
    figure = _multiples("recall", "precision")
    for number, key in enumerate(KEYS):
        if histogram.holds(number):
            levels = np.arange(1, SCORE_UNIT) / SCORE_UNIT
            x, y = _precision_recall(histogram, number, levels)
            named = [f"threshold {level:.2f}" for level in levels]
            _line(figure, number, x, y, text=named, line={"color": COLOURS["int8"]})
            x, y = _precision_recall(histogram, number, np.array([thresholds[key]]))
            marker = {"size": 10, "color": "#c0392b"}
            _line(figure, number, x, y, text=[f"chosen: {thresholds[key]:.2f}"], marker=marker)
    return figure


def reliabilities(curves: Mapping[str, Mapping[str, Mapping[str, Any] | None]]) -> go.Figure:
    """How often a probability was right; `curves` by name and class, each as `Reliability` writes it."""
    figure = _multiples("predicted probability", "observed frequency")
    for number, key in enumerate(KEYS):
        _line(figure, number, [0, 1], [0, 1], mode="lines", line=_DIAGONAL)
        for (name, by_class), colour in zip(curves.items(), _STEPS, strict=True):
            curve = by_class.get(key)
            if curve:
                how = {"name": name, "legendgroup": name, "marker": {"color": colour}}
                pixels = [f"{count:,.0f} pixels" for count in curve["pixels"]]
                _line(figure, number, curve["predicted"], curve["observed"], text=pixels, **how)
    return _legend(figure)


def learning(logs: Mapping[str, Mapping[str, Sequence[float]]]) -> go.Figure:
    """Loss by epoch; `logs` by model and column."""
    figure = go.Figure(layout={"xaxis": {"title": "epoch"}, "yaxis": {"title": "loss"}})
    for name, columns in logs.items():
        for column, values in columns.items():
            if "loss" in column and not np.isnan(values).all():
                figure.add_scatter(x=columns["epoch"], y=values, name=f"{name}: {column}")
    return figure


def _reach(entries: Sequence[Mapping[str, Any] | None], end: str) -> list[float]:
    """Lengths of the error bars; 0 where there is no interval."""
    return [
        abs(entry[end] - entry["iou"]) if entry and entry[end] is not None else 0
        for entry in entries
    ]


def _precision_recall(
    histogram: ScoreHistograms, number: int, levels: NDArray[np.float64]
) -> tuple[list[float], list[float]]:
    found = [histogram.at(number, level) for level in levels]
    found = [confusion for confusion in found if confusion.hits + confusion.false_alarms > 0]
    return [confusion.recall for confusion in found], [confusion.precision for confusion in found]


def _multiples(x: str, y: str) -> go.Figure:
    """A small square plot a class."""
    titles = [entry.name["en"] for entry in CLASSES]
    rows = -(-len(titles) // _COLUMNS)
    shared = {"shared_xaxes": True, "shared_yaxes": True, "vertical_spacing": 0.12}
    figure = make_subplots(rows, _COLUMNS, subplot_titles=titles, x_title=x, y_title=y, **shared)
    figure.update_xaxes(range=[0, 1]).update_yaxes(range=[0, 1])
    return figure.update_layout(height=560)


def _line(figure: go.Figure, number: int, x: Any, y: Any, **how: Any) -> None:
    row, column = divmod(number, _COLUMNS)
    how = {"showlegend": False, "mode": "lines+markers", "marker": {"size": 4}} | how
    figure.add_scatter(x=x, y=y, row=row + 1, col=column + 1, **how)


def _legend(figure: go.Figure) -> go.Figure:
    """Name each group of lines once."""
    named: set[str | None] = {None}
    for trace in figure.data:
        trace.showlegend = trace.legendgroup not in named
        named.add(trace.legendgroup)
    return figure
