"""Ground that networks take for a class: where a false alarm is likely, training looks more often.

The kinds are those of the confusion table of the scores out of fold.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from tesela.catalogue import KEYS

from scripts.training.data.scenes import TrainingScene

Mask = NDArray[np.bool_]  # (H, W)
BLUE, GREEN, RED, NIR1 = 1, 2, 4, 6
NEAR_PX = 12  # car parks lie by roads and buildings
DARK_PERCENT, GREEN_PERCENT, BARE_PERCENT = 4, 65, 40  # of a scene's own pixels


def lookalikes(scene: TrainingScene) -> dict[str, Mask]:
    """Masks of each kind that a scene is known to show."""
    masks = {name: of_kind(scene) for name, of_kind in KINDS.items()}
    return {name: mask for name, mask in masks.items() if mask.any()}


def _canal_for_road(scene: TrainingScene) -> Mask:
    return _is(scene, 0, "roads") & (_is(scene, 1, "waterways") | _is(scene, 1, "standing_water"))


def _grass_for_crops(scene: TrainingScene) -> Mask:
    green = _greenness(scene)
    return (
        _is(scene, 0, "crops")
        & ~_is(scene, 1, "trees")
        & (green > np.percentile(green, GREEN_PERCENT))
    )


def _shadow_for_water(scene: TrainingScene) -> Mask:
    light = scene.pixels.astype(np.float32).mean(axis=0)
    dry = _is(scene, 0, "standing_water") & _is(scene, 0, "waterways")
    return dry & (light <= np.percentile(light, DARK_PERCENT))


def _car_park_for_road(scene: TrainingScene) -> Mask:
    """Bare ground by roads and buildings, of no other class."""
    green = _greenness(scene)
    built = _is(scene, 1, "roads") | _is(scene, 1, "buildings")
    near = ndimage.distance_transform_cdt(~built) <= NEAR_PX if built.any() else built
    bare = _is(scene, 0, "roads") & ~(scene.labels == 1).any(axis=0)
    return near & bare & (green < np.percentile(green, BARE_PERCENT))


def _roof_for_structure(scene: TrainingScene) -> Mask:
    return _is(scene, 0, "structures") & _is(scene, 1, "buildings")


KINDS: dict[str, Callable[[TrainingScene], Mask]] = {
    "canal for road": _canal_for_road,
    "grass for crops": _grass_for_crops,
    "shadow for water": _shadow_for_water,
    "car park for road": _car_park_for_road,
    "roof for structure": _roof_for_structure,
}


def _is(scene: TrainingScene, truth: int, key: str) -> Mask:
    mask: Mask = scene.labels[KEYS.index(key)] == truth
    return mask


def _greenness(scene: TrainingScene) -> NDArray[np.float32]:
    """NDVI up to the bands' scales, which ranks a scene's pixels; of red and green without infrared."""
    red, green, infrared = (scene.pixels[n].astype(np.float32) for n in (RED, GREEN, NIR1))
    other = infrared if infrared.any() else green
    result: NDArray[np.float32] = (other - red) / np.maximum(other + red, 1e-6)
    return result
