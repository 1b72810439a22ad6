"""The deployed functions: waking them, calling them, and which version is live."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

from scripts.deploy.stack import Stack
from scripts.deploy.tool import DeployError

_CALL = Config(read_timeout=905, retries={"total_max_attempts": 1})  # a function runs 900 s at most
# What Lambda answers while it wakes a function that nobody has called for two weeks.
_ASLEEP = (
    "CodeArtifactUserPendingException",
    "ResourceConflictException",
    "ResourceNotReadyException",
)
_WAKING_S = 300
KEPT_VERSIONS = 10


class FunctionFailedError(DeployError):
    """The function raised; `kind` is the name of its exception."""

    def __init__(self, name: str, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(f"The function {name} failed: {kind}: {message}")


@dataclass(frozen=True)
class Function:
    """A deployed function.

    Attributes:
        client: boto3's, for Lambda; its calls of a function wait for the answer.
        name: The function's name.
        pause: Sleeps for some seconds.
    """

    client: Any
    name: str
    pause: Callable[[float], object] = time.sleep

    def invoke(self, event: bytes, qualifier: str = "$LATEST") -> bytes:
        """Return the function's answer, once it is awake.

        Raises:
            FunctionFailedError: It raised.
            DeployError: It does not wake up.
        """
        self.wake(qualifier)
        answer = self.client.invoke(FunctionName=self.name, Qualifier=qualifier, Payload=event)
        body: bytes = answer["Payload"].read()
        if "FunctionError" in answer:
            error = json.loads(body)
            kind, message = error.get("errorType", ""), error.get("errorMessage", "")
            raise FunctionFailedError(self.name, kind, message)
        return body

    def wake(self, qualifier: str) -> None:
        """Return once a version takes calls.

        A function that nobody has called for two weeks is inactive. A call fails, and starts what
        brings it back.
        """
        about = self.client.get_function_configuration(FunctionName=self.name, Qualifier=qualifier)
        if about["State"] == "Inactive":
            self._knock(qualifier)
        named = {"FunctionName": self.name, "Qualifier": qualifier}
        try:
            for what in ("function_active", "function_updated"):
                self.client.get_waiter(what).wait(
                    **named, WaiterConfig={"Delay": 2, "MaxAttempts": _WAKING_S // 2}
                )
        except WaiterError as error:
            raise DeployError(f"The function {self.name} does not start: {error}") from error

    def _knock(self, qualifier: str) -> None:
        try:
            self.client.invoke(FunctionName=self.name, Qualifier=qualifier, Payload=b"{}")
        except ClientError as error:
            if error.response["Error"]["Code"] not in _ASLEEP:
                raise

    def versions(self) -> list[int]:
        """Return the published versions, the oldest first."""
        pages = self.client.get_paginator("list_versions_by_function")
        found = [
            each["Version"]
            for page in pages.paginate(FunctionName=self.name)
            for each in page["Versions"]
        ]
        return sorted(int(version) for version in found if version != "$LATEST")

    def live_version(self, alias: str) -> int:
        """Return the version that the alias names, 0 where there is no alias yet."""
        try:
            answer = self.client.get_alias(FunctionName=self.name, Name=alias)
        except self.client.exceptions.ResourceNotFoundException:
            return 0
        return int(answer["FunctionVersion"])

    def move(self, alias: str, version: int) -> None:
        """Let a version be the one that the alias names."""
        self.client.update_alias(FunctionName=self.name, Name=alias, FunctionVersion=str(version))

    def image_digest(self, version: str) -> str:
        """Return the digest of the image that a version runs."""
        about = self.client.get_function(FunctionName=self.name, Qualifier=version)
        return str(about["Code"]["ImageUri"]).partition("@")[2]

    def prune(self, live: int) -> set[str]:
        """Delete old versions and return the digests of the images that the others run."""
        versions = self.versions()
        kept = {*versions[-KEPT_VERSIONS:], live}
        for version in versions:
            if version not in kept:
                self.client.delete_function(FunctionName=self.name, Qualifier=str(version))
        return {self.image_digest(str(version)) for version in kept} | {
            self.image_digest("$LATEST")
        }


def function(stack: Stack, name: str) -> Function:
    """Return a function of the stack."""
    return Function(stack.session.client("lambda", config=_CALL), name)
