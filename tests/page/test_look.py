"""Look and count: views, classes, thresholds, zoom, divider, charts and table."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rasterio import Affine
from tesela.catalogue import CLASSES, KEYS

from tests.page.steps import PAINTED, open_sample, painted, rendered, requested, send, until
from tests.tiffs import counts, placed

# How a class did in tests comes a moment after its counts.
RATED = f"document.querySelectorAll('#table .trust').length === {len(CLASSES)}"


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
    calls = requested(page, lambda request: "/predictions" in request.url)
    page.locator("#threshold").fill("0.9")
    until(page, f"{PAINTED} < {before}")
    assert page.locator("#moved").is_visible()
    until(page, "document.querySelector('#files a').href.includes('thresholds=buildings:0.9')")
    page.click("#threshold-reset")
    until(page, f"{PAINTED} === {before}")
    assert calls == []


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


def test_any_three_bands_can_be_seen(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "river")
    assert page.locator("#bands").is_hidden()
    with page.expect_response(lambda answer: "image.png?bands=7,6,4" in answer.url):
        page.click("#views button[value=bands]")
    with page.expect_response(lambda answer: "image.png?bands=7,6,1" in answer.url):
        page.select_option("#band-blue", "1")
    assert page.locator("#views [aria-pressed=true]").get_attribute("value") == "bands"
    until(page, "location.hash.includes('view=7,6,1')")
    assert page.problems == []


def test_the_divider_is_dragged_on_the_image_and_moved_by_key(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    page.click("#swipe-toggle")
    page.wait_for_selector("#swipe-line:not([hidden])")
    line, frame = (page.locator(id_).bounding_box() for id_ in ("#swipe-line", "#frame"))
    page.mouse.move(line["x"] + line["width"] / 2, line["y"] + line["height"] / 2)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.2, line["y"] + 10, steps=4)
    page.mouse.up()
    until(page, "document.querySelector('#swipe').value === '0.2'")
    assert "scale(1)" in page.locator("#world").evaluate("node => node.style.transform")
    page.focus("#swipe")
    page.keyboard.press("ArrowRight")
    at = "parseFloat(document.querySelector('#swipe-line').style.left)"
    until(page, f"Math.abs({at} - 0.21 * document.querySelector('#frame').clientWidth) < 1")
    assert page.locator("#swipe").input_value() == "0.21"
    assert "inset(" in page.locator("#classes").evaluate("node => node.style.clipPath")


def test_a_click_selects_an_object_and_says_what_it_is(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    box = page.locator("#base").bounding_box()
    for step in range(1, 20):
        page.mouse.click(box["x"] + box["width"] * step / 20, box["y"] + box["height"] * 0.53)
        rendered(page)
        if page.locator("#selection .edge").get_attribute("d"):
            break
    said = page.locator("#selected").inner_text()
    assert re.fullmatch(r"Selected: .+, [\d,]+ m², score 0\.\d\d", said)
    assert page.locator("#announcer").inner_text() == said


def test_a_selection_goes_with_its_class_and_by_escape(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    for hide in ("key", "box", "only"):
        page.evaluate("location.hash += '&sel=buildings:1'")
        until(page, "document.querySelector('#selected').innerText.includes('Buildings')")
        if hide == "key":
            page.locator("#frame").focus()
            page.keyboard.press("Escape")
        elif hide == "box":
            page.locator("#show-buildings").uncheck()
        else:
            page.locator("#legend li[data-class=trees]").hover()
            page.locator("#legend li[data-class=trees] .solo").click()
        until(page, "!document.querySelector('#selected').innerText")
        assert not page.locator("#selection .edge").get_attribute("d")
        page.click("#show-all")
        until(page, "!/sel=|off=/.test(location.hash)")


def test_the_object_in_the_middle_is_selected_by_key(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "river")
    page.locator("#frame").focus()
    for _ in range(12):
        page.keyboard.press("+")
    for _ in range(60):
        page.keyboard.press("Enter")
        rendered(page)
        if page.locator("#selected").inner_text():
            return
        page.keyboard.press("ArrowLeft")
    pytest.fail("no object on the way to the left edge")


def test_one_class_has_its_own_threshold(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    until(page, RATED)
    trees = "document.querySelector('#table tbody tr:nth-child(5)').innerText"
    others = page.locator("#table tbody tr:not(:nth-child(5))").all_inner_texts()
    before = page.evaluate(trees)
    page.check("#per-class")
    page.locator("#legend li[data-class=trees] input[type=range]").fill("0.95")
    until(page, "document.querySelector('#files a').href.includes('trees:0.95')")
    until(page, f"{trees} !== {json.dumps(before)}")
    assert page.locator("#table tbody tr:not(:nth-child(5))").all_inner_texts() == others
    assert page.locator("#threshold-value").inner_text() == "per class"


@pytest.mark.parametrize(("locale", "mark"), [("en-GB", "."), ("es-CO", ",")])
def test_the_table_is_copied_for_a_spreadsheet(open_page: Any, locale: str, mark: str) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"], locale=locale)
    open_sample(page, "town")
    page.click("#copy")
    until(
        page, "/^(Table copied|Tabla copiada)/.test(document.querySelector('#announcer').innerText)"
    )
    rows = [
        row.split("\t") for row in page.evaluate("navigator.clipboard.readText()").split("\r\n")
    ]
    assert rows[0][:6] == ["number", "key", "class", "code", "objects", "area_m2"]
    assert [row[1] for row in rows[1:]] == [entry.key for entry in CLASSES]
    assert all(re.fullmatch(rf"\d+\{mark}\d\d", row[5]) for row in rows[1:])


def test_the_whole_table_adds_up_to_no_more_than_the_image(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    page.locator("#threshold").fill("0.05")
    total = "document.querySelector('#table tfoot').innerText"
    before = page.evaluate(total)
    until(page, f"{total} !== {json.dumps(before)}")
    cells = page.locator("#table tfoot td").all_inner_texts()
    painted_percent = 100 * painted(page) / (160 * 160)
    assert float(cells[3]) == pytest.approx(painted_percent, abs=0.006)
    assert float(cells[3]) <= 100
    assert page.locator("#table tfoot th").inner_text() == "Area of any class"


@pytest.mark.parametrize("palette", ["ideam", "safe", "ds4a"])
def test_a_palette_colours_legend_charts_and_image(open_page: Any, palette: str) -> None:
    page = open_page()
    open_sample(page, "town")
    page.select_option("#palette", palette)
    trees = next(entry for entry in CLASSES if entry.key == "trees")
    colours = {"ideam": trees.ideam["colour"], "safe": trees.colour_blind_safe, "ds4a": trees.ds4a}
    rgb = "rgb({}, {}, {})".format(*bytes.fromhex(colours[palette][1:]))
    swatch = "document.querySelector('#legend li[data-class=trees] .swatch')"
    until(page, f"getComputedStyle({swatch}).backgroundColor === '{rgb}'")
    bar = "document.querySelectorAll('#chart-objects .bars .point path')[4]"
    until(page, f"getComputedStyle({bar}).fill === '{rgb}'")
    assert "CORINE" not in page.locator("#notice").inner_text()


def test_the_table_tells_how_each_class_did_in_tests(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    until(page, RATED)
    told = set(page.locator("#table .trust").all_inner_texts())
    assert told <= {"good", "fair", "weak", "not tested"}
    page.click("#table [data-sort=tested]")
    page.wait_for_selector("#table [aria-sort=descending]")


def test_about_tells_training_and_trust_of_every_class(open_page: Any) -> None:
    page = open_page()
    page.click("#about-open")
    page.wait_for_selector("#about[open] tbody tr")
    assert page.locator("#about-table tbody tr").count() == len(CLASSES)
    assert len(page.locator("#about-trained").inner_text()) > 50
    assert "IoU" in page.locator("#about-table thead").inner_text()
    assert page.locator("#about-table .trust").count() == len(CLASSES)
    page.keyboard.press("Escape")
    page.wait_for_selector("#about", state="hidden")


def test_about_judges_by_terrain_never_seen_and_names_what_shows_its_surest_pixels_alone(
    open_page: Any,
) -> None:
    page = open_page(locale="es-CO")

    def answer(route: Any) -> None:
        reply = route.fetch()
        entry = {
            "iou": 0.61,
            "precision": 0.7,
            "recall": 0.8,
            "pixels": 900,
            "low": 0.5,
            "high": 0.7,
        }
        classes = dict.fromkeys(KEYS) | {"roads": entry}
        unseen = {"classes": classes, "mean_iou": 0.37, "terrains": 25}
        changes = {"out_of_fold": unseen, "surest": ["structures", "standing_water"]}
        route.fulfill(response=reply, json=reply.json() | changes)

    page.route("**/model", answer)
    page.click("#about-open")
    page.wait_for_selector("#about[open] tbody tr")
    said = page.locator("#about").inner_text()
    assert "0,37" in page.locator("#about-mean").inner_text()
    assert "25 terrenos" in page.locator("#about-unseen").inner_text()
    surest = (
        "Solo se muestran los píxeles más seguros de: Otras construcciones y Lagos y estanques."
    )
    assert page.locator("#about-surest").inner_text() == surest
    roads = page.locator("#about-table tbody tr").nth(KEYS.index("roads"))
    assert roads.locator("td").nth(1).inner_text().replace("\u2060", "") == "0,61 (0,50–0,70)"
    assert roads.locator(".trust").inner_text() == "buena"
    assert "IoU, prueba Dstl" in said  # the fixed test stands beside it


def test_sliders_say_what_they_show(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    said = {
        id_: page.locator(id_).get_attribute("aria-valuetext") for id_ in ("#threshold", "#opacity")
    }
    assert said["#threshold"] == page.locator("#threshold-value").inner_text()
    assert said["#opacity"] == "50 %"


def test_the_hint_of_the_wheel_stands_alone_and_goes_when_zoomed(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    box = page.locator("#frame").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#tip:not([hidden])")
    page.mouse.wheel(0, 10)
    page.wait_for_selector("#wheel-hint.shown")
    assert page.locator("#tip").evaluate("tip => getComputedStyle(tip).visibility") == "hidden"
    page.keyboard.down("Control")
    page.mouse.wheel(0, -50)
    page.keyboard.up("Control")
    page.wait_for_selector("#wheel-hint:not(.shown)", state="attached")


def test_the_scale_bar_is_as_long_as_a_row_says_where_pixels_are_not_square(
    open_page: Any, tmp_path: Path
) -> None:
    image = tmp_path / "flat.tif"
    image.write_bytes(placed(counts(64, 64), transform=Affine(2.48, 0, 5e5, 0, -0.62, 5e5)))
    page = open_page()
    send(page, image)
    page.wait_for_selector("#result:not([hidden])")
    until(page, "document.querySelector('#scale').style.width !== ''")
    metres = float(page.locator("#scale").inner_text().removesuffix(" m"))
    bar, world = (
        page.locator(name).evaluate("node => node.getBoundingClientRect().width")
        for name in ("#scale", "#world")
    )
    assert metres / bar * world == pytest.approx(64 * 2.48, rel=0.03)  # 0.9996 of UTM; CSS rounds
