"""The page in a real browser. `page_url` can be pointed at another stack: set TESELA_PAGE_URL."""

import functools
import json
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.page.fake_api import FakeApi

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
def page_url() -> Iterator[str]:
    """Address of the page: TESELA_PAGE_URL, or one served here, before a fake service."""
    if given := os.environ.get("TESELA_PAGE_URL"):
        yield given
        return
    api = FakeApi()
    handler = functools.partial(_PageHandler, api.url, directory=str(ROOT / "dashboard_static"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    api.close()


class _PageHandler(SimpleHTTPRequestHandler):
    def __init__(self, api_url: str, *args: Any, **kwargs: Any) -> None:
        self.api_url = api_url
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        if self.path != "/config.json":
            return super().do_GET()
        catalogue = json.loads((ROOT / "lambda_image/tesela/catalogue.json").read_text("utf-8"))
        body = json.dumps({"apiUrl": self.api_url, "version": "0.1.0", **catalogue}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def log_message(self, *args: Any) -> None:
        """Keep the tests' output quiet."""


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
        context = browser.new_context(viewport=viewport, locale=locale, **options)
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.problems = _watch(page)
        page.goto(page_url + address)
        page.wait_for_selector("#legend li", state="attached")
        return page

    yield open_
    for context in contexts:
        context.close()


def _watch(page: Any) -> Problems:
    problems = Problems()
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.add_init_script(
        "addEventListener('securitypolicyviolation',"
        " (event) => console.error('CSP', event.violatedDirective, event.blockedURI))"
    )
    return problems
