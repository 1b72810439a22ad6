"""Make the rows of scenes in PostgreSQL follow the objects in S3, and delete what nobody completed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tesela.jobs.archive import JobArchive, JobInventory
from tesela.jobs.ports import JobIndex

# After a week S3 ends an upload and deletes its parts; a day more, as it does so once a day.
ABANDONED_AFTER = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class JobReconciliation:
    """What was found and done."""

    jobs: int
    rows_rebuilt: int
    rows_dropped: int  # their objects are gone: a delete was interrupted
    abandoned_deleted: int  # never completed, or never started; or what a delete left


def follow_job(archive: JobArchive, index: JobIndex, key: UUID) -> bool:
    """Give a job the row that it should have; False where there is no such job."""
    job = archive.job(key)
    if job is None:
        index.delete(key)
        return False
    index.save(job)
    ended, noted = archive.end(key), None
    while ended != noted:  # a request may start it again meanwhile
        index.save_end(key, ended)
        ended, noted = archive.end(key), ended
    return True


def reconcile_jobs(archive: JobArchive, index: JobIndex, now: datetime) -> JobReconciliation:
    """Give every job its row and its end, drop rows without a job, delete what was abandoned.

    Rows are listed first: a job that is ordered meanwhile has its object before its row.
    """
    rows, found = index.ids(), list(archive.inventories())
    abandoned = {each.id for each in found if _is_abandoned(each, now)}
    kept = {each.id for each in found if each.is_job} - abandoned
    for key in abandoned:
        archive.delete(key)
    for key in kept:
        follow_job(archive, index, key)
    for key in rows - kept:
        index.delete(key)
    return JobReconciliation(len(kept), len(kept - rows), len(rows - kept), len(abandoned))


def _is_abandoned(found: JobInventory, now: datetime) -> bool:
    return not (found.is_job and found.was_started) and found.modified < now - ABANDONED_AFTER
