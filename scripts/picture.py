"""The README's picture: the page in Chromium, with a sample segmented. `python -m scripts.picture`."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts.local.stack import LocalStack

_FILE = Path(__file__).parents[1] / "tests/page/screenshots/desktop-light-en.png"
_SAMPLE = "river"


def main() -> None:
    """Start a stack, click the sample, and write the picture."""
    with tempfile.TemporaryDirectory() as data, LocalStack(Path(data)) as stack:
        _take(f"{stack.page_url}/")


def _take(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
        page.goto(url)
        page.click(f"#samples button[value={_SAMPLE}]")
        page.wait_for_selector("#chart-area .bars .point", state="attached")
        page.wait_for_selector("#outlines .scatterlayer .trace", state="attached")
        page.mouse.move(0, 0)
        page.wait_for_load_state("networkidle")
        _FILE.parent.mkdir(exist_ok=True)
        page.screenshot(path=_FILE)
        browser.close()


if __name__ == "__main__":
    main()
