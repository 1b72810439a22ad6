"""Road masks: WorldView-3 RGB of Las Vegas (centre lines) and aerial RGB of Japan (true areas)."""

from collections.abc import Iterator
from pathlib import Path

from scipy import ndimage
from tesela.catalogue import KEYS

from scripts.training.data.exclusions import exclude
from scripts.training.data.scenes import UNKNOWN, TrainingScene, unknown
from scripts.training.data.tiles import read_bands, rgb_scene

# Pixel size, and how far about a road the ground is unknown: Vegas's lines have one width.
PLACES = {"vegas": (0.76, 6.0), "japan": (0.4, 0.0)}


def scenes(folder: Path) -> Iterator[TrainingScene]:
    """Yield the tiles of both places; they tell of roads alone."""
    for place, (gsd_m, doubtful_m) in PLACES.items():
        for path in sorted((folder / place / "images").iterdir()):
            road = read_bands((folder / place / "masks" / path.name).with_suffix(".png"))[0] > 0
            labels = unknown(*road.shape)
            plane = labels[KEYS.index("roads")]
            plane[:] = road
            if doubtful_m:
                distance = ndimage.distance_transform_edt(~road)
                plane[(distance > 0) & (distance <= doubtful_m / gsd_m)] = UNKNOWN
            colour, name = read_bands(path), f"roads_rgb/{place}_{path.stem}"
            yield rgb_scene(
                name, "train", colour, exclude(labels), gsd_m=gsd_m, terrain=f"roads_rgb_{place}"
            )
