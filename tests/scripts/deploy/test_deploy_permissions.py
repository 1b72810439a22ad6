"""The deployer's policies: every resource type, every call of ours, and short enough for IAM."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from scripts.deploy import permissions

ROOT = Path(__file__).parents[3]
MODULE = "\n".join(path.read_text() for path in (ROOT / "terraform").glob("*.tf"))
SOURCES = sorted((ROOT / "scripts/deploy").rglob("*.py"))
SERVICES = sorted(permissions.CALLS)


def operations() -> dict[str, set[str]]:
    """Return the methods of each of our clients, as boto3 makes them from the service's model."""
    session = botocore.session.get_session()
    models = {service: session.get_service_model(service) for service in SERVICES}
    return {
        name: {xform_name(op) for op in model.operation_names} for name, model in models.items()
    }


def called() -> Iterator[str]:
    """Yield every name in our sources that may be a method of a client: attributes and texts."""
    for path in SOURCES:
        if path.name == "permissions.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_resource_type_of_the_module_has_its_actions_and_no_other() -> None:
    types = set(re.findall(r'^(?:resource|data) "(aws_\w+)"', MODULE, re.MULTILINE))
    assert types == set(permissions.RESOURCES)


def test_every_call_of_boto3_is_known() -> None:
    ours = {method for _, method in permissions.calls()}
    every = set().union(*operations().values())
    # Words that are also methods of a service, of which we have no client's in mind.
    words = {"untag_resource", "tag_resource"}
    assert (set(called()) & every) - words == ours


def test_every_client_of_boto3_is_known() -> None:
    text = "\n".join(path.read_text() for path in SOURCES)
    clients = set(re.findall(r'\.client\(\s*"([a-z0-9-]+)"', text))
    looked_up = {entry[0] for entry in _lookups()}
    assert clients | looked_up == set(SERVICES)


def _lookups() -> list[tuple[str, ...]]:
    from scripts.deploy.terraform.identifiers import _LOOKED_UP
    from scripts.deploy.terraform.ownership import _TAGS

    return [*_LOOKED_UP.values(), *_TAGS.values()]  # type: ignore[list-item]


@pytest.mark.parametrize("client", SERVICES)
def test_every_method_that_is_listed_exists(client: str) -> None:
    assert set(permissions.CALLS[client].split()) <= operations()[client]


def test_the_files_are_those_that_the_command_writes(tmp_path: Path) -> None:
    permissions.write(tmp_path)
    written = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_text() for path in permissions.FOLDER.iterdir()}


def test_each_policy_is_short_enough_for_iam() -> None:
    for policy in permissions.policies():
        text = "".join(json.dumps(policy, separators=(",", ":")).split())
        assert len(text) <= 6144


def test_every_action_is_granted_once() -> None:
    granted = [
        action
        for policy in permissions.policies()
        for statement in policy["Statement"]
        for action in statement["Action"]
    ]
    assert sorted(granted) == sorted(permissions.actions())
    assert not [action for action in granted if "*" in action]


def test_roles_are_passed_to_four_services_alone() -> None:
    (statement,) = [
        each
        for policy in permissions.policies()
        for each in policy["Statement"]
        if "iam:PassRole" in each["Action"]
    ]
    assert statement["Condition"]["StringEquals"]["iam:PassedToService"] == [
        "events.amazonaws.com",
        "lambda.amazonaws.com",
        "scheduler.amazonaws.com",
        "states.amazonaws.com",
    ]
    assert statement["Resource"] == ["arn:aws:iam::*:role/tesela-*"]
