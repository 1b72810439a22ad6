"""The terraform command on a copy of the module, against moto instead of AWS."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
_READ = ("dashboard_static", "lambda_image", "pyproject.toml")  # beside the module, by the module

_SOMEBODY_S = shutil.ignore_patterns(
    ".terraform", "*.tfstate*", "*.tfvars*", "backend*", "*_override.tf"
)

# An unknown call fails in seconds, not after the provider's 25 tries.
_OVERRIDE = 'provider "aws" {\n  max_retries = 2\n}\n'


class Module:
    """`folder` gets the copy, so that nobody's state, variables or backend are touched."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        if not shutil.which("terraform"):
            pytest.skip("terraform is not installed")
        self._module = folder / "terraform"
        self._environment = environment | {
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "TF_CLI_ARGS": "-no-color",
            "TF_INPUT": "0",
        }
        shutil.copytree(ROOT / "terraform", self._module, ignore=_SOMEBODY_S)
        (self._module / "max_retries_override.tf").write_text(_OVERRIDE)
        for name in _READ:
            (folder / name).symlink_to(ROOT / name)

    def init(self) -> None:
        """Install the provider that the lock file names; skips where there is none to be had."""
        plugins = find_plugins()
        where = [f"-plugin-dir={plugins}"] if plugins else []
        done = self._run("init", "-lockfile=readonly", *where, fine=(0, 1))
        if plugins is None and "Failed to query available provider packages" in done.stdout:
            pytest.skip(
                "No aws provider: no registry answers, and TF_PLUGIN_DIR names no folder of it"
            )
        assert done.returncode == 0, done.stdout

    def apply(self, *, target: str = "", **variables: Any) -> str:
        """Apply the module and return the counts: `3 added, 0 changed, 0 destroyed`."""
        aim = [f"-target={target}"] if target else []
        return _changes(self._run("apply", "-auto-approve", *aim, variables=variables))

    def plan(self, **variables: Any) -> str:
        """Return what would change; empty if there is nothing to do."""
        done = self._run("plan", "-detailed-exitcode", variables=variables, fine=(0, 2))
        if done.returncode == 0:
            return ""
        _, _, actions = done.stdout.partition("Terraform will perform the following actions:")
        return actions or done.stdout  # without actions, outputs change

    def destroy(self, **variables: Any) -> str:
        """Remove everything and return the count: `3 destroyed`."""
        return _changes(self._run("destroy", "-auto-approve", variables=variables))

    def check(self, *arguments: str) -> str:
        """Run a command that touches no stack, and return what it printed."""
        return self._run(*arguments).stdout

    def state_text(self) -> str:
        """Return the whole state, secrets included if there were any."""
        return self._run("state", "pull").stdout

    def outputs(self) -> dict[str, Any]:
        """Return the outputs by name."""
        told = json.loads(self._run("output", "-json").stdout)
        return {name: output["value"] for name, output in told.items()}

    def resources(self) -> list[str]:
        """Return the addresses in the state, data sources left out."""
        addresses = self._run("state", "list").stdout.split()
        return [address for address in addresses if not address.startswith("data.")]

    def _run(
        self,
        *arguments: str,
        variables: dict[str, Any] | None = None,
        fine: tuple[int, ...] = (0,),
    ) -> subprocess.CompletedProcess[str]:
        given = {f"TF_VAR_{name}": _as_hcl(value) for name, value in (variables or {}).items()}
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=self._module,
            env=self._environment | given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode in fine, f"terraform {arguments[0]}:\n{done.stdout[-6000:]}"
        return done


def find_plugins() -> Path | None:
    """Return a folder of providers on this machine, for where the registry cannot be reached.

    TF_PLUGIN_DIR, or one of the usual places, the first that holds the aws provider.
    """
    places = [Path(os.environ["TF_PLUGIN_DIR"])] if "TF_PLUGIN_DIR" in os.environ else _usual()
    return next((place for place in places if _has_provider(place)), None)


def _usual() -> list[Path]:
    return [
        Path.home() / ".terraform.d/plugins",
        Path("/usr/local/share/terraform/plugins"),
        Path("/usr/share/terraform/plugins"),
        *sorted(Path("/opt").glob("*")),
    ]


def _has_provider(place: Path) -> bool:
    return (place / "registry.terraform.io/hashicorp/aws").is_dir()


def _changes(done: subprocess.CompletedProcess[str]) -> str:
    (line,) = re.findall(r"complete! Resources: (.*)\.", done.stdout)
    return str(line)


def _as_hcl(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
