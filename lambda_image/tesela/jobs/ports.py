"""What the use cases of scenes need beside the object store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from tesela.core.ranges import RangeSource
from tesela.jobs.job import End, Job
from tesela.jobs.sources import Address
from tesela.ports import Found, UploadedPart


class Uploads(Protocol):
    """Multipart uploads of S3. Every method raises StorageUnavailableError when S3 does not answer."""

    def begin(self, key: str, content_type: str) -> str:
        """Begin an upload whose parts are checked by their SHA-256, and return its id."""

    def part_link(self, key: str, upload: str, number: int, size: int, sha256: str) -> str:
        """A temporary URL that takes one PUT of a part of this size and SHA-256 (base64)."""

    def parts(self, key: str, upload: str) -> list[UploadedPart] | None:
        """The parts that are there, or None where the upload has ended."""

    def complete(self, key: str, upload: str, parts: Sequence[UploadedPart]) -> None:
        """Make one object of the parts."""

    def abort(self, key: str, upload: str) -> None:
        """End an upload, and forget its parts."""

    def find(self, key: str) -> Found | None:
        """ETag and length of an object, or None."""

    def open(self, key: str) -> RangeSource | None:
        """An object as a source of ranges, or None."""


class Sources(Protocol):
    """Buckets whose scenes may be named instead of sent."""

    def find(self, address: Address, *, requester_pays: bool = False) -> Found | None:
        """ETag and length of an object, or None."""

    def open(self, address: Address, found: Found, *, requester_pays: bool = False) -> RangeSource:
        """An object as a source of ranges, as long as it is what was found."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be processed, in km2: a scene, and all scenes that were started in a month of UTC."""

    scene_km2: float
    month_km2: float


class JobIndex(Protocol):
    """PostgreSQL. Every method raises DatabaseUnavailableError when it does not answer."""

    def save(self, job: Job) -> None:
        """Insert a job's row, unless it is there."""

    def save_end(self, key: UUID, end: End | None) -> None:
        """Note how a job ended, or that it was started again; its area is known by then."""

    def admit(self, key: UUID, area_km2: float, month_km2: float) -> float | None:
        """Count a job into the month; None, or else the area that the month has left, too little for it.

        A job is counted once, however often it is started, and stays counted when it is deleted:
        the same scene ordered after that is counted again. One that its plan refuses is not.
        """

    def delete(self, key: UUID) -> None:
        """Delete a job's row."""

    def ids(self) -> set[UUID]:
        """Every job that has a row."""

    def history(
        self, limit: int, before: tuple[datetime, UUID] | None
    ) -> list[tuple[Job, End | None]]:
        """Jobs and how they ended as far as is known, newest first, after the row `before`."""
