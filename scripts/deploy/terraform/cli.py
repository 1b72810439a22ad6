"""Terraform on the module in terraform/: every call is a command that a person could type."""

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.deploy.terraform.progress import Say, Trouble, follow
from scripts.deploy.terraform.state_backup import copied, mend
from scripts.deploy.tool import ROOT, AlreadyThereError, DeployError, output_of, require, run

MODULE = ROOT / "terraform"
_TERRAFORM = ["terraform", f"-chdir={MODULE}"]
_REMOTE_STATE = MODULE / "backend.hcl"
_OVERRIDE = 'terraform {\n  backend "s3" {}\n}\n'  # the rest stands in backend.hcl
_PLAN = MODULE / ".terraform" / "deploy.plan"
_ASKED = (
    "name",
    "region",
    "alarm_email",
    "db_backup_days",
    "db_instance_class",
    "page_delivery",
    "reserved_concurrency",
    "scene_concurrency",
)
_CONFLICT = re.compile(
    r"already exists|AlreadyExists|AlreadyOwned|Duplicate|ResourceConflict|InvalidSubnet.Conflict"
)
_LOCK = re.compile(r"state lock.*\bID: (\S+).*\bWho: (\S+).*\bCreated: (\S+ [\d:]+)")
# What AWS says, and what to do about it.
_ADVICE = {
    "UnreservedConcurrentExecution below its minimum": (
        "This account's Lambda limit leaves nothing to reserve: write reserved_concurrency = -1 into"
        " terraform/terraform.tfvars"
    ),
    "account must be verified": (
        "AWS lets new accounts use CloudFront only after a check: open a support case (account and"
        ' billing, free of charge), or meanwhile write page_delivery = "s3-website" into'
        " terraform/terraform.tfvars, which serves the page by plain HTTP"
    ),
    "backup retention period exceeds the maximum": (
        "AWS's free plan keeps backups for a day: write db_backup_days = 1 into"
        " terraform/terraform.tfvars"
    ),
    "permission to create service linked role": (
        "This account has no role for RDS yet: aws iam create-service-linked-role --aws-service-name"
        " rds.amazonaws.com, then wait a minute"
    ),
    "Unable to create the resource. Verify that you have permission": (
        "The role for RDS was perhaps only just made: wait a minute"
    ),
}


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
    """Return what the commands need to know, from terraform.tfvars, TF_VAR_... or the defaults.

    Terraform is asked about a module that has these variables and nothing else: of the whole one it
    would load the provider, which takes seconds of each command.

    Raises:
        DeployError: A value is not allowed.
    """
    asked = ", ".join(f"{name} = var.{name}" for name in _ASKED)
    with TemporaryDirectory() as folder:
        module = Path(folder) / MODULE.name
        module.mkdir()
        (module.parent / "lambda_image").symlink_to(ROOT / "lambda_image")  # a validation reads it
        for pattern in ("variables.tf", "*.tfvars", "*.tfvars.json"):
            for file in MODULE.glob(pattern):
                shutil.copy(file, module)
        command = ["terraform", f"-chdir={module}", "console"]
        # It answers for a value that a validation refuses, too, and ends well.
        answer = output_of(command, f"jsonencode({{{asked}}})", complaint="Error:")
    found: dict[str, Any] = json.loads(json.loads(answer))
    return found


@cache
def outputs() -> dict[str, Any]:
    """Return the outputs of what is applied, none of which is secret; read again after a change."""
    told = json.loads(_output("output", "-json"))
    return {name: output["value"] for name, output in told.items()}


def resources() -> list[str]:
    """Return the addresses of what the state holds, data sources left out.

    `terraform show` would load the provider for it, which takes seconds.
    """
    return addresses_in(_output("state", "pull"))


def addresses_in(state: str) -> list[str]:
    """Return the addresses in a state, the text of version 4; "" is no state."""
    held = json.loads(state)["resources"] if state.strip() else []
    return [
        f"{each['type']}.{each['name']}{_index(instance)}"
        for each in held
        if each["mode"] == "managed"
        for instance in each["instances"]
    ]


def _index(instance: dict[str, Any]) -> str:
    return f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""


def planned(*options: str) -> dict[str, dict[str, Any]]:
    """Return what an apply would create: the known arguments by address."""
    _output("plan", "-input=false", "-refresh=false", f"-out={_PLAN}", *options)
    plan = json.loads(_output("show", "-json", str(_PLAN)))
    _PLAN.unlink()
    changes = {each["address"]: each["change"] for each in plan["resource_changes"]}
    return {name: each["after"] for name, each in changes.items() if "create" in each["actions"]}


def show_plan(*options: str) -> None:
    """Print what an apply would change, for a person."""
    run([*_TERRAFORM, "plan", "-input=false", *options])


def apply(say: Say, *options: str) -> None:
    """Apply the module.

    Raises:
        AlreadyThereError: Only names that are taken stood in the way.
        DeployError: Something else did.
    """
    _change(say, "apply", *options)


def destroy(say: Say, *options: str) -> None:
    """Remove all that the state holds."""
    _change(say, "destroy", *options)


def _change(say: Say, verb: str, *options: str) -> None:
    outputs.cache_clear()
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


def _output(*arguments: str) -> str:
    try:
        return output_of([*_TERRAFORM, *arguments])
    except DeployError as error:
        raise _explained(str(error)) from error


def _explained(text: str) -> DeployError:
    """Add what to do where Terraform and AWS do not say it.

    A lock belongs to a run that has not ended or, in S3, to one that was killed.
    """
    if lock := _LOCK.search(text):
        lock_id, who, since = lock.groups()
        text = (
            f"{who} has had Terraform's state locked since {since}. Wait for that run to end; if it is"
            f" dead: terraform -chdir=terraform force-unlock {lock_id}"
        )
    advice = [told for said, told in _ADVICE.items() if said in text]
    if advice:
        text += f"\n{advice[0]}; then run make deploy again, which resumes from here."
    return DeployError(text)
