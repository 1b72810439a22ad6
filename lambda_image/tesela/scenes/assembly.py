"""Make the products of a scene from what its blocks and seams have written."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tesela.exports.qgis import qml
from tesela.scenes import names
from tesela.scenes.cog import cog
from tesela.scenes.plan import Plan
from tesela.scenes.ports import Store
from tesela.scenes.pyramid import Product
from tesela.scenes.stac import item
from tesela.scenes.summary import summarise_scene, table
from tesela.scenes.vectors import MAX_FLATGEOBUF, write_flatgeobuf, write_geoparquet

_CHUNK_BYTES = 2**23


def assemble(plan: Plan, store: Store, scratch: Path, created: datetime) -> None:
    """Write all products, unless they are there; the STAC Item comes last.

    Args:
        plan: The scene, whose blocks and seams are done.
        store: Where the products go.
        scratch: An empty folder, for vectors while they are written.
        created: The time to state, in UTC.

    Raises:
        StorageUnavailableError: A part is missing.
    """
    if store.get(names.ITEM) is not None:
        return
    sizes = dict(_rasters(plan, store)) | dict(_vectors(plan, store, scratch))
    summary = summarise_scene(plan, store)
    documents = {
        names.SUMMARY: _json(summary),
        names.TABLE: table(summary),
        names.STYLE: qml("corine", "en").encode(),
    }
    for name, body in documents.items():
        store.put(name, body)
        sizes[name] = len(body)
    store.put(names.ITEM, _json(item(plan, sizes, created)))


def _rasters(plan: Plan, store: Store) -> Iterator[tuple[str, int]]:
    products: tuple[Product, ...] = ("classes", "masks", "scores")
    for product in products:
        if product != "scores" or plan.scores:
            name = names.raster(product)
            yield name, store.write(name, cog(product, plan, store))


def _vectors(plan: Plan, store: Store, scratch: Path) -> Iterator[tuple[str, int]]:
    parquet, flatgeobuf = scratch / names.PARQUET, scratch / names.FLATGEOBUF
    count = write_geoparquet(parquet, plan, store)
    yield names.PARQUET, store.write(names.PARQUET, _chunks(parquet))
    if count <= MAX_FLATGEOBUF:
        write_flatgeobuf(flatgeobuf, parquet)
        yield names.FLATGEOBUF, store.write(names.FLATGEOBUF, _chunks(flatgeobuf))


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False).encode()
