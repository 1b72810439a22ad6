"""Rebuild what PostgreSQL missed while it was down, from the manifests in S3."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from tesela.ports import ObjectStore, PredictionIndex
from tesela.service import MANIFEST, ROOT, manifest


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was found and done."""

    manifests: int
    rows_rebuilt: int
    rows_dropped: int  # their objects are gone: a delete was cut


def reconcile(objects: ObjectStore, index: PredictionIndex) -> Reconciliation:
    """Give every manifest its row, and drop rows without one.

    Rows are listed first: a prediction saved meanwhile has its manifest before its row.
    """
    rows = index.ids()
    kept = set(_kept(objects))
    rebuilt = sum(_rebuild(objects, index, key) for key in kept - rows)
    dropped = sum(index.delete(key) for key in rows - kept)
    return Reconciliation(len(kept), rebuilt, dropped)


def _kept(objects: ObjectStore) -> Iterator[UUID]:
    for name in objects.keys(ROOT, f"/{MANIFEST}"):
        yield UUID(name.removeprefix(ROOT).removesuffix(f"/{MANIFEST}"))


def _rebuild(objects: ObjectStore, index: PredictionIndex, key: UUID) -> bool:
    prediction = manifest(objects, key)
    return prediction is not None and index.save(prediction)
