import gzip
import http.client
import json
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from scripts.local.page import Page, page_config

API, S3 = "http://127.0.0.1:8081", "http://127.0.0.1:9000"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    root = tmp_path / "dashboard_static"
    (root / "samples").mkdir(parents=True)
    (root / "index.html").write_text("<title>Tesela</title>")
    for name in ("main.js", "style.css", "samples/town.tif", "preview.webp", "unknown.xyz"):
        (root / name).write_text(name)
    (tmp_path / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    server = Page(0, root)
    server.configure(API, S3)
    server.start()
    yield server
    server.stop()


def ask(
    page: Page, path: str, method: str = "GET", headers: dict[str, str] | None = None
) -> tuple[int, Message, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=10)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html?v=1", "text/html; charset=utf-8"),
        ("/main.js", "text/javascript; charset=utf-8"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/samples/town.tif", "image/tiff"),
        ("/preview.webp", "image/webp"),
        ("/config.json", "application/json"),
        ("/unknown.xyz", "application/octet-stream"),
    ],
)
def test_files_have_their_types(page: Page, path: str, content_type: str) -> None:
    status, headers, body = ask(page, path)
    assert (status, headers["Content-Type"]) == (200, content_type)
    assert int(headers["Content-Length"]) == len(body) > 0


@pytest.mark.parametrize(
    "path",
    [
        "/samples/",
        "/missing.js",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/samples/..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/link.txt",
        "/%00",
    ],
)
def test_no_listing_and_nothing_outside_the_page(page: Page, path: str) -> None:
    status, _, body = ask(page, path)
    assert (status, body) == (404, b"Not Found\n")


@pytest.mark.parametrize("path", ["/", "/config.json", "/missing.js"])
def test_every_answer_carries_the_security_headers(page: Page, path: str) -> None:
    _, headers, _ = ask(page, path)
    policy = dict(item.split(" ", 1) for item in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == f"'self' {API} {S3}"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_configuration_is_the_address_the_version_and_the_catalogue(page: Page) -> None:
    _, _, body = ask(page, "/config.json")
    config = json.loads(body)
    assert config == page_config(API)
    assert config["apiUrl"] == API
    assert len(config["classes"]) == 10
    assert config["version"].count(".") == 2


def test_a_known_file_is_not_sent_again(page: Page) -> None:
    _, headers, _ = ask(page, "/main.js")
    status, _, body = ask(page, "/main.js", headers={"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, b"")


def test_texts_are_packed_for_whom_it_suits(page: Page) -> None:
    packs = {"Accept-Encoding": "gzip"}
    _, headers, body = ask(page, "/main.js", headers=packs)
    assert (headers["Content-Encoding"], gzip.decompress(body)) == ("gzip", b"main.js")
    _, headers, body = ask(page, "/preview.webp", headers=packs)
    assert (headers["Content-Encoding"], body) == (None, b"preview.webp")
    assert ask(page, "/main.js")[2] == b"main.js"


def test_a_page_is_only_read(page: Page) -> None:
    assert ask(page, "/", "HEAD")[::2] == (200, b"")
    assert ask(page, "/", "POST")[0] == 405


def test_localhost_leads_to_the_origin_that_the_function_knows(page: Page) -> None:
    status, headers, _ = ask(page, "/a?b=c", headers={"Host": f"localhost:{page.port}"})
    assert (status, headers["Location"]) == (307, f"{page.url}/a?b=c")
