"""The page as a whole: it loads without complaint, in two languages, on a phone as well."""

import gzip
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.page.conftest import PHONE
from tests.page.steps import open_sample, overflow, until, untranslated, words


def test_loads_without_complaint_and_before_plotly(open_page: Any) -> None:
    page = open_page()
    page.wait_for_selector("#history-list li, #history-note:not([hidden])")
    assert page.locator("#samples button").count() == 4
    assert page.evaluate("typeof Plotly") == "undefined"
    assert page.problems == []


def test_little_travels_before_the_reader_can_act(open_page: Any) -> None:
    page = open_page()
    names = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert not [name for name in names if "/plotly/" in name or "/geotiff/" in name]
    sizes = [_packed(page.request.get(name).body()) for name in [page.url, *names]]
    assert sum(sizes) < 1_500_000


def test_spanish_leaves_nothing_in_english(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    english = words(page)
    page.click("#languages button[value=es]")
    until(page, "document.querySelector('#chart-area').textContent.includes('Vías')")
    spanish = words(page)
    same = untranslated(english, spanish)
    assert same == set()
    assert page.locator("#table").inner_text().find("Edificios") >= 0
    assert page.title() == "Zona urbana · Tesela"


def test_a_browser_in_spanish_gets_spanish(open_page: Any) -> None:
    page = open_page(locale="es-CO")
    assert page.locator("h1").first.inner_text() == "Qué hay en el terreno, en segundos"


@pytest.fixture
def before_main(browser: Any, page_url: str) -> Iterator[Callable[..., Any]]:
    """Open the page, where scripts that are `held` never arrive and those `lost` fail."""
    contexts = []

    def open_(
        *held: str, locale: str = "es-CO", address: str = "", lost: str = "", kept: str = ""
    ) -> Any:
        context = browser.new_context(locale=locale, service_workers="block")
        contexts.append(context)
        context.add_init_script(f"if ('{kept}') localStorage['tesela.language'] = '{kept}'")
        page = context.new_page()
        for name in held:
            page.route(f"**/js/{name}", lambda route: None)
        if lost:
            page.route(f"**/js/{lost}", lambda route: route.abort())
        page.goto(page_url + address, wait_until="commit")
        page.wait_for_selector("footer", state="attached")
        return page

    yield open_
    for context in contexts:
        context.close()


SEEN = "getComputedStyle(document.querySelector('h1')).visibility"


def test_a_slow_page_shows_no_english_to_a_reader_of_spanish(
    before_main: Callable[..., Any],
) -> None:
    page = before_main("main.js", "words.js")
    assert page.evaluate("document.documentElement.lang") == "es"
    until(page, f"{SEEN} === 'hidden'")


def test_words_do_not_wait_for_the_rest_of_the_page(before_main: Callable[..., Any]) -> None:
    page = before_main("main.js", "view/index.js")
    until(page, f"{SEEN} === 'visible'")
    assert page.locator("h1").first.inner_text() == "Qué hay en el terreno, en segundos"
    assert page.locator("#table tbody tr").count() == 0


def test_english_is_shown_where_the_words_do_not_arrive(before_main: Callable[..., Any]) -> None:
    page = before_main("main.js", lost="words.js")
    until(page, f"{SEEN} === 'visible'")
    assert page.locator("h1").first.inner_text() == "See what covers the ground"


@pytest.mark.parametrize(
    ("language", "options"),
    [
        ("es", {"address": "#/?lang=es", "locale": "en-GB"}),
        ("en", {"address": "#/?lang=en"}),
        ("es", {"address": "#/?lang=xx"}),
        ("en", {"kept": "en"}),
        ("es", {"kept": "en", "address": "#/?lang=es"}),
        ("en", {"locale": "fr-FR"}),
    ],
    ids=str,
)
def test_the_language_is_the_address_s_or_the_last_one_or_the_browser_s(
    before_main: Callable[..., Any], language: str, options: dict[str, str]
) -> None:
    page = before_main("main.js", **options)
    assert page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize("width", [320, 360, PHONE["width"]])
def test_a_phone_needs_no_sideways_scrolling(open_page: Any, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 844}, locale="es-CO", has_touch=True)
    assert overflow(page) <= 0
    open_sample(page, "town")
    assert overflow(page) <= 0


@pytest.mark.parametrize("locale", ["en-GB", "es-CO"])
def test_the_tools_of_the_image_stand_in_one_row(open_page: Any, locale: str) -> None:
    page = open_page(locale=locale)
    open_sample(page, "river")
    tops = page.evaluate(
        "[...document.querySelector('.map-tools').children].map((group) => group.offsetTop)"
    )
    assert len(tops) == 2
    assert tops[0] == tops[1]


def _packed(body: bytes) -> int:
    return min(len(body), len(gzip.compress(body)))
