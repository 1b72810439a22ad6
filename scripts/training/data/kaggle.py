"""The Dstl competition's own folder: real eight bands, and all ten classes as polygons.

`sixteen_band/{id}_M.tif`, `train_wkt_v4.csv` and `grid_sizes.csv`, as Kaggle's archives unpack; what
folders lie between does not matter, and the tables may stay zipped. `ClassType` 1 to 10 is the
catalogue's order.
"""

from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry
from tesela.catalogue import CLASSES, KEYS
from tesela.core.decode import decode
from tesela.core.image import Image
from tesela.errors import TeselaError

from scripts.training.data import dstl
from scripts.training.data.errors import DataError
from scripts.training.data.scenes import (
    PARTS,
    UNKNOWN,
    UNLABELLED,
    Labels,
    TrainingScene,
    unknown,
)

POLYGONS, SIZES = "train_wkt_v4.csv", "grid_sizes.csv"
UNLABELLED_SCENES = 8  # of the 425 that have no polygons
CLASS_TYPES = [str(entry.number) for entry in CLASSES]


@dataclass(frozen=True)
class Grid:
    """A scene of `width` x `height` px that reaches from (0, 0) to (`x_max`, `y_min`); y is negative.

    By the competition's data processing tutorial, x_px = x / Xmax * W * W / (W + 1), and y_px
    likewise with Ymin and H.
    """

    width: int
    height: int
    x_max: float
    y_min: float

    @property
    def transform(self) -> Affine:
        """Leads from (column, row) to coordinates."""
        return Affine.scale(
            self.x_max * (self.width + 1) / self.width**2,
            self.y_min * (self.height + 1) / self.height**2,
        )

    def burn(self, geometry: BaseGeometry) -> NDArray[np.uint8]:
        """Mask (height, width), 1 where a polygon holds the centre of a pixel.

        So for vehicles too, which cover 2 to 6 px. In the four scenes whose official polygons we
        measured, small ones keep their area (368 px drawn, 361 marked), though 3 of 85 cars and 40
        of 59 motorbikes hold no centre; all pixels touched would make them 2.8 times as large and
        join neighbours.
        """
        shape = (self.height, self.width)
        polygons = list(_polygons(geometry))
        if not polygons:
            return np.zeros(shape, np.uint8)
        return rasterize(polygons, shape, transform=self.transform, dtype="uint8")


def scenes(folder: Path, parts: Container[str] = PARTS) -> Iterator[TrainingScene]:
    """Yield every scene of the parts that has polygons, its split the one of `dstl`, and some that have none.

    Raises:
        DataError: A file, scene, column or polygon is missing or wrong.
    """
    polygons = _table(folder, POLYGONS, "ImageId", "ClassType", "MultipolygonWKT")
    sizes = _table(folder, SIZES, "Xmax", "Ymin")
    sizes = sizes.set_index(sizes.columns[0])  # its header is empty
    for key, rows in polygons.groupby("ImageId"):
        scene = str(key)
        if dstl.part(scene) not in parts:
            continue
        image = _image(folder, f"{scene}_M.tif")
        labels = _labels(rows, _grid(sizes, scene, image.valid.shape))
        labels[:, ~image.valid] = UNKNOWN
        pixels = image.pixels.astype(np.float16)  # exact for 11 bits
        yield TrainingScene(f"competition/{scene}", dstl.part(scene), pixels, labels)
    if UNLABELLED in parts:
        yield from _unlabelled(folder, set(polygons["ImageId"]))


def _unlabelled(folder: Path, labelled: Collection[str]) -> Iterator[TrainingScene]:
    names = sorted({path.name.removesuffix("_M.tif") for path in folder.rglob("*_M.tif")})
    for scene in [name for name in names if name not in labelled][:UNLABELLED_SCENES]:
        pixels = _image(folder, f"{scene}_M.tif").pixels.astype(np.float16)
        labels = unknown(*pixels.shape[1:])
        yield TrainingScene(f"competition/{scene}", UNLABELLED, pixels, labels)


def _table(folder: Path, name: str, *columns: str) -> pd.DataFrame:
    path = _find(folder, name, f"{name}.zip")
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (ValueError, BadZipFile) as error:
        raise DataError(f"{path} is no table: {error}.") from error
    missing = [column for column in columns if column not in table]
    if missing:
        raise DataError(
            f"{name} lacks the column {missing[0]}; it has {', '.join(map(str, table))}."
        )
    return table


def _find(folder: Path, *names: str) -> Path:
    """The file of one of these names that lies least deep."""
    found = [path for name in names for path in folder.rglob(name) if path.is_file()]
    if not found:
        raise DataError(f"There is no {' or '.join(names)} in {folder} or below.")
    return min(found, key=lambda path: len(path.parts))


def _image(folder: Path, name: str) -> Image:
    try:
        return decode(_find(folder, name).read_bytes())
    except TeselaError as error:
        raise DataError(f"{name}: {error}") from error


def _grid(sizes: pd.DataFrame, scene: str, shape: tuple[int, int]) -> Grid:
    if scene not in sizes.index:
        raise DataError(f"{SIZES} has no row for the scene {scene} of {POLYGONS}.")
    told = sizes.loc[scene, ["Xmax", "Ymin"]]
    try:
        x_max, y_min = map(float, told)
    except ValueError as error:
        raise DataError(f"{SIZES}, scene {scene}: {error}.") from error
    if not x_max > 0 > y_min:
        raise DataError(f"{SIZES}, scene {scene}: Xmax {x_max} must be over 0, Ymin {y_min} under.")
    return Grid(shape[1], shape[0], x_max, y_min)


def _labels(rows: pd.DataFrame, grid: Grid) -> Labels:
    """What has no row is unknown; an empty polygon says that the class is absent."""
    labels = unknown(grid.height, grid.width)
    for row in rows.itertuples():
        where = f"{POLYGONS}, scene {row.ImageId}, ClassType {row.ClassType}"
        if row.ClassType not in CLASS_TYPES:
            raise DataError(f"{where}: it must be 1 to {len(KEYS)}.")
        try:
            geometry = shapely.from_wkt(str(row.MultipolygonWKT))
        except shapely.errors.GEOSException as error:
            raise DataError(f"{where}: {error}.") from error
        labels[CLASS_TYPES.index(str(row.ClassType))] = grid.burn(geometry)
    return labels


def _polygons(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    """Valid parts; rings that cross or overlap are joined, so that no ground is lost between them."""
    if not geometry.is_valid:
        geometry = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    return (part for part in shapely.get_parts(geometry) if not part.is_empty)
