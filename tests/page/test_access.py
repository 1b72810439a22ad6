"""The page for everybody: axe finds nothing serious, in light and dark, at the start and with a result."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import DESKTOP, PHONE
from tests.page.steps import AXE, choose, open_sample, serious
from tests.tiffs import counts, placed


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (make check-page)")
def test_axe_finds_nothingserious(open_page: Any, scheme: str, viewport: dict[str, int]) -> None:
    page = open_page(viewport=viewport, color_scheme=scheme)
    page.wait_for_selector("#history-list li, #history-note:not([hidden])")
    assert serious(page) == []
    open_sample(page, "town")
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (make check-page)")
def test_axe_finds_nothing_serious_in_spanish_dialogs_and_previews(
    open_page: Any, tmp_path: Path, scheme: str
) -> None:
    page = open_page(viewport=PHONE, color_scheme=scheme, locale="es-CO")
    for name, bands in (("sound.tif", 8), ("wrong.tif", 3)):
        (tmp_path / name).write_bytes(placed(counts(32, 32)[:bands]))
        choose(page, tmp_path / name)
        assert serious(page) == []
    page.click("#about-open")
    page.wait_for_selector("#about[open] tbody tr")
    assert serious(page) == []
    page.click("#about-close")
    page.evaluate("document.querySelector('#token').showModal()")
    assert serious(page) == []


def test_the_page_can_be_used_by_keyboard_alone(open_page: Any) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    page.locator("#samples button[value=river]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#result:not([hidden])")
    assert page.evaluate("document.activeElement.id") == "result-title"
    page.locator("#show-trees").focus()
    page.keyboard.press("Space")
    assert not page.locator("#show-trees").is_checked()


def test_a_result_is_announced_and_every_control_has_a_name(open_page: Any) -> None:
    page = open_page(locale="es-CO")
    open_sample(page, "town")
    assert page.locator("#announcer").inner_text().startswith("Listo: ")
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, input, select, a[href]')].filter((node) =>"
        " !(node.textContent.trim() || node.ariaLabel || node.labels?.length)).map((node) => node.id)"
    )
    assert nameless == []


def test_whoever_wants_less_motion_gets_none(open_page: Any) -> None:
    page = open_page(reduced_motion="reduce")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter((node) => {"
        " const { transitionDuration, animationName } = getComputedStyle(node);"
        " return transitionDuration !== '0s' || animationName !== 'none'; }).length"
    )
    assert moving == 0


def test_the_button_that_chooses_a_file_stays_a_button(open_page: Any) -> None:
    page = open_page()
    page.locator("#file").focus()
    assert page.locator("#file").bounding_box()["width"] <= 1


def test_pressed_buttons_differ_in_forced_colours(open_page: Any) -> None:
    page = open_page(forced_colors="active")
    ground = "button => getComputedStyle(button).backgroundColor"
    for group in ("#languages", "#views"):
        pressed, other = (
            page.locator(f"{group} button[aria-pressed={state}]").first.evaluate(ground)
            for state in ("true", "false")
        )
        assert pressed != other, group


def test_text_grows_with_the_reader_s_font_size(open_page: Any) -> None:
    page = open_page()
    size = "parseFloat(getComputedStyle(document.querySelector('{}')).fontSize)"
    names = ("body", ".drop-title", ".small", "#docs", "label.button")
    before = [page.evaluate(size.format(name)) for name in names]
    page.evaluate("document.documentElement.style.fontSize = '200%'; null")
    after = [page.evaluate(size.format(name)) for name in names]
    assert [new / old for new, old in zip(after, before, strict=True)] == pytest.approx([2] * 5)


def test_a_printed_result_is_a_report(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    page.emulate_media(media="print")
    for id_ in ("#files", "#share", "#threshold", "#views", "#languages", "#copy"):
        assert page.locator(id_).is_hidden(), id_
    for id_ in ("#result-title", "#facts", "#base", "#scale", "#table", "#notice"):
        assert page.locator(id_).is_visible(), id_
    style = "node => [getComputedStyle(node).printColorAdjust, getComputedStyle(node).display]"
    assert page.locator("#table .swatch").first.evaluate(style)[0] == "exact"
    assert page.locator("#table tfoot").evaluate(style)[1] == "table-row-group"
    for id_ in ("#answer", "#confidence", "#north", "#footer"):
        assert page.locator(id_).is_visible(), id_
    facts = page.locator("#facts").inner_text()
    assert re.search(r"\d\.\d{5}°\sN, \d\d\.\d{5}°\sW", facts)
    assert "buildings" in facts  # the thresholds
    frame, picture = (page.locator(id_).bounding_box() for id_ in ("#frame", "#base"))
    assert 0 <= picture["x"] - frame["x"] <= frame["width"] - picture["width"]
    assert picture["height"] == pytest.approx(frame["height"], abs=1)
    assert page.pdf(format="A4").count(b"/Type /Page\n") <= 2


def test_paper_leaves_out_what_is_hidden(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    page.locator("#show-trees").uncheck()
    page.wait_for_selector("#table tr.off[data-class=trees]")
    page.emulate_media(media="print")
    assert page.locator("#table tr[data-class=trees]").is_hidden()
    assert page.locator("#table tr[data-class=roads]").is_visible()
    assert page.locator("#unseen").inner_text() == "Not drawn, but part of the totals: trees."
    page.emulate_media(media="screen")
    assert page.locator("#unseen").is_hidden()
