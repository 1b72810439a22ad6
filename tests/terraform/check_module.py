"""The module as it is written: `make test-terraform`. Nothing is applied."""

import json
import re
import subprocess
from collections.abc import Callable

import pytest

from scripts.local.lambda_runtime.function import machine_environment
from tests.terraform.module import ROOT, Module

Tell = Callable[[str], None]

CHECKOV = ROOT / ".venv-checkov/bin/checkov"
FOLDER = ROOT / "terraform"
SKIPPED = (FOLDER / ".checkov.yaml").read_text()


@pytest.fixture(scope="session")
def module(tmp_path_factory: pytest.TempPathFactory) -> Module:
    module = Module(tmp_path_factory.mktemp("module"), machine_environment())
    module.init()
    return module


def test_every_file_is_formatted(module: Module) -> None:
    assert module.check("fmt", "-check", "-diff", "-recursive") == ""


def test_the_module_is_valid(module: Module) -> None:
    module.check("validate")


def test_the_stack_promises_and_refuses_what_it_should(module: Module, tell: Tell) -> None:
    told = module.check("test")
    passed = re.search(r"(\d+) passed, 0 failed", told)
    assert passed, told
    tell(f"terraform test: {passed[0]}")


def test_checkov_finds_nothing_that_was_not_decided(tell: Tell) -> None:
    done = subprocess.run(
        [CHECKOV, "-d", FOLDER, "--config-file", FOLDER / ".checkov.yaml", "-o", "json"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    told = json.loads(done.stdout)
    failed = [(one["check_id"], one["resource"]) for one in told["results"]["failed_checks"]]
    assert not failed
    counts = told["summary"]
    tell(
        "checkov: "
        + ", ".join(f"{counts[name]} {name}" for name in ("passed", "failed", "skipped"))
    )


@pytest.mark.parametrize("line", re.findall(r"^  - .*", SKIPPED, re.MULTILINE))
def test_every_decision_against_a_check_has_its_reason(line: str) -> None:
    assert re.fullmatch(r"  - CKV2?_AWS_\d+ # .{10,}", line)
