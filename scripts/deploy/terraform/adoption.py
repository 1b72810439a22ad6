"""Apply, also after a run that was killed between AWS's answer and Terraform's note of it.

Such resources exist and are in no state. Most have a name that is taken, so that AWS refuses to make
them again; a few would be there twice. Terraform's `import` blocks take both kinds over, but only
those that carry this stack's id: another stack of the same name is left alone.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from scripts.deploy import identity
from scripts.deploy.stack import Stack
from scripts.deploy.terraform import cli as terraform
from scripts.deploy.terraform.identifiers import find_identifier, is_nameless, kind_of
from scripts.deploy.terraform.ownership import find_owner
from scripts.deploy.terraform.progress import Say
from scripts.deploy.tool import AlreadyThereError, DeployError

_FILE = terraform.MODULE / "adoption.tf"  # there while Terraform applies: left behind by a kill
_ROUNDS = 10  # Terraform makes ten resources at once, so a kill leaves no more than that

Planned = Mapping[str, Mapping[str, Any]]  # arguments by address


def apply(stack: Stack, say: Say, *options: str) -> None:
    """Make it so; `options` are Terraform's.

    Raises:
        DeployError: A name is taken by what is not this stack's, or Terraform failed.
    """
    resuming = was_cut() or identity.is_adopting()
    _FILE.write_text("")
    try:
        blocks = _nameless(stack, terraform.planned(*options)) if resuming else ""
        for _ in range(_ROUNDS):
            _FILE.write_text(blocks)
            try:
                return terraform.apply(say, *options)
            except AlreadyThereError as error:
                blocks += _named(stack, terraform.planned(*options), error.addresses, resuming)
                say(f"taking over what an interrupted run has left: {', '.join(error.addresses)}")
        raise DeployError("Terraform's state stays behind what AWS has.")
    finally:
        _FILE.unlink()


def was_cut() -> bool:
    """Return whether the last apply was killed: any other end removes its file."""
    return _FILE.exists()


def _nameless(stack: Stack, planned: Planned) -> str:
    """Return import blocks of what would be made a second time."""
    found = {
        address: find_identifier(stack, address, arguments)
        for address, arguments in planned.items()
        if is_nameless(address)
    }
    ours = {
        address: identifier
        for address, identifier in found.items()
        if identifier and _is_ours(stack, address, planned[address], identifier, resuming=True)
    }
    return _blocks(ours)


def _named(stack: Stack, planned: Planned, addresses: Iterable[str], resuming: bool) -> str:
    """Return import blocks of what AWS refused to make."""
    found = {each: find_identifier(stack, each, planned[each]) for each in addresses}
    for address, identifier in found.items():
        ours = identifier and _is_ours(stack, address, planned[address], identifier, resuming)
        if not ours:
            raise DeployError(
                f"{address} exists already and is not this stack's ({stack.stack_id}): another stack"
                f" named {stack.name} is in this account, or somebody made it by hand. Write another"
                " name into terraform/terraform.tfvars, or remove it, and run this again."
            )
    return _blocks(found)


def _is_ours(
    stack: Stack, address: str, arguments: Mapping[str, Any], identifier: str, resuming: bool
) -> bool:
    owner = find_owner(stack, kind_of(address), arguments, identifier)
    # Terraform tags a bucket after making it: one without tags is what the killed run has left.
    untagged = resuming and owner == "" and kind_of(address) == "aws_s3_bucket"
    return owner == stack.stack_id or untagged


def _blocks(identifiers: Mapping[str, str]) -> str:
    return "".join(
        f"import {{\n  to = {address}\n  id = {json.dumps(identifier)}\n}}\n"
        for address, identifier in identifiers.items()
    )
