"""What the documentation claims and a test can check."""

import re
import subprocess
from pathlib import Path

import pytest
from tesela import __version__
from tesela.catalogue import KEYS
from tesela.exports import EXPORTS
from tesela.settings import Settings, StageSettings

from tests.stack import InProcess

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
MODULE = (ROOT / "terraform/README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def told(pattern: str, text: str = README) -> set[str]:
    return set(re.findall(pattern, text))


def test_the_readme_tells_every_route_and_no_other(api: InProcess) -> None:
    paths = api("GET", "/openapi.json").json["paths"]
    routes = {f"{method.upper()} {path}" for path in paths for method in paths[path]}
    assert told(r"\| `((?:GET|POST|PUT|PATCH|DELETE) [^`]+)` \|") == routes


def test_the_readme_lists_the_exports_as_they_are() -> None:
    rows = [
        f"| `GET /predictions/{{prediction_id}}/{export.name}` | {export.summary} |"
        for export in EXPORTS
    ]
    assert "\n".join(rows) in README


def test_the_readme_tells_every_setting_and_no_other() -> None:
    fields = Settings.model_fields | StageSettings.model_fields
    names = {field.alias for field in fields.values()}
    assert told(r"(?m)^\| `([A-Z][A-Z0-9_]+)` \|") == names


def test_the_readme_tells_the_classes_in_their_order() -> None:
    assert ", ".join(KEYS) in " ".join(README.split())


def test_make_targets_that_are_told_exist_and_have_help() -> None:
    listed = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    targets = told(r"make ([a-z-]+)", listed)
    for document in (README, MODULE, CONTRIBUTING):
        assert told(r"`make ([a-z-]+)`", document) <= targets
        assert told(r"(?m)^make ([a-z-]+)", document) <= targets
    assert set(told(r"(?m)^\.PHONY: (.+)$", (ROOT / "Makefile").read_text())) == targets


@pytest.mark.parametrize("link", sorted(told(r"\]\(([^)#:]+)\)")))
def test_what_the_readme_links_to_is_there(link: str) -> None:
    assert (ROOT / link).exists()


def test_what_the_module_s_readme_links_to_is_there() -> None:
    links = told(r"\]\(([^)#:]+)\)", MODULE)
    assert "architecture.svg" in links
    assert [link for link in links if not (ROOT / "terraform" / link).exists()] == []


def test_the_module_s_readme_tells_variables_that_there_are() -> None:
    variables = told(r'variable "(\w+)"', (ROOT / "terraform/variables.tf").read_text())
    assert set() < told(r"(?m)^\| `([a-z_]+)` \|", MODULE) <= variables


def test_one_version_everywhere() -> None:
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_contributing_tells_what_ci_runs_and_no_more() -> None:
    section = CONTRIBUTING.partition("## What CI runs")[2].partition("## ")[0]
    script = (ROOT / ".ci/run").read_text("utf-8")
    commands = "\n".join(line for line in script.splitlines() if not line.lstrip().startswith("#"))
    assert told(r"`make ([a-z-]+)`", section) == told(r"(?:^|\s)make ([a-z-]+)", commands)


@pytest.mark.parametrize(
    "path", sorted(told(r"`((?:lambda_image|scripts|tests)/[^`]+)`", CONTRIBUTING))
)
def test_what_contributing_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()
