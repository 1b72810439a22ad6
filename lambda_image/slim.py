"""Remove what the handlers never use from installed packages: `python slim.py FOLDER`.

A step of the Dockerfile, in Python because AWS's base has no `find`.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

_UNUSED = (
    "bin",
    # LiteRT's interpreter needs neither its tools for other accelerators nor these packages.
    "ai_edge_litert/aot",
    "ai_edge_litert/libLiteRt*.so",
    "ai_edge_litert/tools",
    "ai_edge_litert/vendors",
    "flatbuffers",
    "google",
    "ml_dtypes",
    "tqdm",
    # pyarrow writes files; it asks no other service.
    "pyarrow/*flight*",
    "pyarrow/_substrait*",
    "pyarrow/*s3*",
    "pyarrow/_azurefs*",
    "pyarrow/_gcsfs*",
    "pyarrow/_hdfs*",
    "pyarrow/src",
    "**/tests",
)
_SERVICES = {"s3"}  # of AWS; a token for RDS is signed without the service's description
_SOURCES = {".a", ".h", ".pxd", ".pxi", ".pyi", ".pyx"}  # for compilers and editors


def main() -> None:
    """Slim the folder that the argument names."""
    for path in list(_unused(Path(sys.argv[1]))):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)  # it may have gone with its folder


def _unused(packages: Path) -> Iterator[Path]:
    for pattern in _UNUSED:
        yield from packages.glob(pattern)
    for service in packages.glob("botocore/data/*"):
        if service.is_dir() and service.name not in _SERVICES:
            yield service
    yield from (path for path in packages.rglob("*") if path.suffix in _SOURCES)


if __name__ == "__main__":
    main()
