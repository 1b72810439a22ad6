"""What the applied policies grant."""

import json
from fnmatch import fnmatchcase
from typing import Any

from tests.terraform.account import Account


def allowed(account: Account, function: str) -> dict[tuple[str, ...], set[str]]:
    """Return what a function's role may do: actions by resources."""
    granted: dict[tuple[str, ...], set[str]] = {}
    for said in of_role(account, function):
        if said["Effect"] == "Allow":
            resources = tuple(sorted(_listed(said["Resource"])))
            granted.setdefault(resources, set()).update(_listed(said["Action"]))
    return granted


def is_allowed(granted: dict[tuple[str, ...], set[str]], action: str, arn: str) -> bool:
    """Return whether one of a role's statements allows an action on a resource."""
    return any(
        action in actions and any(fnmatchcase(arn, pattern) for pattern in resources)
        for resources, actions in granted.items()
    )


def public(account: Account) -> dict[str, Any]:
    """Return what everybody may do with the alias, and on what condition."""
    return {
        said["Action"]: said["Condition"] for said in of_alias(account) if said["Principal"] == "*"
    }


def of_role(account: Account, function: str) -> list[dict[str, Any]]:
    """Return the statements of a function's role."""
    iam = account.client("iam")
    role = f"tesela-us-east-1-{function}"
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policies = [iam.get_role_policy(RoleName=role, PolicyName=name) for name in names]
    return [said for each in policies for said in _statements(each["PolicyDocument"])]


def of_alias(account: Account) -> list[dict[str, Any]]:
    """Return the statements of the alias that both URLs lead to."""
    told = account.client("lambda").get_policy(FunctionName="tesela-api", Qualifier="live")
    statements: list[dict[str, Any]] = json.loads(told["Policy"])["Statement"]
    return statements


def _statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    said = policy["Statement"]
    return [said] if isinstance(said, dict) else said


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
