"""The service's token: asked for once, kept for the tab, in no address; files are saved with it."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tesela.tokens import CODEC, Token

from scripts.local.lambda_runtime.function import Function
from scripts.local.lambda_runtime.function_url import FunctionUrl
from scripts.local.lambda_runtime.workers import Workers
from scripts.local.stack import ROOT, LocalStack
from tests.page.steps import open_sample, saved

TOKEN = "a-token-of-the-city"


@pytest.fixture(scope="module")
def closed_url(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The function with a token, on the stack's PostgreSQL and S3."""
    listed = (Token("city", sha256(TOKEN.encode()).hexdigest(), "admin"),)
    bucket = {"Bucket": stack.objects.bucket, "Key": "page-access.json"}
    stack.objects.client().put_object(Body=CODEC.dump_json(listed), **bucket)
    settings = stack.environment | {"TESELA_TOKENS": "page-access.json"}
    workers = Workers(1, tmp_path_factory.mktemp("logs"))
    url = FunctionUrl(0, workers.invoke)
    try:
        workers.start(Function(ROOT / "lambda_image", settings=settings))
        url.start()
        yield url.url
    finally:
        url.stop()
        workers.stop()
        stack.objects.client().delete_object(**bucket)


@pytest.fixture
def open_closed(open_page: Any, stack: LocalStack, closed_url: str) -> Any:
    """The page, whose calls reach the closed function; a list of every address asked comes along."""

    def open_() -> tuple[Any, list[str]]:
        page = open_page(address="#/about-to-close")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.route(
            f"{stack.api_url}/**",
            lambda route: route.continue_(url=route.request.url.replace(stack.api_url, closed_url)),
        )
        page.reload()
        page.wait_for_selector("#token[open]")
        return page, asked

    return open_


def test_a_token_is_asked_for_once_and_kept_for_the_tab_alone(open_closed: Any) -> None:
    page, asked = open_closed()
    _give(page, "wrong")
    page.wait_for_selector("#token-wrong:not([hidden])")
    _give(page, TOKEN)
    page.wait_for_selector("#history-list li, #history-note:not([hidden])")
    open_sample(page, "town")
    assert not page.locator("#token").evaluate("dialog => dialog.open")
    assert page.evaluate("sessionStorage.getItem('tesela.token')") == TOKEN
    assert TOKEN not in page.evaluate("JSON.stringify(localStorage) + document.cookie")
    assert [url for url in asked if TOKEN in url] == []


def test_files_are_saved_with_the_token(open_closed: Any, tmp_path: Path) -> None:
    page, _ = open_closed()
    _give(page, TOKEN)
    open_sample(page, "town")
    body = saved(page, "source.tif", tmp_path).read_bytes()
    assert body == (ROOT / "dashboard_static/samples/town.tif").read_bytes()


def test_who_has_no_token_is_told_and_can_try_again(open_closed: Any) -> None:
    page, _ = open_closed()
    page.click("#token-cancel")
    page.wait_for_selector("#problem:not([hidden])")
    assert "The service asks for an access token." in page.locator("#problem").inner_text()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("#token[open]")
    _give(page, TOKEN)
    page.wait_for_selector("#problem", state="hidden")


def _give(page: Any, token: str) -> None:
    page.fill("#token-text", token)
    page.press("#token-text", "Enter")
