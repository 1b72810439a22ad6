"""What the use cases of scenes need beside the object store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from tesela.jobs.job import End, Job
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


class Sources(Protocol):
    """Buckets whose scenes may be named instead of sent."""

    def find(self, bucket: str, key: str) -> Found | None:
        """ETag and length of an object, or None."""


class JobIndex(Protocol):
    """PostgreSQL. Every method raises DatabaseUnavailableError when it does not answer."""

    def save(self, job: Job) -> None:
        """Insert a job's row, unless it is there."""

    def save_end(self, key: UUID, end: End | None) -> None:
        """Note how a job ended, or that it was started again."""

    def delete(self, key: UUID) -> None:
        """Delete a job's row."""

    def history(
        self, limit: int, before: tuple[datetime, UUID] | None
    ) -> list[tuple[Job, End | None]]:
        """Jobs and how they ended as far as is known, newest first, after the row `before`."""
