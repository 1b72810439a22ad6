"""Measure the page in Chromium: `python -m scripts.benchmark.page`.

What travels before a reader can act, when that is on a slow line, how long a threshold takes to be
seen, and what memory many images leave.
"""

import gzip
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from scripts.local.stack import LocalStack
from scripts.make_scene import make_scene, write_tiff

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_MOST_MS = 300_000
_SIDES = (160, 1024)
_SLIDES = 40
_IMAGES = 50
_SLOW_LINE = {  # Lighthouse's slow 4G, and a phone of middling speed
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}
_CPU_SLOWER = 4
# From the input event to the task after the frame that shows it.
_SLIDE = """async (value) => {
  const slider = document.querySelector("#threshold");
  const start = performance.now();
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  return new Promise((resolve) => requestAnimationFrame(() => {
    const drawn = performance.now();
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve([drawn - start, performance.now() - start]);
    channel.port2.postMessage(null);
  }));
}"""


def main() -> None:
    """Print every figure."""
    with (
        tempfile.TemporaryDirectory() as data,
        LocalStack(Path(data)) as stack,
        sync_playwright() as playwright,
    ):
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        url = f"{stack.page_url}/"
        _measure_start(browser, url)
        for side in _SIDES:
            _measure_slider(browser, url, side, Path(data))
        _measure_memory(browser, url)
        browser.close()


def _measure_start(browser: Any, url: str) -> None:
    page = _page(browser)
    bodies: list[Any] = []
    page.on("requestfinished", lambda request: bodies.append(request.response()))
    page.goto(url)
    page.wait_for_load_state("networkidle")
    sizes = [_sent_bytes(answer.url, answer.body()) for answer in bodies]
    print(f"before the first act: {len(sizes)} files, {sum(sizes) / 1000:.0f} kB as gzip")
    page.context.close()
    page = _page(browser)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _SLOW_LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": _CPU_SLOWER})
    page.goto(url, wait_until="commit")
    page.wait_for_selector("#languages [aria-pressed=true]", state="attached")
    seen, usable = page.evaluate(
        "[performance.getEntriesByName('first-contentful-paint')[0]?.startTime, performance.now()]"
    )
    page.wait_for_selector("#table tbody tr", state="attached")
    ready = page.evaluate("performance.now()")
    print(
        f"slow 4G (gzip, no HTTP/2), CPU {_CPU_SLOWER} times slower: first paint {seen / 1000:.1f} s,"
        f" a file can be chosen {usable / 1000:.1f} s, a result could be drawn {ready / 1000:.1f} s"
    )
    page.context.close()


def _sent_bytes(url: str, body: bytes) -> int:
    packed = url.endswith((".png", ".webp", ".woff2"))
    return len(body) if packed else len(gzip.compress(body))


def _measure_slider(browser: Any, url: str, side: int, folder: Path) -> None:
    page = _page(browser)
    page.goto(url)
    path = folder / f"{side}.tif"
    write_tiff(make_scene("town", 1, side, side), path)
    page.set_input_files("#file", path)
    page.wait_for_selector("#preview:not([hidden], .reading)")
    page.click("#preview-send")
    page.wait_for_selector("#chart-area .bars .point", state="attached")
    values = [0.3 + 0.4 * step / _SLIDES for step in range(_SLIDES)]
    drawn, shown = zip(*(page.evaluate(_SLIDE, f"{value:.2f}") for value in values), strict=True)
    print(
        f"threshold on {side} x {side} px, {_SLIDES} times: "
        f"drawn in {_spread(drawn)}, on screen in {_spread(shown)} ms (median, 95th percentile, maximum)"
    )
    page.context.close()


def _spread(times: tuple[float, ...]) -> str:
    ninety_fifth = statistics.quantiles(times, n=20, method="inclusive")[-1]
    return f"{statistics.median(times):.0f}, {ninety_fifth:.0f}, {max(times):.0f}"


def _measure_memory(browser: Any, url: str) -> None:
    page = _page(browser)
    page.goto(url)
    session = page.context.new_cdp_session(page)
    heaps = []
    for number in range(_IMAGES):
        sample = ("town", "river", "roads", "farmland")[number % 4]
        page.click(f"#samples button[value={sample}]")
        page.wait_for_selector("#result:not([hidden])")
        page.wait_for_selector("#chart-area .bars .point", state="attached")
        page.click(".brand")
        page.wait_for_selector("#home:not([hidden])")
        session.send("HeapProfiler.collectGarbage")
        heap = session.send("Runtime.getHeapUsage")  # objects, and the bytes of their arrays
        heaps.append((heap["usedSize"] + heap.get("backingStorageSize", 0)) / 1e6)
    tenth = heaps[9]
    print(
        f"heap after images 1, 10, {_IMAGES}: {heaps[0]:.1f}, {tenth:.1f}, {heaps[-1]:.1f} MB;"
        f" {1000 * (heaps[-1] - tenth) / (_IMAGES - 10):.0f} kB an image"
    )
    page.context.close()


def _page(browser: Any) -> Any:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(_MOST_MS)
    return context.new_page()


if __name__ == "__main__":
    main()
