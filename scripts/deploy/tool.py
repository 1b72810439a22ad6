"""Programs that others wrote (git, terraform, docker), and the errors that stop a command."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class DeployError(Exception):
    """One line, printed without a traceback."""


class AlreadyThereError(DeployError):
    """AWS refuses to make resources that exist: a run was cut before Terraform could note them."""

    def __init__(self, addresses: list[str]) -> None:
        self.addresses = addresses
        super().__init__(f"AWS has {', '.join(addresses)} already, Terraform's state has not.")


def require(program: str, purpose: str) -> None:
    """DeployError when `program` is not installed."""
    if shutil.which(program) is None:
        raise DeployError(f"{program} is not installed: {purpose}.")


def output_of(command: Sequence[str], text: str = "", complaint: str = "") -> str:
    """Run a program and return what it printed.

    Args:
        command: The program and its arguments.
        text: At its standard input.
        complaint: What its errors say where it has failed whatever its status is.

    Raises:
        DeployError: It failed.
    """
    result = subprocess.run(
        command, cwd=ROOT, input=text, capture_output=True, text=True, check=False
    )
    if result.returncode or (complaint and complaint in result.stderr):
        raise DeployError(f"{_words(command)} failed: {_last_words(result.stderr)}")
    return result.stdout


def run(command: Sequence[str]) -> None:
    """Run it in the open, its output on the terminal; DeployError when it fails."""
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status:
        raise DeployError(f"{_words(command)} ended with status {status}.")


def _words(command: Sequence[str]) -> str:
    """Return the program and its subcommand, without options."""
    return " ".join(word for word in command[:3] if not word.startswith("-"))


def _last_words(text: str) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*m|[╷│╵]", "", text)
    return " ".join(plain.split())[-1000:] or "it said nothing"
