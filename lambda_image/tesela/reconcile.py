"""Make the rows in PostgreSQL follow the objects in S3."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tesela.archive import Archive
from tesela.layout import MAX_ROUNDS, Inventory, busy
from tesela.ports import PredictionIndex
from tesela.prediction import Prediction

# A prediction is made within a minute; what is incomplete for hours was interrupted.
ORPHAN_AGE = timedelta(hours=6)
# Manifests that changed since are compared with their rows; this runs daily.
RECENT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was found and done."""

    manifests: int
    rows_rebuilt: int  # missing, or with another name or note than the manifest's
    rows_dropped: int  # their objects are gone: a delete was interrupted
    orphans_deleted: int  # predictions without all of their objects


def save_row(
    archive: Archive, index: PredictionIndex, prediction: Prediction, *, created: bool = False
) -> None:
    """Give a kept prediction its row.

    Whoever changes the manifest writes or deletes the row afterwards. So the first row of an id is
    right: a request that has changed the manifest since has its turn still to come.

    `created`: the manifest is new, so that an older row is another's. Otherwise name and note of the
    row may be older than the manifest's.
    """
    inserted = index.save(prediction)
    if inserted == "first":
        return
    if inserted == "no" and created:
        _replace(index, prediction.id, prediction)
    elif inserted == "no":
        index.update(prediction)
    follow_manifest(archive, index, prediction.id, prediction)


def follow_manifest(
    archive: Archive, index: PredictionIndex, key: UUID, row: Prediction | None
) -> None:
    """Write the row again until it is the manifest's, which another request may change meanwhile.

    Whoever changes the manifest looks here afterwards, so the last one leaves the right row.

    Args:
        archive: Where the manifest is.
        index: Where the row is.
        key: Of the prediction.
        row: As it was written; None is no row.
    """
    for _ in range(MAX_ROUNDS):
        manifest = archive.manifest(key)
        if manifest == row:
            return
        _replace(index, key, manifest)
        row = manifest
    raise busy(key)


def _replace(index: PredictionIndex, key: UUID, row: Prediction | None) -> None:
    index.delete(key)
    if row:
        index.save(row)


def reconcile(archive: Archive, index: PredictionIndex, now: datetime) -> Reconciliation:
    """Give every prediction its row, drop rows without one, delete what interruptions left.

    Rows are listed first: a prediction that is saved meanwhile has its objects before its row.
    """
    rows = index.ids()
    kept: set[UUID] = set()
    orphans: list[UUID] = []
    recent: set[UUID] = set()
    for found in archive.inventories():
        if found.complete:
            kept.add(found.id)
            recent |= {found.id} if found.modified > now - RECENT else set()
        elif _is_orphan(found, now):
            orphans.append(found.id)
    rebuilt = sum(_rebuild(archive, index, key) for key in kept - rows)
    rebuilt += sum(_refresh(archive, index, key) for key in recent & rows)
    dropped = sum(index.delete(key) for key in rows - kept)
    deleted = sum(_delete_orphan(archive, key, now) for key in orphans)
    return Reconciliation(len(kept), rebuilt, dropped, deleted)


def _is_orphan(found: Inventory, now: datetime) -> bool:
    return not found.complete and found.modified < now - ORPHAN_AGE


def _rebuild(archive: Archive, index: PredictionIndex, key: UUID) -> bool:
    prediction = archive.manifest(key)
    if prediction is None:
        return False
    save_row(archive, index, prediction)
    return True


def _refresh(archive: Archive, index: PredictionIndex, key: UUID) -> bool:
    prediction = archive.manifest(key)
    return prediction is not None and index.update(prediction)


def _delete_orphan(archive: Archive, key: UUID, now: datetime) -> bool:
    """Look again first: the same upload may have completed it since the bucket was listed."""
    found = archive.inventory(key)
    return found is not None and _is_orphan(found, now) and archive.delete(key)
