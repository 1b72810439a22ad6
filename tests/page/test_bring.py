"""Bring an image: files are looked at before they are sent, links are followed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scripts.make_scene import make_scene
from tests.page.steps import (
    choose,
    eventually,
    open_sample,
    pixels,
    requested,
    send,
    wait_for_result,
)
from tests.tiffs import cog, counts, one_page, pages, placed, with_mask

RIVER = make_scene("river", 3, 160, 160).pixels
SOUND = {
    "placed": placed(RIVER),
    "deflate, a plane a band": placed(RIVER, compress="deflate", predictor=2, interleave="band"),
    "lzw, float32": placed(RIVER.astype("float32"), compress="lzw", predictor=3),
    "eight pages": pages(RIVER),
    "eight pages, float16": pages(RIVER.astype("float16")),
    "cloud-optimised": cog(RIVER),
    "11 bits": one_page(RIVER.clip(0, 2047), nbits=11, compress="deflate"),
    "12 bits, a plane a band": one_page(RIVER.clip(0, 4095), nbits=12, interleave="band"),
    "white is zero": one_page(RIVER, photometric="miniswhite"),
}
HALF = np.arange(160) < 80  # of the columns are ground
ALIKE = {
    "plain": placed(RIVER),
    "declared nodata": placed(np.where(HALF, RIVER, 65_000), nodata=65_000),
    "a mask page": with_mask(RIVER, np.broadcast_to(HALF, (160, 160))),
    "11 bits": SOUND["11 bits"],
    "12 bits, big endian": one_page(RIVER, nbits=12, endianness="big"),
    "white is zero": SOUND["white is zero"],
}
WRONG = {
    "Bands: 3, pages: 1. It needs 8 bands": placed(RIVER[:3]),
    "Bands: 1, pages: 9.": pages(counts(32, 32)[[0, 1, 2, 3, 4, 5, 6, 7, 7]]),
    "It measures 2100 × 32 px; the limit is 2048": one_page(np.ones((8, 32, 2100), "uint16")),
    "It measures 32 × 8 px; minimum: 16": one_page(counts(8, 32)),
    "Data type: float64; accepted: uint8": one_page(RIVER.astype("float64")),
    "Compression: JPEG; accepted: NONE": one_page(
        counts(dtype="uint8"), compress="jpeg", interleave="band"
    ),
}


@pytest.mark.parametrize("body", SOUND.values(), ids=SOUND)
def test_a_file_is_shown_before_it_is_sent(open_page: Any, tmp_path: Path, body: bytes) -> None:
    page = open_page()
    posts = _posts(page)
    choose(page, _file(tmp_path, body))
    facts = page.locator("#preview-facts").inner_text()
    assert "160 × 160 px" in facts
    assert page.locator("#preview-title").inner_text() == "image.tif"
    assert _grey_levels(page) > 50
    assert posts == []
    assert page.locator("#preview-send").is_enabled()
    assert "kept by this service, for everyone" in page.locator("#preview").inner_text()
    assert page.problems == []


def test_a_preview_tells_type_bands_crs_and_size(open_page: Any, tmp_path: Path) -> None:
    page = open_page()
    choose(page, _file(tmp_path, placed(RIVER, compress="lzw")))
    facts = page.locator("#preview-facts").inner_text()
    for told in ("1.24 m", "8", "uint16, LZW", "EPSG:32618", "kB"):
        assert told in facts


@pytest.mark.parametrize(("told", "body"), WRONG.items(), ids=WRONG)
def test_a_wrong_file_is_explained_and_not_sent(
    open_page: Any, tmp_path: Path, told: str, body: bytes
) -> None:
    page = open_page()
    choose(page, _file(tmp_path, body))
    assert told in page.locator("#preview-faults").inner_text()
    assert page.locator("#preview-send").is_disabled()
    page.click("#preview-drop")
    page.wait_for_selector("#drop:not([hidden])")
    assert page.problems == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (placed(RIVER, compress="zstd"), "The browser cannot draw this file"),
        (b"II*\0" + b"\xff" * 200, "The browser could not read this TIFF"),
    ],
    ids=["zstd", "junk"],
)
def test_what_the_browser_cannot_draw_can_be_sent_all_the_same(
    open_page: Any, tmp_path: Path, body: bytes, told: str
) -> None:
    page = open_page()
    choose(page, _file(tmp_path, body))
    assert told in page.locator("#preview-note").inner_text()
    assert page.locator("#preview-picture").is_hidden()
    assert page.locator("#preview-send").is_enabled()
    assert page.problems == []


@pytest.mark.parametrize("body", ALIKE.values(), ids=ALIKE)
def test_the_preview_looks_like_the_service_s_picture(
    open_page: Any, tmp_path: Path, body: bytes
) -> None:
    page = open_page()
    choose(page, _file(tmp_path, body))
    drawn = pixels(page, "#preview-picture")
    page.click("#preview-send")
    wait_for_result(page)
    assert np.abs(drawn - pixels(page, "#base")).mean() < 3


def test_a_dropped_file_is_previewed_even_beside_a_result(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    _drop(page, "dropped.tif")
    page.wait_for_selector("#preview:not([hidden], .reading)")
    assert page.locator("#preview-title").inner_text() == "dropped.tif"
    assert page.locator("#preview-others").is_hidden()
    assert page.locator("#result").is_hidden()


def test_of_several_files_the_first_tiff_is_taken_and_the_others_are_told(open_page: Any) -> None:
    page = open_page(locale="es-CO")
    _drop(page, "notes.txt", "first.TIF", "second.tif")
    page.wait_for_selector("#preview:not([hidden], .reading)")
    assert page.locator("#preview-title").inner_text() == "first.TIF"
    told = "Una imagen a la vez: quedaron por fuera 2 archivos más."
    assert page.locator("#preview-others").inner_text() == told


def test_a_dropped_folder_is_told(open_page: Any) -> None:
    page = open_page()
    # A script cannot make a folder, so its entry is made to say that it is one.
    page.evaluate(
        "DataTransferItem.prototype.webkitGetAsEntry = function () {"
        " const { name } = this.getAsFile(); return { name, isDirectory: !name.includes('.') }; }; null"
    )
    _drop(page, "scenes")
    page.wait_for_selector("#problem:not([hidden])")
    assert "scenes is a folder." in page.locator("#problem").inner_text()
    _drop(page, "scenes", "river.tif")
    page.wait_for_selector("#preview:not([hidden], .reading)")
    assert page.locator("#preview-title").inner_text() == "river.tif"
    assert "1 other file was left out" in page.locator("#preview-others").inner_text()


def test_a_pasted_link_opens_its_prediction_and_others_are_refused(open_page: Any) -> None:
    page = open_page()
    with page.expect_response(lambda answer: answer.request.method == "POST") as posted:
        open_sample(page, "town")
    location = posted.value.header_value("location")
    page.click(".brand")
    _follow(page, "https://example.org/predictions/" + location.rpartition("/")[2])
    page.wait_for_selector("#problem:not([hidden])")
    assert "That is not a link to a result." in page.locator("#problem").inner_text()
    _follow(page, location + "/masks.tif")
    wait_for_result(page)
    assert location.rpartition("/")[2] in page.evaluate("location.hash")


def test_an_image_too_long_for_a_request_is_sent_through_a_link(
    open_page: Any, tmp_path: Path
) -> None:
    file = tmp_path / "large.tif"
    file.write_bytes(one_page(np.tile(RIVER, (1, 4, 4))[:, :536, :536]))
    page = open_page()
    methods: list[str] = []
    page.on("request", lambda request: methods.append(request.method))
    send(page, file)
    wait_for_result(page)
    assert file.stat().st_size > 4_500_000
    assert "PUT" in methods
    assert page.problems == []


def test_a_file_that_is_no_tiff_is_told_before_it_is_sent(open_page: Any, tmp_path: Path) -> None:
    page = open_page()
    calls: list[str] = []
    page.on("request", lambda request: calls.append(request.method))
    picture = tmp_path / "photo.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    choose(page, picture)
    page.wait_for_selector("#problem:not([hidden])")
    text = page.locator("#problem").inner_text()
    assert "photo.png is not a TIFF." in text
    assert "undefined" not in text
    assert page.get_by_role("button", name="Try again").count() == 0
    assert "POST" not in calls


@pytest.mark.parametrize(
    ("body", "held"),
    [
        (RIVER, ("/predictions",)),
        (np.tile(RIVER, (1, 4, 4))[:, :536, :536], ("/uploads?size=",)),
        (np.tile(RIVER, (1, 4, 4))[:, :536, :536], ("/predictions?upload=",)),
        (RIVER, ("/scores", "/image.png?view=true-colour")),
    ],
    ids=["upload", "link", "post", "scores and image"],
)
def test_cancel_ends_every_call(
    open_page: Any, tmp_path: Path, body: Any, held: tuple[str, ...]
) -> None:
    page = open_page()
    sent, ended = set[str](), set[str]()

    def name(url: str) -> str:
        return next((part for part in held if part in url), "")

    page.on("request", lambda request: sent.add(name(request.url)))
    page.on("requestfailed", lambda request: ended.add(name(request.url)))
    page.route(lambda url: bool(name(url)), lambda route: None)  # never answers
    send(page, _file(tmp_path, one_page(body)))
    eventually(page, lambda: set(held) <= sent)
    page.get_by_role("button", name="Cancel").click()
    eventually(page, lambda: set(held) <= ended)
    page.wait_for_selector("#activity", state="hidden")
    assert page.locator("#problem").is_hidden()


def test_an_upload_can_be_cancelled(open_page: Any) -> None:
    page = open_page()
    page.route("**/predictions", lambda route: None)  # never answers
    page.click("#samples button[value=town]")
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_selector("#activity", state="hidden")
    assert page.locator("#home").is_visible()
    assert page.locator("#announcer").inner_text() == "Cancelled."


def _file(folder: Path, body: bytes) -> Path:
    path = folder / "image.tif"
    path.write_bytes(body)
    return path


def _drop(page: Any, *names: str) -> None:
    """Drop copies of the river under these names."""
    page.evaluate(
        "async (names) => { const data = new DataTransfer();"
        " const blob = await (await fetch('samples/river.tif')).blob();"
        " for (const name of names) data.items.add(new File([blob], name));"
        " document.dispatchEvent(new DragEvent('drop', { dataTransfer: data })); }",
        names,
    )


def _posts(page: Any) -> list[str]:
    return requested(page, lambda request: request.method == "POST")


def _follow(page: Any, link: str) -> None:
    page.fill("#link-text", link)
    page.press("#link-text", "Enter")


def _grey_levels(page: Any) -> int:
    return len(np.unique(pixels(page, "#preview-picture")))
