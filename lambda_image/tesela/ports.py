"""What the use cases need from outside systems, as Protocols; `edges/` implements them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from tesela.prediction import Prediction

# From the first moment on, and before the second; None is no bound.
Period = tuple[datetime | None, datetime | None]

# Whether a row was inserted: as the first one of its id, after others that were deleted, or not at all.
Inserted = Literal["first", "again", "no"]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An entry of a listing; `modified` in UTC."""

    key: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What identifies the content of an object that is there: its ETag, quotes included, and length."""

    etag: str
    size: int


@dataclass(frozen=True, slots=True)
class UploadedPart:
    """A part of an upload that is there; numbers begin at 1."""

    number: int
    etag: str
    size: int


class ObjectStore(Protocol):
    """S3. Every method raises StorageUnavailableError when S3 does not answer."""

    def put(self, key: str, body: bytes, content_type: str, encoding: str = "") -> None:
        """Write or replace an object."""

    def put_new(self, key: str, body: bytes, content_type: str) -> bool:
        """Write an object unless there is one; False if there was."""

    def get(self, key: str) -> bytes | None:
        """An object's bytes, or None."""

    def get_tagged(self, key: str) -> tuple[bytes, str] | None:
        """An object's bytes and its ETag, or None."""

    def replace(self, key: str, body: bytes, content_type: str, etag: str) -> bool:
        """Replace the object of this ETag; False if another one, or none, is there."""

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects; a key without an object is no error."""

    def listed(self, prefix: str) -> Iterator[StoredObject]:
        """Every object whose key starts with `prefix`, in the order of the keys."""

    def link(self, key: str, *, head: bool = False, disposition: str = "") -> str:
        """A temporary URL that reads the object, by HEAD or else by GET: it is signed for one.

        `disposition` is answered as the header `Content-Disposition`.
        """

    def upload_link(self, key: str, size_bytes: int, content_type: str) -> str:
        """A temporary URL that takes one PUT of just this size and type."""

    def ping(self) -> None:
        """Raise unless the bucket answers."""


class PredictionIndex(Protocol):
    """PostgreSQL. Every method raises DatabaseUnavailableError when it does not answer."""

    def save(self, prediction: Prediction) -> Inserted:
        """Insert a prediction's rows, unless they are there.

        `first` excludes that another request writes or deletes them before this call has ended; one
        that does so later finds them.
        """

    def has(self, prediction_id: UUID) -> bool:
        """Whether a prediction has its row."""

    def update(self, prediction: Prediction) -> bool:
        """Let a prediction's row have its name and note; False if it has, or there is no row."""

    def delete(self, prediction_id: UUID) -> bool:
        """Delete a prediction's rows; False if there were none."""

    def history(
        self,
        limit: int,
        before: tuple[datetime, UUID] | None,
        class_key: str | None,
        period: Period,
        words: Sequence[str] = (),
    ) -> list[Prediction]:
        """Predictions, newest first, after the row `before`, holding the class, of the period.

        `words` are folded, and all of them stand in `Prediction.search`.
        """

    def ids(self) -> set[UUID]:
        """Every prediction that has a row."""

    def ping(self) -> None:
        """Raise unless the migrated database answers."""


class CorrectionIndex(Protocol):
    """Which predictions are corrected. Raises DatabaseUnavailableError when it does not answer."""

    def save(self, prediction_id: UUID, changed: datetime, count: int) -> None:
        """Insert or replace a row."""

    def delete(self, prediction_id: UUID) -> bool:
        """Delete a row; False if there was none."""

    def history(
        self, limit: int, before: tuple[datetime, UUID] | None
    ) -> list[tuple[UUID, datetime, int]]:
        """Id, time and number, the latest first, after the row `before`."""

    def changes(self) -> dict[UUID, datetime]:
        """When each row's corrections were changed."""
