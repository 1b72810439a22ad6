"""What is kept of a prediction: the manifest in S3, and the same as rows in PostgreSQL."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
from pydantic import BeforeValidator, TypeAdapter
from rasterio.crs import CRS
from rasterio.transform import Affine

from tesela.catalogue import CLASSES
from tesela.core.caveat import UNCODED, Caveat
from tesela.core.confidence import Confidence
from tesela.core.ground.crs import crs_name
from tesela.core.image import Grid, Image
from tesela.core.masks import Thresholds
from tesela.core.polygons import Layer
from tesela.core.summary import ClassSummary
from tesela.label import Label, fold


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """The image as it came: size in px, stored type, where it lies."""

    sha256: str
    width: int
    height: int
    dtype: str
    crs: str | None  # `EPSG:n`, or WKT 2
    transform: tuple[float, float, float, float, float, float]  # a, b, c, d, e, f as in rasterio
    bounds: tuple[float, float, float, float]  # west, south, east, north; pixels without CRS
    coordinates: str  # `lonlat` or `pixel`
    pixel_area_m2: float  # the mean of the image
    valid_pixels: int
    # Along a row and along a column, on the ground; older predictions lack it.
    pixel_size_m: tuple[float, float] | None = None
    # Longitude and latitude, clockwise from the first pixel's; none without CRS, and older ones lack it.
    corners: tuple[tuple[float, float], ...] | None = None

    @property
    def grid(self) -> Grid:
        """Where the pixels lie, for polygons and rasters made later."""
        crs = CRS.from_string(self.crs) if self.crs else None
        side_m = self.pixel_area_m2**0.5  # counts without a CRS alone
        return Grid(self.width, self.height, crs, Affine(*self.transform), (side_m, side_m))


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """The model that predicted."""

    name: str
    version: str
    sha256: str


def _caveat(value: object) -> object:
    """Read the sentences that predictions held before warnings had codes."""
    return Caveat(UNCODED, text=value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Prediction:
    """The whole result; `created` in UTC, classes in the catalogue's order."""

    id: UUID
    created: datetime
    image: ImageRecord
    model: ModelRecord
    thresholds: dict[str, float]
    classes: tuple[ClassSummary, ...]
    warnings: tuple[Annotated[Caveat, BeforeValidator(_caveat)], ...]
    band_order: tuple[int, ...] | None = None  # of the file's bands, where the caller stated it
    gsd_m: float | None = None  # pixel size that the model was shown; older ones do not say
    confidence: Confidence | None = None  # older ones have none
    # What people call it, in one line, and what they say of it; neither is part of its id.
    name: str | None = None
    note: str | None = None

    @property
    def search(self) -> str:
        """What a search looks for words in."""
        return fold("\n".join((self.name or "", self.note or "", str(self.id))))

    def labelled(self, label: Label) -> "Prediction":
        """The same, with another name and note."""
        return replace(self, name=label.name, note=label.note)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A prediction's layers at some thresholds, with their counts and areas."""

    prediction: Prediction
    layers: Sequence[Layer]
    classes: tuple[ClassSummary, ...]

    @property
    def grid(self) -> Grid:
        """Where its pixels lie."""
        return self.prediction.image.grid


# Raise it when changed code makes another result of the same image, model and options: what was
# kept before is then no longer the answer to an upload. Its own id still shows it.
REVISION = 2

SCENE_REVISION = 1  # the same of scenes

CODEC = TypeAdapter(Prediction)  # between `Prediction` and its JSON


def prediction_id(
    image_sha256: str,
    recipe: Mapping[str, object],
    thresholds: Thresholds,
    band_order: Sequence[int] | None = None,
    gsd_m: float | None = None,
) -> UUID:
    """An id made of all that a result depends on, so that a repeated request finds it.

    Args:
        image_sha256: Of the upload.
        recipe: `Model.recipe`.
        thresholds: Of every class.
        band_order: As the caller stated it, or None.
        gsd_m: As the caller stated it, or None.
    """
    parts = {
        "revision": REVISION,
        "image": image_sha256,
        **_choices(recipe, thresholds, band_order),
        "gsd_m": gsd_m,
    }
    return uuid5(NAMESPACE_URL, f"tesela:{json.dumps(parts, sort_keys=True)}")


def scene_id(
    version: str,
    recipe: Mapping[str, object],
    thresholds: Thresholds,
    band_order: Sequence[int] | None,
    *,
    scores: bool,
) -> UUID:
    """An id made of all that the products of a scene depend on; how the work is divided is not among it.

    Args:
        version: A text that no other content of the file has.
        recipe: `Model.recipe`.
        thresholds: Of every class.
        band_order: As the caller stated it, or None.
        scores: Whether `scores.tif` is kept as well.
    """
    parts = {
        "revision": SCENE_REVISION,
        "source": version,
        **_choices(recipe, thresholds, band_order),
        "scores": scores,
    }
    return uuid5(NAMESPACE_URL, f"tesela-scene:{json.dumps(parts, sort_keys=True)}")


def _choices(
    recipe: Mapping[str, object], thresholds: Thresholds, band_order: Sequence[int] | None
) -> dict[str, object]:
    """What results of images and of scenes depend on alike."""
    return {
        "recipe": recipe,
        "thresholds": dict(thresholds),
        "band_order": band_order and list(band_order),
        "least_areas_m2": {entry.key: entry.least_area_m2 for entry in CLASSES},
    }


def image_record(image: Image, sha256: str) -> ImageRecord:
    """What is kept of a decoded image."""
    grid = image.grid
    return ImageRecord(
        sha256=sha256,
        width=grid.width,
        height=grid.height,
        dtype=image.dtype,
        crs=crs_name(grid.crs) if grid.crs else None,
        transform=tuple(grid.transform)[:6],
        bounds=grid.bounds,
        coordinates=grid.coordinates,
        pixel_area_m2=grid.pixel_area_m2,
        valid_pixels=int(np.count_nonzero(image.valid)),
        pixel_size_m=grid.pixel_size_m,
        corners=grid.corners,
    )


def model_record(card: Mapping[str, str]) -> ModelRecord:
    """What `model.json` says of itself."""
    return ModelRecord(card["name"], card["version"], card["sha256"])
