"""The deployed page: there, and told where its API is."""

import json
from http import HTTPStatus

from scripts.smoke.api import Api, SmokeError


def visit(page_url: str, api_url: str) -> None:
    """SmokeError unless the page is served and calls the API at `api_url`."""
    page = Api(page_url)
    if b"<html" not in page.expect(HTTPStatus.OK, "GET", "/index.html"):
        raise SmokeError(f"{page_url}/index.html is not a page.")
    told = json.loads(page.expect(HTTPStatus.OK, "GET", "/config.json"))["apiUrl"]
    if told != api_url:
        raise SmokeError(f"{page_url}/config.json names {told}, not {api_url}")
