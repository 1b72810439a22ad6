"""What people corrected in a running service: tiles of real images, labels of the objects they judged.

`images/NAME.tif` of eight bands and `labels/NAME.tif` of ten, as `corrections.zip` of a prediction holds
them; `make corrections API=... OUT=DATA/corrections` fetches those of every prediction.
"""

import argparse
import io
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rasterio
from tesela.catalogue import KEYS

from scripts.client import ApiError, Client
from scripts.training.data.errors import DataError
from scripts.training.data.exclusions import exclude
from scripts.training.data.scenes import ALL_BANDS, UNKNOWN, TrainingScene

GSD_TAG = "GSD_M"
_NAME = re.compile(r"(images|labels)/[0-9a-f-]{36}-\d{1,5}-\d{1,5}\.tif")
_ID_LENGTH = 36


def scenes(folder: Path) -> Iterator[TrainingScene]:
    """Yield every tile; those of one image are one terrain. A folder that is not there has none.

    Raises:
        DataError: The labels of a tile are missing, or not of its size.
    """
    for path in sorted((folder / "images").glob("*.tif")):
        with rasterio.open(path) as file:
            valid = file.dataset_mask() > 0
            pixels = file.read().astype(np.float32) * valid  # 0 in all bands is no ground
        try:
            with rasterio.open(folder / "labels" / path.name) as file:
                labels, gsd_m = file.read(), float(file.tags()[GSD_TAG])
        except (rasterio.RasterioIOError, KeyError) as error:
            raise DataError(f"{path}: its labels are missing or have no {GSD_TAG}.") from error
        if labels.shape != (len(KEYS), *valid.shape):
            raise DataError(f"{path}: {valid.shape} px, but labels of {labels.shape}.")
        labels[:, ~valid] = UNKNOWN
        yield TrainingScene(
            name=f"corrections/{path.stem}",
            part="train",
            pixels=_as_floats(pixels),
            labels=exclude(labels),
            gsd_m=gsd_m,
            known=ALL_BANDS,
            shown=ALL_BANDS,
            terrain=f"corrections_{path.stem[:_ID_LENGTH]}",
        )


def _as_floats(pixels: np.ndarray) -> np.ndarray:
    """The pixels (8, H, W) in half precision, on a linear scale that it holds."""
    return (pixels / max(1.0, float(np.abs(pixels).max()) / 2**15)).astype(np.float16)


def fetch(client: Client, folder: Path) -> int:
    """Write the tiles of every corrected prediction into a folder, and return how many there are.

    What was fetched before is replaced: a correction may have been taken back.
    """
    for kind in ("images", "labels"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for path in (folder / kind).glob("*.tif"):
            path.unlink()
    for key in client.corrected():
        with zipfile.ZipFile(io.BytesIO(client.file(key, "corrections.zip"))) as archive:
            for name in archive.namelist():
                if _NAME.fullmatch(name):  # nothing else, and nowhere else
                    (folder / name).write_bytes(archive.read(name))
    return len(list((folder / "images").glob("*.tif")))


def main() -> None:
    """Fetch the corrections of the service named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--api", required=True, help="address of the service")
    parser.add_argument("--out", type=Path, required=True, help="DATA/corrections")
    options = parser.parse_args()
    try:
        count = fetch(Client(options.api, os.environ.get("TOKEN", "")), options.out)
    except ApiError as error:
        sys.exit(str(error))
    print(f"{options.out}: {count} tiles")


if __name__ == "__main__":
    main()
