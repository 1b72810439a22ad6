"""Write what the page must know of the service, from the code that decides it: `make page-config`.

The file is committed, as Terraform cannot read Python; a test compares it with the code. `make run`
and Terraform merge it with the catalogue into the page's `config.json`.
"""

import json
from pathlib import Path
from typing import Any

from tesela.catalogue import BANDS
from tesela.core.estimate import estimate
from tesela.core.image import DEFAULT_GSD_M
from tesela.core.limits import LIMITS
from tesela.core.rescale import MAX_GSD_M, MIN_GSD_M
from tesela.exports import EXPORTS, Export
from tesela.exports.render import PAINTED, RAMPS
from tesela.jobs.job import PART_BYTES
from tesela.scenes.plan import BLOCK_PX

PATH = Path(__file__).resolve().parents[1] / "lambda_image/tesela/page.json"


def page_facts() -> dict[str, Any]:
    """Return what the page must know before it asks anything of the service."""
    return {
        "limits": LIMITS.as_json(),
        "bands": list(BANDS),
        "paint_order": list(PAINTED),
        "ramps": RAMPS,
        "exports": [_export(export) for export in EXPORTS],
        "scene": _scene(),
    }


_MANY_MPX = 1e6  # so that nothing of a rate is lost by rounding


def _scene() -> dict[str, float]:
    """Return the parts of an upload, and what processing takes for a million pixels and for a block."""
    pixels, block = estimate(int(_MANY_MPX * 1e6), 1, 0), estimate(0, 0, int(_MANY_MPX))
    return {
        "part_bytes": PART_BYTES,
        "block_px": BLOCK_PX,
        "cpu_s_per_mpx": pixels.cpu_s / _MANY_MPX,
        "usd_per_mpx": pixels.usd / _MANY_MPX,
        "usd_per_block": block.usd / _MANY_MPX,
        "min_gsd_m": MIN_GSD_M,
        "max_gsd_m": MAX_GSD_M,
        "gsd_m": DEFAULT_GSD_M,
    }


def _export(export: Export) -> dict[str, Any]:
    """Return what the page offers of an export; `follows` names what of the view it depends on."""
    thresholds = ["thresholds"] if export.source == "drawing" else []
    return {
        "name": export.name,
        "purpose": export.purpose,
        "summary": export.summary,
        "follows": [*thresholds, *export.options],
    }


def text() -> str:
    """Return the facts as the file holds them."""
    return json.dumps(page_facts(), indent=2) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), "utf-8")
