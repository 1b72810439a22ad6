"""The ports in memory: what fails, and what another request does in between, is the test's choice."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from urllib.parse import quote
from uuid import UUID

from tesela.core.ranges import RangeSource
from tesela.jobs.job import End, Job
from tesela.jobs.sources import Address
from tesela.ports import Found, Inserted, Period, StoredObject, UploadedPart
from tesela.prediction import Prediction

from tests.scenes.made import Bytes

# Called before each call of a port with the method's name and the key; it may raise, wait, or call
# the use cases itself.
Before = Callable[[str, str], None]


def nothing(method: str, key: str) -> None:
    """Let every call pass."""


@dataclass
class InMemoryObjects:
    """An `ObjectStore` that is a dictionary of key to body, type and time."""

    before: Before = nothing
    kept: dict[str, tuple[bytes, str, datetime]] = field(default_factory=dict)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _lock: RLock = field(default_factory=RLock)

    def put(self, key: str, body: bytes, content_type: str, encoding: str = "") -> None:
        self.before("put", key)
        self.kept[key] = body, content_type, self.now()

    def put_new(self, key: str, body: bytes, content_type: str) -> bool:
        self.before("put_new", key)
        with self._lock:
            if key in self.kept:
                return False
            self.kept[key] = body, content_type, self.now()
            return True

    def get(self, key: str) -> bytes | None:
        self.before("get", key)
        return self.kept[key][0] if key in self.kept else None

    def get_tagged(self, key: str) -> tuple[bytes, str] | None:
        body = self.get(key)
        return None if body is None else (body, str(hash(body)))

    def replace(self, key: str, body: bytes, content_type: str, etag: str) -> bool:
        self.before("replace", key)
        with self._lock:
            if key not in self.kept or str(hash(self.kept[key][0])) != etag:
                return False
            self.kept[key] = body, content_type, self.now()
            return True

    def delete(self, keys: Sequence[str]) -> None:
        """In any order, as S3 may, so in a bad one; a failure leaves what was not reached."""
        for key in sorted(keys, reverse=True):
            self.before("delete", key)
            self.kept.pop(key, None)

    def listed(self, prefix: str) -> Iterator[StoredObject]:
        self.before("listed", prefix)
        found = sorted(self.kept.items())
        yield from (StoredObject(key, o[2]) for key, o in found if key.startswith(prefix))

    def link(self, key: str, *, head: bool = False, disposition: str = "") -> str:
        about = [*(["head"] if head else []), *([quote(disposition)] if disposition else [])]
        return f"https://objects.test/{key}{'?' if about else ''}{'&'.join(about)}"

    def upload_link(self, key: str, size_bytes: int, content_type: str) -> str:
        return f"https://objects.test/{key}?size={size_bytes}&type={content_type}"

    def ping(self) -> None:
        self.before("ping", "objects")


@dataclass
class InMemoryIndex:
    """A `PredictionIndex` that is a dictionary."""

    before: Before = nothing
    rows: dict[UUID, Prediction] = field(default_factory=dict)
    touched: set[UUID] = field(default_factory=set)

    def save(self, prediction: Prediction) -> Inserted:
        self.before("save", str(prediction.id))
        is_first = prediction.id not in self.touched
        self.touched.add(prediction.id)
        if prediction.id in self.rows:
            return "no"
        self.rows[prediction.id] = prediction
        return "first" if is_first else "again"

    def has(self, prediction_id: UUID) -> bool:
        self.before("has", str(prediction_id))
        return prediction_id in self.rows

    def update(self, prediction: Prediction) -> bool:
        self.before("update", str(prediction.id))
        row = self.rows.get(prediction.id)
        label = prediction.name, prediction.note
        if row is None or (row.name, row.note) == label:
            return False
        self.rows[prediction.id] = prediction
        return True

    def delete(self, prediction_id: UUID) -> bool:
        self.before("touch row", str(prediction_id))
        self.touched.add(prediction_id)
        self.before("delete row", str(prediction_id))
        return self.rows.pop(prediction_id, None) is not None

    def history(
        self,
        limit: int,
        before: tuple[datetime, UUID] | None,
        class_key: str | None,
        period: Period = (None, None),
        words: Sequence[str] = (),
    ) -> list[Prediction]:
        """Newest first; cursor, class, period and words are the real index's business."""
        self.before("history", "")
        newest = sorted(self.rows.values(), key=lambda row: (row.created, row.id), reverse=True)
        return newest[:limit]

    def ids(self) -> set[UUID]:
        self.before("ids", "")
        return set(self.rows)

    def ping(self) -> None:
        self.before("ping", "index")


@dataclass
class InMemoryCorrections:
    """A `CorrectionIndex` that is a dictionary."""

    before: Before = nothing
    rows: dict[UUID, tuple[datetime, int]] = field(default_factory=dict)

    def save(self, prediction_id: UUID, changed: datetime, count: int) -> None:
        self.before("save corrections", str(prediction_id))
        self.rows[prediction_id] = changed, count

    def delete(self, prediction_id: UUID) -> bool:
        self.before("delete corrections", str(prediction_id))
        return self.rows.pop(prediction_id, None) is not None

    def history(
        self, limit: int, before: tuple[datetime, UUID] | None
    ) -> list[tuple[UUID, datetime, int]]:
        """The latest first; the cursor is the real index's business."""
        latest = sorted(((row[0], key, row[1]) for key, row in self.rows.items()), reverse=True)
        return [(key, changed, count) for changed, key, count in latest][:limit]

    def changes(self) -> dict[UUID, datetime]:
        return {key: changed for key, (changed, _) in self.rows.items()}


@dataclass
class InMemoryUploads:
    """`Uploads` whose parts a test puts itself; a completed one becomes an object of `objects`."""

    objects: InMemoryObjects
    begun: dict[str, dict[int, bytes]] = field(default_factory=dict)

    def begin(self, key: str, content_type: str) -> str:
        upload = f"upload-{len(self.begun)}"
        self.begun[upload] = {}
        return upload

    def part_link(self, key: str, upload: str, number: int, size: int, sha256: str) -> str:
        return f"https://objects.test/{key}?upload={upload}&part={number}&size={size}"

    def parts(self, key: str, upload: str) -> list[UploadedPart] | None:
        if upload not in self.begun:
            return None
        there = sorted(self.begun[upload].items())
        return [UploadedPart(number, f"tag-{number}", len(body)) for number, body in there]

    def complete(self, key: str, upload: str, parts: Sequence[UploadedPart]) -> None:
        there = self.begun.pop(upload, None)
        if there is not None:
            self.objects.put(key, b"".join(there[part.number] for part in parts), "image/tiff")

    def abort(self, key: str, upload: str) -> None:
        self.begun.pop(upload, None)

    def find(self, key: str) -> Found | None:
        body = self.objects.get(key)
        return None if body is None else Found(f'"{hash(body)}"', len(body))

    def open(self, key: str) -> RangeSource | None:
        body = self.objects.get(key)
        return None if body is None else Bytes(body)


@dataclass
class InMemorySources:
    """`Sources`: objects by bucket and key; `paid` are those that were read for the requester's money."""

    kept: dict[tuple[str, str], bytes] = field(default_factory=dict)
    paid: list[str] = field(default_factory=list)

    def find(self, address: Address, *, requester_pays: bool = False) -> Found | None:
        body = self.kept.get((address.place, address.path))
        self.paid += [str(address)] if requester_pays else []
        return None if body is None else Found(f'"{hash(body)}"', len(body))

    def open(self, address: Address, found: Found, *, requester_pays: bool = False) -> RangeSource:
        self.paid += [str(address)] if requester_pays else []
        return Bytes(self.kept[address.place, address.path])


@dataclass
class InMemoryJobs:
    """A `JobIndex` that is a dictionary."""

    before: Before = nothing
    rows: dict[UUID, tuple[Job, End | None]] = field(default_factory=dict)
    used: list[tuple[UUID, float]] = field(default_factory=list)  # of the month; km2

    def save(self, job: Job) -> None:
        self.before("save", str(job.id))
        self.rows.setdefault(job.id, (job, None))

    def save_end(self, key: UUID, end: End | None) -> None:
        self.before("save_end", str(key))
        if key in self.rows:
            self.rows[key] = self.rows[key][0], end

    def admit(self, key: UUID, area_km2: float, month_km2: float) -> float | None:
        self.before("admit", str(key))
        if key in dict(self.used):
            return None
        left = month_km2 - sum(area for _, area in self.used)
        if area_km2 > left:
            return left
        self.used.append((key, area_km2))
        return None

    def delete(self, key: UUID) -> None:
        self.before("delete row", str(key))
        self.rows.pop(key, None)

    def ids(self) -> set[UUID]:
        self.before("ids", "")
        return set(self.rows)

    def history(
        self, limit: int, before: tuple[datetime, UUID] | None
    ) -> list[tuple[Job, End | None]]:
        """Newest first; the cursor is the real index's business."""
        newest = sorted(self.rows.values(), key=lambda row: (row[0].created, row[0].id))
        return newest[::-1][:limit]
