"""What can be said of the page without a browser: its policy, its vendored files, its unit tests."""

import ast
import json
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tesela import errors
from tesela.catalogue import BANDS
from tesela.tokens import SCOPES

from scripts import page_config
from scripts.local.stack import LocalStack
from scripts.vendor_page import PACKAGES, VENDOR, Package
from tests.page.conftest import ROOT
from tests.stack import InProcess
from tests.tiffs import counts, one_page

PAGE = ROOT / "dashboard_static"
NODE = shutil.which("node") or ""
PAYLOADS = Path(__file__).with_name("payloads")


@pytest.mark.skipif(not NODE, reason="node is not installed")
def test_the_units_of_the_page_pass_their_own_tests() -> None:
    files = sorted(str(path) for path in (Path(__file__).parent / "unit").glob("*.test.js"))
    done = subprocess.run([NODE, "--test", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_policy_admits_no_foreign_or_inline_script() -> None:
    page = (PAGE / "index.html").read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert "unsafe" not in policy[1]


def test_every_module_that_the_page_starts_with_is_fetched_at_once() -> None:
    told = re.findall(
        r'<link rel="modulepreload" href="([^"]+)">', (PAGE / "index.html").read_text()
    )
    words = _imported(PAGE / "js/words.js") - {"js/words.js"}
    others = _imported(PAGE / "js/main.js") - {"js/main.js"} - words
    assert told == [*sorted(words), *sorted(others)]


def _imported(module: Path, known: frozenset[str] = frozenset()) -> frozenset[str]:
    """A module and all that it imports statically, as addresses of the page."""
    known |= {module.relative_to(PAGE).as_posix()}
    for name in re.findall(
        r'(?m)^(?:import|} from|import .* from) "(\.[^"]+)"', module.read_text()
    ):
        imported = (module.parent / name).resolve()
        if imported.relative_to(PAGE).as_posix() not in known:
            known |= _imported(imported, known)
    return known


def test_nothing_is_asked_of_a_third_party() -> None:
    ours = [PAGE / "index.html", PAGE / "styles.css", *(PAGE / "js").rglob("*.js")]
    found = {
        path.name: re.findall(r"https?://[^\s\"'`*]+", path.read_text("utf-8")) for path in ours
    }
    known = {"http://127.0.0.1:", "http://localhost:", "http://www.w3.org/2000/svg"}
    assert {name: set(urls) - known for name, urls in found.items() if set(urls) - known} == {}


def test_data_reaches_the_document_as_text_alone() -> None:
    for path in (PAGE / "js").rglob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(", path.read_text()
        ), path


def test_sizes_of_text_follow_the_reader_s() -> None:
    of_drawings = {".footprints text", ".north text"}  # in units of the drawing
    for name in ("styles.css", "scenes.css"):
        rules = re.findall(r"([^{}]+)\{([^{}]*)\}", (PAGE / name).read_text("utf-8"))
        for selector, body in rules:
            if selector.split("*/")[-1].strip() in {":root", *of_drawings}:
                continue  # the root's own size is that of paper
            assert not re.search(r"font(-size)?:[^;]*\dpx", body), selector


def test_types_are_imported_once_at_the_top_of_a_module() -> None:
    for path in (PAGE / "js").rglob("*.js"):
        assert not re.search(r"import\(\"[^\"]+\"\)\.", path.read_text("utf-8")), path


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.folder)
def test_vendored_files_stand_with_version_and_licence(package: Package) -> None:
    folder = VENDOR / package.folder
    assert (
        f"{package.name} {package.version} ({package.licence})" in (folder / "VERSION").read_text()
    )
    assert {Path(name).name for name in package.files} <= {path.name for path in folder.iterdir()}
    assert "LICENSE" in {path.name for path in folder.iterdir()}


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / name).read_text("utf-8"))


def test_example_payloads_follow_the_catalogue() -> None:
    catalogue = json.loads((ROOT / "lambda_image/tesela/catalogue.json").read_text("utf-8"))
    config = payload("config.json")
    assert config["classes"] == catalogue["classes"]
    facts = json.loads(page_config.text())
    assert {name: config[name] for name in facts} == facts
    assert payload("predictions.json")["items"] == [payload("prediction.json")]
    assert sorted(path.suffix for path in PAYLOADS.iterdir()) == [".json"] * 5


def test_the_page_is_told_of_the_service_what_the_code_says() -> None:
    assert page_config.PATH.read_text("utf-8") == page_config.text(), "run make page-config"


def test_the_service_answers_in_the_form_of_the_example_payloads(
    api: InProcess, town: bytes, stack: LocalStack
) -> None:
    with urllib.request.urlopen(f"{stack.page_url}/config.json") as config:
        assert form(json.load(config)) == form(payload("config.json"))
    answer, example = api("POST", "/predictions", town).json, payload("prediction.json")
    assert form(without_caveats(answer)) == form(without_caveats(example))
    bare = api("POST", "/predictions", one_page(counts())).json
    assert bare["warnings"]
    assert bare["confidence"]["reasons"]
    for caveat in (*bare["warnings"], *bare["confidence"]["reasons"]):
        assert form(caveat | {"values": {}}) == form(example["warnings"][0] | {"values": {}})
    history = api("GET", "/predictions?limit=1").json
    assert set(history) == set(payload("predictions.json"))
    unknown, no_tiff = api("GET", f"/predictions/{uuid4()}"), api("POST", "/predictions", b"x")
    for reply, problem in ((unknown, "problem_404.json"), (no_tiff, "problem_415.json")):
        assert form(reply.json | {"values": {}}) == form(payload(problem))


def without_caveats(document: dict[str, Any]) -> dict[str, Any]:
    return document | {"warnings": [], "confidence": document["confidence"] | {"reasons": []}}


def form(value: Any) -> Any:
    """The members of objects, all the way down; lists by their first item, texts and numbers by type."""
    if isinstance(value, dict):
        return {key: form(item) for key, item in value.items()}
    if isinstance(value, list):
        return [form(item) for item in value[:1]]
    return "number" if isinstance(value, int | float | None) else type(value).__name__


@pytest.mark.skipif(not NODE, reason="node is not installed")
def test_spanish_words_of_the_service_s_codes_are_filled_by_their_values() -> None:
    address = (PAGE / "js/i18n/i18n.js").as_uri()
    script = f"import('{address}').then(({{ WORDS }}) => console.log(JSON.stringify(WORDS.es)))"
    done = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True)
    words = json.loads(done.stdout)
    texts = (*SCOPES, *(band for band in BANDS if not band.startswith("NIR")))
    assert [text for text in texts if f"value.{text}" not in words] == []
    values = _codes()
    assert len(values) > 40
    missing = [code for code in values if code not in words]
    assert missing == [], "add their Spanish words to js/i18n/es.js"
    for code, given in values.items():
        blanks = set(re.findall(r"\{(\w+)\}", words[code]))
        assert blanks <= given or None in given, f"{code} has no values {blanks - given}"


def _codes() -> dict[str, set[object]]:
    """Codes of problems and warnings in the service's code, with the names of their values.

    None stands for values that are passed on as a whole.
    """
    found: dict[str, set[object]] = {}
    for path in (ROOT / "lambda_image/tesela").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                found |= _codes_of(node)
    return {code: given for code, given in found.items() if not code.startswith("problem.model-")}


def _codes_of(call: ast.Call) -> dict[str, set[object]]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    match name, call.args:
        case "Caveat", [ast.Constant(value=str(code)), ast.Dict(keys=keys), *_]:
            given: set[object] = {
                key.value if isinstance(key, ast.Constant) else None for key in keys
            }
            return {f"warning.{code}": given}
        case "Caveat", [ast.Constant(value=str(code)), *_]:
            return {f"warning.{code}": {None}}
        case "_no", [ast.Constant(value=str(code)), *_]:  # of georeference.py
            return {f"warning.{code}": {"gsd_m", *(keyword.arg for keyword in call.keywords)}}
        case str(), [_, ast.Constant(value=str(code)), *_] if name.endswith("Error"):
            return {f"problem.{code}": {keyword.arg for keyword in call.keywords}}
        case str(), [_] if name.endswith("Error") and name in vars(
            errors
        ):  # the class gives the code
            code = vars(errors)[name]("").code
            return {f"problem.{code}": {keyword.arg for keyword in call.keywords}}
    return {}
