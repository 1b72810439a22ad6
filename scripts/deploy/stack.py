"""The stack that the commands work on: its name, region and id, and the account's credentials."""

import os
import threading
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from scripts.deploy import identity
from scripts.deploy.terraform import cli as terraform
from scripts.deploy.tool import DeployError

_PATIENCE = Config(
    connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 3}
)


@dataclass(frozen=True)
class Stack:
    """A stack, deployed or not.

    Attributes:
        name: Prefix of everything in it.
        account: AWS's number of the account.
        stack_id: Value of the tag StackId.
        variables: Those of Terraform that the commands need; None is unset.
        session: boto3's, in the stack's region.
    """

    name: str
    account: str
    stack_id: str
    variables: dict[str, Any]
    session: boto3.Session
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def region(self) -> str:
        """Return the stack's region."""
        return str(self.session.region_name)

    @property
    def partition(self) -> str:
        """Return the part of AWS that the region is in: aws, aws-cn, aws-us-gov."""
        return str(self.session.get_partition_for_region(self.region))

    def client(self, service: str, region: str = "") -> Any:
        """Return a boto3 client, the same each time: to make one takes a third of a second.

        Several threads may use a client, but not make one with the same session.
        """
        region = region or self.region
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = self.session.client(
                    service, region_name=region, config=_PATIENCE
                )
            return self._clients[service, region]


def open_stack() -> Stack:
    """Prepare Terraform, check the credentials and return the stack.

    Raises:
        DeployError: Terraform or credentials are missing or refused, or another region is set.
    """
    terraform.init()
    stack_id = identity.settle(terraform.outputs())
    variables = terraform.variables()
    _refuse_another_region(variables["region"])
    session = boto3.Session(region_name=variables["region"])
    return Stack(variables["name"], _account(session), stack_id, variables, session)


def _account(session: boto3.Session) -> str:
    if session.get_credentials() is None:
        raise DeployError("No AWS credentials: run aws configure, or set AWS_PROFILE.")
    try:
        return str(session.client("sts").get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        raise DeployError(
            f"AWS does not accept the credentials: {error}. Log in again (aws sso login); if that is"
            f" not it, region {session.region_name} is perhaps not enabled in this account."
        ) from error


def _refuse_another_region(region: str) -> None:
    """A stack that lands where nobody looks for it is paid for all the same."""
    asked = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if asked and asked != region:
        raise DeployError(
            f"AWS_REGION is {asked}, the stack's region {region}:"
            f' write region = "{asked}" into terraform/terraform.tfvars, or unset AWS_REGION.'
        )
