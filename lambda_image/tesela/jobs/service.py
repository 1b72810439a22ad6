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
from tesela.jobs.admission import Admission
from tesela.jobs.archive import JobArchive, upload_key
from tesela.jobs.job import MAX_PARTS, PART_BYTES, Choices, Content, File, Job, Status
from tesela.jobs.ports import Budget, JobIndex, Sources, Uploads
from tesela.jobs.sources import Allowed, parse_address
from tesela.layout import TIFF
from tesela.ports import UploadedPart
from tesela.prediction import scene_id

_MAX_LINKS = 100  # in an answer; the request is repeated for more
_MAX_SHOWN = 20
_BLOCK = re.compile(r"\d{1,9}-\d{1,9}")  # its first row and column
_TO_BE_STARTED = ("uploading", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class PartLink:
    """Where to PUT a part of a file, and the headers to send with it; both numbers begin at 1."""

    file: int
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
        allowed: Allowed,
        budget: Budget,
        part_bytes: int = PART_BYTES,
    ) -> None:
        """Create the use cases.

        Args:
            model: Whose results are ordered.
            archive: Where jobs are kept.
            uploads: Where their files are sent.
            index: Their rows.
            sources: Scenes that lie in S3 already.
            allowed: The buckets of those, and hosts of the web that the plan reads.
            budget: What may be processed.
            part_bytes: Of an upload, except its last part.
        """
        self._model, self._archive, self._uploads = model, archive, uploads
        self._index, self._sources, self._allowed = index, sources, allowed
        self._admission = Admission(index, uploads, sources, budget)
        self.part_bytes = part_bytes

    def order_upload(
        self,
        name: str,
        files: Sequence[tuple[int, Sequence[str]]],
        choices: Choices,
        stated_km2: float | None = None,
    ) -> Ordered:
        """Order a scene that the caller will upload; the same again returns the links still missing.

        Args:
            name: Shown in the history.
            files: Of each, its size in bytes and the SHA-256 of each part of `part_bytes`, in hex.
            choices: Of the result.
            stated_km2: The area that the file's header states, so that too much is refused at once.

        Raises:
            ImageTooLargeError: More bytes than an upload can have, or more area than a scene.
            SceneBudgetError: More area than this month has left.
            InvalidOptionError: Not as many parts as a file has.
        """
        content = Content(tuple(self._upload_of(size, parts) for size, parts in files))
        return self._order(name, content, choices, stated_km2)

    def order_source(
        self,
        name: str,
        sources: Sequence[str],
        choices: Choices,
        stated_km2: float | None = None,
        *,
        requester_pays: bool = False,
    ) -> Ordered:
        """Order a scene that lies in S3 or on the web: one file, or one of each band; it is started at once.

        Raises:
            InvalidOptionError: The bucket or host may not be read, or there is no such object.
            ImageTooLargeError: More area than a scene may have.
            SceneBudgetError: More area than this month has left.
            SourceRefusedError: The bucket does not let it be read.
        """
        files = tuple(self._source_of(source, requester_pays=requester_pays) for source in sources)
        return self._order(name, Content(files), choices, stated_km2)

    def complete(self, key: UUID) -> Ordered:
        """Start a job whose upload is complete, or one that failed; a running one is left alone.

        Raises:
            SceneIncompleteError: Parts are missing.
            ImageTooLargeError: More area than a scene may have.
            SceneBudgetError: More area than this month has left.
            SceneNotFoundError: There is no such job.
        """
        job = self._job(key)
        status = self._archive.status(key)
        if status.state in _TO_BE_STARTED:
            if job.content.is_uploaded:
                self._complete_upload(job)
            self._start(job)
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
        job = self._job(key)
        if self._archive.status(key).state in ("queued", "processing"):
            self._archive.cancel(key)
            return False
        self._index.delete(key)
        for number in range(1, len(job.content.files) + 1):
            if upload := self._archive.upload(key, number):
                self._uploads.abort(upload_key(key, number), upload)
        self._archive.delete(key)
        return True

    def _upload_of(self, size: int, parts: Sequence[str]) -> File:
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
        return File(size, tuple(parts))

    def _source_of(self, source: str, *, requester_pays: bool) -> File:
        address = self._allowed.check(parse_address(source))
        if address.scheme == "https":
            return File(0, source=str(address))
        found = self._sources.find(address, requester_pays=requester_pays)
        if found is None:
            reason = f"there is no object {source[:200]!r}."
            raise InvalidOptionError.of("source", source[:200], None, reason)
        return File(found.size, (), str(address), found.etag, requester_pays)

    def _order(
        self, name: str, content: Content, choices: Choices, stated_km2: float | None
    ) -> Ordered:
        if stated_km2 is not None:
            self._admission.check(stated_km2)
        key = scene_id(
            content.version,
            self._model.recipe,
            choices.thresholds,
            choices.band_order,
            scores=choices.scores,
        )
        wanted = Job(key, datetime.now(UTC), name, content, choices, stated_km2)
        if not content.is_uploaded and self._archive.job(key) is None:
            self._admission.admit(wanted)  # nothing is kept of what is refused
        job, created = self._archive.keep(wanted)
        self._index.save(job)
        status = self._archive.status(key)
        if status.state not in _TO_BE_STARTED:
            return Ordered(job, status)
        if content.is_uploaded:
            return self._with_links(job, status, created=created)
        if status.state == "uploading":
            self._start(job)
        return Ordered(job, self._archive.status(key), created)

    def _with_links(self, job: Job, status: Status, *, created: bool) -> Ordered:
        links, missing = list[PartLink](), 0
        for number, file in enumerate(job.content.files, 1):
            if self._uploads.find(upload_key(job.id, number)):
                continue
            upload, there = self._upload(job, number)
            lacking = self._missing(file, there)
            missing += len(lacking)
            for part in lacking[: _MAX_LINKS - len(links)]:
                links.append(self._link(job, number, upload, part))
        return Ordered(job, status, created, missing, tuple(links))

    def _upload(self, job: Job, number: int) -> tuple[str, list[UploadedPart]]:
        """The upload of a file and the parts it has; begun where there is none, or it has expired."""
        name, kept = upload_key(job.id, number), self._archive.upload(job.id, number)
        there = self._uploads.parts(name, kept) if kept else None
        if kept is not None and there is not None:
            return kept, there
        begun = self._uploads.begin(name, TIFF)
        upload = self._archive.keep_upload(job.id, number, begun, kept)
        if upload != begun:  # another request was first
            self._uploads.abort(name, begun)
        return upload, self._uploads.parts(name, upload) or []

    def _missing(self, file: File, there: Sequence[UploadedPart]) -> list[int]:
        """Numbers of the parts that are not there, or not as long as they should be."""
        sizes = {part.number: part.size for part in there}
        numbers = range(1, len(file.parts) + 1)
        return [number for number in numbers if sizes.get(number) != self._part(file, number)[1]]

    def _part(self, file: File, number: int) -> tuple[int, int]:
        """First byte and length of a part."""
        start = (number - 1) * self.part_bytes
        return start, min(self.part_bytes, file.size - start)

    def _link(self, job: Job, file_number: int, upload: str, number: int) -> PartLink:
        file, name = job.content.files[file_number - 1], upload_key(job.id, file_number)
        start, size = self._part(file, number)
        digest = base64.b64encode(bytes.fromhex(file.parts[number - 1])).decode()
        url = self._uploads.part_link(name, upload, number, size, digest)
        return PartLink(file_number, number, start, size, url, {"x-amz-checksum-sha256": digest})

    def _complete_upload(self, job: Job) -> None:
        """Make objects of the parts of all files, once none is missing of any."""
        ready = [
            found
            for number in range(1, len(job.content.files) + 1)
            if (found := self._complete_parts(job, number))
        ]
        for name, upload, there in ready:
            self._uploads.complete(name, upload, there)

    def _complete_parts(self, job: Job, number: int) -> tuple[str, str, list[UploadedPart]] | None:
        """The parts of a file, all of them; None where it is an object already."""
        file, name = job.content.files[number - 1], upload_key(job.id, number)
        if self._uploads.find(name):
            return None
        upload = self._archive.upload(job.id, number)
        there = self._uploads.parts(name, upload) if upload else None
        if there is None and self._uploads.find(name):  # another request was completing it
            return None
        there = there or []
        missing = self._missing(file, there)
        if missing or upload is None:
            shown = ", ".join(map(str, missing[:_MAX_SHOWN]))
            of_file = f" of file {number}" if len(job.content.files) > 1 else ""
            raise SceneIncompleteError(
                f"The upload lacks {len(missing)} of {len(file.parts)} parts{of_file}: {shown}; "
                "repeat POST /scenes for their URLs.",
                missing=len(missing),
                parts=len(file.parts),
            )
        return name, upload, there

    def _start(self, job: Job) -> None:
        self._admission.admit(job)
        self._index.save_end(job.id, None)
        self._archive.start(job.id, str(uuid4()))

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
