"""Segment a whole scene, from a GeoTIFF to COGs, polygons and a STAC Item.

    python -m scripts.process_scene scene.tif --out build/scenes

Here, or with `--api` by a running service. If it is interrupted, the same command resumes.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from tesela.core.bands import parse_order
from tesela.core.model import load
from tesela.errors import TeselaError
from tesela.scenes.plan import BLOCK_PX, Options

from scripts.process_scene.remote import RemoteError, Service, process_remotely
from scripts.process_scene.stages import MODEL, Result, process_scene

_BAR = 30


def main() -> int:
    """Process the scene that the command line names."""
    options = _options()
    return _remotely(options) if options.api else _here(options)


def _remotely(options: argparse.Namespace) -> int:
    asked = {"bands": options.bands} if options.bands else {}
    asked |= {"scores": "true"} if options.scores else {}
    service = Service(options.api.rstrip("/"), os.environ.get("TOKEN", ""))
    try:
        folder, scene = process_remotely(service, options.file, options.out, asked, _progress)
    except (RemoteError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    facts = scene["facts"]
    print(f"\n{facts['width']} x {facts['height']} px, {facts['area_km2']:.2f} km2: {folder}")
    for warning in facts["warnings"]:
        print(f"  {warning['text']}")
    _list(folder)
    return 0


def _here(options: argparse.Namespace) -> int:
    chosen = Options(
        thresholds=load(MODEL).thresholds,
        band_order=parse_order(options.bands) if options.bands else None,
        scores=options.scores,
        max_km2=options.max_km2,
        block_px=options.block_px,
    )
    try:
        result = process_scene(
            [Path(name) for name in options.file],
            options.out,
            chosen,
            options.workers,
            _progress,
            keep_parts=options.keep_parts,
        )
    except (TeselaError, OSError) as error:
        busy = isinstance(error, BlockingIOError)
        print(f"\n{'Another process is at this scene.' if busy else error}", file=sys.stderr)
        return 1
    _report(result)
    return 0


def _progress(stage: str, done: int, total: int) -> None:
    """Draw a bar where somebody looks, else print a line."""
    if not sys.stderr.isatty():
        print(f"{stage} {done} of {total}", file=sys.stderr, flush=True)
        return
    filled = _BAR * done // total
    text = f"{stage:<9}[{'#' * filled}{'.' * (_BAR - filled)}] {done} of {total}"
    print(
        f"\r{text:<{shutil.get_terminal_size().columns - 1}}", end="", file=sys.stderr, flush=True
    )


def _report(result: Result) -> None:
    plan = result.plan
    print(f"\n{plan.width} x {plan.height} px, {plan.area_km2:.2f} km2: {result.folder}")
    for warning in plan.warnings:
        print(f"  {warning.text}")
    for stage in result.stages:
        print(
            f"  {stage.stage:<9}{stage.wall_s:8.1f} s {stage.cpu_s:8.1f} s of processors "
            f"{stage.peak_mb:7.0f} MB"
        )
    _list(result.folder)


def _list(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith("."):
            print(f"  {path.name:<18}{path.stat().st_size / 1e6:10.2f} MB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "file",
        nargs="+",
        help="an 8-band GeoTIFF, or eight of one band; with --api also addresses that it may read",
    )
    parser.add_argument("--out", type=Path, default=Path("build/scenes"))
    parser.add_argument("--api", default="", help="of a running service; its token is in TOKEN")
    parser.add_argument(
        "--bands", help="the file's bands for coastal, blue, ... NIR2: 8,7,6,5,4,3,2,1"
    )
    parser.add_argument("--scores", action="store_true", help="keep scores.tif as well")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--max-km2", type=float, default=10_000)
    parser.add_argument("--block-px", type=int, default=BLOCK_PX, help="memory follows its square")
    parser.add_argument("--keep-parts", action="store_true", help="keep what the stages handed on")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
