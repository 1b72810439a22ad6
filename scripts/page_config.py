"""Write what the page must know of the service, from the code that decides it: `make page-config`.

The file is committed, as Terraform cannot read Python; a test compares it with the code. `make run`
and Terraform merge it with the catalogue into the page's `config.json`.
"""

import json
from pathlib import Path
from typing import Any

from tesela.catalogue import BANDS
from tesela.core.limits import LIMITS
from tesela.exports import EXPORTS, Export
from tesela.exports.render import PAINTED, RAMPS

PATH = Path(__file__).resolve().parents[1] / "lambda_image/tesela/page.json"


def page_facts() -> dict[str, Any]:
    """Return limits of an upload, the bands in order, classes and indices as painted, and exports."""
    return {
        "limits": LIMITS.as_json(),
        "bands": list(BANDS),
        "paint_order": list(PAINTED),
        "ramps": RAMPS,
        "exports": [_export(export) for export in EXPORTS],
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
