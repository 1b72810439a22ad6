"""The page for everybody: axe finds nothing serious, in light and dark, at the start and with a result."""

from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import DESKTOP, PHONE
from tests.page.steps import open_sample

AXE = Path(__file__).with_name("node_modules") / "axe-core" / "axe.min.js"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci in tests/page)")
def test_axe_finds_nothing_serious(open_page: Any, scheme: str, viewport: dict[str, int]) -> None:
    page = open_page(viewport=viewport, color_scheme=scheme)
    page.wait_for_selector("#history-list li, #history-note:not([hidden])")
    assert _serious(page) == []
    open_sample(page, "town")
    assert _serious(page) == []


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


def _serious(page: Any) -> list[str]:
    """Serious and critical findings; axe is evaluated from outside, as the CSP admits no script."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [
        f"{finding['id']}: {node['target']} {node.get('failureSummary', '')}"
        for finding in found
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
