"""What a person does with the page, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tesela.catalogue import CLASSES

from scripts.make_scene import make_scene
from tests.page.conftest import PHONE, ROOT
from tests.tiffs import one_page

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
    assert _painted(page) > 0
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
    everything = _painted(page)
    page.locator("#legend li[data-class=trees] input[type=checkbox]").uncheck()
    _until(page, f"{_PAINTED} < {everything}")
    without = _painted(page)
    trees = page.locator("#legend li[data-class=trees]")
    trees.hover()
    trees.locator(".solo").click()
    _until(page, f"{_PAINTED} !== {without}")
    assert page.locator("#legend input[type=checkbox]:checked").count() == 1
    page.click("#show-all")
    _until(page, f"{_PAINTED} === {everything}")


def test_the_threshold_acts_at_once_and_without_the_service(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    before = _painted(page)
    calls: list[str] = []
    page.on("request", lambda request: "/predictions" in request.url and calls.append(request.url))
    page.locator("#threshold").fill("0.9")
    _until(page, f"{_PAINTED} < {before}")
    assert page.locator("#moved").is_visible()
    _until(page, "document.querySelector('#files a').href.includes('thresholds=buildings:0.9')")
    page.click("#threshold-reset")
    _until(page, f"{_PAINTED} === {before}")
    assert calls == []


def test_spanish_leaves_nothing_in_english(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    english = _words(page)
    page.click("#languages button[value=es]")
    _until(page, "document.querySelector('#chart-area').textContent.includes('Vías')")
    spanish = _words(page)
    same = {text for text in english & spanish if set(_WORD.findall(text)) - _ALIKE}
    assert same == set()
    assert page.locator("#legend").inner_text().find("Edificios") >= 0
    assert page.title().startswith("Tesela: cobertura")


def test_a_browser_in_spanish_gets_spanish(open_page: Any) -> None:
    page = open_page(locale="es-CO")
    assert page.locator("h1").first.inner_text() == "Vea qué cubre el suelo"


def test_an_error_of_the_service_is_told_in_words_with_its_request(open_page: Any) -> None:
    page = open_page()
    page.route("**/predictions", _refuse)
    _choose(page, TOWN)
    page.wait_for_selector("#problem:not([hidden])")
    text = page.locator("#problem").inner_text()
    assert "This file is not a TIFF that can be read." in text
    assert "The upload starts with b'PNG'; a TIFF is needed." in text
    assert "request-415" in text
    page.click("#languages button[value=es]")
    _until(page, "document.querySelector('#problem').innerText.includes('empieza con')")
    assert "no es un TIFF" in page.locator("#problem").inner_text()


def test_an_image_too_long_for_a_request_is_sent_through_a_link(
    open_page: Any, tmp_path: Path
) -> None:
    file = tmp_path / "large.tif"
    file.write_bytes(one_page(make_scene("river", 3, 600, 600).pixels))
    page = open_page()
    methods: list[str] = []
    page.on("request", lambda request: methods.append(request.method))
    _choose(page, file)
    _wait_for_result(page)
    assert file.stat().st_size > 4_500_000
    assert "PUT" in methods
    assert page.problems == []


def test_a_file_that_is_no_tiff_is_told_before_it_is_sent(open_page: Any, tmp_path: Path) -> None:
    page = open_page()
    calls: list[str] = []
    page.on("request", lambda request: calls.append(request.method))
    picture = tmp_path / "photo.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    _choose(page, picture)
    page.wait_for_selector("#problem:not([hidden])")
    text = page.locator("#problem").inner_text()
    assert "photo.png is not a TIFF." in text
    assert "undefined" not in text
    assert page.get_by_role("button", name="Try again").count() == 0
    assert "POST" not in calls


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


def test_an_upload_can_be_cancelled(open_page: Any) -> None:
    page = open_page()
    page.route("**/predictions", lambda route: None)  # never answers
    page.click("#samples button[value=town]")
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_selector("#activity", state="hidden")
    assert page.locator("#home").is_visible()
    assert page.locator("#announcer").inner_text() == "Cancelled."


def test_a_link_restores_what_was_seen(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    page.click("#views button[value=ndvi]")
    page.select_option("#palette", "ideam")
    page.locator("#threshold").fill("0.7")
    page.locator("#legend li[data-class=crops] input[type=checkbox]").uncheck()
    page.click("#languages button[value=es]")
    _until(page, "/off=crops.*lang=es/.test(location.hash)")
    seen, painted = page.evaluate("location.hash"), _painted(page)
    other = open_page(address=seen)
    _wait_for_result(other)
    assert _painted(other) == painted
    assert other.locator("#views [aria-pressed=true]").get_attribute("value") == "ndvi"
    assert other.locator("#palette").input_value() == "ideam"
    assert other.locator("#threshold").input_value() == "0.7"
    assert other.locator("html").get_attribute("lang") == "es"
    assert other.evaluate("location.hash") == seen


def test_history_opens_filters_and_deletes(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "farmland")
    _lists(page, lambda: page.click(".brand"))
    _lists(page, lambda: page.select_option("#history-filter", "crops"))
    _lists(page, lambda: page.select_option("#history-filter", ""))
    newest = page.locator("#history-list a").first.get_attribute("href")
    page.locator("#history-list a").first.click()
    _wait_for_result(page)
    page.click("#delete")
    page.locator("#confirm button[value=yes]").click()
    page.wait_for_selector("#home:not([hidden])")
    _until(page, f"!document.querySelector('#history-list a[href=\"{newest}\"]')")


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
    assert "inset" in page.locator("#classes").evaluate("node => node.style.clipPath")


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
    assert _overflow(page) <= 0
    open_sample(page, "town")
    assert _overflow(page) <= 0


_PAINTED = (
    "(() => { const canvas = document.querySelector('#overlay');"
    " const { data } = canvas.getContext('2d')"
    ".getImageData(0, 0, canvas.width, canvas.height);"
    " let sum = 0; for (let i = 3; i < data.length; i += 4) if (data[i]) sum++;"
    " return sum; })()"
)
_WORD = re.compile(r"[^\W\d_]{3,}")
# Words that are the same in both languages.
_ALIKE = {"español", "API", "CORINE", "CRS", "Colombia", "Dataframe", "EPSG", "English", "IDEAM"}
_ALIKE |= {"JSON", "NDVI", "NDWI", "Tesela", "int", "orient", "uint", "unet"}


def _until(page: Any, expression: str) -> None:
    """Poll from outside: Playwright's own wait_for_function needs eval, which the CSP forbids."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {expression}")


def _lists(page: Any, action: Callable[[], object]) -> None:
    """Do what makes the page ask for the history, and wait until it shows just what came."""
    with page.expect_response(lambda answer: "predictions?limit" in answer.url) as listed:
        action()
    count = len(listed.value.json()["items"])
    _until(page, f"document.querySelectorAll('#history-list li').length === {count}")


def open_sample(page: Any, name: str) -> None:
    page.click(f"#samples button[value={name}]")
    _wait_for_result(page)


def _wait_for_result(page: Any) -> None:
    page.wait_for_selector("#result:not([hidden])")
    page.wait_for_selector("#chart-area .bars .point", state="attached")
    page.wait_for_selector("#outlines .scatterlayer .trace", state="attached")


def _choose(page: Any, path: Path) -> None:
    page.locator("#file").set_input_files(path)


def _painted(page: Any) -> int:
    return int(page.evaluate(_PAINTED))


def _overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def _refuse(route: Any) -> None:
    route.fulfill(
        status=415,
        content_type="application/problem+json",
        headers={
            "x-request-id": "request-415",
            "access-control-allow-origin": "*",
            "access-control-expose-headers": "x-request-id",
        },
        body='{"title": "Unsupported Media Type", "status": 415,'
        ' "detail": "The upload starts with b\'PNG\'; a TIFF is needed."}',
    )


def _words(page: Any) -> set[str]:
    """Every text and label that a reader can meet, seen or not."""
    return set(
        page.evaluate(
            "[...document.querySelectorAll('body :not(noscript)')].flatMap((node) => ["
            " ...[...node.childNodes].filter((child) => child.nodeType === 3)"
            ".map((child) => child.data.trim()), node.ariaLabel, node.title]).filter(Boolean)"
        )
    )
