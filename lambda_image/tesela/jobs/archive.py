"""Jobs as objects: what a client ordered, how far it has come, and how it ended.

scenes/ID/job.json          the `Job`; a job is there when this is
scenes/ID/claim.json        which execution of the state machine processes it
scenes/ID/stage.json        the `Stage` it has reached
scenes/ID/cancel.json       the client wants it to end
scenes/ID/end.json          the `End`
scenes/ID/upload-N.json     the multipart upload of its file N
scenes/ID/...               the products
scene-work/ID/source-N.tif  its file N, once the upload is complete
scene-work/ID/done/...      one per block that is done: its classes, small
scene-work/ID/places.json   what the plan found its sources to be
scene-work/ID/...           what the stages hand on; both are temporary
scene-events/ID.json        starts the state machine each time it is written

A job's state follows from which of them are there.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from tesela.jobs.job import END, JOB, STAGE, End, Job, Stage, Status
from tesela.layout import by_id
from tesela.ports import ObjectStore

SCENES, WORK, EVENTS = "scenes/", "scene-work/", "scene-events/"
_JSON = "application/json"
_OF_ONE_RUN = ("end", "cancel", "claim", "stage", "problem")
_T = TypeVar("_T")


def kept_prefix(key: UUID) -> str:
    """Where the products of a job are."""
    return f"{SCENES}{key}/"


def work_prefix(key: UUID) -> str:
    """Where the upload and the intermediate results of a job are."""
    return f"{WORK}{key}/"


def upload_key(key: UUID, number: int = 1) -> str:
    """Where an uploaded file of a job is; numbers begin at 1."""
    return f"{work_prefix(key)}source-{number}.tif"


def event_key(key: UUID) -> str:
    """The object whose writing starts the state machine."""
    return f"{EVENTS}{key}.json"


def job_of_event(name: str) -> UUID:
    """The job of an event's object.

    Raises:
        ValueError: It is not named as `event_key` names it.
    """
    return UUID(name.removeprefix(EVENTS).removesuffix(".json"))


def job_of_end(name: str) -> UUID:
    """The job of `scenes/ID/end.json`, whose writing is an event too.

    Raises:
        ValueError: It is not named so.
    """
    return UUID(name.removeprefix(SCENES).removesuffix("/end.json"))


@dataclass(frozen=True, slots=True)
class JobInventory:
    """What lies under one id below `scenes/`: names without `.json`; `modified` is the newest."""

    id: UUID
    names: frozenset[str]
    modified: datetime

    @property
    def is_job(self) -> bool:
        """Whether there is a job, and not only what a delete left of it."""
        return "job" in self.names

    @property
    def was_started(self) -> bool:
        """Whether a stage has begun with it."""
        return not self.names.isdisjoint(("claim", "stage", "end"))


class JobArchive:
    """Keeps jobs in an object store."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def keep(self, job: Job) -> tuple[Job, bool]:
        """Keep a job, unless there is one; return the one that is there, and whether it is new."""
        created = self._objects.put_new(_name(job.id, "job"), JOB.dump_json(job), _JSON)
        return (job if created else self.job(job.id) or job), created

    def job(self, key: UUID) -> Job | None:
        """The job, or None."""
        return self._parsed(key, "job", JOB)

    def status(self, key: UUID) -> Status:
        """Where the job is."""
        if end := self.end(key):
            return Status(end.state, end=end)
        stage = self.stage(key)
        if stage is None and self._objects.get(event_key(key)) is None:
            return Status("uploading")
        if self.is_cancelled(key):
            return Status("cancelling", stage)
        if stage is None:
            return Status("queued")
        prefix = _block_key(key, "")
        done = [stored.key.removeprefix(prefix) for stored in self._objects.listed(prefix)]
        return Status("processing", stage, tuple(done))

    def upload(self, key: UUID, number: int = 1) -> str | None:
        """The id of the multipart upload that was begun for a file of a job, or None."""
        document = self._document(key, f"upload-{number}")
        return str(document["upload"]) if document else None

    def keep_upload(self, key: UUID, number: int, upload: str, instead_of: str | None) -> str:
        """Keep the id of an upload in place of one that has ended; return the one that is kept."""
        name, body = _name(key, f"upload-{number}"), json.dumps({"upload": upload}).encode()
        if instead_of is not None:
            self._objects.put(name, body, _JSON)
            return upload
        if self._objects.put_new(name, body, _JSON):
            return upload
        return self.upload(key, number) or upload

    def start(self, key: UUID, token: str) -> None:
        """Let the job be processed, also again after it failed or was cancelled.

        The claim of a job that has not ended stays: two requests at once start it once.
        """
        if self.end(key):
            self._objects.delete([_name(key, name) for name in _OF_ONE_RUN])
        self._objects.put(event_key(key), json.dumps({"token": token}).encode(), _JSON)

    def claim(self, key: UUID, execution: str) -> bool:
        """Take a job for an execution; False if another one has it, as events may come twice."""
        body = json.dumps({"execution": execution}).encode()
        return self._objects.put_new(_name(key, "claim"), body, _JSON) or (
            self.holder(key) == execution
        )

    def holder(self, key: UUID) -> str | None:
        """The execution that has the job, or None."""
        claim = self._document(key, "claim")
        return str(claim["execution"]) if claim else None

    def reach(self, key: UUID, stage: Stage) -> None:
        """Note that a job has come to a stage."""
        self._objects.put(_name(key, "stage"), STAGE.dump_json(stage), _JSON)

    def stage(self, key: UUID) -> Stage | None:
        """The stage that a job has come to, None before its plan is made."""
        return self._parsed(key, "stage", STAGE)

    def count_block(self, key: UUID, name: str, preview: bytes = b"") -> None:
        """Note that a block is done, and keep what can be shown of it until the scene is."""
        self._objects.put(_block_key(key, name), preview, "application/zlib")

    def block(self, key: UUID, name: str) -> bytes | None:
        """What can be shown of a block that is done, or None."""
        return self._objects.get(_block_key(key, name))

    def cancel(self, key: UUID) -> None:
        """Ask the stages to end."""
        self._objects.put(_name(key, "cancel"), b"{}", _JSON)

    def is_cancelled(self, key: UUID) -> bool:
        """Whether the stages are to end."""
        return self._objects.get(_name(key, "cancel")) is not None

    def note(self, key: UUID, problem: Mapping[str, Any]) -> None:
        """Keep why a stage failed, for the stage that records the failure."""
        body = json.dumps(problem, ensure_ascii=False, allow_nan=False).encode()
        self._objects.put(_name(key, "problem"), body, _JSON)

    def noted(self, key: UUID) -> dict[str, Any] | None:
        """What `note` kept."""
        return self._document(key, "problem")

    def finish(self, key: UUID, end: End) -> None:
        """Note how a job ended; it waits for nothing any more."""
        self._objects.put(_name(key, "end"), END.dump_json(end), _JSON)
        self._objects.delete([event_key(key)])

    def is_first(self, key: UUID, since: datetime) -> bool:
        """Whether no job that was started before this one, but after `since`, has yet to end."""
        waiting = [each for each in self._objects.listed(EVENTS) if each.modified >= since]
        ordered = sorted(waiting, key=lambda each: (each.modified, each.key))
        names = [each.key for each in ordered]
        return event_key(key) not in names[1:]

    def end(self, key: UUID) -> End | None:
        """How a job ended, None before it did."""
        return self._parsed(key, "end", END)

    def inventories(self) -> Iterator[JobInventory]:
        """Everything below `scenes/`, one job at a time."""
        for key, found in by_id(self._objects, SCENES):
            names = (each.key.removeprefix(kept_prefix(key)) for each in found)
            yield JobInventory(
                key,
                frozenset(each.removesuffix(".json") for each in names),
                max(each.modified for each in found),
            )

    def link(self, key: UUID, name: str, *, head: bool = False) -> str:
        """A temporary URL of a product, for HEAD or else for GET."""
        return self._objects.link(f"{kept_prefix(key)}{name}", head=head)

    def clear(self, prefix: str) -> None:
        """Delete everything below a prefix."""
        self._objects.delete([stored.key for stored in self._objects.listed(prefix)])

    def delete(self, key: UUID) -> None:
        """Delete everything of a job, itself first: stages that still run find it gone, and end."""
        self._objects.delete([_name(key, "job")])
        self._objects.delete([event_key(key)])
        self.clear(work_prefix(key))
        self.clear(kept_prefix(key))

    def _document(self, key: UUID, name: str) -> dict[str, Any] | None:
        body = self._objects.get(_name(key, name))
        document: dict[str, Any] | None = json.loads(body) if body else None
        return document

    def _parsed(self, key: UUID, name: str, codec: TypeAdapter[_T]) -> _T | None:
        body = self._objects.get(_name(key, name))
        try:
            return codec.validate_json(body) if body else None
        except ValidationError:
            return None  # of a version that this one cannot read


def _block_key(key: UUID, name: str) -> str:
    return f"{work_prefix(key)}done/{name}"


def _name(key: UUID, name: str) -> str:
    return f"{kept_prefix(key)}{name}.json"
