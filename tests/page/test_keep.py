"""Keep: history, links that restore what was seen, and recent predictions without a service."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.page.steps import PAINTED, lists, open_sample, painted, rendered, until, wait_for_result


def test_a_link_restores_what_was_seen(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    page.click("#views button[value=ndvi]")
    page.select_option("#palette", "ideam")
    page.locator("#threshold").fill("0.7")
    page.locator("#table tr[data-class=trees] input[type=checkbox]").uncheck()
    page.click("#languages button[value=es]")
    until(page, "/off=trees.*lang=es/.test(location.hash)")
    seen, shown = page.evaluate("location.hash"), painted(page)
    other = open_page(address=seen)
    wait_for_result(other)
    assert painted(other) == shown
    assert other.locator("#views [aria-pressed=true]").get_attribute("value") == "ndvi"
    assert other.locator("#palette").input_value() == "ideam"
    assert other.locator("#threshold").input_value() == "0.7"
    assert other.locator("html").get_attribute("lang") == "es"
    assert other.evaluate("location.hash") == seen


def test_a_link_restores_how_the_image_is_seen(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    page.select_option("#style", "outline")
    page.locator("#opacity").fill("0.2")
    page.click("#units button[value=hectares]")
    page.click("#swipe-toggle")
    page.locator("#frame").focus()
    for key in ("+", "+", "+", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    until(page, "location.hash.includes('at=2.74,')")
    page.evaluate("location.hash += '&sel=buildings:3'")
    until(page, "document.querySelector('#selected').innerText.includes('Buildings')")
    wanted = r"style=outline&opacity=20&unit=ha&swipe=50&at=[\d.,]+&sel=buildings:3&lang=en$"
    until(page, f"/{wanted}/.test(location.hash)")
    seen, selected = page.evaluate("location.hash"), page.locator("#selected").inner_text()
    other = open_page(address=seen)
    wait_for_result(other)
    until(other, f"/{wanted}/.test(location.hash)")
    assert _place(other.evaluate("location.hash")) == pytest.approx(_place(seen), abs=0.05)
    transform = other.locator("#world").evaluate("node => node.style.transform")
    assert float(re.findall(r"scale\(([\d.]+)\)", transform)[0]) == pytest.approx(2.74, abs=0.01)
    assert other.locator("#selected").inner_text() == selected
    assert other.locator("#style").input_value() == "outline"
    assert other.locator("#opacity").input_value() == "0.2"
    assert other.locator("#units [aria-pressed=true]").get_attribute("value") == "hectares"
    assert other.locator("#swipe-line").is_visible()


def test_a_link_that_is_edited_in_the_address_bar_acts(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    everything, short = painted(page), page.evaluate("location.hash")
    page.evaluate("location.hash += '&view=ndvi&palette=ideam&t=0.8&off=trees'")
    until(page, f"{PAINTED} < {everything}")
    assert page.locator("#views [aria-pressed=true]").get_attribute("value") == "ndvi"
    assert page.locator("#palette").input_value() == "ideam"
    assert page.locator("#threshold").input_value() == "0.8"
    assert not page.locator("#show-trees").is_checked()
    page.evaluate(f"location.hash = '{short}&t=0'")
    until(page, f"{PAINTED} === {everything}")
    assert page.locator("#threshold-reset").is_disabled()
    page.go_back()
    until(page, f"{PAINTED} < {everything}")
    assert page.locator("#threshold").input_value() == "0.8"


def test_history_opens_filters_and_deletes(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "farmland")
    lists(page, lambda: page.click(".brand"))
    lists(page, lambda: page.select_option("#filter-landCover", "crops"))
    lists(page, lambda: page.select_option("#filter-landCover", ""))
    newest = page.locator("#history-list a").first.get_attribute("href")
    page.locator("#history-list a").first.click()
    wait_for_result(page)
    page.click("#delete")
    page.locator("#confirm button[value=yes]").click()
    page.wait_for_selector("#home:not([hidden])")
    until(page, f"!document.querySelector('#history-list a[href=\"{newest}\"]')")


def test_history_is_filtered_by_date(open_page: Any) -> None:
    page = open_page(timezone_id="America/Bogota")
    open_sample(page, "farmland")
    lists(page, lambda: page.click(".brand"))
    today = datetime.now(UTC) - timedelta(hours=5)
    lists(page, lambda: page.fill("#filter-since", f"{today:%Y-%m-%d}"))
    assert page.locator("#history-list li").count() > 0
    lists(page, lambda: page.fill("#filter-until", f"{today:%Y-%m-%d}"))
    assert page.locator("#history-list li").count() > 0
    lists(page, lambda: page.fill("#filter-since", ""))
    lists(page, lambda: page.fill("#filter-until", f"{today - timedelta(days=1):%Y-%m-%d}"))
    page.wait_for_selector("#history-note:not([hidden])")
    assert page.locator("#history-note").inner_text() == "No result fits the filter."


def test_history_shows_more_on_demand(open_page: Any) -> None:
    page = open_page()
    page.route("**/predictions?limit=12*", _shorter)
    for sample in ("town", "river", "roads"):
        open_sample(page, sample)
        page.click(".brand")
    page.reload()
    page.wait_for_selector("#history-list li")
    assert page.locator("#history-list li").count() == 2
    lists(page, lambda: page.click("#history-more"), before=2)
    assert page.locator("#history-list li a").count() > 2


def test_history_has_thumbnails(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    page.click(".brand")
    page.locator("#history").scroll_into_view_if_needed()
    until(page, "document.querySelector('#history-list img')?.src.startsWith('data:image/webp')")


def test_a_recent_prediction_opens_without_page_server_and_service(open_page: Any) -> None:
    page = open_page(service_workers="allow")
    open_sample(page, "river")
    shown = painted(page)
    until(page, "navigator.serviceWorker.controller !== null")
    until_kept(page)
    page.context.set_offline(True)
    page.goto("about:blank")
    page.goto(page.home)
    page.wait_for_selector("#history-list li")
    assert "kept in this browser" in page.locator("#history-note").inner_text()
    page.locator("#history-list a").first.click()
    wait_for_result(page)
    assert painted(page) == shown
    assert "what this browser kept" in page.locator("#warnings").inner_text()


def until_kept(page: Any) -> None:
    """Wait until every file of the page and every part of a prediction lie in the browser."""
    until(
        page,
        "(async () => {"
        " const loaded = performance.getEntriesByType('resource').map(({ name }) => name)"
        ".filter((name) => name.startsWith(location.origin));"
        " const cache = await caches.open('tesela-page');"
        " const files = await Promise.all([location.pathname, ...loaded]"
        ".map((name) => cache.match(name, { ignoreSearch: true })));"
        " const parts = await (await caches.open('tesela-recent')).keys();"
        " return files.every(Boolean) && parts.length === 3; })()",
    )


def _place(address: str) -> list[float]:
    """Zoom, column and row of the middle."""
    return [float(number) for number in re.findall(r"at=([\d.,]+)", address)[0].split(",")]


def _shorter(route: Any) -> None:
    route.continue_(url=route.request.url.replace("limit=12", "limit=2"))


def test_the_way_back_leads_to_where_the_history_was(open_page: Any) -> None:
    page = open_page(viewport={"width": 1000, "height": 500})
    page.route("**/predictions?limit=12*", _shorter)
    for sample in ("town", "river", "roads"):
        open_sample(page, sample)
        page.click(".brand")
    page.reload()
    page.wait_for_selector("#history-list li")
    lists(page, lambda: page.click("#history-more"), before=2)
    shown = page.locator("#history-list li").count()
    assert shown > 2
    page.unroute("**/predictions?limit=12*")
    page.locator("#history-list a").nth(shown - 1).scroll_into_view_if_needed()
    rendered(page)
    top = page.evaluate("scrollY")
    assert top > 0
    page.locator("#history-list a").nth(shown - 1).click()
    wait_for_result(page)
    assert page.evaluate("scrollY") == 0
    page.go_back()
    page.wait_for_selector("#home:not([hidden])")
    rendered(page)
    assert page.evaluate("scrollY") == pytest.approx(top, abs=2)
    assert page.locator("#history-list li").count() >= shown


def test_what_another_tab_does_is_listed_and_belongs_to_this_browser(open_page: Any) -> None:
    page = open_page(locale="es-CO")
    open_sample(page, "farmland")
    assert page.title() == "Cultivos · Tesela"
    assert page.locator("#delete").is_visible()
    here = page.evaluate("location.hash").partition("?")[0]
    lists(page, lambda: page.click(".brand"))
    assert page.title().startswith("Tesela: ")
    other = page.context.new_page()
    other.goto(page.home + here)
    wait_for_result(other)
    other.click("#delete")
    other.locator("#confirm button[value=yes]").click()
    until(page, f"!document.querySelector('#history-list a[href=\"{here}\"]')")


def test_whoever_has_only_the_link_is_not_offered_to_delete(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "river")
    stranger = open_page(address=page.evaluate("location.hash"))
    wait_for_result(stranger)
    assert stranger.locator("#delete").is_hidden()
    lists(stranger, lambda: stranger.click(".brand"))
    assert stranger.locator("#history-list li").count() > 0
    assert stranger.locator("#history-list .remove").count() == 0
    assert "Everyone who uses this service" in stranger.locator("#history").inner_text()
