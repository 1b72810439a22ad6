"""Look and count: views, classes, thresholds, zoom, divider, charts and table."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasterio import Affine
from rasterio.io import MemoryFile
from tesela.catalogue import CLASSES, KEYS

from tests.page.steps import PAINTED, open_sample, painted, rendered, requested, send, until
from tests.tiffs import counts, placed

# Rows from the largest area to the smallest.
_SORTED = (
    "[...document.querySelectorAll('#table tbody td:nth-child(3)')]"
    ".map((cell) => Number(cell.textContent.replaceAll(',', '')))"
    ".every((area, index, all) => !index || area <= all[index - 1])"
)
# How a class did in tests comes a moment after its counts.
RATED = f"document.querySelectorAll('#table .trust').length === {len(CLASSES)}"


def test_a_sample_gives_image_bars_legend_and_table(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    assert page.locator("#base").evaluate("canvas => [canvas.width, canvas.height]") == [160, 160]
    assert painted(page) > 0
    assert page.locator("#table tbody tr").count() == len(CLASSES)
    found = page.locator("#table tbody tr:visible").count()
    assert 0 < found < len(CLASSES)
    for chart in ("#chart-objects", "#chart-area"):
        assert page.locator(f"{chart} .bars .point").count() == found
        assert not re.search(r"\d", page.locator(chart).text_content())  # numbers are in the table
    absent = page.locator("#absent").inner_text()
    hidden = page.locator("#table tbody tr[hidden] .class-name").all_text_contents()
    assert all(name.lower() in absent for name in hidden)
    assert page.locator("#outlines .scatterlayer .trace").count() > 0
    assert page.problems == []


def test_the_page_counts_as_the_service_does(open_page: Any) -> None:
    page = open_page()
    with page.expect_response(lambda answer: answer.request.method == "POST") as posted:
        open_sample(page, "river")
    classes = posted.value.json()["classes"]
    shown = _columns(page)
    page.click("#units button[value=percent]")
    until(page, "document.querySelector('#area-head').textContent === 'Area, %'")
    percents = _columns(page)
    for row in classes:
        objects, area, *_ = shown[row["key"]]
        assert int(objects.replace(",", "")) == row["polygons"], row["key"]
        assert int(area.replace(",", "")) == pytest.approx(row["area_m2"], abs=0.51)
        assert float(percents[row["key"]][1]) == pytest.approx(row["area_percent"], abs=0.0051)


def test_unticking_a_class_hides_it_and_only_shows_it_alone(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    everything = painted(page)
    page.locator("#table tr[data-class=trees] input[type=checkbox]").uncheck()
    until(page, f"{PAINTED} < {everything}")
    without = painted(page)
    trees = page.locator("#table tr[data-class=trees]")
    trees.hover()
    trees.locator(".solo").click()
    until(page, f"{PAINTED} !== {without}")
    assert page.locator("#table input[type=checkbox]:checked").count() == 1
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
    for _ in range(3):  # until the image is wider than its frame
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
    until(page, _SORTED)


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
    assert re.fullmatch(r"[A-Z][a-z ]+ \d+ of \d+: [\d,]+ m², score 0\.\d\d", said)
    until(page, f"document.querySelector('#announcer').innerText === {json.dumps(said)}")


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
            page.locator("#table tr[data-class=trees]").hover()
            page.locator("#table tr[data-class=trees] .solo").click()
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
    page.check("#per-class")
    until(page, "!document.querySelector('#table tbody tr[hidden]')")
    trees = "document.querySelector('#table tbody tr:nth-child(5)').innerText"
    others = page.locator("#table tbody tr:not(:nth-child(5))").all_inner_texts()
    before = page.evaluate(trees)
    page.locator("#table tr[data-class=trees] input[type=range]").fill("0.95")
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
    page.click("#units button[value=percent]")
    until(page, "/^\\d+\\.\\d\\d$/.test(document.querySelector('#union-area').textContent)")
    union = float(page.locator("#union-area").inner_text())
    assert union == pytest.approx(100 * painted(page) / (160 * 160), abs=0.006)
    assert union <= 100
    objects = [int(cells[0].replace(",", "")) for cells in _columns(page).values()]
    assert int(page.locator("#sum-objects").inner_text().replace(",", "")) == sum(objects)
    labels = page.locator("#table tfoot th").all_inner_texts()
    assert labels == ["Sum of objects", "Area of any class"]


@pytest.mark.parametrize("palette", ["ideam", "safe", "ds4a"])
def test_a_palette_colours_legend_charts_and_image(open_page: Any, palette: str) -> None:
    page = open_page()
    open_sample(page, "town")
    page.select_option("#palette", palette)
    trees = next(entry for entry in CLASSES if entry.key == "trees")
    colours = {"ideam": trees.ideam["colour"], "safe": trees.colour_blind_safe, "ds4a": trees.ds4a}
    rgb = "rgb({}, {}, {})".format(*bytes.fromhex(colours[palette][1:]))
    swatch = "document.querySelector('#table tr[data-class=trees] .swatch')"
    until(page, f"getComputedStyle({swatch}).backgroundColor === '{rgb}'")
    bars = "[...document.querySelectorAll('#chart-objects .bars .point path')]"
    until(page, f"{bars}.some((bar) => getComputedStyle(bar).fill === '{rgb}')")
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


def test_the_answer_is_the_first_thing_said_and_follows_the_thresholds(open_page: Any) -> None:
    page = open_page(locale="es-CO")
    open_sample(page, "town")
    answer = "document.querySelector('#answer').innerText.replaceAll('\\u00a0', ' ')"
    until(page, f"{answer}.startsWith('De 3,94 ha, ')")
    said = page.evaluate(answer)
    shares = {name: int(share) for share, name in re.findall(r"(\d+) % (?:son )?(\w+)", said)}
    page.click("#units button[value=percent]")
    until(page, "/^\\d+,\\d\\d$/.test(document.querySelector('#union-area').textContent)")
    union = float(page.locator("#union-area").inner_text().replace(",", "."))
    assert shares["sin"] == pytest.approx(100 - union, abs=0.51)
    roads = page.locator("#table tr[data-class=roads] td").nth(1).inner_text()
    assert shares["vías"] == pytest.approx(float(roads.replace(",", ".")), abs=0.51)
    lengths = "document.querySelector('#lengths').innerText"
    until(page, rf"/^Longitud por el eje .*: vías (\d{{3}}\sm|\d,\d\d\skm)/.test({lengths})")
    page.locator("#threshold").fill("0.95")
    until(page, f"{answer} !== {json.dumps(said)}")
    page.click("#languages button[value=en]")
    until(page, f"{answer}.startsWith('Of 3.94 ha, ')")


def test_table_bars_and_image_show_the_class_that_one_of_them_is_pointed_at(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    opaque = PAINTED.replace("if (data[i])", "if (data[i] === 255)")
    everything = painted(page)
    assert page.evaluate(opaque) == everything
    page.locator("#table tr[data-class=roads]").hover()
    until(page, f"0 < {opaque} && {opaque} < {everything} && {PAINTED} === {everything}")
    faded = "document.querySelectorAll('#chart-area .point.faded').length"
    bars = page.locator("#chart-area .bars .point").count()
    until(page, f"{faded} === {bars - 1}")
    page.locator("#chart-area").hover(position={"x": 200, "y": 12})  # the first bar
    until(page, "document.querySelector('#table tr.pointed')?.dataset.class === 'buildings'")
    page.mouse.move(0, 0)
    until(page, f"{opaque} === {everything} && {faded} === 0")
    page.evaluate("location.hash += '&sel=buildings:1'")
    until(page, "document.querySelector('#table tr.selected')?.dataset.class === 'buildings'")


def test_objects_follow_each_other_by_button_and_key_the_largest_first(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    page.locator("#table tr[data-class=trees] .class-name").click()
    selected = "document.querySelector('#selected').innerText"
    until(page, f"{selected}.startsWith('Trees 1 of ')")
    total = int(re.findall(r"of (\d+)", page.evaluate(selected))[0])
    page.click("#object-next")
    until(page, f"{selected}.startsWith('Trees 2 of ')")
    page.locator("#frame").focus()
    page.keyboard.press("p")
    page.keyboard.press("p")
    until(page, f"{selected}.startsWith('Trees {total} of ')")
    page.keyboard.press("n")
    until(page, f"{selected}.startsWith('Trees 1 of ')")


def test_only_shows_a_class_alone_and_then_all_again(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    row = page.locator("#table tr[data-class=roads]")
    for checked in (1, len(CLASSES)):
        row.hover()
        row.locator(".solo").click()
        boxes = "document.querySelectorAll('#table input[type=checkbox]:checked')"
        until(page, f"{boxes}.length === {checked}")


def test_what_a_number_means_is_explained_beside_it(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    for name in ("score", "tested", "confidence"):
        page.click(f"[popovertarget=why-{name}]")
        page.wait_for_selector(f"#why-{name}:popover-open")
        assert len(page.locator(f"#why-{name} p").inner_text()) > 80
        page.keyboard.press("Escape")
        page.wait_for_selector(f"#why-{name}", state="hidden")


def test_the_pointer_reads_place_all_scores_and_the_index(open_page: Any) -> None:
    page = open_page(locale="es-CO")
    open_sample(page, "river")
    page.click("#views button[value=ndvi]")
    page.wait_for_selector("#ramp:not([hidden])")
    until(page, "document.querySelector('#ramp').textContent === '-101'")
    box = page.locator("#base").bounding_box()
    reached = "document.querySelector('#tip').textContent"
    # The middle of a pixel: at its edge the place of the image on the screen decides.
    page.mouse.move(box["x"] + box["width"] * 72.5 / 160, box["y"] + box["height"] * 64.5 / 160)
    until(page, f"{reached}.includes('columna 72, fila 64')")
    until(page, f"/NDVI -0,\\d\\d/.test({reached})")  # water
    said = page.locator("#tip").inner_text()
    assert re.search(r"4,65\d{3}°\s[N], 74,07\d{3}°\s[O]", said)
    assert page.locator("#tip .tip-scores li").count() == len(CLASSES)
    scores = page.locator("#tip .tip-scores li span:last-child").all_inner_texts()
    assert float(scores[KEYS.index("waterways")].replace(",", ".")) > 0.8


def test_north_and_the_way_to_a_street_map_need_a_place(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "river")
    assert page.locator("#north").is_visible()
    for id_ in ("#scale", "#north"):
        for ground in ("white", "black"):  # an index is pale, a lake is dark
            assert contrast_on(page, id_, ground) >= 3, (id_, ground)
    link = page.locator("#street-map")
    address = r"https://www\.openstreetmap\.org/\?mlat=4\.65\d+&mlon=-74\.07\d+#map=1\d/.*"
    assert re.fullmatch(address, link.get_attribute("href"))
    assert "noreferrer" in link.get_attribute("rel")

    def unplaced(route: Any) -> None:
        answer = route.fetch()
        document = answer.json()
        document["image"] |= {"crs": None, "corners": None}
        route.fulfill(response=answer, json=document)

    page.route("**/predictions", unplaced)
    page.goto(f"{page.home}#/")
    open_sample(page, "town")
    assert page.locator("#north").is_hidden()
    assert link.is_hidden()


def contrast_on(page: Any, id_: str, ground: str) -> float:
    """The largest contrast (WCAG 2) of what an element draws, with a plain ground under it."""
    page.evaluate(
        "([id, ground]) => { document.querySelector('#world').style.visibility = 'hidden';"
        " document.querySelector('#frame').style.background = ground;"
        " for (const name of ['scale', 'north'])"
        " document.getElementById(name).style.background = 'none';"
        " document.querySelector(`${id} span`)?.replaceChildren(); }",
        [id_, ground],
    )
    with MemoryFile(page.locator(id_).screenshot()) as file, file.open() as picture:
        seen = picture.read()[:3].reshape(3, -1) / 255
    linear = np.where(seen <= 0.04045, seen / 12.92, ((seen + 0.055) / 1.055) ** 2.4)
    light = np.array([0.2126, 0.7152, 0.0722]) @ linear
    under = 1.0 if ground == "white" else 0.0
    brighter, darker = np.maximum(light, under) + 0.05, np.minimum(light, under) + 0.05
    return float((brighter / darker).max())


def _columns(page: Any) -> dict[str, list[str]]:
    """Cells of the table by class key."""
    return dict(
        page.evaluate(
            "[...document.querySelectorAll('#table tbody tr')].map((row) =>"
            " [row.dataset.class, [...row.cells].slice(1).map((cell) => cell.textContent)])"
        )
    )
