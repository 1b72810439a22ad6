"""Third command of the image: a stage of a scene, as the state machine in `terraform/` calls it.

The event names the stage and the object that started the state machine; what a stage hands on lies in
S3. Each stage can be called again: it finds what it has done before.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from tesela.core.model import Model, load
from tesela.edges.places import PINNED, Pinned, Place, Places
from tesela.edges.s3 import S3Objects
from tesela.edges.s3_scenes import S3Store, S3Uploads
from tesela.errors import (
    InvalidOptionError,
    ModelError,
    SceneCancelledError,
    SceneWaitingError,
    SourceChangedError,
    StorageUnavailableError,
    TeselaError,
    UnsuitableImageError,
    as_json,
)
from tesela.jobs import item
from tesela.jobs.archive import JobArchive, job_of_event, kept_prefix, upload_key, work_prefix
from tesela.jobs.item import Chosen
from tesela.jobs.job import End, File, Job, Stage
from tesela.jobs.sources import Address, Allowed, parse_address
from tesela.scenes import names
from tesela.scenes.assembly import assemble
from tesela.scenes.block import preview, process_block
from tesela.scenes.plan import CODEC, Options, Plan, make_plan, planned_scene
from tesela.scenes.reader import SceneFile
from tesela.scenes.seams import fetch, join_seams
from tesela.scenes.window import Window
from tesela.settings import StageSettings

_BLOCKS, _PLACES = "blocks.json", "places.json"
_STEP_FUNCTIONS = "aws.states"
_LOOK_S = 5  # between two looks of a block at whether its scene is still wanted
# Other programs measure pixels in the map's units, not on the ground; resampled sides are rounded.
_STATED_TOLERANCE, _ROUNDING_KM2 = 1.02, 0.01
# Not the scene's fault: the state machine tries again, and then it has failed.
_OURS = (StorageUnavailableError, ModelError, SceneWaitingError)
# The state machine ends after 6 hours; what is older has nobody wait for it.
_MAX_EXECUTION = timedelta(hours=7)


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Run the stage that the event names, as Lambda.

    Raises:
        TeselaError: The stage failed; Step Functions sees the name of the class.
    """
    return _stages(StageSettings.read(os.environ)).run(event)


class Stages:
    """The stages of the scenes in one bucket."""

    def __init__(self, settings: StageSettings) -> None:
        self._settings, self._bucket = settings, settings.bucket
        self._archive = JobArchive(S3Objects(settings.bucket, settings.link_lifetime_s))

    def run(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Run a stage; why a scene cannot be processed is kept for the one that records it.

        EventBridge reports an execution that ran out of time, or that somebody stopped: no state of the
        machine comes after that.
        """
        if event.get("source") == _STEP_FUNCTIONS:
            return self._record_stop(event["detail"])
        stages: dict[str, Callable[[UUID, Mapping[str, Any]], dict[str, Any]]] = {
            "plan": self._plan,
            "block": self._block,
            "seams": self._seams,
            "assembly": self._assembly,
            "failure": self._record_failure,
        }
        name = str(event.get("stage"))
        if name not in stages:
            reason = f"unknown stage {name!r}; expected one of {', '.join(stages)}."
            raise InvalidOptionError.of("stage", name, list(stages), reason)
        key = job_of_event(str(event["key"]))
        try:
            return stages[name](key, event)
        except TeselaError as error:
            if not isinstance(error, _OURS):
                self._archive.note(key, _problem(error))
            raise

    def _plan(self, key: UUID, event: Mapping[str, Any]) -> dict[str, Any]:
        """Check and divide a scene; `blocks` is empty where there is nothing to do."""
        if self._archive.job(key) is None or self._archive.end(key):
            return {"blocks": ""}
        self._wait_for_turn(key)
        if not self._archive.claim(key, str(event["execution"])):
            return {"blocks": ""}
        job = self._wanted(key)
        pinned = self._pinned(job)
        plan = self._planned(job, pinned)
        _keep_plan(plan, _store(self._bucket, key), lambda: self._clear_work(key))
        windows = [_listed(block) for block in plan.blocks()]
        work = S3Store(self._bucket, work_prefix(key))
        work.put(_PLACES, PINNED.dump_json(pinned))
        work.put(_BLOCKS, json.dumps(windows).encode())
        self._archive.reach(key, Stage("blocks", len(windows), _facts(plan)))
        return {
            "blocks": f"{work_prefix(key)}{_BLOCKS}",
            "concurrency": self._settings.concurrency,
        }

    def _wait_for_turn(self, key: UUID) -> None:
        """Let scenes that were started before be processed first, where the account has no room for both.

        Raises:
            SceneWaitingError: It is another scene's turn.
        """
        since = datetime.now(UTC) - _MAX_EXECUTION
        if self._settings.one_at_a_time and not self._archive.is_first(key, since):
            self._wanted(key)
            raise SceneWaitingError(f"The scene {key} waits for another one.", id=str(key))

    def _planned(self, job: Job, pinned: Pinned) -> Plan:
        options = Options(
            thresholds=job.choices.thresholds,
            band_order=job.choices.band_order,
            band_names=pinned.names,
            scores=job.choices.scores,
            max_km2=self._settings.max_km2,
            block_px=self._settings.block_px,
        )
        plan = make_plan(self._places().open_all(pinned), self._model(), options)
        _check_stated(plan, job)
        return replace(plan, id=str(job.id))

    def _pinned(self, job: Job) -> Pinned:
        """Find the files of a job, as they are now; those of a STAC Item are its assets.

        Raises:
            SourceChangedError: One is gone, or not the one that the job was made for.
            SourceRefusedError: One cannot be read.
            UnsuitableImageError: The Item does not name eight bands.
        """
        files, found = job.content.files, list[Place]()
        for number, file in enumerate(files, 1):
            if len(files) == 1 and file.source and (chosen := self._chosen(file)):
                paying = file.requester_pays
                assets = [self._named(each, job, paying) for each in chosen.addresses]
                return Pinned(tuple(assets), chosen.names)
            found.append(self._place(job, number))
        return Pinned(tuple(found))

    def _chosen(self, file: File) -> Chosen | None:
        """What a STAC Item names, or None where the file is none."""
        address, paying = parse_address(file.source), file.requester_pays
        body = self._places().item(address, item.MAX_BYTES, requester_pays=paying)
        return item.choose(body, address) if body else None

    def _place(self, job: Job, number: int) -> Place:
        file = job.content.files[number - 1]
        if file.source:
            place = self._named(parse_address(file.source), job, file.requester_pays)
            if file.etag not in ("", place.found.etag):
                raise _changed(job)
            return place
        key = upload_key(job.id, number)
        found = S3Uploads(self._bucket).find(key)
        if found is None:
            raise _changed(job)
        return Place(Address("s3", self._bucket, key), found)

    def _named(self, address: Address, job: Job, requester_pays: bool) -> Place:
        place = self._places().find(address, requester_pays=requester_pays)
        if place is None:
            raise _changed(job)
        return place

    def _block(self, key: UUID, event: Mapping[str, Any]) -> dict[str, Any]:
        self._wanted(key)
        store, work = _store(self._bucket, key), S3Store(self._bucket, work_prefix(key))
        opened = fetch(store, names.PLAN), fetch(work, _PLACES)
        plan, scene = _opened(self._settings.scene_sources, *opened)
        block = Window(*event["window"])
        check = _at_intervals(lambda: self._wanted(key))
        process_block(block, plan, scene, self._model(), store, check=check)
        shown = preview(block, plan, store)
        self._archive.count_block(key, f"{block.row}-{block.column}", shown)
        return {}

    def _seams(self, key: UUID, event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        plan = self._reach(key, "seams")
        join_seams(plan, _store(self._bucket, key))
        return {}

    def _assembly(self, key: UUID, event: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        plan, store = self._reach(key, "assembly"), _store(self._bucket, key)
        now = datetime.now(UTC)
        with tempfile.TemporaryDirectory() as scratch:
            assemble(plan, store, Path(scratch), now)
        item, summary = (json.loads(fetch(store, name)) for name in (names.ITEM, names.SUMMARY))
        files = {name: asset["file:size"] for name, asset in item["assets"].items()}
        files[names.ITEM] = len(fetch(store, names.ITEM))
        end = End("done", now, facts=_facts(plan), classes=summary["classes"], files=files)
        self._archive.finish(key, end)
        self._clear_work(key)
        self._archive.clear(f"{work_prefix(key)}source")
        return {}

    def _record_stop(self, execution: Mapping[str, Any]) -> dict[str, Any]:
        """Let the job of a stopped execution end, unless another execution has it."""
        key = job_of_event(json.loads(execution["input"])["detail"]["object"]["key"])
        if self._archive.holder(key) not in (None, execution["executionArn"]):
            return {"expected": True}
        return self._record_failure(key, {"error": {"Error": execution["status"]}})

    def _record_failure(self, key: UUID, event: Mapping[str, Any]) -> dict[str, Any]:
        """Let the job end; `expected` where no operator needs to look."""
        if self._archive.job(key) is None:
            self._archive.delete(key)  # what the stages wrote meanwhile
            return {"expected": True}
        if self._archive.end(key):  # another execution of it was faster
            return {"expected": True}
        noted, stage = self._archive.noted(key), self._archive.stage(key)
        problem = noted or _problem(_unforeseen(event.get("error") or {}))
        cancelled = problem["code"] == "scene-cancelled"
        end = End(
            "cancelled" if cancelled else "failed",
            datetime.now(UTC),
            None if cancelled else problem,
            stage.facts if stage else None,
        )
        self._archive.finish(key, end)
        return {"expected": noted is not None}

    def _reach(self, key: UUID, stage: Any) -> Plan:
        """Note the stage, and return the plan."""
        self._wanted(key)
        plan = CODEC.validate_json(fetch(_store(self._bucket, key), names.PLAN))
        count = sum(1 for _ in plan.blocks())
        self._archive.reach(key, Stage(stage, count, _facts(plan)))
        return plan

    def _wanted(self, key: UUID) -> Job:
        """Return the job.

        Raises:
            SceneCancelledError: It was cancelled or deleted.
        """
        job = self._archive.job(key)
        if job is None or self._archive.is_cancelled(key):
            raise SceneCancelledError(f"The scene {key} was cancelled.", id=str(key))
        return job

    def _clear_work(self, key: UUID) -> None:
        """Delete what the stages handed on; the upload stays."""
        for name in ("parts/", "done/", _BLOCKS, _PLACES):
            self._archive.clear(work_prefix(key) + name)

    def _places(self) -> Places:
        return _places(self._settings.scene_sources)

    def _model(self) -> Model:
        settings = self._settings
        return _model(settings.model_folder, settings.runtime, settings.threads)


class _SplitStore:
    """A `Store` whose parts lie among the temporary objects."""

    def __init__(self, bucket: str, key: UUID) -> None:
        self._kept = S3Store(bucket, kept_prefix(key))
        self._work = S3Store(bucket, work_prefix(key))

    def get(self, name: str) -> bytes | None:
        return self._of(name).get(name)

    def read(self, name: str, start: int, length: int) -> bytes:
        return self._of(name).read(name, start, length)

    def put(self, name: str, body: bytes) -> None:
        self._of(name).put(name, body)

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        return self._of(name).write(name, chunks)

    def _of(self, name: str) -> S3Store:
        return self._work if name.startswith("parts/") else self._kept


@cache
def _stages(settings: StageSettings) -> Stages:
    return Stages(settings)


@cache
def _model(folder: Path, runtime: Any, threads: int) -> Model:
    return load(folder, runtime, threads)


@lru_cache(maxsize=4)
def _store(bucket: str, key: UUID) -> _SplitStore:
    return _SplitStore(bucket, key)


@cache
def _places(sources: str) -> Places:
    return Places(Allowed.read(sources))


@lru_cache(maxsize=1)  # blocks of one scene follow each other in a container
def _opened(sources: str, plan_json: bytes, places_json: bytes) -> tuple[Plan, SceneFile]:
    """Open the scene of a plan, where the plan found it."""
    plan, pinned = CODEC.validate_json(plan_json), PINNED.validate_json(places_json)
    return plan, planned_scene(plan, _places(sources).open_all(pinned))


def _at_intervals(
    act: Callable[[], object], clock: Callable[[], float] = time.monotonic
) -> Callable[[], None]:
    """Return what can be called all the time, and acts once every `_LOOK_S` seconds from now on."""
    last = clock()

    def called() -> None:
        nonlocal last
        now = clock()
        if now - last >= _LOOK_S:
            last = now
            act()

    return called


def _check_stated(plan: Plan, job: Job) -> None:
    """Refuse a scene that is larger than was stated, as the month counts it by that."""
    stated = job.stated_km2
    if stated is not None and plan.area_km2 > stated * _STATED_TOLERANCE + _ROUNDING_KM2:
        raise UnsuitableImageError(
            f"The scene has {plan.area_km2:.2f} km2, but its order stated {stated:g} km2.",
            "scene-area-stated",
            area_km2=plan.area_km2,
            stated_km2=stated,
        )


def _changed(job: Job) -> SourceChangedError:
    return SourceChangedError(
        f"{job.name} was changed or deleted since it was named.", name=job.name
    )


def _keep_plan(plan: Plan, store: _SplitStore, clear: Callable[[], None]) -> None:
    """Keep a plan; what was made by another one, of an older version of the code, is deleted."""
    body, kept = CODEC.dump_json(plan), store.get(names.PLAN)
    if kept not in (None, body):
        clear()
    store.put(names.PLAN, body)


def _listed(block: Window) -> list[int]:
    return [block.row, block.column, block.height, block.width]


def _facts(plan: Plan) -> dict[str, Any]:
    """What a client wants to know of a plan."""
    return {
        "width": plan.width,
        "height": plan.height,
        "crs": plan.crs,
        "bounds": list(plan.bounds),
        "pixel_size_m": list(plan.pixel_size_m),
        "area_km2": plan.area_km2,
        "block_px": plan.block_px,
        "preview_px": 2**plan.aligned_levels,
        "estimate": asdict(plan.estimate),
        "warnings": [as_json(asdict(warning)) for warning in plan.warnings],
    }


def _problem(error: TeselaError) -> dict[str, Any]:
    return {"code": error.code, "detail": str(error), "values": as_json(error.values)}


def _unforeseen(error: Mapping[str, Any]) -> TeselaError:
    """What Step Functions reports of a stage that ended without an error of ours."""
    name = str(error.get("Error", "unknown"))
    return TeselaError(
        f"Processing stopped ({name}); it can be started again.", "scene-failed", error=name
    )
