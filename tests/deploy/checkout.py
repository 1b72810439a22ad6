"""A clean checkout, in which people type `make`."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.terraform.module import find_plugins

ROOT = Path(__file__).parents[2]
_COPIED = ("dashboard_static", "lambda_image", "scripts", "terraform")
_KEPT_OUT = shutil.ignore_patterns(
    "__pycache__", ".terraform", "*.tfstate*", "*.tfvars*", "backend.hcl", "*override.tf"
)
_OVERRIDE = 'provider "aws" {\n  max_retries = 2\n}\n'  # an unknown call fails in seconds


@dataclass(frozen=True)
class Finished:
    """A command that has ended; `text`: all that it printed."""

    status: int
    text: str


class Checkout:
    """A copy of the sources in `folder`; commands run with `environment` and little else."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        for name in _COPIED:
            shutil.copytree(ROOT / name, folder / name, ignore=_KEPT_OUT)
        for name in ("Makefile", "pyproject.toml"):
            shutil.copy2(ROOT / name, folder / name)
        (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
        (folder / "terraform" / "retries_override.tf").write_text(_OVERRIDE)
        self.environment = _terraform_settings() | {"PATH": os.environ["PATH"], **environment}

    def make(self, target: str, typed: str = "", **variables: str) -> Finished:
        """Run it to its end, with `typed` at the keyboard."""
        process = self.start(target, **variables)
        text, _ = process.communicate(typed, timeout=1200)
        return Finished(process.returncode, text)

    def start(self, target: str, **variables: str) -> "subprocess.Popen[str]":
        """Begin; in a process group of its own, to be killed with all that it starts."""
        return subprocess.Popen(
            ["make", "-s", target],
            cwd=self.folder,
            env=self.environment | variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def _terraform_settings() -> dict[str, str]:
    plugins = find_plugins()
    return {
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": os.devnull,
        **({"TF_CLI_ARGS_init": f"-plugin-dir={plugins}"} if plugins else {}),
    }
