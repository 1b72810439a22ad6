"""What is missing is one line and exit status 1."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.deploy.tool import ROOT


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    python = {"PYTHONPATH": os.pathsep.join([str(ROOT / "lambda_image"), str(ROOT)])}
    command = [sys.executable, "-m", "scripts.deploy", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=python | environment
    )


@pytest.mark.parametrize(
    "command", ["deploy", "plan", "push", "logs", "destroy", "rollback", "tokens"]
)
def test_without_terraform(command: str, tmp_path: Path) -> None:
    done = run(command, PATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "terraform is not installed: 1.11 or later makes the stack.\n"


def test_without_git(tmp_path: Path) -> None:
    done = run("image", PATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("git is not installed: an image is named by its commit")


def test_a_command_that_there_is_not() -> None:
    done = run("explode")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "Unknown command 'explode'; one of doctor, image, push, plan, deploy"
    )
