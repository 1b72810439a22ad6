"""Polygons of a scene as GeoParquet and FlatGeobuf, written block by block.

pyarrow and pyogrio load here and nowhere else: they belong to the extra `scenes`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tesela.catalogue import CLASSES
from tesela.core.masks import SCORE_UNIT
from tesela.scenes.features import Features, joined_features, load_features
from tesela.scenes.names import BlockNames
from tesela.scenes.plan import Plan
from tesela.scenes.ports import Store
from tesela.scenes.seams import fetch

if TYPE_CHECKING:
    import pyarrow as pa

MAX_FLATGEOBUF = 1_000_000  # features; larger scenes have the GeoParquet alone
_SIDES = ("xmin", "ymin", "xmax", "ymax")


def features_by_block(plan: Plan, store: Store) -> Iterator[Features]:
    """Yield the features of each block, those first that lie in it alone, near ones together."""
    for block in plan.blocks():
        names = BlockNames(plan, block)
        parts = [load_features(fetch(store, name)) for name in (names.features, names.joined)]
        yield joined_features(parts)


def write_geoparquet(path: Path, plan: Plan, store: Store) -> int:
    """Write a GeoParquet 1.1 file with a column of boxes; return the number of features.

    A block is a row group at least, so that readers skip what lies far from their window.
    """
    import pyarrow.parquet as pq

    schema, count = _schema(plan), 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for features in features_by_block(plan, store):
            if len(features):
                writer.write_table(_table(features, schema))
            count += len(features)
    return count


def write_flatgeobuf(path: Path, parquet: Path) -> None:
    """Write the features of a GeoParquet file as FlatGeobuf, with its spatial index."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyogrio.raw import write_arrow

    file = pq.ParquetFile(parquet)
    columns = [name for name in file.schema_arrow.names if name != "bbox"]
    schema = pa.schema([file.schema_arrow.field(name) for name in columns])
    batches = pa.RecordBatchReader.from_batches(
        schema, (batch.cast(schema) for batch in file.iter_batches(columns=columns))
    )
    write_arrow(
        batches,
        path,
        driver="FlatGeobuf",
        geometry_name="geometry",
        geometry_type="Unknown",
        crs="EPSG:4326",
        layer="polygons",
    )


def _schema(plan: Plan) -> "pa.Schema":
    import pyarrow as pa

    box = pa.struct([pa.field(side, pa.float64(), nullable=False) for side in _SIDES])
    return pa.schema(
        [
            pa.field("object_id", pa.string(), nullable=False),
            pa.field("class", pa.string(), nullable=False),
            pa.field("number", pa.uint8(), nullable=False),
            pa.field("area_m2", pa.float64(), nullable=False),
            pa.field("object_area_m2", pa.float64(), nullable=False),
            pa.field("score", pa.float64(), nullable=False),
            pa.field("parts", pa.int32(), nullable=False),
            pa.field("bbox", box, nullable=False),
            pa.field("geometry", pa.binary(), nullable=False),
        ],
        metadata={"geo": json.dumps(_geo(plan))},
    )


def _geo(plan: Plan) -> dict[str, Any]:
    """The metadata of GeoParquet 1.1; without a CRS it means longitude and latitude."""
    return {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": ["Polygon", "MultiPolygon"],
                "orientation": "counterclockwise",
                "bbox": list(plan.outer_bounds),
                "covering": {"bbox": {side: ["bbox", side] for side in _SIDES}},
            }
        },
    }


def _table(features: Features, schema: "pa.Schema") -> "pa.Table":
    import pyarrow as pa

    keys = np.array(["", *(entry.key for entry in CLASSES)])[features.number]
    ids = [
        f"{key}-{row}-{column}"
        for key, row, column in zip(keys, features.row, features.column, strict=True)
    ]
    scores = features.object_score_sum / features.object_pixels / SCORE_UNIT
    box = pa.StructArray.from_arrays(
        [pa.array(side) for side in features.bounds.T], fields=list(schema.field("bbox").type)
    )
    columns = {
        "object_id": ids,
        "class": keys.tolist(),
        "number": features.number,
        "area_m2": np.round(features.area_m2, 2),
        "object_area_m2": np.round(features.object_area_m2, 2),
        "score": np.round(scores, 4),
        "parts": features.parts.astype(np.int32),
        "bbox": box,
        "geometry": list(features.geometries()),
    }
    return pa.table(columns, schema=schema)
