"""The stages of a scene on S3 (moto's), walked by the state machine, with what may go wrong."""

import json
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from rasterio.io import MemoryFile
from tesela import stages
from tesela.edges import https
from tesela.edges.places import Places
from tesela.edges.s3 import S3Objects
from tesela.edges.s3_scenes import S3Uploads
from tesela.errors import ModelError, StorageUnavailableError, TeselaError
from tesela.jobs.archive import JobArchive, event_key, kept_prefix, upload_key, work_prefix
from tesela.jobs.job import Choices, Content, File, Job
from tesela.scenes.assembly import assemble
from tesela.scenes.plan import Options
from tesela.settings import StageSettings
from tesela.stages import Stages

from scripts.local.scenes.runner import definition, event_of
from scripts.local.scenes.state_machine import ExecutionError, StateMachine
from scripts.local.stack import LocalStack
from tests.edges.web import HOST, Files, served, usual
from tests.scenes.made import counts, model, processed
from tests.stack import InProcess
from tests.tiffs import placed

pytest.importorskip("pyarrow", reason="the extra `scenes` is not installed: no pyarrow")

THRESHOLDS = dict.fromkeys(model().thresholds, 0.55)
BLOCK = 512
SCENE = placed(counts(40, BLOCK + 40, 3), tiled=True, blockxsize=256, blockysize=256)  # two blocks

NAMES = ("0-0", f"0-{BLOCK}")
SMALL = placed(counts(40, 60, 4))

Meddle = Callable[[str, int], None]  # before a call: the stage, and how often it was called before


@dataclass
class World:
    """A bucket, a job in it, and executions of the state machine."""

    bucket: str
    settings: StageSettings
    archive: JobArchive
    objects: S3Objects
    calls: list[str] = field(default_factory=list)
    meddle: Meddle = lambda *_: None

    def order(self, body: bytes = SCENE, content: Content | None = None) -> UUID:
        key = uuid4()
        content = content or Content((File(len(body), ("ab" * 32,)),))
        if content.is_uploaded:
            self.objects.put(upload_key(key), body, "image/tiff")
        self.archive.keep(Job(key, datetime.now(UTC), "a.tif", content, Choices(THRESHOLDS)))
        self.archive.start(key, "token")
        return key

    def run(self, key: UUID, execution: str = "first") -> None:
        """Run the state machine as for an event of the job."""
        runner, lock = Stages(self.settings), threading.Lock()

        def invoke(name: str, payload: Mapping[str, Any]) -> Any:
            with lock:
                before = self.calls.count(name)
                self.calls.append(name)
            self.meddle(name, before)
            try:
                return json.loads(json.dumps(runner.run(payload)))
            except TeselaError as error:
                raise ExecutionError(type(error).__name__, str(error)) from error

        machine = StateMachine(
            definition(), invoke, lambda _, name: self.objects.get(name) or b"", lambda *_: None
        )
        machine.run(event_of(self.bucket, event_key(key)), execution)

    def products(self, key: UUID) -> dict[str, bytes]:
        found = self.objects.listed(kept_prefix(key))
        names = [stored.key.removeprefix(kept_prefix(key)) for stored in found]
        bodies = {name: self.objects.get(kept_prefix(key) + name) or b"" for name in names}
        return {n: b for n, b in bodies.items() if n.endswith((".tif", ".parquet", ".fgb", ".csv"))}

    def problem(self, key: UUID) -> dict[str, Any]:
        end = self.archive.end(key)
        assert end
        assert end.problem
        return end.problem


@pytest.fixture
def world(stack: LocalStack, api: InProcess, monkeypatch: pytest.MonkeyPatch) -> World:
    """With a model so fast that its many tiles take no time."""
    monkeypatch.setattr(stages, "_model", lambda *_: model())
    bucket = "stages"  # of its own: the session's stack processes what is ordered in its bucket
    stack.objects.client().create_bucket(Bucket=bucket)
    settings = StageSettings.read(
        {
            "TESELA_BUCKET": bucket,
            "TESELA_SCENE_BLOCK_PX": str(BLOCK),
            "TESELA_SCENE_SOURCES": bucket,
        }
    )
    objects = S3Objects(bucket, 60)
    return World(bucket, settings, JobArchive(objects), objects)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The products of the same scene, made in memory."""
    plan, store = processed(SCENE, Options(THRESHOLDS, block_px=BLOCK), model())
    assemble(plan, store, tmp_path_factory.mktemp("scratch"), datetime.now(UTC))
    return {name: body for name, body in store.kept.items() if name.endswith((".tif", ".csv"))}


def test_an_event_that_comes_twice_makes_the_products_once(
    world: World, expected: dict[str, bytes]
) -> None:
    key = world.order()

    def again(stage: str, before: int) -> None:
        if stage == "block" and before == 0:
            world.run(key, "second")  # while the first execution is in the middle

    world.meddle = again
    world.run(key)
    assert sorted(world.calls) == ["assembly", "block", "block", "plan", "plan", "seams"]
    products = world.products(key)
    assert {name: products[name] for name in expected} == expected
    end = world.archive.end(key)
    assert end
    assert end.state == "done"
    assert set(end.files) == {*products, "summary.json", "style.qml", "item.json"}
    assert all(end.files[name] == len(body) for name, body in products.items())
    assert sum(entry["polygons"] for entry in end.classes) > 10
    assert [*world.objects.listed(work_prefix(key))] == []  # upload and parts are gone
    world.run(key, "third")  # long afterwards
    assert world.calls[6:] == ["plan"]


def test_blocks_can_be_looked_at_before_the_scene_is_done(
    world: World, expected: dict[str, bytes]
) -> None:
    key, seen = world.order(), dict[str, Any]()

    def look(stage: str, before: int) -> None:
        if stage == "seams":
            status = world.archive.status(key)
            assert status.stage
            seen.update({name: world.archive.block(key, name) for name in status.done})
            seen["step"] = status.stage.facts["preview_px"]
            seen["block"] = status.stage.facts["block_px"]

    world.meddle = look
    world.run(key)
    assert (seen["step"], seen["block"]) == (2, BLOCK)
    with MemoryFile(expected["classes.tif"]) as file, file.open(OVERVIEW_LEVEL=0) as overview:
        halved = overview.read(1)
    parts = [np.frombuffer(zlib.decompress(seen[name] or b""), np.uint8) for name in NAMES]
    assert halved.any()
    assert (np.hstack([part.reshape(20, -1) for part in parts]) == halved).all()


def test_a_killed_block_and_a_busy_s3_change_nothing(
    world: World, expected: dict[str, bytes]
) -> None:
    key = world.order()

    def fail(stage: str, before: int) -> None:
        if stage == "block" and before == 0:
            raise ExecutionError("Runtime.ExitError", "signal 9")
        if before == (1 if stage == "block" else 0):  # each stage, and the second block
            raise ExecutionError(StorageUnavailableError.__name__, "S3 answered SlowDown.")

    world.meddle = fail
    world.run(key)
    products = world.products(key)
    assert {name: products[name] for name in expected} == expected


def test_a_source_that_is_replaced_meanwhile_ends_the_scene(world: World) -> None:
    key = world.order()

    def exchange(stage: str, before: int) -> None:
        if stage == "block" and before == 0:
            world.objects.put(upload_key(key), SCENE[:-1] + b"x", "image/tiff")

    world.meddle = exchange
    world.run(key)
    assert world.problem(key)["code"] == "source-changed"
    assert world.products(key) == {}


def test_a_source_that_is_no_longer_what_was_ordered_is_refused(world: World) -> None:
    name = f"tests/{uuid4()}.tif"
    world.objects.put(name, SCENE, "image/tiff")
    found = S3Uploads(world.bucket).find(name)
    assert found
    source = f"s3://{world.bucket}/{name}"
    first = world.order(content=Content((File(found.size, (), source, found.etag),)))
    second = world.order(content=Content((File(found.size, (), source, '"other"'),)))
    world.run(first)
    world.run(second)
    assert world.archive.status(first).state == "done"
    assert world.objects.get(name) == SCENE  # not ours to delete
    assert world.problem(second)["code"] == "source-changed"


def test_what_cannot_be_processed_is_refused_by_the_plan_with_the_estimate(world: World) -> None:
    world.settings = world.settings.model_copy(update={"max_km2": 0.01})
    key = world.order()
    world.run(key)  # and the execution succeeds: nothing for an operator to look at
    problem = world.problem(key)
    assert problem["code"] == "scene-too-large"
    assert problem["values"]["limit"] == 0.01
    assert problem["values"]["usd"] > 0
    assert "would take about" in problem["detail"]
    world.settings = world.settings.model_copy(update={"max_km2": 1})
    no_tiff = world.order(b"not a TIFF")
    world.run(no_tiff)
    assert world.problem(no_tiff)["code"] == "not-a-tiff"
    assert world.calls == ["plan", "failure"] * 2


@pytest.mark.parametrize("at", ["plan", "block", "seams", "assembly"])
def test_a_cancelled_scene_ends_at_its_next_stage(world: World, at: str) -> None:
    key = world.order()
    world.meddle = lambda stage, _: world.archive.cancel(key) if stage == at else None
    world.run(key)
    assert world.archive.status(key).state == "cancelled"
    assert world.products(key) == {}
    assert world.calls[-1] == "failure"


@pytest.mark.parametrize("end", ["cancelled", "deleted"])
def test_a_block_that_runs_ends_soon_after_its_scene_was_cancelled_or_deleted(
    world: World, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """Seven rows of two tiles: the scene is given up in the first one."""
    key, fast, predicted = world.order(placed(counts(200, 60, 5))), model(), list[Any]()

    def predict(tile: Any) -> Any:
        predicted.append(tile)
        if len(predicted) == 1:
            (world.archive.cancel if end == "cancelled" else world.archive.delete)(key)
        return fast.predict_tile(tile)

    monkeypatch.setattr(stages, "_LOOK_S", 0)
    monkeypatch.setattr(stages, "_model", lambda *_: replace(fast, predict_tile=predict))
    world.run(key)
    assert len(predicted) == 2
    assert world.calls == ["plan", "block", "failure"]
    assert world.products(key) == {}
    if end == "cancelled":
        assert world.archive.status(key).state == "cancelled"
    else:
        assert [*world.objects.listed(kept_prefix(key))] == []


def test_a_block_asks_at_intervals_whether_its_scene_is_still_wanted() -> None:
    moments, looks, seen = [100, 104.9, 105, 106, 109.9, 111, 112], list[None](), list[int]()
    clock = iter(moments)
    check = stages._at_intervals(lambda: looks.append(None), lambda: next(clock))
    for _ in moments[1:]:
        check()
        seen.append(len(looks))
    assert seen == [0, 1, 1, 1, 2, 2]


def test_a_scene_that_is_deleted_while_it_is_processed_leaves_nothing(world: World) -> None:
    key = world.order()
    world.meddle = lambda stage, _: world.archive.delete(key) if stage == "seams" else None
    world.run(key)
    assert world.archive.job(key) is None
    assert [*world.objects.listed(kept_prefix(key))] == []
    assert [*world.objects.listed(work_prefix(key))] == []


def kill_seams(stage: str, _: int) -> None:
    if stage == "seams":
        raise ExecutionError("Runtime.ExitError", "signal 9")


def test_a_failure_for_no_fault_of_the_scene_fails_and_a_restart_goes_on_from_there(
    world: World, expected: dict[str, bytes]
) -> None:
    key = world.order()

    world.meddle = kill_seams
    with pytest.raises(ExecutionError, match="SceneFailed"):
        world.run(key)
    problem = world.problem(key)
    assert (problem["code"], problem["values"]) == ("scene-failed", {"error": "Runtime.ExitError"})
    done = {s.key: s.modified for s in world.objects.listed(f"{work_prefix(key)}parts/")}
    world.meddle = lambda *_: None
    world.archive.start(key, "another token")
    kept = dict[str, datetime]()

    def look(stage: str, _: int) -> None:
        if stage == "seams":
            kept.update(
                {s.key: s.modified for s in world.objects.listed(f"{work_prefix(key)}parts/")}
            )

    world.meddle = look
    world.run(key, "second")
    assert kept == done  # no block was processed again
    products = world.products(key)
    assert {name: products[name] for name in expected} == expected


def test_an_execution_that_is_too_late_leaves_what_another_one_has_made(world: World) -> None:
    key = world.order(SMALL)
    world.run(key)
    end = world.archive.end(key)
    event = {"stage": "failure", "key": event_key(key), "error": {"Error": "x"}}
    assert Stages(world.settings).run(event) == {"expected": True}
    assert world.archive.end(key) == end


def halved(tile: Any) -> Any:
    return model().predict_tile(tile) // 2


def test_parts_of_another_version_of_the_model_are_not_mixed(
    world: World, expected: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a deployment came between a failure and the restart."""
    newer = model()
    older = replace(newer, card=newer.card | {"version": "-1"}, predict_tile=halved)
    monkeypatch.setattr(stages, "_model", lambda *_: older)
    key = world.order()

    world.meddle = kill_seams
    with pytest.raises(ExecutionError, match="SceneFailed"):
        world.run(key)
    monkeypatch.setattr(stages, "_model", lambda *_: newer)
    world.meddle = lambda *_: None
    world.archive.start(key, "another token")
    world.run(key, "second")
    products = world.products(key)
    assert {name: products[name] for name in expected} == expected


def test_a_model_that_cannot_be_read_is_not_told_to_be_the_scene_s_fault(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Any:
        raise ModelError("The weights are altered.")

    monkeypatch.setattr(stages, "_model", broken)
    key = world.order()
    with pytest.raises(ExecutionError, match="SceneFailed"):
        world.run(key)
    assert world.problem(key)["values"] == {"error": "ModelError"}


def test_an_event_of_another_object_or_stage_is_an_error(world: World) -> None:
    with pytest.raises(TeselaError, match="unknown stage 'x'"):
        Stages(world.settings).run({"stage": "x", "key": event_key(uuid4())})
    with pytest.raises(ValueError, match="badly formed"):
        Stages(world.settings).run({"stage": "plan", "key": "scene-events/x.json"})


BANDS = counts(40, 60, 4)
COMMON = ["coastal", "blue", "green", "yellow", "red", "rededge", "nir08", "nir09"]
SHUFFLED = [3, 0, 7, 1, 6, 2, 5, 4]


@pytest.fixture
def files(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Files]:
    """A server of the web that the stages may read."""
    with served() as files:
        allowed = replace(files.web._allowed, buckets=frozenset({world.bucket}))
        monkeypatch.setattr(stages, "_places", lambda _: Places(allowed, files.web))
        monkeypatch.setattr(https, "_PAUSE_S", 0)
        yield files


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The rasters of a small scene, made in memory."""
    plan, store = processed(SMALL, Options(THRESHOLDS, block_px=BLOCK), model())
    assemble(plan, store, tmp_path_factory.mktemp("scratch"), datetime.now(UTC))
    return {name: body for name, body in store.kept.items() if name.endswith((".tif", ".csv"))}


def made(world: World, key: UUID, expected: dict[str, bytes]) -> bool:
    world.run(key)
    products = world.products(key)
    assert world.archive.status(key).state == "done", world.archive.end(key)
    return {name: products[name] for name in expected} == expected


def on_the_web(files: Files, *paths: str) -> Content:
    host = f"https://{HOST}:{files.port}"
    return Content(tuple(File(0, source=host + path) for path in paths))


def test_a_file_of_the_web_is_processed_in_ranges(
    world: World, files: Files, small: dict[str, bytes]
) -> None:
    files.kept["/a.tif"] = SMALL
    assert made(world, world.order(content=on_the_web(files, "/a.tif?sig=1")), small)
    assert all("range" in headers for path, headers in files.requests if "if-match" in headers)


def test_eight_files_of_the_web_and_eight_uploads_make_the_scene_that_one_file_makes(
    world: World, files: Files, small: dict[str, bytes]
) -> None:
    bodies = [placed(band[None]) for band in BANDS]
    files.kept = {f"/{n}.tif": body for n, body in enumerate(bodies)}
    assert made(world, world.order(content=on_the_web(files, *files.kept)), small)
    key, content = uuid4(), Content(tuple(File(len(body), ("ab" * 32,)) for body in bodies))
    for number, body in enumerate(bodies, 1):
        world.objects.put(upload_key(key, number), body, "image/tiff")
    world.archive.keep(Job(key, datetime.now(UTC), "a", content, Choices(THRESHOLDS)))
    world.archive.start(key, "token")
    assert made(world, key, small)
    assert [*world.objects.listed(work_prefix(key))] == []


def item_of(names: list[str], hrefs: list[str]) -> bytes:
    bands = [{"bands": [{"eo:common_name": name}]} for name in names]
    assets = {
        f"a{n}": {"href": href, "type": "image/tiff", **band}
        for n, (href, band) in enumerate(zip(hrefs, bands, strict=True))
    }
    return json.dumps({"type": "Feature", "assets": assets}).encode()


def test_an_item_names_eight_files_in_any_order(
    world: World, files: Files, small: dict[str, bytes]
) -> None:
    files.kept = {f"/x/{n}.tif": placed(BANDS[n][None]) for n in range(8)}
    hrefs = [f"./{n}.tif?sig=5" for n in SHUFFLED]
    files.kept["/x/item.json"] = item_of([COMMON[n] for n in SHUFFLED], hrefs)
    assert made(world, world.order(content=on_the_web(files, "/x/item.json?token=1")), small)


def test_an_item_of_a_server_without_ranges_and_one_in_a_bucket_name_a_file(
    world: World, files: Files, small: dict[str, bytes]
) -> None:
    bands = [{"name": name} for name in COMMON]
    asset = {"href": "/a.tif", "type": "image/tiff", "bands": bands}
    body = json.dumps({"assets": {"ms": asset}}).encode()

    def document(path: str, _: dict[str, str]) -> Any:
        return (200, {"Content-Type": "application/json"}, body) if path == "/api/item" else None

    files.misbehave, files.kept["/a.tif"] = document, SMALL
    assert made(world, world.order(content=on_the_web(files, "/api/item")), small)
    asset["href"] = f"https://{HOST}:{files.port}/a.tif"
    world.objects.put("items/1.json", json.dumps({"assets": {"ms": asset}}).encode(), "text/plain")
    found = S3Uploads(world.bucket).find("items/1.json")
    assert found
    source = File(found.size, source=f"s3://{world.bucket}/items/1.json", etag=found.etag)
    assert made(world, world.order(content=Content((source,))), small)


def test_what_an_item_names_is_allowed_or_refused_as_any_other_address(
    world: World, files: Files
) -> None:
    places = {
        "https://169.254.169.254/latest": "invalid-option",
        "s3://another-bucket/a.tif": "invalid-option",
        "file:///etc/passwd": "invalid-option",
        "./missing.tif": "source-changed",
    }
    for href, code in places.items():
        files.kept["/item.json"] = item_of(COMMON, [href] * 8)
        key = world.order(content=on_the_web(files, "/item.json"))
        world.run(key)
        assert world.problem(key)["code"] == code


def test_a_signed_address_that_expires_meanwhile_ends_the_scene_with_the_reason(
    world: World, files: Files
) -> None:
    files.kept["/a.tif"] = SMALL
    key = world.order(content=on_the_web(files, "/a.tif?sig=secret"))

    def expire(stage: str, _: int) -> None:
        if stage == "block":
            files.misbehave = lambda *_: (403, {}, b"")

    world.meddle = expire
    stages._opened.cache_clear()
    world.run(key)
    problem = world.problem(key)
    assert problem["code"] == "source-denied"
    assert "may have expired" in problem["detail"]
    assert "secret" not in json.dumps(problem)
    # The same address works again: what was computed is used.
    files.misbehave, world.meddle = usual, lambda *_: None
    world.archive.start(key, "another token")
    world.run(key, "second")
    assert world.archive.status(key).state == "done"


def test_a_file_of_the_web_that_is_replaced_meanwhile_ends_the_scene(
    world: World, files: Files
) -> None:
    files.kept["/a.tif"] = SMALL
    key = world.order(content=on_the_web(files, "/a.tif"))

    def exchange(stage: str, _: int) -> None:
        if stage == "block":
            files.kept["/a.tif"] = SMALL[:-1] + b"x"

    world.meddle = exchange
    world.run(key)
    assert world.problem(key)["code"] == "source-changed"


def test_a_scene_larger_than_its_order_stated_is_refused(world: World) -> None:
    """552 x 40 px of 1.24 m are 0.034 km2."""
    for stated, state in ((0.02, "failed"), (0.034, "done")):
        key = uuid4()
        world.objects.put(upload_key(key), SCENE, "image/tiff")
        content = Content((File(len(SCENE), ("ab" * 32,)),))
        job = Job(key, datetime.now(UTC), "a.tif", content, Choices(THRESHOLDS), stated)
        world.archive.keep(job)
        world.archive.start(key, "token")
        world.run(key)
        assert world.archive.status(key).state == state
        if state == "failed":
            assert world.problem(key)["values"]["stated_km2"] == stated


def test_a_redriven_execution_resumes_at_the_state_where_it_was_aborted(
    world: World, expected: dict[str, bytes]
) -> None:
    """As Step Functions does it: the same execution, from that state on, with that state's input."""
    key = world.order()
    event, machine = event_of(world.bucket, event_key(key)), definition()
    runner = Stages(world.settings)

    def invoke(_: str, payload: Mapping[str, Any]) -> Any:
        return json.loads(json.dumps(runner.run(payload)))

    def read(_: str, name: str) -> bytes:
        return world.objects.get(name) or b""

    plan = invoke("plan", {"stage": "plan", "key": event_key(key), "execution": "first"})
    windows = json.loads(read("", plan["blocks"]))
    invoke("block", {"stage": "block", "key": event_key(key), "window": windows[0]})
    parts = {s.key: s.modified for s in world.objects.listed(f"{work_prefix(key)}parts/")}
    seen = dict[str, datetime]()

    def look(name: str, payload: Mapping[str, Any]) -> Any:
        if name == "seams":
            seen.update({s.key: s.modified for s in world.objects.listed(work_prefix(key))})
        return invoke(name, payload)

    redriven = StateMachine({**machine, "StartAt": "Blocks"}, look, read, lambda *_: None)
    redriven.run({**event, "plan": plan}, "first")
    assert parts
    assert parts.items() <= seen.items()  # none of them was written again
    products = world.products(key)
    assert {name: products[name] for name in expected} == expected
    # A redrive of what has ended since changes nothing.
    StateMachine(machine, invoke, read, lambda *_: None).run(event, "first")
    assert world.products(key) == products


def stopped(key: UUID, status: str, execution: str = "first") -> dict[str, Any]:
    """What EventBridge sends when an execution ends and no state of the machine runs after that."""
    event = event_of("stages", event_key(key))
    detail = {"executionArn": execution, "status": status, "input": json.dumps(event)}
    return {"source": "aws.states", "detail": detail}


def test_an_execution_that_runs_out_of_time_is_a_failure_that_can_be_started_again(
    world: World,
) -> None:
    key = world.order(SMALL)
    world.archive.claim(key, "first")
    runner = Stages(world.settings)
    assert runner.run(stopped(key, "TIMED_OUT")) == {"expected": False}
    assert world.problem(key)["code"] == "scene-failed"
    assert world.problem(key)["values"] == {"error": "TIMED_OUT"}
    world.archive.start(key, "token")
    world.run(key, "third")
    assert (end := world.archive.end(key))
    assert end.state == "done"
    assert runner.run(stopped(key, "ABORTED", "third")) == {"expected": True}
    assert world.archive.end(key) == end


def test_an_execution_that_did_not_have_the_scene_ends_without_a_trace(world: World) -> None:
    key = world.order(SMALL)
    world.archive.claim(key, "first")
    assert Stages(world.settings).run(stopped(key, "ABORTED", "second")) == {"expected": True}
    assert world.archive.end(key) is None


def test_scenes_wait_for_their_turn_where_the_account_has_no_room_for_two(world: World) -> None:
    """S3 notes seconds, so both may be of the same one; then the key decides."""
    world.archive.clear("scene-events/")  # of other tests
    world.settings = world.settings.model_copy(update={"one_at_a_time": True})
    keys = [world.order(SMALL), world.order(SMALL)]
    listed = world.objects.listed("scene-events/")
    events = sorted(listed, key=lambda each: (each.modified, each.key))
    first, second = sorted(keys, key=lambda key: [e.key for e in events].index(event_key(key)))
    waited = list[int]()

    def let_the_first_one_end(stage: str, before: int) -> None:
        if stage == "plan" and before == 3:  # tries of the second one
            world.run(first, "first")
        if stage == "plan":
            waited.append(before)

    world.meddle = let_the_first_one_end
    world.run(second, "second")
    assert [world.archive.status(key).state for key in keys] == ["done", "done"]
    assert waited[:3] == [0, 1, 2]
    assert world.calls.index("block") > 3
    assert list(world.objects.listed("scene-events/")) == []


def test_a_scene_that_waits_can_be_cancelled(world: World) -> None:
    world.archive.clear("scene-events/")  # of other tests
    world.settings = world.settings.model_copy(update={"one_at_a_time": True})
    keys = [world.order(SMALL), world.order(SMALL)]
    for key in keys:
        world.archive.cancel(key)
        world.run(key)
    assert [world.archive.status(key).state for key in keys] == ["cancelled", "cancelled"]
