"""`make bench-scenes` on a scene of a hectare, in this process."""

import json
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from scripts.benchmark import scenes
from scripts.benchmark.scenes import STAGES, CountedStore, Result, Taken, as_json, measure, row
from scripts.make_scene import write_large

RESULT = Result(
    km2=10,
    side_px=2550,
    file_mb=66,
    blocks=1,
    stages={
        name: Taken(2.0, 3.0 + number, 100.4 * number, {"get": 5, "put": number})
        for number, name in enumerate(STAGES)
    },
    products_mb={"masks.tif": 2, "classes.tif": 0.5, "polygons.fgb": 7, "item.json": 0.1},
    polygons=20_188,
)


def test_what_make_cost_reads_are_the_seconds_and_the_memory_of_each_stage() -> None:
    found = as_json(RESULT)
    assert found["area_km2"] == 10
    assert found["stages"] == {
        "plan": {"seconds": 3, "peak_mb": 0},
        "blocks": {"seconds": 4, "peak_mb": 100},
        "seams": {"seconds": 5, "peak_mb": 201},
        "assembly": {"seconds": 6, "peak_mb": 301},
    }
    assert found["requests"] == {"get": 20, "put": 6, "blocks": 1}
    assert (found["source_mb"], found["products_mb"]) == (66, 9.6)
    assert json.loads(json.dumps(found)) == found


def test_a_row_has_the_sizes_of_rasters_and_vectors() -> None:
    assert row(RESULT) == (
        "| 10 km² (2550 px, 66 MB) | 8.0 s | 3.0, 4.0, 5.0, 6.0 s | 0, 100, 201, 301 MB"
        " | 20,188 | 2.5 MB | 7.0 MB |"
    )


def test_requests_are_counted_as_s3_would_count_them(tmp_path: Path) -> None:
    store = CountedStore(tmp_path)
    store.put("a", b"1")
    store.write("b", iter([b"0" * 2**23, b"1"]))  # begun, two parts, completed
    assert (store.get("a"), store.get("c"), store.read("a", 0, 1)) == (b"1", None, b"1")
    assert store.counts == {"put": 5, "get": 3}


class Here(Executor):
    """An executor that calls at once, in this process."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*args, **named))
        return done


def test_the_stages_of_a_scene_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow", reason="the extra `scenes` is not installed: no pyarrow")

    def processes(count: int, setting: tuple[Path, Path] | None) -> Here:
        while scenes._loaded:
            scenes._loaded.pop().source.close()
        if setting:
            scenes._load(*setting)
        return Here()

    def write(path: Path, km2: float) -> None:
        write_large(path, km2, patch_px=40)  # larger ones take seconds to paint

    monkeypatch.setattr(scenes, "write_large", write)
    monkeypatch.setattr(scenes, "_processes", processes)
    result = measure(0.01, tmp_path, 2)
    scenes._loaded.pop().source.close()
    assert (result.side_px, result.blocks, set(result.stages)) == (81, 1, set(STAGES))
    assert all(taken.cpu_s >= 0 and taken.peak_mb > 10 for taken in result.stages.values())
    assert result.stages["blocks"].requests["get"] > 1
    assert {"classes.tif", "masks.tif", "polygons.parquet", "item.json"} <= set(result.products_mb)
    assert [path.name for path in tmp_path.iterdir()] == ["0.01.tif"]
