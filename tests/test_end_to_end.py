"""The running stack: Lambda's runtime client in worker processes, PostgreSQL and S3 that fail."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from tesela.edges.database import Database
from tesela.edges.postgres import PostgresIndex

from scripts.local.stack import LocalStack, run_in_stack
from tests.stack import OverHttp, Reply
from tests.tiffs import counts, one_page

_CLIENTS = 8
_REQUESTS = 200
_RETRIES = 5


def persistent(http: OverHttp, *request: Any) -> Reply:
    """What a client does about 502 and 503: the same again, which finishes the same prediction."""
    for _ in range(_RETRIES):
        reply = http(*request)
        if reply.status not in (502, 503):
            return reply
        time.sleep(0.2)
    return reply


def reconcile(stack: LocalStack) -> Any:
    return json.loads(run_in_stack(stack.environment, "tesela.admin", "reconcile"))


def lose_manifest(stack: LocalStack, document: dict[str, Any]) -> None:
    """Leave a prediction as a cut between its objects would."""
    key = f"predictions/{document['id']}/manifest.json"
    stack.objects.client().delete_object(Bucket=stack.objects.bucket, Key=key)


def rows(stack: LocalStack) -> dict[str, int]:
    """How many rows each image of the database has, by sha256."""
    index = PostgresIndex(Database.at(stack.environment["DATABASE_URL"]))
    try:
        return dict(
            index._run("SELECT image_sha256, count(*) FROM prediction GROUP BY image_sha256")
        )
    finally:
        index.close()


@pytest.fixture
def images(request: pytest.FixtureRequest) -> list[bytes]:
    """Eight small images that no other test posts."""
    seed = sum(map(ord, request.node.name))
    return [one_page(counts(24, 32, seed=seed * 100 + n)) for n in range(8)]


def test_curl_s_default_content_type_is_taken(http: OverHttp, town: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert http("POST", "/predictions", town, headers).status in (200, 201)


def test_every_link_of_an_answer_opens(http: OverHttp, town: bytes) -> None:
    links = http("POST", "/predictions", town).json["links"]
    statuses = {name: http("GET", url).status for name, url in links.items()}
    assert statuses == dict.fromkeys(links, 200)


def test_clients_side_by_side_get_one_row_an_image(
    stack: LocalStack, http: OverHttp, images: list[bytes]
) -> None:
    def ask(n: int) -> tuple[int, Reply]:
        target = ("/predictions", "/segment_tiff", "/predictions")[n % 3]
        return n, persistent(http, "POST", target, images[n % len(images)])

    with ThreadPoolExecutor(_CLIENTS) as pool:
        replies = list(pool.map(ask, range(_REQUESTS)))
    assert {reply.status for _, reply in replies} <= {200, 201}
    posted = [reply.json for n, reply in replies if n % 3 != 1]
    by_image = {document["image"]["sha256"]: document["id"] for document in posted}
    assert len(by_image) == len(images)
    assert {document["id"] for document in posted} == set(by_image.values())
    assert {sha: rows(stack)[sha] for sha in by_image} == dict.fromkeys(by_image, 1)


def test_nothing_is_lost_while_postgresql_is_away(
    stack: LocalStack, http: OverHttp, images: list[bytes]
) -> None:
    stack.postgres.stop()
    try:
        replies = [http("POST", "/predictions", image) for image in images]
        documents = [reply.json for reply in replies]
        shown = http("GET", f"/predictions/{documents[0]['id']}/masks.tif").status
        history = http("GET", "/predictions")
        ready = http("GET", "/ready")
        removal = http("DELETE", f"/predictions/{documents[0]['id']}")
    finally:
        stack.postgres.start()
    assert [reply.status for reply in replies] == [201] * len(images)
    assert {document["saved"] for document in documents} == {"objects"}
    assert (shown, history.status, ready.status, removal.status) == (200, 503, 503, 503)
    assert history.json["title"] == "Service Unavailable"
    assert history.headers["Retry-After"]
    done = reconcile(stack)
    assert done["rows_rebuilt"] >= len(images)
    ids = {item["id"] for item in http("GET", "/predictions?limit=100").json["items"]}
    assert {document["id"] for document in documents} <= ids
    assert reconcile(stack)["rows_rebuilt"] == 0


def test_a_repeated_upload_adds_the_row_that_was_missed(
    stack: LocalStack, http: OverHttp, images: list[bytes]
) -> None:
    stack.postgres.stop()
    try:
        first = http("POST", "/predictions", images[0])
    finally:
        stack.postgres.start()
    again = http("POST", "/predictions", images[0])
    assert (first.json["saved"], again.json["saved"]) == ("objects", "all")
    assert again.json["created"] == first.json["created"]
    assert rows(stack)[first.json["image"]["sha256"]] == 1


def test_workers_killed_while_they_work_lose_nothing(
    stack: LocalStack, http: OverHttp, images: list[bytes]
) -> None:
    with ThreadPoolExecutor(_CLIENTS) as pool:
        asked = [pool.submit(persistent, http, "POST", "/predictions", image) for image in images]
        time.sleep(0.05)
        for worker in stack.workers:
            worker.kill()
        replies = [future.result() for future in asked]
    assert {reply.status for reply in replies} <= {200, 201}
    reconcile(stack)
    kept = rows(stack)
    assert {kept[reply.json["image"]["sha256"]] for reply in replies} == {1}


def test_objects_without_a_manifest_are_finished_by_the_same_upload(
    stack: LocalStack, http: OverHttp, images: list[bytes]
) -> None:
    document = http("POST", "/predictions", images[0]).json
    lose_manifest(stack, document)
    assert http("GET", f"/predictions/{document['id']}").status == 404
    again = http("POST", "/predictions", images[0])
    assert (again.status, again.json["id"]) == (201, document["id"])
    assert rows(stack)[document["image"]["sha256"]] == 1


def test_a_row_whose_objects_are_gone_is_dropped_by_reconcile(
    stack: LocalStack, http: OverHttp, images: list[bytes]
) -> None:
    document = http("POST", "/predictions", images[0]).json
    lose_manifest(stack, document)
    assert reconcile(stack)["rows_dropped"] == 1
    assert document["image"]["sha256"] not in rows(stack)


def test_images_of_every_size_are_taken(http: OverHttp) -> None:
    for height, width in ((16, 16), (17, 300), (161, 159), (400, 90)):
        pixels = np.random.default_rng(height).integers(1, 2047, (8, height, width), np.uint16)
        reply = http("POST", "/predictions", one_page(pixels))
        assert reply.status == 201
        assert reply.json["image"]["valid_pixels"] == height * width
