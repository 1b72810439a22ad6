"""What tests do with the page, and what they read off it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

PAINTED = (
    "(() => { const canvas = document.querySelector('#overlay');"
    " const { data } = canvas.getContext('2d')"
    ".getImageData(0, 0, canvas.width, canvas.height);"
    " let sum = 0; for (let i = 3; i < data.length; i += 4) if (data[i]) sum++;"
    " return sum; })()"
)
AXE = Path(__file__).with_name("node_modules") / "axe-core" / "axe.min.js"
WORD = re.compile(r"[^\W\d_]{3,}")
# Words that are the same in both languages.
ALIKE = {
    "español",
    "API",
    "CORINE",
    "CRS",
    "Colombia",
    "Dataframe",
    "EPSG",
    "English",
    "IDEAM",
    "IoU",
}
ALIKE |= {
    "JSON",
    "Las",
    "NDVI",
    "NIR",
    "NDWI",
    "Tesela",
    "Token",
    "int",
    "orient",
    "uint",
    "unet",
    "Vegas",
}


def until(page: Any, expression: str) -> None:
    """Poll from outside: Playwright's own wait_for_function needs eval, which the CSP forbids."""
    for _ in range(1000):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {expression}")


def eventually(page: Any, condition: Callable[[], bool]) -> None:
    """Wait for what a test itself hears of, its routes and listeners."""
    for _ in range(1000):
        if condition():
            return
        page.wait_for_timeout(50)  # lets Playwright call the listeners
    pytest.fail("never came true")


def rendered(page: Any) -> None:
    """Wait until what the page knows now is drawn; the page draws once per frame."""
    page.evaluate("new Promise((resolve) => requestAnimationFrame(() => resolve()))")


def lists(page: Any, action: Callable[[], object], before: int = 0) -> None:
    """Do what makes the page ask for the history, and wait until it shows exactly what came."""
    with page.expect_response(lambda answer: "predictions?limit" in answer.url) as listed:
        action()
    expected = [f"#/p/{item['id']}" for item in listed.value.json()["items"]]
    shown = (
        "[...document.querySelectorAll('#history-list a')]"
        f".map((link) => link.getAttribute('href')).slice({before})"
    )
    until(page, f"JSON.stringify({shown}) === '{json.dumps(expected, separators=(',', ':'))}'")


def untranslated(english: set[str], spanish: set[str]) -> set[str]:
    """Words that stand in both languages, and are not the same word in both."""
    return {text for text in english & spanish if set(WORD.findall(text)) - ALIKE}


def open_sample(page: Any, name: str) -> None:
    page.click(f"#samples button[value={name}]")
    wait_for_result(page)


def wait_for_result(page: Any) -> None:
    page.wait_for_selector("#result:not([hidden])")
    page.wait_for_selector("#chart-area .bars .point", state="attached")
    page.wait_for_selector("#outlines .scatterlayer .trace", state="attached")


def requested(page: Any, wanted: Callable[[Any], bool]) -> list[str]:
    """The addresses of requests from now on, of those that are `wanted`; the list grows."""
    addresses: list[str] = []

    def note(request: Any) -> None:
        if wanted(request):
            addresses.append(request.url)

    page.on("request", note)
    return addresses


def choose(page: Any, path: Path) -> None:
    """Choose a file and wait until the page has looked at it: it names the file either way."""
    page.locator("#file").set_input_files(path)
    until(
        page,
        "[...document.querySelectorAll('#preview:not(.reading), #problem')]"
        f".some((node) => !node.hidden && node.innerText.includes({json.dumps(path.name)}))",
    )


def send(page: Any, path: Path) -> None:
    """Choose a file and send it."""
    choose(page, path)
    page.click("#preview-send")


def saved(page: Any, form: str, folder: Path) -> Path:
    """Click a file of the prediction, and keep it under its own name."""
    with page.expect_download() as download:
        page.click(f"#files [data-form='{form}']")
    path = folder / str(download.value.suggested_filename)
    download.value.save_as(path)
    return path


def pixels(page: Any, selector: str) -> NDArray[np.float64]:
    """RGBA (height, width, 4) of a canvas."""
    width, height, data = page.evaluate(
        f"(() => {{ const canvas = document.querySelector('{selector}');"
        " const { width, height } = canvas;"
        " const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);"
        " return [width, height, [...data]]; })()"
    )
    return np.array(data, float).reshape(height, width, 4)


def painted(page: Any) -> int:
    return int(page.evaluate(PAINTED))


def overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def refuse(route: Any, status: int, detail: str, code: str = "", **values: object) -> None:
    """Answer as the service does when it refuses."""
    route.fulfill(
        status=status,
        content_type="application/problem+json",
        headers={
            "x-request-id": f"request-{status}",
            "access-control-allow-origin": "*",
            "access-control-expose-headers": "x-request-id",
        },
        body=json.dumps({"status": status, "detail": detail, "code": code, "values": values}),
    )


def words(page: Any) -> set[str]:
    """Every text and label that a reader can meet, seen or not, but what is marked as English."""
    return set(
        page.evaluate(
            "[...document.querySelectorAll('body :not(noscript, code, [lang=en])')].flatMap((node) => ["
            " ...[...node.childNodes].filter((child) => child.nodeType === 3)"
            ".map((child) => child.data.trim()), node.ariaLabel, node.title]).filter(Boolean)"
        )
    )


def serious(page: Any) -> list[str]:
    """Serious and critical findings; axe is evaluated from outside, as the CSP admits no script."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [
        f"{finding['id']}: {node['target']} {node.get('failureSummary', '')}"
        for finding in found
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
