"""The use cases on ports in memory: orders of failure, races, and what interruptions leave behind."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from threading import Event
from typing import cast
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import numpy as np
import pytest
from tesela import archive, service
from tesela.archive import Archive
from tesela.core.tiles import Scores
from tesela.errors import (
    DatabaseUnavailableError,
    ImageTooLargeError,
    PredictionNotFoundError,
    StorageUnavailableError,
    TeselaError,
    UploadNotFoundError,
)
from tesela.keeping import Keeping
from tesela.label import Label
from tesela.prediction import Prediction
from tesela.reconcile import ORPHAN_AGE, Reconciliation, reconcile, save_row
from tesela.service import MAX_UPLOAD_BYTES, Outcome, Service

from tests.core.fakes import model, red_is_road_blue_is_water
from tests.fakes import Before, InMemoryIndex, InMemoryObjects, nothing
from tests.interleave import (
    Choose,
    InOneThread,
    Interleaving,
    WhenAsked,
    some_orders,
    turns,
)
from tests.tiffs import counts, placed

IMAGE, OTHER = placed(counts(16, 20)), placed(counts(16, 20, seed=1))
PARTS = {"source.tif", "scores", "manifest.json"}


class World:
    """A service on its two ports, and what lies in them."""

    def __init__(self, now: datetime = datetime(2026, 11, 28, tzinfo=UTC)) -> None:
        self.now = now
        self.objects, self.index = InMemoryObjects(), InMemoryIndex()
        self.archive = Archive(self.objects)
        self.service = Service(model(), self.archive, self.index)

    def predict(self, image: bytes = IMAGE) -> Outcome:
        return self.service.predict(image, self.service.model.thresholds)

    def names(self, key: UUID) -> set[str]:
        """Objects of a prediction, without its exports."""
        start = f"predictions/{key}/"
        return {name.removeprefix(start) for name in self.objects.kept if name.startswith(start)}

    def remove(self, key: UUID, name: str) -> None:
        del self.objects.kept[f"predictions/{key}/{name}"]

    def beside(self, before: Before, minute: int = 1) -> "World":
        """Another worker on the same stores, with a `before` of its own and a later clock."""
        other = World(self.now + timedelta(minutes=minute))
        other.objects = replace(self.objects, before=before)
        other.index = replace(self.index, before=before)
        other.archive = Archive(other.objects)
        other.service = Service(model(), other.archive, other.index)
        return other

    def calls_before(self, before: Callable[[str, str], None]) -> None:
        self.objects.before = self.index.before = before

    def record(self) -> list[tuple[str, str]]:
        """The calls from now on, as (method, last part of the key)."""
        calls: list[tuple[str, str]] = []
        self.calls_before(lambda method, key: calls.append((method, key.rpartition("/")[2])))
        return calls

    def fail_at(self, number: int, error: BaseException) -> Iterator[int]:
        """Raise `error` at the call of that number, from now on."""
        left = iter(range(number))

        def before(method: str, key: str) -> None:
            if next(left, None) is None:
                raise error

        self.calls_before(before)
        return left

    def check(self, key: UUID) -> bool:
        """Whether the prediction is there: all of it or nothing; rows and exports follow it."""
        self.calls_before(nothing)
        names, row = self.names(key), key in self.index.rows
        exports = [name for name in self.objects.kept if name.startswith(f"exports/{key}/")]
        assert names in (set(), PARTS), names
        assert row == bool(names), (row, names)
        assert not row or self.index.rows[key] == self.archive.manifest(key)
        assert names or not exports, exports
        return bool(names)


@pytest.fixture
def world() -> World:
    return World()


STORAGE, DATABASE = StorageUnavailableError("S3 is away."), DatabaseUnavailableError("It is away.")


def test_the_manifest_is_written_once_and_the_row_after_all_objects(world: World) -> None:
    calls = world.record()
    world.predict()
    written = [call for call in calls if call[0] in ("put", "put_new", "save")]
    assert {name for _, name in written[:3]} == PARTS
    assert ("put_new", "manifest.json") in written
    assert [method for method, _ in written[3:]] == ["save"]


def test_the_manifest_is_deleted_first_and_the_row_after_the_objects(world: World) -> None:
    key = world.predict().prediction.id
    world.service.export(key, "table.csv", b"rows", "text/csv")
    calls = world.record()
    world.service.delete(key)
    gone = [call for call in calls if call[0].startswith("delete")]
    assert gone[0] == ("delete", "manifest.json")
    assert {name for _, name in gone[1:4]} == {"source.tif", "scores", "table.csv"}
    assert gone[4][0] == "delete row"
    assert not world.objects.kept
    assert not world.index.rows


def test_nothing_is_deleted_while_the_database_is_away(world: World) -> None:
    key = world.predict().prediction.id
    world.index.before = lambda *_: (_ for _ in ()).throw(DATABASE)
    with pytest.raises(DatabaseUnavailableError):
        world.service.delete(key)
    assert world.check(key)


@pytest.mark.parametrize("error", [STORAGE, KeyboardInterrupt()], ids=["storage", "killed"])
@pytest.mark.parametrize("number", range(10))
def test_a_prediction_interrupted_at_any_call_is_completed_by_the_same_upload(
    world: World, number: int, error: BaseException
) -> None:
    world.fail_at(number, error)
    try:
        world.predict()
    except (StorageUnavailableError, KeyboardInterrupt):
        pass
    else:
        assert number > 7, "every call up to the last is reached"
    world.calls_before(nothing)
    key = UUID(next(iter(world.objects.kept), f"/{uuid4()}").split("/")[1])
    if world.names(key) == PARTS:
        world.service.get(key)
    else:
        with pytest.raises(PredictionNotFoundError):
            world.service.get(key)
    assert world.check(world.predict().prediction.id)


@pytest.mark.parametrize("number", range(13))
def test_a_deletion_interrupted_at_any_call_is_completed_by_the_same_call(
    world: World, number: int
) -> None:
    key = world.predict().prediction.id
    world.service.export(key, "table.csv", b"rows", "text/csv")
    world.fail_at(number, STORAGE)
    try:
        world.service.delete(key)
    except StorageUnavailableError:
        pass
    else:
        assert number > 9, "every call up to the last is reached"
    world.calls_before(nothing)
    if world.names(key) != PARTS:
        for use in (world.service.get, lambda key: world.service.draw(key, {})):
            with pytest.raises(PredictionNotFoundError):
                use(key)
        with pytest.raises(PredictionNotFoundError):
            world.service.stored(key, "source.tif")
    try:
        world.service.delete(key)
    except PredictionNotFoundError:
        assert number > 7, "nothing was left"
    assert not world.check(key)


@pytest.mark.parametrize("lost", ["source.tif", "scores"])
def test_a_manifest_without_its_objects_counts_as_absent_and_the_same_upload_heals_it(
    world: World, lost: str
) -> None:
    first = world.predict()
    key = first.prediction.id
    kept = {name: world.service.stored(key, name)[1] for name in ("source.tif", "scores")}
    world.remove(key, lost)
    for use in (world.service.get, lambda key: world.service.stored(key, lost)):
        with pytest.raises(PredictionNotFoundError):
            use(key)
    again = world.predict()
    assert again.prediction == first.prediction
    assert {name: world.service.stored(key, name)[1] for name in kept} == kept
    assert world.check(key)


def test_a_manifest_that_cannot_be_read_counts_as_absent_and_is_replaced(world: World) -> None:
    key = world.predict().prediction.id
    world.objects.put(f"predictions/{key}/manifest.json", b'{"id": 1', "application/json")
    with pytest.raises(PredictionNotFoundError):
        world.service.get(key)
    again = world.predict()
    assert world.service.get(key) == again.prediction
    assert world.index.rows[key] == again.prediction


def test_a_row_of_an_earlier_manifest_is_replaced(world: World) -> None:
    first = world.predict().prediction
    world.remove(first.id, "manifest.json")
    second = world.predict()
    assert second.created
    assert second.prediction.created > first.created
    assert world.index.rows[first.id] == world.service.get(first.id) == second.prediction


def test_a_manifest_put_twice_because_its_first_answer_was_lost_is_still_new(world: World) -> None:
    put_new = world.objects.put_new

    def put_and_lose_the_answer(key: str, body: bytes, content_type: str) -> bool:
        put_new(key, body, content_type)
        return put_new(key, body, content_type)

    world.objects.put_new = put_and_lose_the_answer  # type: ignore[method-assign]
    assert world.predict().created
    assert not world.predict().created


def test_a_prediction_without_database_is_kept_and_its_row_follows(world: World) -> None:
    world.index.before = lambda *_: (_ for _ in ()).throw(DATABASE)
    outcome = world.predict()
    assert (outcome.saved, outcome.created) == ("objects", True)
    world.calls_before(nothing)
    assert world.predict().saved == "all"
    assert world.check(outcome.prediction.id)


# --- What waits beside what


def test_a_small_image_is_computed_while_the_stores_are_asked(world: World) -> None:
    computed = Event()

    @contextmanager
    def step(part: str) -> Iterator[None]:
        yield
        if part == "polygons":
            computed.set()

    def answer_late(method: str, key: str) -> None:
        if method in ("get", "listed", "has"):
            assert computed.wait(10), "the lookup is not awaited before the image is computed"

    world.calls_before(answer_late)
    assert world.service.predict(IMAGE, world.service.model.thresholds, step).created


@pytest.mark.parametrize("small_bytes", [0, 2**20])
def test_a_kept_image_is_computed_no_further_than_the_lookup_takes(
    world: World, monkeypatch: pytest.MonkeyPatch, small_bytes: int
) -> None:
    monkeypatch.setattr(service, "_SMALL_BYTES", small_bytes)
    world.predict()
    parts: list[str] = []
    decoding, asked = Event(), Event()

    @contextmanager
    def step(part: str) -> Iterator[None]:
        parts.append(part)
        if part == "decode":
            decoding.set()
            assert asked.wait(10)
            world.service._pool.shutdown()  # returns when the lookup has ended
        yield

    def answer_late(method: str, key: str) -> None:
        if small_bytes:
            assert decoding.wait(10), "decoding does not wait for the lookup"
        asked.set()

    world.calls_before(answer_late)
    assert not world.service.predict(IMAGE, world.service.model.thresholds, step).created
    assert parts == (["decode", "lookup", "save"] if small_bytes else ["lookup", "save"])


def test_a_row_stops_computing_before_s3_has_answered(world: World) -> None:
    world.predict()
    parts: list[str] = []
    decoding, looking = Event(), Event()

    @contextmanager
    def step(part: str) -> Iterator[None]:
        parts.append(part)
        if part == "decode":  # the thread that asks for the row takes this up when it has it
            decoding.set()
            world.service._pool.submit(bool).result(10)
        if part == "lookup":
            looking.set()
        yield

    def answer_late(method: str, key: str) -> None:
        if method == "has":
            assert decoding.wait(10)
        if method == "get":
            assert looking.wait(10), "S3 answers last"

    world.calls_before(answer_late)
    assert not world.service.predict(IMAGE, world.service.model.thresholds, step).created
    assert parts == ["decode", "lookup", "save"]


def test_an_upload_is_on_its_way_while_tiles_are_predicted(world: World) -> None:
    sent = Event()
    world.calls_before(lambda method, key: sent.set() if key.endswith("source.tif") else None)

    def predict_tile(tile: np.ndarray) -> np.ndarray:
        assert sent.wait(10), "the source is sent before the network has run"
        return red_is_road_blue_is_water(tile)

    world.service.model = model(predict_tile)
    assert world.predict().created


def test_the_manifest_is_on_its_way_beside_the_parts(world: World) -> None:
    sent = Event()

    def put_late(method: str, key: str) -> None:
        if method == "put_new":
            sent.set()
        if method == "put":
            assert sent.wait(10), "the manifest does not wait for source and scores"

    world.calls_before(put_late)
    assert world.predict().created


def test_the_first_row_of_a_prediction_is_not_compared_with_its_manifest(world: World) -> None:
    calls = world.record()
    key = world.predict().prediction.id
    written = [method for method, _ in calls].index("save")
    assert "get" not in [method for method, _ in calls[written:]]
    world.calls_before(nothing)
    world.service.delete(key)
    calls = world.record()
    world.predict()
    written = [method for method, _ in calls].index("save")
    assert "get" in [method for method, _ in calls[written:]], "another request was here before"


def test_the_row_is_written_while_the_objects_are_listed(world: World) -> None:
    saved, manifest = Event(), Event()

    def list_late(method: str, key: str) -> None:
        if method == "put_new":
            manifest.set()
        if method == "save":
            saved.set()
        if method == "listed" and manifest.is_set():
            assert saved.wait(10), "the row does not wait for the listing"

    world.calls_before(list_late)
    assert world.predict().created


def test_a_kept_prediction_is_answered_by_one_look_at_each_store(world: World) -> None:
    world.predict()
    calls = world.record()
    outcome = world.predict()
    assert (outcome.created, outcome.saved) == (False, "all")
    assert sorted(method for method, _ in calls) == ["get", "has", "listed"]


def test_an_upload_that_the_model_fails_on_leaves_nothing(world: World) -> None:
    def fail(tile: np.ndarray) -> np.ndarray:
        raise MemoryError

    world.service.model = model(fail)
    with pytest.raises(MemoryError):
        world.predict()
    assert not world.objects.kept
    assert not world.index.rows


def test_what_another_upload_has_finished_stays_where_this_one_fails(world: World) -> None:
    other = world.beside(nothing)

    def fail(tile: np.ndarray) -> np.ndarray:
        assert other.predict().created
        raise MemoryError

    world.service.model = model(fail)
    with pytest.raises(MemoryError):
        world.predict()
    (key,) = world.index.rows
    assert world.check(key)


def test_two_exports_of_one_name_do_not_replace_each_other(world: World) -> None:
    key = world.predict().prediction.id
    made = {body: world.service.export(key, "a.csv", body, "text/csv") for body in (b"1", b"2")}
    for body, url in made.items():
        path = urlsplit(url).path.lstrip("/")
        assert world.objects.kept[path][0] == body
        assert path.startswith("exports/")
        assert path.endswith("/a.csv")


def test_an_export_that_ends_after_the_deletion_leaves_nothing(world: World) -> None:
    key = world.predict().prediction.id

    def delete_first(method: str, path: str) -> None:
        if method == "put":
            world.calls_before(nothing)
            world.service.delete(key)

    world.calls_before(delete_first)
    with pytest.raises(PredictionNotFoundError):
        world.service.export(key, "a.csv", b"rows", "text/csv")
    assert not world.objects.kept


def test_a_stated_band_order_is_another_prediction_whose_picture_has_that_order(
    world: World,
) -> None:
    thresholds, reversed_order = world.service.model.thresholds, (8, 7, 6, 5, 4, 3, 2, 1)
    plain = world.predict()
    stated = world.service.predict(IMAGE, thresholds, band_order=reversed_order)
    assert stated.prediction.id != plain.prediction.id
    pixels = [world.service.image(outcome.prediction.id)[1].pixels for outcome in (plain, stated)]
    assert np.array_equal(pixels[0][::-1], pixels[1])


def test_an_upload_of_no_or_too_many_bytes_is_refused_with_both_numbers(world: World) -> None:
    for size in (0, MAX_UPLOAD_BYTES + 1):
        with pytest.raises(ImageTooLargeError, match=f"{size} .*{MAX_UPLOAD_BYTES}") as refused:
            world.service.upload_link(size)
        assert refused.value.values == {"bytes": size, "limit": MAX_UPLOAD_BYTES}
    key, url = world.service.upload_link(MAX_UPLOAD_BYTES)
    assert url.startswith(f"https://objects.test/uploads/{key}?")
    with pytest.raises(UploadNotFoundError):
        world.service.uploaded(key)


# --- Names


def named(label: Label) -> Callable[[Label], Label]:
    return lambda had: Label(label.name or had.name, label.note or had.note)


def test_a_name_comes_with_the_upload_or_later_and_the_first_one_stays(world: World) -> None:
    def send(label: Label) -> Prediction:
        thresholds = world.service.model.thresholds
        outcome = world.service.predict(IMAGE, thresholds, label=label)
        assert world.service.get(outcome.prediction.id) == outcome.prediction
        assert world.index.rows[outcome.prediction.id] == outcome.prediction
        return outcome.prediction

    first = send(Label())
    assert (first.name, first.note) == (None, None)
    assert send(Label(name="North")) == replace(first, name="North")
    assert send(Label(name="South")) == replace(first, name="North")
    assert send(Label("South", "wet")) == replace(first, name="North", note="wet")
    assert send(Label()).name == "North"


def test_a_name_is_no_part_of_the_id(world: World) -> None:
    thresholds = world.service.model.thresholds
    first = world.service.predict(IMAGE, thresholds, label=Label("A"))
    again = world.service.predict(IMAGE, thresholds, label=Label("B"))
    assert (first.created, again.created) == (True, False)
    assert again.prediction == first.prediction


def test_renaming_changes_manifest_and_row_and_keeps_the_rest(world: World) -> None:
    first = world.predict().prediction
    renamed = world.service.relabel(first.id, named(Label("North", "wet")))
    assert renamed == replace(first, name="North", note="wet")
    assert world.index.rows[first.id] == world.service.get(first.id) == renamed
    assert world.service.relabel(first.id, lambda _: Label()) == first


def test_what_is_not_there_cannot_be_named(world: World) -> None:
    key = world.predict().prediction.id
    world.remove(key, "scores")
    for missing in (key, uuid4()):
        with pytest.raises(PredictionNotFoundError):
            world.service.relabel(missing, named(Label("North")))


def test_nothing_is_renamed_while_the_database_is_away(world: World) -> None:
    first = world.predict().prediction
    world.index.before = lambda *_: (_ for _ in ()).throw(DATABASE)
    with pytest.raises(DatabaseUnavailableError):
        world.service.relabel(first.id, named(Label("North")))
    assert world.service.get(first.id) == first


@pytest.mark.parametrize("number", range(8))
def test_a_renaming_interrupted_at_any_call_is_completed_by_the_same_call_or_by_reconcile(
    number: int,
) -> None:
    for heal in ("again", "reconcile"):
        world = World()
        first = world.predict().prediction
        world.fail_at(number, KeyboardInterrupt())
        with suppress(KeyboardInterrupt):
            world.service.relabel(first.id, named(Label("North")))
        world.calls_before(nothing)
        if heal == "again":
            world.service.relabel(first.id, named(Label("North")))
            assert world.service.get(first.id).name == "North"
        else:
            run(world)
        assert world.index.rows[first.id] == world.service.get(first.id)
        assert world.check(first.id)


def test_two_renamings_at_once_lose_neither_the_name_nor_the_note(world: World) -> None:
    key = world.predict().prediction.id

    def note_first(method: str, path: str) -> None:
        if method == "replace":
            world.calls_before(nothing)
            world.service.relabel(key, named(Label(note="wet")))

    world.calls_before(note_first)
    world.service.relabel(key, named(Label(name="North")))
    kept = world.service.get(key)
    assert (kept.name, kept.note) == ("North", "wet")
    assert world.index.rows[key] == kept


# --- Races: the calls of two requests in turns of every length, and some orders of three and more


@cache
def segmented() -> tuple[Prediction, Scores]:
    """What the model makes of the image, once for all orders."""
    world = World()
    prediction = world.predict().prediction
    scores = world.archive.scores(prediction)
    assert scores is not None
    return prediction, scores


KEY = segmented()[0].id


def post(world: World) -> None:
    """What `predict` does after the model has run."""
    prediction, scores = segmented()
    prediction = replace(prediction, created=world.now)
    with world.archive.begin(prediction.id, IMAGE) as keeping:
        keeping.add(scores)
    saved, created = keeping.finish(prediction)
    with world.service._beside(keeping.settle):
        save_row(world.archive, world.index, saved, created=created)


def post_row_first(world: World) -> None:
    """The same where the row overtakes the look at the objects, as it may beside it."""
    prediction, scores = segmented()
    with world.archive.begin(prediction.id, IMAGE) as keeping:
        keeping.add(scores)
    saved, created = keeping.finish(replace(prediction, created=world.now))
    save_row(world.archive, world.index, saved, created=created)
    keeping.settle()


def post_manifest_first(world: World) -> None:
    """The same where the manifest overtakes both parts, as it may beside them."""
    prediction, scores = segmented()
    pool = cast(ThreadPoolExecutor, WhenAsked(1))
    with Keeping(world.objects, pool, prediction.id, IMAGE) as keeping:
        keeping.add(scores)
    saved, created = keeping.finish(replace(prediction, created=world.now))
    keeping.settle()
    save_row(world.archive, world.index, saved, created=created)


def post_again(world: World) -> None:
    """The same upload, which may find that it is kept."""
    kept = world.archive.complete(KEY)
    if kept is None:
        post(world)
    elif not world.index.has(KEY):
        save_row(world.archive, world.index, kept)


def delete(world: World) -> None:
    world.service.delete(KEY)


def rename(world: World) -> None:
    world.service.relabel(KEY, named(Label(f"{world.now:%M}")))


def export(world: World) -> None:
    world.service.export(KEY, "a", b"1", "text/csv")


Request = Callable[[World], None]


class Race:
    """Requests at once, each on ports of its own, on the same stores."""

    def __init__(self, requests: Sequence[Request], *, kept: bool) -> None:
        self._requests, self._kept = requests, kept
        self.ends: set[bool] = set()

    def __call__(self, order: Choose) -> None:
        """Run them in an order, and check what is left."""
        world, interleaving = World(), Interleaving()
        if self._kept:
            post(world)
        works = [
            partial(request, world.beside(interleaving.before(actor), actor + 1))
            for actor, request in enumerate(self._requests)
        ]
        interleaving.run(works, order)
        for error in interleaving.errors:
            assert isinstance(error, PredictionNotFoundError), repr(error)
        self.ends.add(world.check(KEY))


@pytest.fixture
def in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (archive, service):
        monkeypatch.setattr(module, "ThreadPoolExecutor", InOneThread)


@pytest.mark.usefixtures("in_one_thread")
@pytest.mark.parametrize(
    ("requests", "kept", "ends"),
    [
        ((post, delete), False, {True, False}),
        ((post_row_first, delete), False, {True, False}),
        ((post_manifest_first, delete), False, {True, False}),
        ((post_manifest_first, post), False, {True}),
        ((post_manifest_first, post_again), False, {True}),
        ((post_manifest_first, rename), True, {True}),
        ((post_again, delete), True, {True, False}),
        ((post, post), False, {True}),
        ((post, post_again), False, {True}),
        ((delete, delete), True, {False}),
        ((export, delete), True, {False}),
        ((export, post_again), True, {True}),
        ((rename, delete), True, {False}),
        ((rename, post), True, {True}),
        ((rename, rename), True, {True}),
    ],
)
def test_two_requests_in_any_order_leave_all_or_nothing(
    requests: Sequence[Request], kept: bool, ends: set[bool]
) -> None:
    race = Race(requests, kept=kept)
    for order in turns(10, 2):
        race(order)
    assert race.ends == ends, "the orders include every end"


@pytest.mark.usefixtures("in_one_thread")
@pytest.mark.parametrize(
    "requests",
    [
        (post, delete, delete),
        (post, post, delete),
        (post_row_first, post, delete),
        (post_manifest_first, post, delete),
        (post_manifest_first, rename, delete),
        (post_again, export, delete),
        (rename, rename, post_again),
        (rename, post_again, delete),
        (post, delete) * 2,
    ],
)
@pytest.mark.parametrize("kept", [False, True])
def test_three_requests_and_more_leave_all_or_nothing(
    requests: Sequence[Request], kept: bool
) -> None:
    race = Race(requests, kept=kept)
    for order in some_orders(60):
        race(order)
    assert race.ends


def test_an_upload_ends_beside_deletions_without_end() -> None:
    """A DELETE before each of its calls, which finds whatever is there: it is answered all the same."""
    world, deletions = World(), 0

    def delete_all(method: str, key: str) -> None:
        nonlocal deletions
        deletions += 1
        with suppress(PredictionNotFoundError):
            delete(world)

    post(world.beside(delete_all))
    assert deletions > 6
    assert not world.check(KEY)


def test_a_deletion_ends_beside_uploads_without_end() -> None:
    world, uploads = World(), 0
    post(world)

    def upload(method: str, key: str) -> None:
        nonlocal uploads
        uploads += 1
        post_again(world)

    delete(world.beside(upload))
    assert uploads > 6
    world.check(KEY)


def test_a_deleted_manifest_is_not_written_again(world: World) -> None:
    calls = world.record()

    def delete_after_the_manifest(method: str, key: str) -> None:
        calls.append((method, key.rpartition("/")[2]))
        if method == "listed" and world.names(KEY) == PARTS:
            delete(world)

    post(world.beside(delete_after_the_manifest))
    assert [method for method, _ in calls].count("put_new") == 1
    assert not world.check(KEY)


# --- Reconcile


def run(world: World, age: timedelta = timedelta()) -> Reconciliation:
    return reconcile(world.archive, world.index, datetime.now(UTC) + age)


def test_rows_that_the_database_missed_are_rebuilt_once(world: World) -> None:
    kept = [world.predict(image).prediction for image in (IMAGE, OTHER)]
    world.index.rows.clear()
    done = run(world)
    assert (done.manifests, done.rows_rebuilt, done.rows_dropped) == (2, 2, 0)
    assert world.index.rows == {prediction.id: prediction for prediction in kept}
    assert run(world).rows_rebuilt == 0


def test_a_row_without_its_objects_is_dropped(world: World) -> None:
    key = world.predict().prediction.id
    world.remove(key, "scores")
    done = run(world)
    assert (done.rows_dropped, world.index.rows) == (1, {})


@pytest.mark.parametrize("names", [{"source.tif"}, {"scores"}, {"source.tif", "manifest.json"}])
def test_what_an_interruption_left_is_deleted_after_hours_and_not_before(
    world: World, names: set[str]
) -> None:
    other = world.predict(OTHER).prediction.id
    key = world.predict().prediction.id
    for name in PARTS - names:
        world.remove(key, name)
    world.index.rows.pop(key)
    assert run(world, ORPHAN_AGE - timedelta(minutes=1)).orphans_deleted == 0
    assert world.names(key) == names
    assert run(world, ORPHAN_AGE + timedelta(minutes=1)).orphans_deleted == 1
    assert not world.check(key)
    assert world.check(other)


def test_an_orphan_that_an_upload_completes_meanwhile_is_left_alone(world: World) -> None:
    key = world.predict().prediction.id
    world.remove(key, "manifest.json")
    world.index.rows.clear()
    looks = iter(range(2))

    def complete_at_the_second_look(method: str, path: str) -> None:
        if method == "listed" and next(looks, None) == 1:
            world.calls_before(nothing)
            world.predict()

    world.calls_before(complete_at_the_second_look)
    assert run(world, 2 * ORPHAN_AGE).orphans_deleted == 0
    assert world.check(key)


def test_a_manifest_that_this_version_cannot_read_is_no_orphan(world: World) -> None:
    key = world.predict().prediction.id
    world.index.rows.clear()
    world.objects.put(f"predictions/{key}/manifest.json", b'{"of": "tomorrow"}', "application/json")
    done = run(world, 2 * ORPHAN_AGE)
    assert (done.orphans_deleted, done.rows_rebuilt) == (0, 0)
    assert world.names(key) == PARTS


def test_reconcile_passes_by_what_is_not_a_prediction(world: World) -> None:
    world.objects.put("predictions/notes.txt", b"", "text/plain")
    world.objects.put("predictions/old/notes.txt", b"", "text/plain")
    assert run(world, 2 * ORPHAN_AGE).orphans_deleted == 0
    assert len(world.objects.kept) == 2


def test_every_failure_of_the_ports_is_one_that_http_knows() -> None:
    assert {type(STORAGE).__base__, type(DATABASE).__base__} == {TeselaError}
