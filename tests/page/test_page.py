"""The page as a whole: it loads without complaint, in two languages, on a phone as well."""

import gzip
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
    assert page.locator("#legend").inner_text().find("Edificios") >= 0
    assert page.title() == "Zona urbana · Tesela"


def test_a_browser_in_spanish_gets_spanish(open_page: Any) -> None:
    page = open_page(locale="es-CO")
    assert page.locator("h1").first.inner_text() == "Qué hay en el terreno, en segundos"


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
