"""Correct on the page: an object clicked, a missing one drawn by keyboard; kept, exported, shown again."""

from typing import Any

from tests.page.steps import open_sample, until
from tests.stack import OverHttp


def area(page: Any, key: str) -> int:
    text = page.locator(f"#table tr[data-class={key}] td:nth-child(3)").text_content()
    return int(text.replace(",", ""))


def test_what_is_corrected_is_counted_at_once_kept_and_exported(
    open_page: Any, http: OverHttp
) -> None:
    page = open_page()
    open_sample(page, "river")
    key = page.evaluate("location.hash.slice(4, 40)")
    before = {name: area(page, name) for name in ("waterways", "roads")}
    page.click("#correct summary")
    page.wait_for_selector("#correct-body .correct-tools")
    page.click("#table tr[data-class=waterways] .class-name")  # selects its largest object
    page.wait_for_selector("#correct-body select")
    page.select_option("#correct-body select", "roads")
    until(page, "document.querySelector('#announcer').textContent === 'Correction saved.'")
    (correction,) = http("GET", f"/predictions/{key}/corrections").json["corrections"]
    assert (correction["class"], correction["instead"]) == ("waterways", "roads")
    (feature,) = http("GET", f"/predictions/{key}/corrections.geojson").json["features"]
    moved = feature["properties"]["area_m2"]
    assert abs(before["waterways"] - area(page, "waterways") - moved) <= 1
    assert before["roads"] < area(page, "roads") <= before["roads"] + moved + 1

    page.click("text=Draw a missing object")
    page.locator("#frame").focus()
    page.keyboard.press("Enter")
    for key_pressed in ("ArrowRight", "ArrowDown"):
        for _ in range(3):
            page.keyboard.press(key_pressed)
        page.keyboard.press("Enter")
    until(page, "document.querySelector('#correct-body').textContent.includes('Corners: 3')")
    finish = page.locator("#correct-body select").first
    finish.focus()
    finish.select_option("buildings")
    until(page, "document.querySelectorAll('.correct-list li').length === 2")
    until(page, "!document.querySelector('.correct-list button').disabled")
    until(page, "document.querySelector('.correct-tools').contains(document.activeElement)")
    said = http("GET", f"/predictions/{key}/corrections").json["corrections"]
    assert [each["verdict"] for each in said] == ["wrong", "missing"]
    after = area(page, "waterways")

    page.reload()
    page.wait_for_selector("#result:not([hidden])")
    until(page, f"document.querySelector('#table').textContent.includes('{after:,}')")
    page.click("#correct summary")
    page.wait_for_selector(".correct-list li")
    for left in (1, 0):
        page.locator(".correct-list button").first.click()
        until(page, f"document.querySelectorAll('.correct-list li').length === {left}")
        until(
            page, "![...document.querySelectorAll('#correct-body .button')].some((b) => b.disabled)"
        )
    assert area(page, "waterways") == before["waterways"]
    assert http("GET", f"/predictions/{key}/corrections").json["corrections"] == []
    assert page.problems == []
