"""The use cases of scenes on ports in memory: what a client sees, whatever happens in between."""

import hashlib
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from rasterio.transform import Affine
from tesela.catalogue import KEYS
from tesela.errors import (
    DatabaseUnavailableError,
    ImageTooLargeError,
    InvalidOptionError,
    SceneBudgetError,
    SceneIncompleteError,
    SceneNotFoundError,
)
from tesela.jobs.archive import JobArchive, event_key, upload_key
from tesela.jobs.job import MAX_PARTS, Choices, End, EndState, Stage
from tesela.jobs.ports import Budget
from tesela.jobs.service import Ordered, SceneService
from tesela.jobs.sources import Allowed

from tests.core.fakes import model
from tests.fakes import InMemoryJobs, InMemoryObjects, InMemorySources, InMemoryUploads, nothing
from tests.tiffs import counts, placed

CHOICES = Choices(dict.fromkeys(KEYS, 0.4))
PART = 4
BODY = b"0123456789"  # three parts, the last one of 2 bytes
FACTS = {"area_km2": 1.5}
SOURCE = "s3://open-imagery/strip.tif"


def sums(body: bytes) -> list[str]:
    parts = [body[start : start + PART] for start in range(0, len(body), PART)]
    return [hashlib.sha256(part).hexdigest() for part in parts]


@dataclass
class World:
    """The use cases, and all that they stand on."""

    objects: InMemoryObjects = field(default_factory=InMemoryObjects)
    index: InMemoryJobs = field(default_factory=InMemoryJobs)
    sources: InMemorySources = field(default_factory=InMemorySources)
    month_km2: float = 5000

    def __post_init__(self) -> None:
        self.uploads = InMemoryUploads(self.objects)
        self.archive = JobArchive(self.objects)
        self.service = SceneService(
            model(),
            self.archive,
            self.uploads,
            index=self.index,
            sources=self.sources,
            allowed=Allowed.read("open-imagery https://data.test"),
            budget=Budget(1000, self.month_km2),
            part_bytes=PART,
        )

    def order(self, body: bytes = BODY, choices: Choices = CHOICES) -> Ordered:
        return self.service.order_upload("strip.tif", [(len(body), sums(body))], choices)

    def send(self, ordered: Ordered, *numbers: int) -> None:
        """Upload parts as the links say."""
        upload = self.archive.upload(ordered.job.id)
        assert upload
        for link in ordered.links:
            if link.number in numbers:
                part = BODY[link.start : link.start + link.size]
                self.uploads.begun[upload][link.number] = part

    def started(self) -> UUID:
        ordered = self.order()
        self.send(ordered, 1, 2, 3)
        self.service.complete(ordered.job.id)
        return ordered.job.id

    def end(self, key: UUID, state: EndState = "done") -> End:
        end = End(state, datetime.now(UTC), facts=FACTS, files={"classes.tif": 9})
        self.archive.finish(key, end)
        return end

    def state(self, key: UUID) -> str:
        return self.service.get(key).status.state


@pytest.fixture
def world() -> World:
    return World()


def test_a_new_scene_has_links_for_all_its_parts(world: World) -> None:
    ordered = world.order()
    assert (ordered.created, ordered.status.state, ordered.missing) == (True, "uploading", 3)
    assert [(link.number, link.start, link.size) for link in ordered.links] == [
        (1, 0, 4),
        (2, 4, 4),
        (3, 8, 2),
    ]
    sent = b64decode(ordered.links[2].headers["x-amz-checksum-sha256"])
    assert sent == hashlib.sha256(b"89").digest()


def test_the_same_order_again_has_links_for_what_is_still_missing(world: World) -> None:
    first = world.order()
    world.send(first, 1, 3)
    again = world.order()
    assert (again.job, again.created, again.missing) == (first.job, False, 1)
    assert [link.number for link in again.links] == [2]
    assert len(world.uploads.begun) == 1


def test_a_part_of_another_length_is_missing(world: World) -> None:
    ordered = world.order()
    world.send(ordered, 1, 2, 3)
    upload = world.archive.upload(ordered.job.id)
    assert upload
    world.uploads.begun[upload][2] = b"short"[:3]
    assert [link.number for link in world.order().links] == [2]
    with pytest.raises(SceneIncompleteError, match="parts: 2"):
        world.service.complete(ordered.job.id)


def test_another_content_or_choice_is_another_scene(world: World) -> None:
    others = [
        world.order(),
        world.order(BODY + b"x"),
        world.order(choices=Choices(dict.fromkeys(KEYS, 0.5))),
        world.order(choices=Choices(CHOICES.thresholds, scores=True)),
        world.order(choices=Choices(CHOICES.thresholds, (8, 7, 6, 5, 4, 3, 2, 1))),
    ]
    assert len({ordered.job.id for ordered in others}) == 5


def test_an_upload_that_expired_begins_again(world: World) -> None:
    first = world.order()
    world.send(first, 1)
    world.uploads.begun.clear()
    assert world.order().missing == 3


def test_of_two_orders_at_once_one_upload_remains(world: World) -> None:
    """The second one begins an upload while the first one is about to keep its own."""
    nested = list[Ordered]()

    def order_meanwhile(method: str, key: str) -> None:
        if method == "put_new" and key.endswith("upload-1.json") and not nested:
            world.objects.before = nothing
            nested.append(world.order())

    world.objects.before = order_meanwhile
    ordered = world.order()
    assert len(world.uploads.begun) == 1
    assert [link.url for link in ordered.links] == [link.url for link in nested[0].links]


def test_a_scene_starts_once_all_its_parts_are_there(world: World) -> None:
    ordered = world.order()
    key = ordered.job.id
    world.send(ordered, 1, 3)
    with pytest.raises(SceneIncompleteError, match="lacks 1 of 3 parts: 2") as refused:
        world.service.complete(key)
    assert refused.value.values == {"missing": 1, "parts": 3}
    assert event_key(key) not in world.objects.kept
    world.send(ordered, 2)
    assert world.service.complete(key).status.state == "queued"
    assert world.objects.get(upload_key(key)) == BODY
    event = world.objects.get(event_key(key))
    assert world.service.complete(key).status.state == "queued"
    assert world.objects.get(event_key(key)) == event  # it was not started twice
    assert world.order().links == ()


def test_a_scene_that_two_requests_start_at_once_is_claimed_once(world: World) -> None:
    ordered = world.order()
    key = ordered.job.id
    world.send(ordered, 1, 2, 3)

    def complete_meanwhile(method: str, name: str) -> None:
        if method == "put" and name == event_key(key):
            world.objects.before = nothing
            world.service.complete(key)
            assert world.archive.claim(key, "of the other request's event")

    world.objects.before = complete_meanwhile
    world.service.complete(key)
    assert not world.archive.claim(key, "of this request's event")


def test_an_upload_that_another_request_completed_is_started(world: World) -> None:
    """As after a crash between the two steps."""
    ordered = world.order()
    world.send(ordered, 1, 2, 3)
    upload = world.archive.upload(ordered.job.id)
    assert upload
    parts = world.uploads.parts(upload_key(ordered.job.id), upload)
    assert parts
    world.uploads.complete(upload_key(ordered.job.id), upload, parts)
    again = world.order()
    assert (again.status.state, again.missing) == ("uploading", 0)
    assert world.service.complete(ordered.job.id).status.state == "queued"


def test_an_upload_that_another_request_completes_meanwhile_lacks_nothing(world: World) -> None:
    """S3 makes an object of many parts for longer than a request waits, so it comes again."""
    ordered = world.order()
    world.send(ordered, 1, 2, 3)
    key, upload = upload_key(ordered.job.id), world.archive.upload(ordered.job.id)
    assert upload

    def complete_meanwhile(method: str, name: str) -> None:
        if method == "get" and name.endswith("upload-1.json"):
            world.objects.before = nothing
            world.uploads.complete(key, upload, world.uploads.parts(key, upload) or [])

    world.objects.before = complete_meanwhile
    assert world.service.complete(ordered.job.id).status.state == "queued"
    assert world.objects.get(key) == BODY


def test_progress_is_that_of_the_stages(world: World) -> None:
    key = world.started()
    world.archive.reach(key, Stage("blocks", 4, FACTS))
    world.archive.count_block(key, "0-0")
    world.archive.count_block(key, "0-4096")
    world.archive.count_block(key, "0-4096")  # the same once more
    status = world.service.get(key).status
    assert (status.state, status.done, status.stage) == (
        "processing",
        ("0-0", "0-4096"),
        Stage("blocks", 4, FACTS),
    )


def test_what_a_block_shows_is_there_until_the_scene_is_done(world: World) -> None:
    key = world.started()
    world.archive.count_block(key, "0-0", b"its classes")
    assert world.service.block(key, "0-0") == b"its classes"
    for name in ("0-4096", "../source.tif", "0-0/", ""):
        with pytest.raises(SceneNotFoundError, match="the block"):
            world.service.block(key, name)


def test_a_finished_scene_has_links_to_its_files_and_no_others(world: World) -> None:
    key = world.started()
    end = world.end(key)
    assert world.service.get(key).status.end == end
    assert world.index.rows[key][1] == end
    assert world.service.link(key, "classes.tif").endswith(f"scenes/{key}/classes.tif")
    for name in ("job.json", "../job.json", "masks.tif"):
        with pytest.raises(SceneNotFoundError):
            world.service.link(key, name)
    with pytest.raises(SceneNotFoundError):
        world.service.link(uuid4(), "classes.tif")
    assert world.order().status.state == "done"


def test_a_failed_scene_is_started_again_by_complete(world: World) -> None:
    key = world.started()
    world.archive.claim(key, "first")
    world.archive.reach(key, Stage("seams", 1, FACTS))
    world.archive.note(key, {"code": "x"})
    world.end(key, "failed")
    assert world.state(key) == "failed"
    assert world.order().status.state == "failed"  # ordering again starts nothing
    assert world.service.complete(key).status.state == "queued"
    assert world.archive.claim(key, "second")
    assert world.archive.noted(key) is None
    assert world.index.rows[key][1] is None


def test_a_failed_scene_whose_upload_has_expired_is_uploaded_again(world: World) -> None:
    key = world.started()
    world.end(key, "failed")
    world.objects.delete([upload_key(key)])
    with pytest.raises(SceneIncompleteError):
        world.service.complete(key)
    ordered = world.order()
    assert (ordered.job.id, ordered.missing) == (key, 3)
    world.send(ordered, 1, 2, 3)
    assert world.service.complete(key).status.state == "queued"


def test_deleting_cancels_first_and_removes_afterwards(world: World) -> None:
    key = world.started()
    assert not world.service.delete(key)
    assert world.state(key) == "cancelling"
    world.end(key, "cancelled")
    assert world.state(key) == "cancelled"
    assert world.service.delete(key)
    assert world.objects.kept == {}
    assert world.index.rows == {}
    with pytest.raises(SceneNotFoundError):
        world.service.delete(key)
    with pytest.raises(SceneNotFoundError):
        world.service.get(key)


def test_a_scene_that_does_not_end_is_removed_by_a_second_call(world: World) -> None:
    key = world.started()
    assert not world.service.delete(key)
    assert world.service.delete(key)
    assert world.objects.kept == {}


def test_deleting_ends_an_upload(world: World) -> None:
    ordered = world.order()
    world.send(ordered, 1)
    assert world.service.delete(ordered.job.id)
    assert world.uploads.begun == {}
    assert world.objects.kept == {}


def test_a_source_starts_at_once_and_its_replacement_is_another_scene(world: World) -> None:
    world.sources.kept["open-imagery", "strip.tif"] = b"pixels"
    first = world.service.order_source("strip", [SOURCE], CHOICES)
    assert (first.created, first.status.state, first.job.content.size) == (True, "queued", 6)
    event = world.objects.get(event_key(first.job.id))
    assert not world.service.order_source("strip", [SOURCE], CHOICES).created
    assert world.objects.get(event_key(first.job.id)) == event
    world.sources.kept["open-imagery", "strip.tif"] = b"other pixels"
    second = world.service.order_source("strip", [SOURCE], CHOICES)
    assert second.job.id != first.job.id


@pytest.mark.parametrize(
    "source",
    [
        "s3://other-bucket/strip.tif",
        "s3://open-imagery.evil/strip.tif",
        "s3://open-imagery",
        "s3://open-imagery/",
        "s3://open-imagery/missing.tif",
        "s3://open-imagery/a\nb",
        "S3://open-imagery/strip.tif",
        "https://open-imagery/strip.tif",
        "https://data.test.evil/strip.tif",
        "https://data.test@evil.test/strip.tif",
        "https://data.test:8443/strip.tif",
        "https://data.test\\@evil.test/strip.tif",
        "https://data.test/a b.tif",
        "https://data.test/a#b.tif",
        "https://169.254.169.254/latest/meta-data",
        "http://data.test/strip.tif",
        "file:///etc/passwd",
        "/vsis3/open-imagery/strip.tif",
        "",
    ],
)
def test_no_other_place_is_read(world: World, source: str) -> None:
    world.sources.kept = {("open-imagery", "strip.tif"): b"x", ("other-bucket", "strip.tif"): b"x"}
    with pytest.raises(InvalidOptionError, match="source"):
        world.service.order_source("strip", [source], CHOICES)
    assert world.objects.kept == {}


def test_sizes_and_numbers_of_parts_are_checked(world: World) -> None:
    limit = PART * MAX_PARTS
    with pytest.raises(ImageTooLargeError) as refused:
        world.service.order_upload("x", [(limit + 1, [])], CHOICES)
    assert refused.value.values == {"bytes": limit + 1, "limit": limit}
    with pytest.raises(InvalidOptionError, match="has 3 parts of 4 bytes"):
        world.service.order_upload("x", [(10, sums(BODY)[:2])], CHOICES)


def test_an_order_is_repeated_after_the_database_was_away(world: World) -> None:
    def away(*_: object) -> None:
        raise DatabaseUnavailableError("PostgreSQL: away.")

    world.index.before = away
    with pytest.raises(DatabaseUnavailableError):
        world.order()
    world.index.before = nothing
    assert world.order().missing == 3
    assert len(world.index.rows) == 1


def test_the_history_follows_scenes_whose_end_no_row_knows(world: World) -> None:
    key = world.started()
    other = world.order(BODY + b"x").job.id
    world.end(key)
    states = {each.job.id: each.status.state for each in world.service.history(9, None)}
    assert states == {key: "done", other: "uploading"}
    reads = list[str]()
    world.objects.before = lambda _, name: reads.append(name)
    world.service.history(9, None)
    assert not [name for name in reads if str(key) in name]  # its row is enough now


def test_an_event_that_comes_twice_is_claimed_once(world: World) -> None:
    key = world.started()
    assert world.archive.claim(key, "first")
    assert not world.archive.claim(key, "second")
    assert world.archive.claim(key, "first")  # the same execution tries its plan again


def scene_bytes(km2: float = 0.0, side: int = 40) -> bytes:
    """A scene whose header states an area, by the size of its pixels."""
    metres = (km2 * 1e6) ** 0.5 / side or 1.24
    return placed(counts(side, side), transform=Affine(metres, 0, 443_000, 0, -metres, 690_000))


def admitted(world: World, name: str, km2: float, stated: float | None = None) -> Ordered:
    """Order a scene that lies in a bucket."""
    world.sources.kept["open-imagery", name] = scene_bytes(km2)
    return world.service.order_source(name, [f"s3://open-imagery/{name}"], CHOICES, stated)


def test_a_scene_over_the_limit_is_refused_when_it_is_ordered_with_its_estimate(
    world: World,
) -> None:
    with pytest.raises(ImageTooLargeError, match=r"has 1200\.\d km2; the limit is 1000 km2") as no:
        admitted(world, "large.tif", 1200)
    values = no.value.values
    # 1200 km2 of 1.24 m are 780 million pixels, at 5.8 s of one core a million
    assert values["area_km2"] == pytest.approx(1200, rel=0.01)
    assert values["limit"] == 1000
    assert values["cpu_s"] == pytest.approx(1200e6 / 1.24**2 * 5.8e-6, rel=0.01)
    assert "hours of one core and cost about $" in str(no.value)
    assert (world.objects.kept, world.index.rows, world.index.used) == ({}, {}, [])
    with pytest.raises(ImageTooLargeError):
        world.service.order_upload("x", [(10, sums(BODY))], CHOICES, 1000.5)
    assert world.objects.kept == {}


def test_scenes_of_a_month_are_counted_once_by_their_own_headers(world: World) -> None:
    for number in range(5):
        admitted(world, f"{number}.tif", 900)
    admitted(world, "0.tif", 900)  # the same once more
    assert sum(area for _, area in world.index.used) == pytest.approx(4500, rel=0.01)
    with pytest.raises(
        SceneBudgetError, match=r"9\d\d\.\d km2; 4\d\d\.\d of this month's 5000"
    ) as no:
        admitted(world, "5.tif", 900)
    assert no.value.values["left_km2"] == pytest.approx(500, rel=0.1)
    assert no.value.values["usd"]
    assert len(world.index.rows) == 5
    admitted(world, "6.tif", 400)


def test_a_deleted_scene_stays_counted(world: World) -> None:
    key = admitted(world, "0.tif", 900).job.id
    world.end(key)
    assert world.service.delete(key)
    assert len(world.index.used) == 1


def test_an_upload_is_counted_when_it_is_started_and_not_when_it_is_ordered(world: World) -> None:
    body = scene_bytes(900)
    world.service.part_bytes = len(body)
    ordered = world.service.order_upload(
        "a.tif", [(len(body), [hashlib.sha256(body).hexdigest()])], CHOICES
    )
    assert world.index.used == []
    upload = world.archive.upload(ordered.job.id)
    assert upload
    world.uploads.begun[upload][1] = body
    world.index.used.append((uuid4(), 4500))
    with pytest.raises(SceneBudgetError):
        world.service.complete(ordered.job.id)
    assert world.state(ordered.job.id) == "uploading"
    world.index.used.clear()  # the next month
    assert world.service.complete(ordered.job.id).status.state == "queued"
    (used,) = world.index.used
    assert used[1] == pytest.approx(900, rel=0.01)


def test_what_the_api_cannot_measure_counts_as_stated_else_as_the_largest_scene(
    world: World,
) -> None:
    web = "https://data.test/a.tif"
    world.service.order_source("a", [web], CHOICES)
    world.service.order_source("b", [web + "?b"], CHOICES, 30)
    admitted(world, "c.tif", 100)
    world.sources.kept["open-imagery", "item.json"] = b'{"assets": {}}'
    world.service.order_source("d", ["s3://open-imagery/item.json"], CHOICES, 40)
    assert [round(area) for _, area in world.index.used] == [1000, 30, 100, 40]
    world.index.used.append((uuid4(), 3500))
    with pytest.raises(SceneBudgetError, match="may have up to 1000 km2, as its area_km2 was not"):
        world.service.order_source("e", [web + "?e"], CHOICES)


BANDS_OF = [bytes([number]) * (3 + number) for number in range(8)]


def order_bands(world: World, bodies: list[bytes] = BANDS_OF) -> Ordered:
    return world.service.order_upload(
        "bands", [(len(body), sums(body)) for body in bodies], CHOICES
    )


def test_eight_files_are_uploaded_side_by_side_and_started_together(world: World) -> None:
    ordered = order_bands(world)
    key = ordered.job.id
    assert ordered.missing == sum(len(sums(body)) for body in BANDS_OF) == 16
    assert [(link.file, link.number) for link in ordered.links[:4]] == [
        (1, 1),
        (2, 1),
        (3, 1),
        (3, 2),
    ]
    for link in ordered.links[:-1]:
        upload = world.archive.upload(key, link.file)
        assert upload
        part = BANDS_OF[link.file - 1][link.start : link.start + link.size]
        world.uploads.begun[upload][link.number] = part
    assert [(link.file, link.number) for link in order_bands(world).links] == [(8, 3)]
    with pytest.raises(SceneIncompleteError, match="lacks 1 of 3 parts of file 8: 3"):
        world.service.complete(key)
    assert upload_key(key, 1) not in world.objects.kept  # all files or none
    upload = world.archive.upload(key, 8)
    assert upload
    world.uploads.begun[upload][3] = BANDS_OF[7][8:]
    assert world.service.complete(key).status.state == "queued"
    sent = [world.objects.get(upload_key(key, number)) for number in range(1, 9)]
    assert sent == BANDS_OF


def test_files_in_another_order_are_another_scene_and_deleting_ends_all_uploads(
    world: World,
) -> None:
    first, second = order_bands(world), order_bands(world, BANDS_OF[::-1])
    assert first.job.id != second.job.id
    assert len(world.uploads.begun) == 16
    for ordered in (first, second):
        assert world.service.delete(ordered.job.id)
    assert (world.uploads.begun, world.objects.kept) == ({}, {})


def test_who_pays_for_reading_a_bucket_is_the_orders_choice(world: World) -> None:
    world.sources.kept["open-imagery", "strip.tif"] = scene_bytes()
    world.service.order_source("a", [SOURCE], CHOICES)
    assert world.sources.paid == []
    world.service.order_source(
        "a", [SOURCE], Choices(dict.fromkeys(KEYS, 0.5)), requester_pays=True
    )
    assert set(world.sources.paid) == {SOURCE}
