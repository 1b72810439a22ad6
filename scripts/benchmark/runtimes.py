"""Masks and time of one TFLite runtime on the samples: `python -m scripts.benchmark.runtimes NAME`.

Prints JSON. It runs in the environment that holds the runtime, so it needs nothing but the package.
"""

import base64
import json
import statistics
import sys
import zlib
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tesela.core.decode import decode
from tesela.core.masks import threshold
from tesela.core.model import load

from scripts.benchmark.host import times_ms

ROOT = Path(__file__).parents[2]
_REPEATS = 15


@dataclass(frozen=True)
class Measured:
    """A runtime's masks by sample (packed bits of (10, H, W)), and the median time of a tile."""

    runtime: str
    tile_ms: float
    masks: dict[str, str]

    def jaccard(self, other: "Measured") -> float:
        """Of all masks of all samples together; 1 where they are identical."""
        ours, theirs = (
            np.concatenate([_unpacked(found.masks[name]) for name in sorted(self.masks)])
            for found in (self, other)
        )
        return float((ours & theirs).sum() / (ours | theirs).sum())


def measure(runtime: Any) -> Measured:
    """Segment each sample, one thread."""
    model = load(ROOT / "lambda_image/model", runtime, threads=1)
    masks, times = {}, list[float]()
    for path in sorted((ROOT / "dashboard_static/samples").glob("*.tif")):
        tile = model.normalise(decode(path.read_bytes()))
        masks[path.stem] = _packed(threshold(model.predict(tile), model.thresholds))
        times += times_ms(partial(model.predict_tile, tile), _REPEATS)
    return Measured(runtime, statistics.median(times), masks)


def _packed(masks: NDArray[np.bool_]) -> str:
    return base64.b64encode(zlib.compress(np.packbits(masks).tobytes())).decode()


def _unpacked(masks: str) -> NDArray[np.bool_]:
    packed = np.frombuffer(zlib.decompress(base64.b64decode(masks)), np.uint8)
    return np.asarray(np.unpackbits(packed) != 0)


if __name__ == "__main__":
    print(json.dumps(asdict(measure(sys.argv[1]))))
