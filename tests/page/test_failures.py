"""What a reader is told when the service refuses, fails, is slow, or is not there."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import PHONE, ROOT
from tests.page.steps import choose, eventually, open_sample, refuse, send, until

TOWN = ROOT / "dashboard_static" / "samples" / "town.tif"
TITLES = {
    413: ("The image is too big.", "La imagen es demasiado grande."),
    415: (
        "This file is not a TIFF that can be read.",
        "Este archivo no es un TIFF que se pueda leer.",
    ),
    422: (
        "The model cannot process this image.",
        "El modelo no puede procesar esta imagen.",
    ),
    500: ("The service failed. It is not your fault.", "El servicio falló. No es culpa suya."),
    503: ("The service is not available just now.", "El servicio no está disponible ahora mismo."),
}


@pytest.mark.parametrize("status", TITLES)
def test_each_refusal_has_plain_words_in_both_languages(open_page: Any, status: int) -> None:
    page = open_page()
    page.route("**/predictions", lambda route: refuse(route, status, "The reason."))
    page.click("#samples button[value=town]")
    page.wait_for_selector("#problem:not([hidden])")
    english, spanish = TITLES[status]
    text = page.locator("#problem").inner_text()
    assert english in text
    assert "The reason." in text
    assert f"request-{status}" in text
    assert page.get_by_role("button", name="Try again").count() == (status >= 500)
    page.click("#languages button[value=es]")
    until(page, f"document.querySelector('#problem').innerText.includes('{spanish}')")


def test_an_error_of_the_service_is_told_in_words_with_its_request(open_page: Any) -> None:
    page = open_page()
    detail = "The content type is 'text/html'; send image/tiff."
    values = {"content_type": "text/html", "expected": ["image/tiff"]}
    page.route("**/predictions", lambda route: refuse(route, 415, detail, "content-type", **values))
    send(page, TOWN)
    page.wait_for_selector("#problem:not([hidden])")
    text = page.locator("#problem").inner_text()
    assert "This file is not a TIFF that can be read." in text
    assert detail in text
    assert "request-415" in text
    page.click("#languages button[value=es]")
    spanish = "El tipo de contenido es text/html; se espera image/tiff."
    until(page, f"document.querySelector('#problem').innerText.includes('{spanish}')")
    assert "no es un TIFF" in page.locator("#problem").inner_text()
    assert page.locator("#problem [lang=en]").count() == 0


def test_a_reason_without_a_known_code_is_shown_as_english(open_page: Any) -> None:
    page = open_page(locale="es-CO")
    page.route("**/predictions", lambda route: refuse(route, 422, "As new as it is.", "new-code"))
    send(page, TOWN)
    page.wait_for_selector("#problem:not([hidden])")
    said = page.locator("#problem [lang=en]").inner_text()
    assert said == "El servicio dice: As new as it is."


def test_warnings_are_in_the_reader_s_language_and_those_without_code_in_english(
    open_page: Any,
) -> None:
    page = open_page(locale="es-CO")

    def warn(route: Any) -> None:
        answer = route.fetch()
        values = {"gsd_m": 0.27, "trained_gsd_m": 1.24}
        warnings = [
            {"code": "pixel-size", "values": values, "text": "The pixels are 0.27 m wide."},
            {"code": "uncoded", "values": {}, "text": "An older sentence."},
            "The oldest one.",
        ]
        route.fulfill(response=answer, json=answer.json() | {"warnings": warnings})

    page.route("**/predictions", warn)
    open_sample(page, "town")
    assert page.locator("#warnings li").all_inner_texts() == [
        "Los píxeles miden 0,27 m; el modelo se entrenó con 1,24 m.",
        "An older sentence.",
        "The oldest one.",
    ]
    languages = page.locator("#warnings li").evaluate_all("nodes => nodes.map(({ lang }) => lang)")
    assert languages == ["es", "en", "en"]


def test_confidence_is_one_line_in_the_reader_s_language_and_absent_where_it_is_not_known(
    open_page: Any,
) -> None:
    page = open_page(locale="es-CO")
    reasons = [
        {"code": "band-order-unlikely", "values": {"order": [8, 7]}, "text": "Another order."},
        {"code": "of-tomorrow", "values": {}, "text": "A new reason."},
    ]
    answers = [
        {"level": "low", "expected_jaccard": 0.214, "reasons": reasons},
        {"level": "high", "expected_jaccard": 0.5, "reasons": []},
        None,
    ]

    def judge(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"confidence": answers.pop(0)})

    page.route("**/predictions", judge)
    open_sample(page, "town")
    line = page.locator("#confidence")
    assert _said(line) == (
        "Confianza baja No use estas cifras sin verificarlas. Las bandas parecen venir en otro orden: la "
        "imagen se parecería más a las de entrenamiento si se toman así: 8 y 7. A new reason. En imágenes "
        "como esta, lo dibujado y lo real suelen coincidir en un 21 % (índice de Jaccard)."
    )
    assert line.locator("[lang=en]").inner_text() == "A new reason."
    badges = "[...document.querySelectorAll('#table .trust')].map(({ innerText }) => innerText)"
    until(page, f"new Set({badges}).size === 1")  # whatever the tests say of other images
    assert page.locator("#table .trust:visible").first.inner_text() == "en duda"
    page.goto(f"{page.home}#/")
    open_sample(page, "river")
    assert _said(line) == (
        "Confianza alta En imágenes como esta, lo dibujado y lo real suelen coincidir en un 50 % "
        "(índice de Jaccard)."
    )
    until(page, f"{badges}.includes('buena')")
    page.goto(f"{page.home}#/")
    open_sample(page, "roads")
    assert line.is_hidden()


def test_a_service_that_is_down_is_told_in_words_and_can_be_tried_again(open_page: Any) -> None:
    page = open_page()
    page.route("**/predictions", lambda route: route.abort())
    page.click("#samples button[value=town]")
    page.wait_for_selector("#problem:not([hidden])")
    assert "The service does not respond." in page.locator("#problem").inner_text()
    page.unroute("**/predictions")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("#result:not([hidden])")
    assert page.locator("#problem").is_hidden()


def test_a_slow_service_shows_its_stages_and_leaves_the_page_usable(open_page: Any) -> None:
    page = open_page()
    held: list[Any] = []
    page.route("**/scores", lambda route: held.append(route))  # noqa: PLW0108 (Playwright takes no builtin)
    page.click("#samples button[value=town]")
    page.wait_for_selector("#stages .now:text('Downloading the result')")
    assert page.locator("#stages .done").count() == 3
    page.click("#about-open")
    page.wait_for_selector("#about[open] tbody tr")
    page.click("#about-close")
    eventually(page, lambda: bool(held))
    held[0].continue_()
    page.wait_for_selector("#result:not([hidden])")
    assert page.locator("#activity").is_hidden()


def test_an_upload_shows_how_far_it_is(open_page: Any) -> None:
    page = open_page()
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 50, "downloadThroughput": 1e6, "uploadThroughput": 2e5},
    )
    page.evaluate(
        "window.shown = []; new MutationObserver(() => window.shown.push("
        "document.querySelector('#stages').innerText))"
        ".observe(document.querySelector('#stages'), { childList: true })"
    )
    send(page, TOWN)
    page.wait_for_selector("#result:not([hidden])", timeout=60_000)
    shares = re.findall(r"Uploading (\d+) %", "".join(page.evaluate("window.shown")))
    assert {0 < int(share) < 100 for share in shares} >= {True}
    assert sorted(shares, key=int) == shares


def test_a_busy_service_is_asked_again_before_anybody_is_told(open_page: Any) -> None:
    page = open_page()
    refused: list[str] = []

    def once(route: Any) -> None:
        if refused:
            route.continue_()
            return
        refused.append(route.request.url)
        refuse(route, 503, "PostgreSQL is away.")

    page.route("**/scores", once)
    open_sample(page, "town")
    assert len(refused) == 1
    assert page.locator("#problem").is_hidden()


def test_files_that_fail_are_told(open_page: Any) -> None:
    page = open_page()
    open_sample(page, "town")
    page.route("**/masks.tif", lambda route: refuse(route, 404, "No prediction has the id."))
    page.click("#files [data-form='masks.tif']")
    page.wait_for_selector("#problem:not([hidden])")
    assert "does not exist, or was deleted" in page.locator("#problem").inner_text()


def test_a_reader_far_below_sees_what_went_wrong(open_page: Any, tmp_path: Path) -> None:
    page = open_page(viewport=PHONE)
    page.evaluate("scrollTo(0, 5000)")
    assert page.evaluate("scrollY") > 0
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    choose(page, tmp_path / "photo.png")
    top = page.locator("#problem").bounding_box()["y"]
    assert 0 <= top < PHONE["height"]


def _said(line: Any) -> str:
    """The words of a line, without the sign that explains them."""
    return " ".join(line.inner_text().replace("?", " ").split())
