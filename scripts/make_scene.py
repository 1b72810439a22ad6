"""Simulated WorldView-3 scenes: samples, test images and training data, with truth known exactly.

    python -m scripts.make_scene --kind town --seed 1 --size 160 --out town.tif --crs EPSG:32618
    python -m scripts.make_scene --samples      # rewrites dashboard_static/samples
    python -m scripts.make_scene --km2 100 --out large.tif

They show that the pipeline works and teach the model what no data has; they prove no accuracy.
"""

import argparse
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.errors import NotGeoreferencedWarning
from tesela import catalogue

from scripts.scenes import sensor
from scripts.scenes.canvas import PIXEL_M, Canvas
from scripts.scenes.kinds import KINDS

SAMPLES_DIR = Path(__file__).parents[1] / "dashboard_static" / "samples"
SAMPLES = {"town": 11, "farmland": 12, "river": 13, "roads": 14}  # kind: seed
SAMPLE_CRS = "EPSG:32618"  # UTM 18N, the zone of Bogotá
PATCH_PX = 200  # a larger one takes far longer to paint
PLACE = Affine(PIXEL_M, 0, 603_000, 0, -PIXEL_M, 515_000)  # its upper left corner, near Bogotá


@dataclass(frozen=True)
class Scene:
    """Eight bands of 11-bit counts and the ten classes that they show."""

    pixels: NDArray[np.uint16]  # (8, height, width), bands as in catalogue.BANDS
    truth: NDArray[np.bool_]  # (10, height, width), classes as in catalogue.KEYS


def make_scene(kind: str, seed: int, width: int = 160, height: int = 160) -> Scene:
    """Simulate a scene; the same arguments always give the same pixels."""
    canvas = Canvas(width, height, np.random.default_rng(seed))
    KINDS[kind](canvas)
    return Scene(sensor.expose(canvas), sensor.coverage(canvas))


def write_tiff(scene: Scene, path: Path, crs: str | None = None) -> None:
    """Write the pixels as an 8-band GeoTIFF, placed near Bogotá when there is a CRS."""
    bands, height, width = scene.pixels.shape
    place = {"crs": crs, "transform": PLACE} if crs else {}
    form = {"dtype": "uint16", "compress": "deflate", "predictor": 2, "zlevel": 9}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # meant so, without a CRS
        with rasterio.open(
            path, "w", driver="GTiff", count=bands, height=height, width=width, **form, **place
        ) as file:
            file.write(scene.pixels)
            file.descriptions = catalogue.BANDS


def write_large(path: Path, km2: float, seed: int = 1, patch_px: int = PATCH_PX) -> None:
    """Write a square scene of any size, tile by tile: its terrain repeats a few simulated patches.

    They are laid side by side, each turned or mirrored by chance. No side of a patch is a multiple of
    a COG's tile, so that seams of blocks run through objects.
    """
    rng = np.random.default_rng(seed)
    patches = [make_scene(kind, seed, patch_px, patch_px).pixels for kind in KINDS]
    side = round((km2 * 1e6) ** 0.5 / PIXEL_M)
    count = -(-side // patch_px)
    chosen, turned = (
        rng.integers(0, len(patches), (count, count)),
        rng.integers(0, 8, (count, count)),
    )
    form = {"dtype": "uint16", "compress": "zstd", "zstd_level": 1, "predictor": 2, "tiled": True}
    size = {"count": 8, "height": side, "width": side, "blockxsize": 512, "blockysize": 512}
    place = {"crs": SAMPLE_CRS, "transform": PLACE, "bigtiff": "if_safer"}
    with rasterio.open(path, "w", driver="GTiff", **size, **form, **place) as file:
        file.descriptions = catalogue.BANDS
        for _, window in file.block_windows(1):
            rows = np.arange(window.row_off, window.row_off + window.height)
            columns = np.arange(window.col_off, window.col_off + window.width)
            pixels = np.empty((8, window.height, window.width), np.uint16)
            for row in np.unique(rows // patch_px):
                for column in np.unique(columns // patch_px):
                    patch = _turned(patches[chosen[row, column]], int(turned[row, column]))
                    down, across = rows // patch_px == row, columns // patch_px == column
                    pixels[:, *np.ix_(down, across)] = patch[
                        :, *np.ix_(rows[down] % patch_px, columns[across] % patch_px)
                    ]
            file.write(pixels, window=window)


def _turned(patch: NDArray[np.uint16], how: int) -> NDArray[np.uint16]:
    """One of the eight ways in which a square lies on itself."""
    mirrored = patch[:, :, ::-1] if how >= 4 else patch
    return np.rot90(mirrored, how % 4, axes=(1, 2))


def main() -> None:
    """Write one scene, or all samples."""
    options = _options()
    if options.km2:
        write_large(options.out, options.km2, options.seed)
        return
    if options.samples:
        for kind, seed in SAMPLES.items():
            write_tiff(make_scene(kind, seed), SAMPLES_DIR / f"{kind}.tif", SAMPLE_CRS)
        return
    scene = make_scene(options.kind, options.seed, options.size, options.size)
    write_tiff(scene, options.out, options.crs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", action="store_true", help="rewrite the committed samples")
    parser.add_argument("--kind", choices=KINDS, default="town")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=160, help="width and height in pixels")
    parser.add_argument(
        "--km2", type=float, help="instead of a size: any area, of repeated terrain"
    )
    parser.add_argument("--crs", help="such as EPSG:32618; without it, pixel coordinates only")
    parser.add_argument("--out", type=Path, default=Path("scene.tif"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
