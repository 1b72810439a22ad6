"""The process that `cold` starts: it imports part by part, answers one event, and prints the times.

Prints JSON. Nothing but the standard library is loaded before the first part.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

# In the order in which the handler's imports reach them.
PARTS = {
    "Python": "",
    "NumPy": "import numpy",
    "rasterio, with GDAL": "import tesela.core.gdal",
    "pydantic": "import pydantic.json_schema, pydantic.dataclasses",
    "Powertools": "import aws_lambda_powertools.event_handler, aws_lambda_powertools.metrics",
    "LiteRT": "import ai_edge_litert.interpreter",
    "Tesela: its modules, weights and routes": "import tesela.handler",
    "First answer: S3's client, PostgreSQL, an image": "answer()",
}


def _age_ms() -> float:
    """Since this process began."""
    fields = Path("/proc/self/stat").read_text("utf-8").rpartition(")")[2].split()
    began = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return (time.clock_gettime(time.CLOCK_BOOTTIME) - began) * 1000


def _measure_here() -> None:
    laps, last = {}, 0.0
    names: dict[str, Any] = {"context": None}
    event = json.loads(sys.stdin.read())

    def answer() -> None:
        import tesela.handler

        assert tesela.handler.app.respond(event, names["context"])["statusCode"] == 201  # noqa: S101

    names["answer"] = answer
    for part, statement in PARTS.items():
        exec(statement, names)  # noqa: S102 - the constants above
        laps[part], last = _age_ms() - last, _age_ms()
    print(json.dumps(laps))


if __name__ == "__main__":
    _measure_here()
