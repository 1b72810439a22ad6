from pathlib import Path

import numpy as np
import pytest

from scripts.make_scene import Scene
from scripts.training.data.scenes import TrainingScene, unknown
from tests.scripts.training.kaggle import write_folder


@pytest.fixture
def scene() -> TrainingScene:
    """200 x 180 px: a bright square of buildings on dim ground, no other class known."""
    rng = np.random.default_rng(0)
    pixels = rng.normal(300, 20, (8, 200, 180))
    labels = unknown(200, 180)
    labels[0] = 0
    labels[0, 40:80, 50:90] = 1
    pixels[:, 40:80, 50:90] += 900
    return TrainingScene("dstl/made_up", "train", pixels.astype(np.float16), labels)


@pytest.fixture(scope="session")
def kaggle(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Scene]]:
    """A tiny folder in the competition's form, to be read only, and the scenes that it shows."""
    folder = tmp_path_factory.mktemp("dstl")
    return folder, write_folder(folder)
