"""Apply, also after a run that was killed between AWS's answer and Terraform's note of it.

Such resources exist and are in no state. Most have a name that is taken, so that AWS refuses to make
them again; a few would be there twice. Terraform's `import` blocks take both kinds over.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from scripts.deploy.stack import Stack
from scripts.deploy.terraform import cli as terraform
from scripts.deploy.terraform.identifiers import find_identifier, is_nameless
from scripts.deploy.terraform.progress import Say
from scripts.deploy.tool import AlreadyThereError, DeployError

_FILE = terraform.MODULE / "adoption.tf"  # there while Terraform applies: left behind by a kill
_ROUNDS = 10  # Terraform makes ten resources at once, so a cut leaves no more than that

Planned = Mapping[str, Mapping[str, Any]]  # arguments by address


def apply(stack: Stack, say: Say, *options: str) -> None:
    """Make it so; `options` are Terraform's."""
    cut = was_cut()
    _FILE.write_text("")
    try:
        blocks = _nameless(stack, terraform.planned(*options)) if cut else ""
        for _ in range(_ROUNDS):
            _FILE.write_text(blocks)
            try:
                return terraform.apply(say, *options)
            except AlreadyThereError as error:
                say(f"taking over what a run that was cut has left: {', '.join(error.addresses)}")
                blocks += _named(stack, terraform.planned(*options), error.addresses)
        raise DeployError("Terraform's state stays behind what AWS has.")
    finally:
        _FILE.unlink()


def was_cut() -> bool:
    """-> whether the last apply was killed: any other end takes its file away."""
    return _FILE.exists()


def _nameless(stack: Stack, planned: Planned) -> str:
    """-> import blocks of what would be made a second time."""
    found = {
        address: find_identifier(stack, address, arguments)
        for address, arguments in planned.items()
        if is_nameless(address)
    }
    return _blocks({address: each for address, each in found.items() if each})


def _named(stack: Stack, planned: Planned, addresses: Iterable[str]) -> str:
    """-> import blocks of what AWS refused to make."""
    found = {each: find_identifier(stack, each, planned[each]) for each in addresses}
    for address, identifier in found.items():
        if not identifier:
            raise DeployError(f"{address} exists already: remove it by hand, and run this again.")
    return _blocks(found)


def _blocks(identifiers: Mapping[str, str]) -> str:
    return "".join(
        f"import {{\n  to = {address}\n  id = {json.dumps(identifier)}\n}}\n"
        for address, identifier in identifiers.items()
    )
