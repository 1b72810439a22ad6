"""The deployed page: there, and told where its API is."""

import json
import time
from http import HTTPStatus

from scripts.smoke.api import Api, SmokeError


def visit(page_url: str, api_url: str, patience_s: float = 0) -> None:
    """Fetch the page and its configuration.

    A distribution that was made just now may need `patience_s` until its name is known everywhere.

    Raises:
        SmokeError: The page is not served, or does not call the API at `api_url`.
    """
    page = Api(page_url)
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and not _is_up(page):
        time.sleep(5)
    if b"<html" not in page.expect(HTTPStatus.OK, "GET", "/index.html"):
        raise SmokeError(f"{page_url}/index.html is not a page.")
    told = json.loads(page.expect(HTTPStatus.OK, "GET", "/config.json"))["apiUrl"]
    if told != api_url:
        raise SmokeError(f"{page_url}/config.json names {told}, not {api_url}")


def _is_up(page: Api) -> bool:
    try:
        return page("GET", "/index.html")[0] == HTTPStatus.OK
    except SmokeError:
        return False
