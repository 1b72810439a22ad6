"""What the applied policies grant."""

import json
from typing import Any

from tests.terraform.account import Account


def allowed(account: Account, function: str) -> dict[tuple[str, ...], set[str]]:
    """-> what a function's role may do: actions by resources."""
    return {
        tuple(sorted(_listed(said["Resource"]))): set(_listed(said["Action"]))
        for said in of_role(account, function)
        if said["Effect"] == "Allow"
    }


def public(account: Account) -> dict[str, Any]:
    """-> what everybody may do with the alias, and on what condition."""
    return {
        said["Action"]: said["Condition"] for said in of_alias(account) if said["Principal"] == "*"
    }


def of_role(account: Account, function: str) -> list[dict[str, Any]]:
    """-> the statements of a function's role."""
    iam = account.client("iam")
    told = iam.get_role_policy(RoleName=f"tesela-{function}", PolicyName=function)
    statements: list[dict[str, Any]] = told["PolicyDocument"]["Statement"]
    return statements


def of_alias(account: Account) -> list[dict[str, Any]]:
    """-> the statements of the alias that both URLs lead to."""
    told = account.client("lambda").get_policy(FunctionName="tesela-api", Qualifier="live")
    statements: list[dict[str, Any]] = json.loads(told["Policy"])["Statement"]
    return statements


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
