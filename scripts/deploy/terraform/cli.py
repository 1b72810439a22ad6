"""Terraform on the module in terraform/: every call is a command that a person could type."""

import json
import re
import subprocess
from typing import Any

from scripts.deploy.terraform.progress import Say, Trouble, follow
from scripts.deploy.terraform.state_backup import copied, mend
from scripts.deploy.tool import ROOT, AlreadyThereError, DeployError, output_of, require, run

MODULE = ROOT / "terraform"
_TERRAFORM = ["terraform", f"-chdir={MODULE}"]
_REMOTE_STATE = MODULE / "backend.hcl"
_OVERRIDE = 'terraform {\n  backend "s3" {}\n}\n'  # the rest stands in backend.hcl
_PLAN = MODULE / ".terraform" / "deploy.plan"
_ASKED = ("name", "region", "token_hashes")
_CONFLICT = re.compile(
    r"already exists|AlreadyExists|AlreadyOwned|Duplicate|ResourceConflict|InvalidSubnet.Conflict"
)
_LOCK = re.compile(r"state lock.*\bID: (\S+).*\bWho: (\S+).*\bCreated: (\S+ [\d:]+)")
_NEW_ACCOUNT = "UnreservedConcurrentExecution below its minimum"


def init() -> None:
    """Fetch the provider and open the state: in terraform/, or where backend.hcl says."""
    require("terraform", "1.11 or later makes the stack")
    mend(MODULE)
    backend = []
    if _REMOTE_STATE.exists():
        (MODULE / "backend_override.tf").write_text(_OVERRIDE)
        backend = [f"-backend-config={_REMOTE_STATE.name}"]
    _output("init", "-input=false", "-lockfile=readonly", *backend)


def variables() -> dict[str, Any]:
    """-> what the commands need to know, from terraform.tfvars, TF_VAR_... or the defaults."""
    asked = ", ".join(f"{name} = var.{name}" for name in _ASKED)
    # The last line: of a stack half made, the console first says what it cannot evaluate.
    answer = _output("console", text=f"jsonencode({{{asked}}})").splitlines()[-1]
    found: dict[str, Any] = json.loads(json.loads(answer))
    return found


def outputs() -> dict[str, Any]:
    """-> the outputs of what is applied, none of which is secret."""
    told = json.loads(_output("output", "-json"))
    return {name: output["value"] for name, output in told.items()}


def resources() -> list[str]:
    """-> the addresses of what the state holds, data sources left out."""
    values = json.loads(_output("show", "-json")).get("values", {})
    held = values.get("root_module", {}).get("resources", [])
    return [each["address"] for each in held if each["mode"] == "managed"]


def planned(*options: str) -> dict[str, dict[str, Any]]:
    """-> what an apply would make: the known arguments by address."""
    _output("plan", "-input=false", "-refresh=false", f"-out={_PLAN}", *options)
    plan = json.loads(_output("show", "-json", str(_PLAN)))
    _PLAN.unlink()
    changes = {each["address"]: each["change"] for each in plan["resource_changes"]}
    return {name: each["after"] for name, each in changes.items() if "create" in each["actions"]}


def show_plan(*options: str) -> None:
    """Print what an apply would change, for a person."""
    run([*_TERRAFORM, "plan", "-input=false", *options])


def apply(say: Say, *options: str) -> None:
    """Make it so; AlreadyThereError when nothing but names already taken stood in the way."""
    _change(say, "apply", *options)


def destroy(say: Say, *options: str) -> None:
    """Remove all that the state holds."""
    _change(say, "destroy", *options)


def _change(say: Say, verb: str, *options: str) -> None:
    command = [*_TERRAFORM, verb, "-json", "-auto-approve", "-input=false", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        troubles = _follow_to_the_end(process, say)
    if troubles or process.returncode:
        raise _error(verb, troubles)


def _follow_to_the_end(process: "subprocess.Popen[str]", say: Say) -> list[Trouble]:
    """Ctrl-C reaches Terraform too, which still has to note what it has under way."""
    assert process.stdout is not None  # noqa: S101 (a pipe)
    lines = process.stdout
    try:
        return follow(copied(lines, MODULE), say)
    except KeyboardInterrupt:
        say("Stopping; Terraform finishes what it has begun ...")
        follow(copied(lines, MODULE), say)
        raise


def _error(verb: str, troubles: list[Trouble]) -> DeployError:
    texts = [trouble.text for trouble in troubles]
    if texts and all(_CONFLICT.search(text) for text in texts):
        return AlreadyThereError([trouble.address for trouble in troubles])
    return _explained("\n".join(texts) or f"terraform {verb} ended without a word.")


def _output(*arguments: str, text: str = "") -> str:
    try:
        return output_of([*_TERRAFORM, *arguments], text)
    except DeployError as error:
        raise _explained(str(error)) from error


def _explained(text: str) -> DeployError:
    """Say what to do where Terraform and AWS do not.

    A lock is left by who still runs, or, in S3, by who was killed; a new account has no concurrency
    to reserve.
    """
    if lock := _LOCK.search(text):
        lock_id, who, since = lock.groups()
        text = (
            f"{who} has had Terraform's state locked since {since}. Wait for that run to end; if it is"
            f" dead: terraform -chdir=terraform force-unlock {lock_id}"
        )
    if _NEW_ACCOUNT in text:
        text += (
            "\nThis account's Lambda limit leaves nothing to reserve: write reserved_concurrency = -1 into"
            " terraform/terraform.tfvars and run make deploy again; it goes on from here."
        )
    return DeployError(text)
