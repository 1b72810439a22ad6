"""A job: the scene to process and what its caller chose. And how it ends."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

PART_BYTES = 2**26  # of an upload; S3 takes 10,000 parts of 5 MiB to 5 GiB
MAX_PARTS = 10_000

EndState = Literal["done", "failed", "cancelled"]
State = Literal["uploading", "queued", "processing", "cancelling", EndState]
StageName = Literal["blocks", "seams", "assembly"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a caller chooses of the result."""

    thresholds: dict[str, float]
    band_order: tuple[int, ...] | None = None
    scores: bool = False  # `scores.tif` as well


@dataclass(frozen=True, slots=True)
class File:
    """A file of a scene: the parts of an upload, or the address of what lies elsewhere.

    Attributes:
        size: Length in bytes; 0 where only the plan can find out, as the API reaches no host.
        parts: SHA-256 of each part of an upload, in hex.
        source: `s3://bucket/key` or `https://host/path`, "" for an upload.
        etag: Of the source, when the job was made; "" where only the plan can find out.
        requester_pays: Whether the stack pays for reading the source.
    """

    size: int
    parts: tuple[str, ...] = ()
    source: str = ""
    etag: str = ""
    requester_pays: bool = False

    @property
    def version(self) -> str:
        """A text that no other content has."""
        if self.source:
            return f"{self.source} {self.etag}"
        return hashlib.sha256("".join(self.parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a scene: a file of eight bands, or eight files of one band."""

    files: tuple[File, ...]

    @property
    def size(self) -> int:
        """Length of all files in bytes."""
        return sum(file.size for file in self.files)

    @property
    def is_uploaded(self) -> bool:
        """Whether the client sends it, all or nothing."""
        return not self.files[0].source

    @property
    def version(self) -> str:
        """A text that no other content has."""
        versions = [file.version for file in self.files]
        if len(versions) == 1:
            return versions[0]
        return hashlib.sha256("\n".join(versions).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Job:
    """A scene to process; `id` is made of content and choices, so that a repeated request finds it.

    `stated_km2` is the area that the client read in the file's header, if it did.
    """

    id: UUID
    created: datetime
    name: str
    content: Content
    choices: Choices
    stated_km2: float | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """How far the processing has come.

    Attributes:
        name: What is being done.
        blocks: How many the scene has.
        facts: What the plan found: area, size, estimate, warnings.
    """

    name: StageName
    blocks: int
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class End:
    """How a job ended, in UTC.

    Attributes:
        state: How.
        at: When.
        problem: Why it failed: code, detail and values.
        facts: As in `Stage`; None where the plan failed.
        classes: Counts and areas by class of what was done.
        files: Length in bytes of each product.
    """

    state: EndState
    at: datetime
    problem: dict[str, Any] | None = None
    facts: dict[str, Any] | None = None
    classes: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a job: `stage` and the names of the blocks that are done while it is processed.

    Then `end`.
    """

    state: State
    stage: Stage | None = None
    done: tuple[str, ...] = ()
    end: End | None = None


JOB: TypeAdapter[Job] = TypeAdapter(Job)
STAGE: TypeAdapter[Stage] = TypeAdapter(Stage)
END: TypeAdapter[End] = TypeAdapter(End)
