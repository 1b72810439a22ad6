"""The stack's id: the value of the tag StackId, by which the commands tell their own resources from others'."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.deploy.terraform.cli import MODULE
from scripts.deploy.tool import DeployError

FILE = MODULE / "stack.auto.tfvars.json"  # which Terraform reads by itself
_ID = re.compile(r"[0-9a-f]{12}")


def settle(outputs: Mapping[str, Any], file: Path = FILE) -> str:
    """Return the stack's id, and keep it where Terraform reads it.

    What is deployed decides, then what was kept. ADOPT names the id of a stack whose state was lost,
    so that its resources are taken over. A new stack gets a random id.

    Args:
        outputs: Terraform's, empty before the first deployment.
        file: Where the id is kept.
    """
    stack_id = outputs.get("stack_id") or _asked() or kept(file) or secrets.token_hex(6)
    if stack_id != kept(file):
        partial = file.with_suffix(".partial")
        partial.write_text(json.dumps({"stack_id": stack_id}) + "\n")
        partial.replace(file)
    return str(stack_id)


def kept(file: Path = FILE) -> str:
    """Return the id in the file, "" where there is none."""
    return str(json.loads(file.read_text())["stack_id"]) if file.exists() else ""


def forget(file: Path = FILE) -> None:
    """Let the next deployment be another stack."""
    file.unlink(missing_ok=True)


def is_adopting() -> bool:
    """Return whether ADOPT asks to take over what a lost state has left."""
    return bool(_asked())


def _asked() -> str:
    asked = os.environ.get("ADOPT", "")
    if asked and not _ID.fullmatch(asked):
        raise DeployError(f"ADOPT is {asked!r}: give the 12 hex digits of the tag StackId.")
    return asked
