"""What a class says of the others: a roof is no road."""

import numpy as np
from tesela.catalogue import KEYS

from scripts.training.data.scenes import UNKNOWN, Labels

# Of the pixels of the class on the left, under 0.5 % belong to a class on the right in the official
# polygons of 22 Dstl scenes. Crowns over roofs and roads, vehicles on roads and trees in fields
# overlap more and are left out.
_WATER = ("waterways", "standing_water")
EXCLUDED = {
    "buildings": ("structures", "roads", "tracks", "crops", *_WATER, "large_vehicles"),
    "roads": ("buildings", "structures", "tracks", "crops", *_WATER),
    "tracks": ("buildings", "structures", "roads", *_WATER),
    "structures": ("buildings", "roads", *_WATER, "large_vehicles", "small_vehicles"),
    "trees": ("buildings", "structures", *_WATER, "large_vehicles", "small_vehicles"),
    "waterways": ("buildings", "structures", "roads", "tracks", "crops", "standing_water"),
    "standing_water": ("buildings", "structures", "roads", "tracks", "waterways"),
    "large_vehicles": ("buildings", "structures", "trees", "crops", *_WATER, "small_vehicles"),
    "small_vehicles": ("buildings", "structures", "trees", *_WATER, "large_vehicles"),
}


def exclude(labels: Labels) -> Labels:
    """Mark as absent, in place, what another class that is present excludes and nobody labelled."""
    present = {key: labels[KEYS.index(key)] == 1 for key in EXCLUDED}
    for key, mask in present.items():
        if mask.any():
            for other in EXCLUDED[key]:
                plane = labels[KEYS.index(other)]
                plane[mask & (plane == UNKNOWN)] = 0
    return labels


def absent_where(labels: Labels, mask: np.ndarray, keys: tuple[str, ...]) -> None:
    """Mark classes as absent, in place, where a mask (H, W) holds."""
    for key in keys:
        labels[KEYS.index(key)][mask] = 0
