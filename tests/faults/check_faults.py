"""What the service survives: its parts killed, stopped, starved and raced (`make test-faults`).

Not called test_faults.py, so that `make test` leaves it to `make test-faults`: it takes minutes, and
its figures depend on the machine. Each check prints a row of a table, and fails when a prediction
that was answered is lost, changed, mixed with another one, or has not exactly one row.
"""

import itertools
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import numpy as np
import pytest
import rasterio
import requests

from scripts.local.data import DataDirectory
from tests.faults.load import (
    ROOT,
    Answer,
    Item,
    Reference,
    check,
    history,
    post,
    post_for,
    quantiles,
)
from tests.faults.running import Running, full_disk
from tests.tiffs import placed

SECONDS = 15
CLIENTS = 4
EXPORTS_OVER_BYTES = 5_000_000

Tell = Callable[[str], None]


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    stack = Running(tmp_path_factory.mktemp("faults") / "data")
    stack.start()
    yield stack
    stack.stop()


def report(
    tell: Tell, name: str, answers: Sequence[Answer], stack: Running, reference: Reference
) -> None:
    """Print a fault's row, and fail unless every answered prediction is there, once and right."""
    stack.wait_ready()
    stack.reconcile()
    checked = check(stack.url, reference, answers)
    statuses = Counter(answer.status for answer in answers)
    others = ", ".join(
        f"{count} x {status or 'no answer'}"
        for status, count in sorted(statuses.items())
        if status != 201
    )
    tell(
        f"{name}: {len(answers)} POSTs, {statuses[201]} x 201, {others or 'no other'};"
        f" lost {len(checked.lost)}, changed {len(checked.changed)},"
        f" rows missing {checked.rows_missing} / double {checked.rows_double};"
        f" p50 / p99 / max {quantiles([answer.seconds for answer in answers])} s"
    )
    assert statuses[201], "some were answered"
    assert not checked.lost
    assert not checked.changed
    assert (checked.rows_missing, checked.rows_double) == (0, 0)
    assert set(statuses) <= {200, 201, 502, 503, 0}
    assert all(answer.retry_after for answer in answers if answer.status == 503)


def again(action: Callable[[], object], every_s: float, times: int) -> None:
    for _ in range(times):
        time.sleep(every_s)
        action()


def test_workers_are_killed(stack: Running, reference: Reference, tell: Tell) -> None:
    kill = lambda: stack.signal("workers", signal.SIGKILL)  # noqa: E731
    answers = post_for(stack.url, reference, SECONDS, CLIENTS, lambda: again(kill, 3, 4))
    report(tell, "kill -9 of the workers, 4 times", answers, stack, reference)


@pytest.mark.parametrize("part", ["PostgreSQL", "S3"])
def test_a_store_is_killed(stack: Running, reference: Reference, tell: Tell, part: str) -> None:
    kill = lambda: stack.signal(part, signal.SIGKILL, all_of_it=False)  # noqa: E731
    answers = post_for(stack.url, reference, SECONDS, CLIENTS, lambda: again(kill, 4, 2))
    report(tell, f"kill -9 of {part}, twice, revived by the stack", answers, stack, reference)


@pytest.mark.parametrize("part", ["PostgreSQL", "S3"])
def test_a_store_hangs(stack: Running, reference: Reference, tell: Tell, part: str) -> None:
    def hang() -> None:
        time.sleep(3)
        stack.signal(part, signal.SIGSTOP)
        time.sleep(8)
        stack.signal(part, signal.SIGCONT)

    answers = post_for(stack.url, reference, SECONDS, CLIENTS, hang)
    report(tell, f"SIGSTOP of {part}, 8 s", answers, stack, reference)


@pytest.mark.parametrize("with_children", [False, True], ids=["its process", "all processes"])
def test_the_stack_is_killed(
    stack: Running, reference: Reference, tell: Tell, with_children: bool
) -> None:
    starts: list[float] = []

    def kill() -> None:
        time.sleep(5)
        stack.kill(with_children=with_children)
        starts.append(stack.start())

    answers = post_for(stack.url, reference, SECONDS, CLIENTS, kill)
    name = "all processes" if with_children else "the stack's process"
    name = f"SIGKILL of {name}, ready again after {starts[0]:.1f} s"
    report(tell, name, answers, stack, reference)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Where PostgreSQL, which does not run as root, keeps its files too."""
    folder = Path(tempfile.mkdtemp(prefix="tesela-full-disk-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0,
    reason="a disk of its own needs root on Linux",
)
def test_the_disk_is_full(open_folder: Path, reference: Reference, tell: Tell) -> None:
    folder = open_folder / "data"
    folder.mkdir()
    stack = Running(folder, full_disk(folder, 200))

    def fill() -> None:
        filler = Path(f"/proc/{stack.pid}/root{folder}/filler")
        time.sleep(3)
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(65536)):
                    pass
            except OSError:
                pass
        time.sleep(8)
        filler.unlink()

    try:
        stack.start()
        answers = post_for(stack.url, reference, SECONDS, 2, fill)
        report(tell, "full disk, 8 s", answers, stack, reference)
    finally:
        stack.stop()


# --- Load


def test_eight_clients(stack: Running, reference: Reference, tell: Tell) -> None:
    before = stack.memory_mb()
    began = time.monotonic()
    answers = post_for(stack.url, reference, SECONDS, 8)
    rate = len(answers) / (time.monotonic() - began)
    name = f"8 clients, {rate:.1f}/s, largest worker {before} -> {stack.memory_mb()} MB"
    report(tell, name, answers, stack, reference)
    assert {answer.status for answer in answers} == {201}


def test_a_hundred_thresholds_at_once(stack: Running, reference: Reference, tell: Tell) -> None:
    (answer,) = [
        post(stack.url, reference, item) for item in itertools.islice(reference.items(), 1)
    ]
    url = f"{stack.url}/predictions/{answer.document['id']}/table.csv?threshold="

    def get(number: int) -> tuple[int, float, bytes]:
        began = time.monotonic()
        reply = requests.get(f"{url}{0.2 + number % 10 / 100:.2f}", timeout=60)
        return number % 10, time.monotonic() - began, reply.content if reply.ok else b""

    with ThreadPoolExecutor(100) as pool:
        got = list(pool.map(get, range(100)))
    tell(f"100 thresholds at once: p50 / p99 / max {quantiles([spent for _, spent, _ in got])} s")
    tables = {number: {body for n, _, body in got if n == number} for number in range(10)}
    assert all(len(bodies) == 1 and b"" not in bodies for bodies in tables.values())
    for number in range(10):
        assert get(number)[2] in tables[number]


@pytest.fixture(scope="module")
def large(stack: Running, tell_module: Tell) -> str:
    """The id of a prediction of 1024 px, whose exports are too long for an answer."""
    with rasterio.open(ROOT / "dashboard_static/samples/town.tif") as raster:
        town = raster.read()
    image = placed(np.tile(town, (1, 7, 7))[:, :1024, :1024], compress="deflate", predictor=2)
    began = time.monotonic()
    reply = upload(stack, image)
    tell_module(
        f"1024 px: {reply.status_code} in {time.monotonic() - began:.1f} s,"
        f" peak of a worker {stack.memory_mb('VmHWM')} MB"
    )
    assert reply.status_code in (200, 201), reply.text
    return str(reply.json()["id"])


@pytest.fixture(scope="module")
def tell_module(request: pytest.FixtureRequest) -> Tell:
    """`tell` for a fixture of the module."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def tell(line: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\n  {line}", end="")  # noqa: T201

    return tell


def upload(stack: Running, image: bytes) -> requests.Response:
    offer = requests.post(f"{stack.url}/uploads?size={len(image)}", timeout=60).json()
    headers = {"content-type": "image/tiff"}
    requests.put(offer["url"], data=image, headers=headers, timeout=60).raise_for_status()
    return requests.post(f"{stack.url}/predictions?upload={offer['upload']}", timeout=120)


# --- Concurrency


def objects(stack: Running, prefix: str) -> list[str]:
    settings = DataDirectory(stack.folder).running_stack()
    client = boto3.client(
        "s3",
        endpoint_url=settings["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    try:
        pages = client.get_paginator("list_objects_v2").paginate(
            Bucket=settings["TESELA_BUCKET"], Prefix=prefix
        )
        return [item["Key"] for page in pages for item in page.get("Contents", [])]
    finally:
        client.close()


def test_one_image_twenty_times_at_once(stack: Running, reference: Reference, tell: Tell) -> None:
    for item in itertools.islice(reference.items(), 3):
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda item: post(stack.url, reference, item), [item] * 20))
        statuses = Counter(answer.status for answer in answers)
        tell(f"one image 20 times at once: {dict(statuses)}")
        (key,) = {answer.document["id"] for answer in answers}
        assert statuses == {201: 1, 200: 19}
        assert len({answer.document["created"] for answer in answers}) == 1
        assert list(history(stack.url)).count(key) == 1
        assert len(objects(stack, f"predictions/{key}/")) == 3


def test_deleting_four_times_at_once(stack: Running, reference: Reference, tell: Tell) -> None:
    ends: Counter[int] = Counter()
    for item in itertools.islice(reference.items(), 5):
        key = post(stack.url, reference, item).document["id"]
        url = f"{stack.url}/predictions/{key}"
        with ThreadPoolExecutor(4) as pool:
            statuses = list(pool.map(lambda url: requests.delete(url, timeout=60), [url] * 4))
        ends.update(reply.status_code for reply in statuses)
        assert requests.get(url, timeout=60).status_code == 404
        assert not objects(stack, f"predictions/{key}/")
    tell(f"DELETE 4 times at once, 5 times: {dict(ends)}")
    assert set(ends) == {204, 404}
    assert ends[204] >= 5


def post_until_answered(stack: Running, reference: Reference, item: Item) -> Answer:
    """A POST that is answered with 503 is repeated."""
    while (answer := post(stack.url, reference, item)).status == 503:
        assert answer.retry_after
    assert answer.status in (200, 201)
    return answer


def delete_until_answered(url: str, ends: Counter[str]) -> None:
    """A DELETE that a busy machine answers with 503 is repeated, as clients are asked to."""
    while (reply := requests.delete(url, timeout=60)).status_code == 503:
        assert reply.json()["code"] != "prediction-busy"
        ends[reply.json()["detail"]] += 1
    assert reply.status_code in (204, 404)


def test_deleting_while_predicting(stack: Running, reference: Reference, tell: Tell) -> None:
    ends: Counter[str] = Counter()
    for item in itertools.islice(reference.items(), 10):
        key = post_until_answered(stack, reference, item).document["id"]
        url = f"{stack.url}/predictions/{key}"
        delete_until_answered(url, ends)
        with ThreadPoolExecutor(2) as pool:
            posted = pool.submit(post, stack.url, reference, item)
            while not posted.done():
                delete_until_answered(url, ends)
        names = {name.rpartition("/")[2] for name in objects(stack, f"predictions/{key}/")}
        row = key in set(history(stack.url))
        assert posted.result().status in (200, 201)
        assert names in (set(), {"source.tif", "scores", "manifest.json"}), names
        assert row == bool(names)
        assert requests.get(f"{url}/masks.tif", timeout=60).ok == bool(names)
        ends["kept" if names else "deleted"] += 1
        post_until_answered(stack, reference, item)
        assert requests.get(f"{url}/masks.tif", timeout=60).ok
    tell(f"DELETE in a loop while predicting, 10 times: {dict(ends)}")


def test_links_of_two_exports_keep_their_own_options(
    stack: Running, large: str, tell: Tell
) -> None:
    """Both links are made before either is opened, three times."""
    url = f"{stack.url}/predictions/{large}/polygons.geojson?threshold="
    for _ in range(3):
        links = {
            threshold: requests.get(url + threshold, timeout=120, allow_redirects=False)
            for threshold in ("0.1", "0.15")
        }
        assert {link.status_code for link in links.values()} == {307}
        bodies = {
            threshold: requests.get(link.headers["Location"], timeout=60).content
            for threshold, link in links.items()
        }
        assert bodies["0.1"] != bodies["0.15"]
        assert min(map(len, bodies.values())) > EXPORTS_OVER_BYTES * 3 / 4
    again_links = {t: requests.get(url + t, timeout=120).content for t in bodies}
    assert again_links == bodies
    tell(f"two large exports: {', '.join(f'{len(b) / 1e6:.1f} MB' for b in bodies.values())}")


def test_deleting_while_a_large_export_is_made(stack: Running, large: str, tell: Tell) -> None:
    url = f"{stack.url}/predictions/{large}"
    with ThreadPoolExecutor(1) as pool:
        export = pool.submit(
            requests.get,
            f"{url}/polygons.geojson?threshold=0.12",
            timeout=120,
            allow_redirects=False,
        )
        time.sleep(1)
        deleted = requests.delete(url, timeout=60).status_code
        status = export.result().status_code
    left = objects(stack, f"predictions/{large}/") + objects(stack, f"exports/{large}/")
    tell(
        f"DELETE while a large export is made: {deleted}, export {status}, objects left {len(left)}"
    )
    assert deleted == 204
    assert not left
