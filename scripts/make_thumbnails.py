"""Write the page's thumbnails of its samples: `python scripts/make_thumbnails.py`."""

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray

STATIC = Path(__file__).parents[1] / "dashboard_static"
RED, GREEN, BLUE = 5, 3, 2  # bands of a sample, counted from 1
STRETCH_PERCENT = (1, 99)
QUALITY = 88  # of WebP: roofs and cars keep their edges
GAMMA = 0.8  # lifts the shadows, which fill much of a town


def main() -> None:
    """Write `thumbnails/NAME.webp` for each `samples/NAME.tif`."""
    (STATIC / "thumbnails").mkdir(exist_ok=True)
    for sample in sorted((STATIC / "samples").glob("*.tif")):
        with rasterio.open(sample) as image:
            picture = np.stack([_stretch(band) for band in image.read((RED, GREEN, BLUE))])
        _write(picture, STATIC / "thumbnails" / f"{sample.stem}.webp")
        print(sample.stem)


def _stretch(band: NDArray[np.uint16]) -> NDArray[np.uint8]:
    low, high = np.percentile(band, STRETCH_PERCENT)
    unit = np.clip((band.astype(np.float32) - low) / (high - low), 0, 1)
    return np.asarray(unit**GAMMA * 255).astype(np.uint8)


def _write(picture: NDArray[np.uint8], path: Path) -> None:
    """Write (3, height, width) bytes as WebP, a sixth of a PNG's bytes, without GDAL's sidecar file."""
    size = {"count": 3, "height": picture.shape[1], "width": picture.shape[2], "dtype": "uint8"}
    with (
        rasterio.Env(GDAL_PAM_ENABLED=False),
        rasterio.open(path, "w", driver="WEBP", QUALITY=QUALITY, **size) as webp,
    ):
        webp.write(picture)


if __name__ == "__main__":
    main()
