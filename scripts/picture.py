"""Pictures of the page in Chromium, for the README and for eyes. `python -m scripts.picture`."""

import io
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import sync_playwright

from scripts.local.stack import LocalStack

_ROOT = Path(__file__).parents[1]
_FOLDER = _ROOT / "tests/page/screenshots"
_SAMPLES = _ROOT / "dashboard_static/samples"
_SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_MOST_MS = 120_000  # a busy machine


@dataclass(frozen=True, slots=True)
class Picture:
    """What is shown, on which screen, in which colours and language."""

    what: Literal["start", "result", "preview", "about"]
    screen: Literal["desktop", "phone"]
    scheme: Literal["light", "dark"]
    language: Literal["en", "es"]
    sample: str = "river"

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return _FOLDER / f"{self.what}-{self.screen}-{self.scheme}-{self.language}.png"


PICTURES = (
    Picture("result", "desktop", "light", "en"),
    Picture("result", "desktop", "dark", "es", "town"),
    Picture("result", "phone", "light", "es", "roads"),
    Picture("result", "phone", "dark", "en", "farmland"),
    Picture("start", "desktop", "light", "es"),
    Picture("start", "desktop", "dark", "en"),
    Picture("start", "phone", "light", "en"),
    Picture("start", "phone", "dark", "es"),
    Picture("preview", "desktop", "light", "es", "town"),
    Picture("about", "desktop", "light", "es"),
)


def main() -> None:
    """Start a stack, and take every picture."""
    _FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        LocalStack(Path(data)) as stack,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        for picture in PICTURES:
            _keep(_taken(browser, f"{stack.page_url}/", picture), picture.path)
            print(f"{picture.path.relative_to(_ROOT)}: {picture.path.stat().st_size / 1000:.0f} kB")
        browser.close()


def _taken(browser: Any, url: str, picture: Picture) -> bytes:
    context = browser.new_context(
        viewport=_SIZES[picture.screen],
        color_scheme=picture.scheme,
        locale={"en": "en-GB", "es": "es-CO"}[picture.language],
        has_touch=picture.screen == "phone",
    )
    context.set_default_timeout(_MOST_MS)
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("#table tbody tr", state="attached")
    _STEPS[picture.what](page, picture.sample)
    page.mouse.move(0, 0)
    page.wait_for_load_state("networkidle")
    taken = bytes(page.screenshot())
    context.close()
    return taken


def _start(page: Any, _: str) -> None:
    page.wait_for_selector("#history-list li, #history-note:not([hidden])")


def _result(page: Any, sample: str) -> None:
    page.click(f"#samples button[value={sample}]")
    page.wait_for_selector("#chart-area .bars .point", state="attached")
    page.wait_for_selector("#outlines .scatterlayer .trace", state="attached")


def _preview(page: Any, sample: str) -> None:
    page.set_input_files("#file", _SAMPLES / f"{sample}.tif")
    page.wait_for_selector("#preview:not([hidden], .reading)")


def _about(page: Any, _: str) -> None:
    page.click("#about-open")
    page.wait_for_selector("#about[open] tbody tr")


_STEPS: dict[str, Callable[[Any, str], None]] = {
    "start": _start,
    "result": _result,
    "preview": _preview,
    "about": _about,
}


def _keep(png: bytes, path: Path) -> None:
    """In 256 colours: a third of the bytes; this method keeps the classes' colours apart."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=2).save(path, optimize=True)


if __name__ == "__main__":
    main()
