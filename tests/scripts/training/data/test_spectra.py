from pathlib import Path

import numpy as np
import pytest

from scripts.training.data.spectra import CENTRES_UM, SWIR1_UM, BandEstimator


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Two materials whose reflectance is a straight line over wavelength, in ENVI form."""
    waves = np.linspace(0.4, 1.3, 10)
    spectra = np.stack([0.2 * waves, 0.1 + 0.3 * waves]).astype(np.float32)
    listed = ", ".join(map(str, waves))
    (tmp_path / "x.hdr").write_text(f"samples = 10\nwavelength = {{ {listed} }}\n")
    spectra.tofile(tmp_path / "x.sli")
    return tmp_path / "x.sli"


def test_known_bands_are_left_as_they_are(library: Path) -> None:
    red, infrared = np.full((2, 3), 0.2, np.float32), np.full((2, 3), 0.3, np.float32)
    bands = BandEstimator(library).fill({4: red, 6: infrared})
    assert bands.shape == (8, 2, 3)
    assert np.array_equal(bands[4], red)
    assert np.array_equal(bands[6], infrared)


def test_bands_between_known_ones_follow_the_materials(library: Path) -> None:
    line = 0.1 + 0.3 * np.array((*CENTRES_UM, SWIR1_UM), np.float32)
    known = {band: np.full((1, 1), line[band], np.float32) for band in (1, 2, 4, 8)}
    estimated = BandEstimator(library).fill(known)[:, 0, 0]
    assert np.allclose(estimated, line[:8], atol=0.03)
