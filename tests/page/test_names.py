"""Names and notes, the history by words and on a map, read-only links, and two results compared."""

import base64
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from scripts.local.stack import LocalStack
from tests.page.steps import (
    choose,
    lists,
    open_sample,
    rendered,
    requested,
    saved,
    until,
    wait_for_result,
)
from tests.stack import OverHttp
from tests.tiffs import counts, placed


@pytest.fixture(scope="module", autouse=True)
def unnamed_afterwards(stack: LocalStack) -> Iterator[None]:
    """Delete what was named: other tests of the same stack look for words that are in no language."""
    yield
    http = OverHttp(stack.api_url)
    for entry in http("GET", "/predictions?limit=100").json["items"]:
        if entry["name"]:
            http("DELETE", f"/predictions/{entry['id']}")


@pytest.fixture(scope="module")
def pair(stack: LocalStack) -> tuple[Any, Any]:
    """Two results of one place, whose names nobody else uses."""
    http, mark = OverHttp(stack.api_url), uuid4().hex[:8]
    seeds = np.random.default_rng().integers(1 << 30, size=2)
    a, b = (
        http(
            "POST",
            f"/predictions?threshold=0.05&name={name}-{mark}&note=Norte",
            placed(counts(40, 48, seed=int(seed))),
        ).json
        for name, seed in zip(("Antes", "Luego"), seeds, strict=True)
    )
    return a, b


def test_a_name_given_before_sending_is_kept_with_the_result_and_in_its_files(
    open_page: Any, tmp_path: Path
) -> None:
    page = open_page(locale="es-CO")
    path, name = tmp_path / "img_0042.tif", f"Humedal {uuid4().hex[:8]}"
    path.write_bytes(placed(counts(40, 48, seed=int(uuid4().int % 2**31))))
    asked = requested(page, lambda request: request.url.endswith("/corrections"))
    choose(page, path)
    page.fill("#preview-name", name)
    page.click("#preview-send")
    wait_for_result(page)
    assert asked == []  # nobody can have corrected what is new
    assert page.locator("#result-title").inner_text() == name
    assert page.title() == f"{name} · Tesela"
    assert saved(page, "table.csv", tmp_path).name == f"{name.replace(' ', '-')}-table.csv"
    stranger = open_page(address=page.evaluate("location.hash"))
    wait_for_result(stranger)
    assert stranger.locator("#result-title").inner_text() == name
    assert stranger.locator("#rename").is_hidden()
    assert page.problems == stranger.problems == []


def test_a_result_is_named_noted_and_seen_so_in_another_tab(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "river")
    here = page.evaluate("location.hash").partition("?")[0]
    other = page.context.new_page()
    other.goto(page.home + here)
    wait_for_result(other)
    page.click("#rename")
    page.fill("#label-name", "Río Bogotá")
    page.fill("#label-note", "before\nthe rain")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(other, "document.querySelector('#result-title').textContent === 'Río Bogotá'")
    assert other.locator("#result-note").inner_text() == "before\nthe rain"
    assert other.title() == page.title() == "Río Bogotá · Tesela"
    other.evaluate("location.hash += '&readonly'")
    until(other, "document.querySelector('#delete').hidden")
    assert other.locator("#rename").is_hidden()
    assert other.locator("#correct").is_hidden()
    assert page.locator("#rename").is_visible()
    assert page.locator("#correct").is_visible()
    page.click("#rename")
    page.fill("#label-name", "")
    page.fill("#label-note", "")
    page.click("#label-form .primary")
    until(other, "document.querySelector('#result-title').textContent === 'River'")
    assert page.problems == []


def test_history_is_searched_and_its_places_lie_on_a_map(open_page: Any, pair: Any) -> None:
    a, b = pair
    page = open_page()
    mark = a["name"].partition("-")[2]
    lists(page, lambda: page.fill("#filter-words", f"NORTE {mark}"))
    until(page, "document.querySelectorAll('#history-list strong').length === 2")
    shown = page.locator("#history-list strong").all_inner_texts()
    assert shown == [b["name"], a["name"]]
    page.click("#footprints summary")
    page.wait_for_selector("#footprint-map svg a")
    links = page.locator("#footprint-map a")
    assert [links.nth(n).get_attribute("href") for n in range(2)] == [
        f"#/p/{b['id']}",
        f"#/p/{a['id']}",
    ]
    assert links.nth(0).get_attribute("aria-label").startswith(b["name"])
    links.nth(1).focus()
    page.keyboard.press("Enter")
    wait_for_result(page)
    assert page.locator("#result-title").inner_text() == a["name"]
    assert page.problems == []


def test_two_results_of_one_place_are_compared_from_the_history(
    open_page: Any, pair: Any, stack: LocalStack, tmp_path: Path
) -> None:
    a, b = pair
    page = open_page(locale="es-CO", address=f"#/p/{a['id']}")
    wait_for_result(page)
    page.click("#compare-with")
    page.wait_for_selector("#picking:not([hidden])")
    until(page, "document.activeElement.id === 'picking'")
    assert a["name"] in page.locator("#picking").inner_text()
    lists_words = f"Norte {a['name'].partition('-')[2]}"
    page.fill("#filter-words", lists_words)
    until(page, "document.querySelectorAll('#history-list li:not([hidden])').length === 1")
    page.click("#history-list li:not([hidden]) a")
    page.wait_for_selector("#compare-table tbody tr")
    assert page.evaluate("location.hash") == f"#/c/{a['id']}/{b['id']}"
    assert page.title() == f"{a['name']} → {b['name']} · Tesela"
    answer = OverHttp(stack.api_url)("GET", f"/compare?a={a['id']}&b={b['id']}").json
    cells = page.locator("#compare-table tbody tr").all()
    for row, entry in zip(cells, answer["classes"], strict=True):
        texts = row.locator("td").all_inner_texts()
        values = [float(t.replace("−", "-").replace(",", ".")) for t in texts]
        names = ("a_ha", "b_ha", "difference_ha", "gained_ha", "lost_ha")
        assert values == pytest.approx([entry[name] for name in names], abs=0.006)
    before = page.evaluate("document.querySelector('#compare-canvas').toDataURL()")
    page.locator("#compare-at").fill("0")
    rendered(page)
    assert page.evaluate("document.querySelector('#compare-canvas').toDataURL()") != before
    most = max(answer["classes"], key=lambda each: each["gained_ha"])
    with page.expect_response(lambda reply: "changes.png" in reply.url):
        page.click(f"#compare-table tr[data-class={most['key']}] button")
    blue = (
        "(() => { const canvas = document.querySelector('#compare-canvas');"
        " const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);"
        " for (let i = 0; i < data.length; i += 4)"
        " if (data[i + 2] > 140 && data[i] < 70) return true; return false; })()"
    )
    until(page, blue)
    assert page.locator("#compare-of").inner_text().endswith(most["name"]["es"])
    with page.expect_download() as download:
        page.click("#compare a[href*='changes.csv']")
    target = tmp_path / "changes.csv"
    download.value.save_as(target)
    rows = list(csv.DictReader(target.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert [row["class"] for row in rows] == [each["key"] for each in answer["classes"]]
    page.click("#languages button[value=en]")
    until(page, "document.querySelector('#compare-table th').textContent === 'Class'")
    assert page.title() == f"{a['name']} → {b['name']} · Tesela"
    page.click(".brand")
    page.wait_for_selector("#home:not([hidden])")
    assert page.locator("#compare").is_hidden()
    assert page.title().startswith("Tesela: ")
    assert page.problems == []


def test_a_comparison_is_zoomed_like_a_result_and_drawn_at_another_threshold(
    open_page: Any, pair: Any, stack: LocalStack
) -> None:
    a, b = pair
    page = open_page(address=f"#/c/{a['id']}/{b['id']}")
    page.wait_for_selector("#compare-table tbody tr")
    drawn = "document.querySelector('#compare-canvas').toDataURL()"
    rendered(page)
    before = page.evaluate(drawn)
    page.locator("#compare-frame").hover()
    page.mouse.wheel(0, -200)  # scrolls the page, which says how to zoom
    page.wait_for_selector("#compare-frame .hint.shown")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.wait_for_selector("#compare-frame.zoomed")
    assert page.evaluate(drawn) != before
    page.locator("#compare-frame").press("0")
    page.wait_for_selector("#compare-frame:not(.zoomed)")
    with page.expect_response(lambda reply: "/compare?" in reply.url) as redrawn:
        page.locator("#compare-threshold").fill("0.9")
    pair_at = f"/compare?a={a['id']}&b={b['id']}&threshold=0.9"
    stricter = OverHttp(stack.api_url)("GET", pair_at).json["classes"]
    assert redrawn.value.json()["classes"] == stricter
    until(page, "location.hash.endsWith('?t=0.9')")
    until(page, f"{drawn} !== {json.dumps(before)}")
    page.click("#compare-reset")
    until(page, "!location.hash.includes('?')")
    until(page, f"{drawn} === {json.dumps(before)}")
    assert page.problems == []


def test_results_of_two_places_are_refused_in_the_reader_s_words(
    open_page: Any, pair: Any, stack: LocalStack, town: bytes
) -> None:
    away = OverHttp(stack.api_url)("POST", "/predictions", town).json
    page = open_page(locale="es-CO", address=f"#/c/{pair[0]['id']}/{away['id']}")
    page.wait_for_selector("#problem:not([hidden])")
    assert "no muestran el mismo sitio" in page.locator("#problem").inner_text()


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_the_surroundings_are_off_until_a_reader_asks_for_them(open_page: Any) -> None:
    def with_basemap(route: Any) -> None:
        config = route.fetch().json()
        tiles = {"url": f"{page.home}tiles/{{z}}/{{x}}/{{y}}.png", "max_zoom": 19}
        route.fulfill(json=config | {"basemap": tiles | {"attribution": "© Somebody"}})

    page = open_page()
    assert page.locator("#basemap-toggle").is_hidden()  # nobody configured one
    page.route("**/config.json", with_basemap)
    page.route("**/tiles/**", lambda route: route.fulfill(body=PIXEL, content_type="image/png"))
    asked = requested(page, lambda request: "/tiles/" in request.url)
    page.reload()
    open_sample(page, "town")
    assert asked == []
    page.click("#basemap-toggle")
    drawn = (
        "(() => { const canvas = document.querySelector('#basemap');"
        " return canvas.width > 300 && canvas.getContext('2d').getImageData(1, 1, 1, 1).data[3]; })()"
    )
    until(page, drawn)
    assert 0 < len(asked) <= 40
    assert page.locator("#basemap-owner").inner_text() == "© Somebody"
    for _ in range(3):
        page.click("#zoom-out")
    transform = page.locator("#world").evaluate("node => node.style.transform")
    assert float(transform.partition("scale(")[2].rstrip(")")) == pytest.approx(1.4**-3, abs=0.01)
    page.click("#basemap-toggle")
    until(page, "document.querySelector('#basemap').hidden")
    assert "scale(1)" in page.locator("#world").evaluate("node => node.style.transform")
    assert page.problems == []
