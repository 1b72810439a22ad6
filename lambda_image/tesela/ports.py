"""What the use cases need of the outside, as Protocols; `edges/` has it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol
from uuid import UUID

from tesela.prediction import Prediction

# From a moment on, and until before another; None is no bound.
Period = tuple[datetime | None, datetime | None]


class ObjectStore(Protocol):
    """S3. Every method raises StorageUnavailableError when it does not answer."""

    def put(self, key: str, body: bytes, content_type: str, encoding: str = "") -> None:
        """Write or replace an object."""

    def put_new(self, key: str, body: bytes, content_type: str) -> bool:
        """Write an object unless there is one; False if there was."""

    def get(self, key: str) -> bytes | None:
        """An object's bytes, or None."""

    def delete_under(self, prefix: str) -> int:
        """Delete every object whose key starts so; how many there were."""

    def keys(self, prefix: str, suffix: str) -> Iterator[str]:
        """Keys that start and end so."""

    def link(self, key: str) -> str:
        """A temporary URL that reads the object."""

    def upload_link(self, key: str, size_bytes: int, content_type: str) -> str:
        """A temporary URL that takes one PUT of just this size and type."""

    def ping(self) -> None:
        """Raise unless the bucket answers."""


class PredictionIndex(Protocol):
    """PostgreSQL. Every method raises DatabaseUnavailableError when it does not answer."""

    def save(self, prediction: Prediction) -> bool:
        """Insert its rows; False if they were there."""

    def delete(self, prediction_id: UUID) -> bool:
        """Delete its rows; False if there were none."""

    def history(
        self,
        limit: int,
        before: tuple[datetime, UUID] | None,
        class_key: str | None,
        period: Period,
    ) -> list[Prediction]:
        """Predictions, newest first, after the row `before`, holding the class, of the period."""

    def ids(self) -> set[UUID]:
        """Every prediction that has a row."""

    def ping(self) -> None:
        """Raise unless the migrated database answers."""
