"""The map around an image: what `make run` takes for it, and what the page's policy then admits."""

import pytest

from scripts.local.basemap import Basemap, basemap_of
from scripts.local.errors import LocalError
from scripts.local.page import page_config, security_headers

URL = "https://tiles.example.com/street/{z}/{x}/{y}.png"
API, S3 = "http://127.0.0.1:8081", "http://127.0.0.1:9000"


def test_there_is_none_until_somebody_asks_for_it() -> None:
    assert basemap_of({}) is None
    assert page_config(API)["basemap"] is None
    policy = security_headers(API, S3)["Content-Security-Policy"]
    assert f"connect-src 'self' {API} {S3};" in policy


def test_its_host_alone_is_added_to_the_policy_for_fetches_alone() -> None:
    named = {"TESELA_BASEMAP_URL": URL, "TESELA_BASEMAP_ATTRIBUTION": "© Somebody"}
    basemap = basemap_of(named)
    assert basemap == Basemap(URL, "© Somebody")
    assert page_config(API, basemap)["basemap"] == {
        "url": URL,
        "attribution": "© Somebody",
        "max_zoom": 19,
    }
    rules = security_headers(API, S3, basemap)["Content-Security-Policy"].split("; ")
    naming = [rule for rule in rules if "tiles.example.com" in rule]
    assert naming == [f"connect-src 'self' {API} {S3} https://tiles.example.com"]


@pytest.mark.parametrize(
    ("url", "attribution", "told"),
    [
        ("https://tiles.example.com/{z}/{x}.png", "a", "{z}, {x} and {y}"),
        ("https://{s}.example.com/{z}/{x}/{y}.png", "a", "one http or https host"),
        ("ftp://example.com/{z}/{x}/{y}.png", "a", "one http or https host"),
        ("https://a.com; script-src * /{z}/{x}/{y}", "a", "one http or https host"),
        ("/{z}/{x}/{y}.png", "a", "one http or https host"),
        (URL, "", "TESELA_BASEMAP_ATTRIBUTION"),
    ],
)
def test_what_is_no_address_of_tiles_is_refused(url: str, attribution: str, told: str) -> None:
    given = {"TESELA_BASEMAP_URL": url, "TESELA_BASEMAP_ATTRIBUTION": attribution}
    with pytest.raises(LocalError, match=told.replace("{", r"\{").replace("}", r"\}")):
        basemap_of(given)
