"""The page of a running stack in a real browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.local.stack import LocalStack

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


class Problems(list[str]):
    """What the browser complained of: console errors, exceptions, violations of the CSP."""


@pytest.fixture(scope="session")
def page_url(stack: LocalStack) -> str:
    """Address of the page, as `make run` serves it."""
    return f"{stack.page_url}/"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any, page_url: str) -> Iterator[Any]:
    """Open the page: `open_page(viewport=..., locale=..., address=...)`; watched for complaints."""
    contexts = []

    def open_(
        viewport: dict[str, int] = DESKTOP, locale: str = "en-GB", address: str = "", **options: Any
    ) -> Any:
        # Routes do not see what a service worker answers, so it works only where it is asked for.
        options = {"service_workers": "block"} | options
        context = browser.new_context(viewport=viewport, locale=locale, **options)
        contexts.append(context)
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.problems, page.home = _watch(page), page_url
        page.goto(page_url + address)
        page.wait_for_selector("#table tbody tr", state="attached")
        return page

    yield open_
    for context in contexts:
        context.close()


def _watch(page: Any) -> Problems:
    problems = Problems()

    def read(message: Any) -> None:
        if message.type == "error":
            problems.append(message.text)

    page.on("console", read)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.add_init_script(
        "addEventListener('securitypolicyviolation',"
        " (event) => console.error('CSP', event.violatedDirective, event.blockedURI))"
    )
    return problems
