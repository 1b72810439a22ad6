"""The use cases of `/scenes`: order a scene, upload it, follow it, cancel or remove it."""

import base64
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from tesela.core.model import Model
from tesela.errors import (
    ImageTooLargeError,
    InvalidOptionError,
    SceneIncompleteError,
    SceneNotFoundError,
)
from tesela.jobs.archive import JobArchive, upload_key
from tesela.jobs.job import MAX_PARTS, PART_BYTES, Choices, Content, Job, Status
from tesela.jobs.ports import JobIndex, Sources, Uploads
from tesela.jobs.sources import read_source
from tesela.layout import TIFF
from tesela.ports import UploadedPart
from tesela.prediction import scene_id

_MAX_LINKS = 100  # in an answer; the request is repeated for more
_MAX_SHOWN = 20
_BLOCK = re.compile(r"\d{1,9}-\d{1,9}")  # its first row and column
_TO_BE_STARTED = ("uploading", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class PartLink:
    """Where to PUT a part, and the headers to send with it."""

    number: int
    start: int
    size: int
    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Ordered:
    """A job and where it is; `links` for parts of its upload, of which `missing` are not there."""

    job: Job
    status: Status
    created: bool = False
    missing: int = 0
    links: tuple[PartLink, ...] = ()


class SceneService:
    """Order, upload, start, look up, cancel, delete."""

    def __init__(
        self,
        model: Model,
        archive: JobArchive,
        uploads: Uploads,
        *,
        index: JobIndex,
        sources: Sources,
        allowed: frozenset[str] = frozenset(),
        part_bytes: int = PART_BYTES,
    ) -> None:
        """Create the use cases.

        Args:
            model: Whose results are ordered.
            archive: Where jobs are kept.
            uploads: Where their files are sent.
            index: Their rows.
            sources: Scenes that lie in S3 already.
            allowed: The buckets of those.
            part_bytes: Of an upload, except its last part.
        """
        self._model, self._archive, self._uploads = model, archive, uploads
        self._index, self._sources, self._allowed = index, sources, allowed
        self.part_bytes = part_bytes

    def order_upload(self, name: str, size: int, parts: Sequence[str], choices: Choices) -> Ordered:
        """Order a scene that the caller will upload; the same again returns the links still missing.

        Args:
            name: Shown in the history.
            size: Of the file in bytes.
            parts: SHA-256 of each part of `part_bytes`, in hex.
            choices: Of the result.

        Raises:
            ImageTooLargeError: More bytes than an upload can have.
            InvalidOptionError: Not as many parts as the file has.
        """
        limit = self.part_bytes * MAX_PARTS
        if not 0 < size <= limit:
            raise ImageTooLargeError.of_upload(size, limit)
        expected = math.ceil(size / self.part_bytes)
        if len(parts) != expected:
            reason = (
                f"a file of {size} bytes has {expected} parts of {self.part_bytes} bytes,"
                f" the last one shorter; {len(parts)} sums were sent."
            )
            raise InvalidOptionError.of("parts", len(parts), expected, reason)
        return self._order(name, Content(size, tuple(parts)), choices)

    def order_source(self, name: str, source: str, choices: Choices) -> Ordered:
        """Order a scene that lies in S3; it is started at once.

        Raises:
            InvalidOptionError: The bucket may not be read, or there is no such object.
        """
        bucket, key = read_source(source, self._allowed)
        found = self._sources.find(bucket, key)
        if found is None:
            reason = f"there is no object {source[:200]!r}."
            raise InvalidOptionError.of("source", source[:200], None, reason)
        return self._order(name, Content(found.size, (), source, found.etag), choices)

    def complete(self, key: UUID) -> Ordered:
        """Start a job whose upload is complete, or one that failed; a running one is left alone.

        Raises:
            SceneIncompleteError: Parts are missing.
            SceneNotFoundError: There is no such job.
        """
        job = self._job(key)
        status = self._archive.status(key)
        if status.state in _TO_BE_STARTED:
            if not job.content.source:
                self._complete_upload(job)
            self._start(key)
            status = self._archive.status(key)
        return Ordered(job, status)

    def get(self, key: UUID) -> Ordered:
        """A job and where it is; how it ended is kept in its row too.

        Raises:
            SceneNotFoundError: There is no such job.
        """
        job = self._job(key)
        return self._shown(job, self._archive.status(key))

    def history(self, limit: int, before: tuple[datetime, UUID] | None) -> list[Ordered]:
        """Jobs, newest first, older than `before`."""
        rows = self._index.history(limit, before)
        return [
            Ordered(job, Status(end.state, end=end)) if end else self._followed(job)
            for job, end in rows
        ]

    def link(self, key: UUID, name: str, *, head: bool = False) -> str:
        """A temporary URL of a product of a finished job, for HEAD or else for GET.

        Raises:
            SceneNotFoundError: There is no such job, or it has no such file.
        """
        end = self._archive.end(key)
        if end is None or name not in end.files:
            raise SceneNotFoundError(f"No scene has the id {key} and the file {name[:100]!r}.")
        return self._archive.link(key, name, head=head)

    def block(self, key: UUID, name: str) -> bytes:
        """The classes of a block that is done, while the scene is processed.

        Raises:
            SceneNotFoundError: There is no such job, or the block is not done, or all of it is.
        """
        body = self._archive.block(key, name) if _BLOCK.fullmatch(name) else None
        if body is None:
            raise SceneNotFoundError(f"No scene has the id {key} and the block {name[:100]!r}.")
        return body

    def delete(self, key: UUID) -> bool:
        """Remove a job and all of it; let a running one end first, and then return False.

        A second call removes one that does not end.

        Raises:
            SceneNotFoundError: There is no such job.
        """
        self._job(key)
        if self._archive.status(key).state in ("queued", "processing"):
            self._archive.cancel(key)
            return False
        self._index.delete(key)
        upload = self._archive.upload(key)
        if upload is not None:
            self._uploads.abort(upload_key(key), upload)
        self._archive.delete(key)
        return True

    def _order(self, name: str, content: Content, choices: Choices) -> Ordered:
        key = scene_id(
            content.version,
            self._model.recipe,
            choices.thresholds,
            choices.band_order,
            scores=choices.scores,
        )
        wanted = Job(key, datetime.now(UTC), name, content, choices)
        job, created = self._archive.keep(wanted)
        self._index.save(job)
        status = self._archive.status(key)
        if status.state not in _TO_BE_STARTED:
            return Ordered(job, status)
        if not content.source:
            return self._with_links(job, status, created=created)
        if status.state == "uploading":
            self._start(key)
        return Ordered(job, self._archive.status(key), created)

    def _with_links(self, job: Job, status: Status, *, created: bool) -> Ordered:
        if self._uploads.find(upload_key(job.id)):
            return Ordered(job, status, created)
        upload, there = self._upload(job)
        missing = self._missing(job, there)
        links = tuple(self._link(job, upload, number) for number in missing[:_MAX_LINKS])
        return Ordered(job, status, created, len(missing), links)

    def _upload(self, job: Job) -> tuple[str, list[UploadedPart]]:
        """The upload of a job and the parts it has; begun where there is none, or it has expired."""
        name, kept = upload_key(job.id), self._archive.upload(job.id)
        there = self._uploads.parts(name, kept) if kept else None
        if kept is not None and there is not None:
            return kept, there
        begun = self._uploads.begin(name, TIFF)
        upload = self._archive.keep_upload(job.id, begun, kept)
        if upload != begun:  # another request was first
            self._uploads.abort(name, begun)
        return upload, self._uploads.parts(name, upload) or []

    def _missing(self, job: Job, there: Sequence[UploadedPart]) -> list[int]:
        """Numbers of the parts that are not there, or not as long as they should be."""
        sizes = {part.number: part.size for part in there}
        numbers = range(1, len(job.content.parts) + 1)
        return [number for number in numbers if sizes.get(number) != self._part(job, number)[1]]

    def _part(self, job: Job, number: int) -> tuple[int, int]:
        """First byte and length of a part."""
        start = (number - 1) * self.part_bytes
        return start, min(self.part_bytes, job.content.size - start)

    def _link(self, job: Job, upload: str, number: int) -> PartLink:
        start, size = self._part(job, number)
        digest = base64.b64encode(bytes.fromhex(job.content.parts[number - 1])).decode()
        url = self._uploads.part_link(upload_key(job.id), upload, number, size, digest)
        return PartLink(number, start, size, url, {"x-amz-checksum-sha256": digest})

    def _complete_upload(self, job: Job) -> None:
        name, upload = upload_key(job.id), self._archive.upload(job.id)
        if self._uploads.find(name):
            return
        there = (self._uploads.parts(name, upload) if upload else None) or []
        missing = self._missing(job, there)
        if missing or upload is None:
            shown = ", ".join(map(str, missing[:_MAX_SHOWN]))
            raise SceneIncompleteError(
                f"The upload lacks {len(missing)} of {len(job.content.parts)} parts: {shown}; "
                "repeat POST /scenes for their URLs.",
                missing=len(missing),
                parts=len(job.content.parts),
            )
        self._uploads.complete(name, upload, there)

    def _start(self, key: UUID) -> None:
        self._index.save_end(key, None)
        self._archive.start(key, str(uuid4()))

    def _job(self, key: UUID) -> Job:
        job = self._archive.job(key)
        if job is None:
            raise SceneNotFoundError(f"No scene has the id {key}.")
        return job

    def _followed(self, job: Job) -> Ordered:
        """A job of the history whose end the row does not know yet."""
        return self._shown(job, self._archive.status(job.id))

    def _shown(self, job: Job, status: Status) -> Ordered:
        if status.end:
            self._index.save_end(job.id, status.end)
        return Ordered(job, status)
