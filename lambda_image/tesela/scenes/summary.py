"""What a scene's answer says in numbers: per class, as JSON and as CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from tesela.catalogue import CLASSES
from tesela.core.masks import SCORE_UNIT
from tesela.core.summary import ClassSummary
from tesela.scenes.names import BlockNames
from tesela.scenes.plan import Plan
from tesela.scenes.ports import Store
from tesela.scenes.seams import fetch
from tesela.scenes.vectors import features_by_block


def summarise_scene(plan: Plan, store: Store) -> dict[str, Any]:
    """Return the content of `summary.json`."""
    counts = [json.loads(fetch(store, BlockNames(plan, block).done)) for block in plan.blocks()]
    valid_pixels = sum(count["valid_pixels"] for count in counts)
    classes = _classes(counts, _objects(plan, store), valid_pixels)
    return {
        "id": plan.id,
        "image": {
            "width": plan.width,
            "height": plan.height,
            "dtype": plan.dtype,
            "crs": plan.crs,
            "bounds": plan.bounds,
            "pixel_size_m": plan.pixel_size_m,
            "area_km2": round(plan.area_km2, 4),
            "valid_pixels": valid_pixels,
        },
        "model": asdict(plan.model),
        "thresholds": plan.thresholds,
        "classes": [asdict(each) | {"area_ha": each.area_ha} for each in classes],
        "warnings": [asdict(warning) for warning in plan.warnings],
    }


def table(summary: Mapping[str, Any]) -> bytes:
    """Return the classes of a summary as CSV."""
    names = ["number", "key", "polygons", "area_m2", "area_ha", "area_percent", "mean_score"]
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, names)
    writer.writeheader()
    writer.writerows(summary["classes"])
    return file.getvalue().encode()


def _objects(plan: Plan, store: Store) -> Sequence[float]:
    """Objects of each class: a feature counts by its share where an object has several."""
    total = np.zeros(len(CLASSES) + 1)
    for features in features_by_block(plan, store):
        total += np.bincount(features.number, 1 / features.parts, len(total))
    return [float(count) for count in total[1:]]


def _classes(
    counts: Sequence[Mapping[str, Any]], objects: Sequence[float], valid_pixels: int
) -> list[ClassSummary]:
    def total(name: str) -> Sequence[float]:
        return [sum(values) for values in zip(*(count[name] for count in counts), strict=True)]

    rows = zip(CLASSES, objects, total("pixels"), total("score_sum"), total("area_m2"), strict=True)
    return [
        ClassSummary(
            number=entry.number,
            key=entry.key,
            polygons=round(count),
            area_m2=round(area_m2, 2),
            area_percent=round(100 * pixels / max(valid_pixels, 1), 4),
            mean_score=round(score_sum / pixels / SCORE_UNIT, 4) if pixels else None,
        )
        for entry, count, pixels, score_sum, area_m2 in rows
    ]
