"""Where training scenes come from; each module yields scenes with what its labels tell."""

from collections.abc import Iterator
from pathlib import Path

from scripts.training.scene import TrainingScene
from scripts.training.sources import dstl, naip, simulated, vegas
from scripts.training.spectra import BandEstimator


def scenes(data: Path) -> Iterator[TrainingScene]:
    """Yield every scene of a data folder, then the simulated ones."""
    estimator = BandEstimator(data / "spectra" / "earthlib_spectra-optimized.sli")
    yield from dstl.scenes(data / "dstl", estimator)
    yield from naip.scenes(data / "naip_rgbn", estimator)
    yield from vegas.scenes(data / "worldview")
    yield from simulated.scenes()
