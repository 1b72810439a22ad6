"""What a person does with the page, in a real browser."""

from typing import Any

import pytest
from tesela.catalogue import CLASSES

from tests.page.conftest import PHONE, ROOT
from tests.page.steps import (
    PAINTED,
    lists,
    open_sample,
    overflow,
    painted,
    refuse,
    send,
    until,
    untranslated,
    wait_for_result,
    words,
)

TOWN = ROOT / "dashboard_static" / "samples" / "town.tif"


def test_loads_without_complaint_and_before_plotly(open_page: Any) -> None:
    page = open_page()
    page.wait_for_selector("#history-list li, #history-note:not([hidden])")
    assert page.locator("#samples button").count() == 4
    assert page.evaluate("typeof Plotly") == "undefined"
    assert page.problems == []


def test_a_sample_gives_image_bars_legend_and_table(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    assert page.locator("#base").evaluate("canvas => [canvas.width, canvas.height]") == [160, 160]
    assert painted(page) > 0
    assert page.locator("#legend li").count() == len(CLASSES)
    for chart in ("#chart-objects", "#chart-area"):
        assert page.locator(f"{chart} .bars .point").count() == len(CLASSES)
    assert page.locator("#table tbody tr").count() == len(CLASSES)
    assert page.locator("#outlines .scatterlayer .trace").count() > 0
    assert page.problems == []


def test_the_page_counts_as_the_service_does(open_page: Any) -> None:
    page = open_page()
    with page.expect_response(lambda answer: answer.request.method == "POST") as posted:
        open_sample(page, "river")
    for row in posted.value.json()["classes"]:
        cells = page.locator(f"#table tbody tr:nth-child({row['number']}) td").all_inner_texts()
        assert int(cells[1].replace(",", "")) == row["polygons"], row["key"]
        assert int(cells[2].replace(",", "")) == pytest.approx(row["area_m2"], abs=0.51)
        assert float(cells[4]) == pytest.approx(row["area_percent"], abs=0.0051)


def test_unticking_a_class_hides_it_and_only_shows_it_alone(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    everything = painted(page)
    page.locator("#legend li[data-class=trees] input[type=checkbox]").uncheck()
    until(page, f"{PAINTED} < {everything}")
    without = painted(page)
    trees = page.locator("#legend li[data-class=trees]")
    trees.hover()
    trees.locator(".solo").click()
    until(page, f"{PAINTED} !== {without}")
    assert page.locator("#legend input[type=checkbox]:checked").count() == 1
    page.click("#show-all")
    until(page, f"{PAINTED} === {everything}")


def test_the_threshold_acts_at_once_and_without_the_service(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    before = painted(page)
    calls: list[str] = []
    page.on("request", lambda request: "/predictions" in request.url and calls.append(request.url))
    page.locator("#threshold").fill("0.9")
    until(page, f"{PAINTED} < {before}")
    assert page.locator("#moved").is_visible()
    until(page, "document.querySelector('#files a').href.includes('thresholds=buildings:0.9')")
    page.click("#threshold-reset")
    until(page, f"{PAINTED} === {before}")
    assert calls == []


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
    assert page.title().startswith("Tesela: cobertura")


def test_a_browser_in_spanish_gets_spanish(open_page: Any) -> None:
    page = open_page(locale="es-CO")
    assert page.locator("h1").first.inner_text() == "Vea qué cubre el suelo"


def test_an_error_of_the_service_is_told_in_words_with_its_request(open_page: Any) -> None:
    page = open_page()
    page.route("**/predictions", refuse)
    send(page, TOWN)
    page.wait_for_selector("#problem:not([hidden])")
    text = page.locator("#problem").inner_text()
    assert "This file is not a TIFF that can be read." in text
    assert "The upload starts with b'PNG'; a TIFF is needed." in text
    assert "request-415" in text
    page.click("#languages button[value=es]")
    until(page, "document.querySelector('#problem').innerText.includes('empieza con')")
    assert "no es un TIFF" in page.locator("#problem").inner_text()


def test_a_service_that_is_down_is_told_in_words_and_can_be_tried_again(open_page: Any) -> None:
    page = open_page()
    page.route("**/predictions", lambda route: route.abort())
    page.click("#samples button[value=town]")
    page.wait_for_selector("#problem:not([hidden])")
    assert "The service does not answer." in page.locator("#problem").inner_text()
    page.unroute("**/predictions")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("#result:not([hidden])")
    assert page.locator("#problem").is_hidden()


def test_a_link_restores_what_was_seen(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    page.click("#views button[value=ndvi]")
    page.select_option("#palette", "ideam")
    page.locator("#threshold").fill("0.7")
    page.locator("#legend li[data-class=crops] input[type=checkbox]").uncheck()
    page.click("#languages button[value=es]")
    until(page, "/off=crops.*lang=es/.test(location.hash)")
    seen, shown = page.evaluate("location.hash"), painted(page)
    other = open_page(address=seen)
    wait_for_result(other)
    assert painted(other) == shown
    assert other.locator("#views [aria-pressed=true]").get_attribute("value") == "ndvi"
    assert other.locator("#palette").input_value() == "ideam"
    assert other.locator("#threshold").input_value() == "0.7"
    assert other.locator("html").get_attribute("lang") == "es"
    assert other.evaluate("location.hash") == seen


def test_history_opens_filters_and_deletes(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "farmland")
    lists(page, lambda: page.click(".brand"))
    lists(page, lambda: page.select_option("#history-filter", "crops"))
    lists(page, lambda: page.select_option("#history-filter", ""))
    newest = page.locator("#history-list a").first.get_attribute("href")
    page.locator("#history-list a").first.click()
    wait_for_result(page)
    page.click("#delete")
    page.locator("#confirm button[value=yes]").click()
    page.wait_for_selector("#home:not([hidden])")
    until(page, f"!document.querySelector('#history-list a[href=\"{newest}\"]')")


def test_zoom_pan_hover_and_selection_work_by_mouse_and_keyboard(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    frame = page.locator("#frame")
    box = frame.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#tip:not([hidden])")
    assert "column" in page.locator("#tip").inner_text()
    frame.focus()
    page.keyboard.press("+")
    zoomed = page.locator("#world").evaluate("node => node.style.transform")
    page.keyboard.press("ArrowLeft")
    assert page.locator("#world").evaluate("node => node.style.transform") != zoomed
    page.keyboard.press("0")
    assert "scale(1)" in page.locator("#world").evaluate("node => node.style.transform")
    page.click("#swipe-toggle")
    until(page, "document.querySelector('#classes').style.clipPath.includes('inset')")


def test_the_table_sorts_by_a_column(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    page.click("#table [data-sort=squareMetres]")
    page.wait_for_selector("#table [aria-sort=descending]")
    areas = [
        int(text.replace(",", ""))
        for text in page.locator("#table tbody td:nth-child(4)").all_inner_texts()
    ]
    assert areas == sorted(areas, reverse=True)


@pytest.mark.parametrize("width", [360, PHONE["width"]])
def test_a_phone_needs_no_sideways_scrolling(open_page: Any, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 844}, locale="es-CO", has_touch=True)
    assert overflow(page) <= 0
    open_sample(page, "town")
    assert overflow(page) <= 0
