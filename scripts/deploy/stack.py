"""The stack that the commands work on: its name and region, and the account's credentials."""

import os
from dataclasses import dataclass
from typing import Any

import boto3

from scripts.deploy.terraform import cli as terraform
from scripts.deploy.tool import DeployError


@dataclass(frozen=True)
class Stack:
    """`token_hashes`: what the next apply admits; `session`: boto3's, in the stack's region."""

    name: str
    account: str
    token_hashes: list[str]
    session: boto3.Session

    @property
    def region(self) -> str:
        """-> where the stack is."""
        return str(self.session.region_name)

    def client(self, service: str) -> Any:
        """-> a boto3 client."""
        return self.session.client(service)


def open_stack() -> Stack:
    """Prepare Terraform and check the credentials -> the stack, deployed or not."""
    terraform.init()
    variables = terraform.variables()
    _refuse_another_region(variables["region"])
    session = boto3.Session(region_name=variables["region"])
    if session.get_credentials() is None:
        raise DeployError("No AWS credentials: run aws configure, or set AWS_PROFILE.")
    account = session.client("sts").get_caller_identity()["Account"]
    return Stack(variables["name"], account, variables["token_hashes"], session)


def _refuse_another_region(region: str) -> None:
    """A stack that lands where nobody looks for it is paid for all the same."""
    asked = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if asked and asked != region:
        raise DeployError(
            f"AWS_REGION is {asked}, the stack's region {region}:"
            f' write region = "{asked}" into terraform/terraform.tfvars, or unset AWS_REGION.'
        )
