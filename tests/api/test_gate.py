"""One origin: the API below /api of the page, and closed by any other address."""

from typing import Any

import pytest
from aws_lambda_powertools import Logger
from tesela.api import (
    about,
    compare,
    corrections,
    exports,
    predictions,
    scenes,
    segment_tiff,
)
from tesela.api.access import Access
from tesela.api.app import Answered, App
from tesela.api.gate import Gate
from tesela.archive import Archive
from tesela.correcting import CorrectionService
from tesela.errors import DatabaseUnavailableError
from tesela.jobs.archive import JobArchive
from tesela.jobs.ports import Budget
from tesela.jobs.service import SceneService
from tesela.jobs.sources import Allowed
from tesela.service import Service

from tests.core.fakes import model
from tests.fakes import (
    InMemoryCorrections,
    InMemoryIndex,
    InMemoryJobs,
    InMemoryObjects,
    InMemorySources,
    InMemoryUploads,
)
from tests.stack import InProcess, Reply
from tests.tiffs import counts, placed

PAGE, KEY = "https://page.test", "k" * 64
BY_PAGE = {"x-tesela-origin-key": KEY}
IMAGE = placed(counts(16, 20))


class Behind:
    """The application on ports in memory, and what it records of its answers."""

    def __init__(self, key: str) -> None:
        self.index = InMemoryIndex()
        self.records: list[Answered] = []
        objects = InMemoryObjects()
        service = Service(model(), Archive(objects), self.index)
        scene_service = SceneService(
            model(),
            JobArchive(objects),
            InMemoryUploads(objects),
            index=InMemoryJobs(),
            sources=InMemorySources(),
            allowed=Allowed(),
            budget=Budget(1, 1),
        )
        correcting = CorrectionService(service, objects, InMemoryCorrections())
        gate = Gate(key, PAGE)
        logger = Logger(service="test")
        self.app = App(
            service,
            scene_service,
            correcting,
            Access(),
            gate,
            logger=logger,
            record=self.records.append,
        )
        self.call = InProcess(self.app)


@pytest.fixture(autouse=True)
def routers_go_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The routes are the modules' and belong to the application made last: the handler's, for others."""
    for part in (predictions, scenes, segment_tiff, exports, compare, corrections, about):
        monkeypatch.setattr(part.router, "api_resolver", part.router.api_resolver)


@pytest.fixture
def closed() -> Behind:
    return Behind(KEY)


def test_by_the_page_every_address_in_an_answer_is_the_page_s(closed: Behind) -> None:
    made = closed.call("POST", "/api/predictions", IMAGE, BY_PAGE)
    assert made.status == 201
    url = f"{PAGE}/api/predictions/{made.json['id']}"
    assert made.headers["Location"] == url
    assert {link.partition(made.json["id"])[0] for link in made.json["links"].values()} == {
        f"{PAGE}/api/predictions/"
    }
    shown = closed.call("GET", url.removeprefix(PAGE), headers=BY_PAGE)
    assert (shown.status, shown.json["id"]) == (200, made.json["id"])


def test_the_documentation_follows_the_page_s_address(closed: Behind) -> None:
    assert closed.call("GET", "/api/", headers=BY_PAGE).headers["Location"] == "/api/docs"
    described = closed.call("GET", "/api/openapi.json", headers=BY_PAGE).json
    assert described["servers"] == [{"url": "/api"}]
    assert "/predictions" in described["paths"]


@pytest.mark.parametrize("key", [None, "", "k", "k" * 63, "K" * 64, "k" * 65, "ü" * 64])
@pytest.mark.parametrize("path", ["/predictions", "/api/predictions", "/health", "/docs"])
def test_by_another_address_nothing_is_answered(closed: Behind, key: str | None, path: str) -> None:
    headers = {} if key is None else {"x-tesela-origin-key": key}
    refused = closed.call("GET", path, headers=headers)
    assert (refused.status, refused.json["code"]) == (403, "address-closed")
    assert refused.json["detail"] == f"This address is closed; the API is at {PAGE}/api."
    assert refused.json["values"] == {"address": f"{PAGE}/api"}


def test_what_this_account_has_signed_comes_in_by_any_address(closed: Behind) -> None:
    signed = {"authorizer": {"iam": {"accountId": "123456789012"}}}
    assert _called(closed, "/predictions", **signed).status == 200
    assert _called(closed, "/predictions", authorizer=None).status == 403
    assert _called(closed, "/predictions", authorizer={"jwt": {}}).status == 403


def test_without_a_key_the_header_and_the_path_mean_nothing() -> None:
    opened = Behind("")
    for key in ("", KEY):
        sent = {"x-tesela-origin-key": key}
        assert opened.call("GET", "/predictions", headers=sent).status == 200
        assert opened.call("GET", "/api/predictions", headers=sent).status == 404
    made = opened.call("POST", "/predictions", IMAGE)
    assert made.headers["Location"].startswith("http://api.test/predictions/")
    assert opened.call("GET", "/openapi.json").json["servers"] == [{"url": "/"}]


def test_a_prediction_that_the_database_missed_is_counted() -> None:
    opened = Behind("")

    def away(method: str, key: str) -> None:
        raise DatabaseUnavailableError("It is away.")

    opened.index.before = away
    assert opened.call("POST", "/predictions", IMAGE).json["saved"] == "objects"
    opened.index.before = lambda method, key: None
    assert opened.call("POST", "/predictions", IMAGE).json["saved"] == "all"
    counted = [dict(answered.counts) for answered in opened.records]
    assert counted == [{"SavedInObjectsAlone": 1}, {}]


def _called(closed: Behind, path: str, **context: Any) -> Reply:
    """Call with more in the context that AWS makes."""

    class Informed:
        def respond(self, event: dict[str, Any], _: Any) -> Any:
            told = event | {"requestContext": event["requestContext"] | context}
            return closed.app.respond(told, None)  # type: ignore[arg-type]

    return InProcess(Informed())("GET", path)
