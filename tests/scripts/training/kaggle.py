"""A tiny folder in the Dstl competition's own form, made of simulated scenes."""

from pathlib import Path

import numpy as np
import pandas as pd
import shapely
import shapely.geometry
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.features import shapes

from scripts.make_scene import Scene, make_scene, write_tiff

WIDTH, HEIGHT = 211, 200
X_MAX, Y_MIN = 0.0023, -0.0021  # degrees, in the proportion of a whole scene's
KINDS = {  # a terrain for each fold, and one to test on
    "6010_1_2": "town",
    "6100_1_3": "roads",
    "6100_2_3": "river",
    "6110_4_0": "town",
    "6120_2_0": "farmland",
}


def write_folder(folder: Path) -> dict[str, Scene]:
    """Write images, polygons and sizes as Kaggle's archives unpack; returns what they show."""
    scenes = {
        name: make_scene(kind, 50 + n, WIDTH, HEIGHT)
        for n, (name, kind) in enumerate(KINDS.items())
    }
    (folder / "sixteen_band").mkdir(parents=True)
    for name, scene in scenes.items():
        write_tiff(scene, folder / "sixteen_band" / f"{name}_M.tif")
    rows = [
        (name, number, multipolygon(mask))
        for name, scene in scenes.items()
        for number, mask in enumerate(scene.truth, 1)
    ]
    polygons = pd.DataFrame(rows, columns=["ImageId", "ClassType", "MultipolygonWKT"])
    polygons.to_csv(folder / "train_wkt_v4.csv", index=False)
    sizes = pd.DataFrame({"Xmax": X_MAX, "Ymin": Y_MIN}, index=list(scenes))
    sizes.to_csv(folder / "grid_sizes.csv")  # the header of the first column is empty
    return scenes


def multipolygon(mask: NDArray[np.bool_]) -> str:
    """WKT of a mask's objects, in the competition's coordinates and to their six decimals."""
    height, width = mask.shape
    place = Affine(X_MAX * (width + 1) / width**2, 0, 0, 0, Y_MIN * (height + 1) / height**2, 0)
    objects = shapes(mask.astype(np.uint8), mask, connectivity=4, transform=place)
    parts = [shapely.geometry.shape(geometry) for geometry, _ in objects]
    polygons = [part for part in parts if isinstance(part, shapely.Polygon)]
    return str(shapely.to_wkt(shapely.MultiPolygon(polygons), rounding_precision=6))
