"""Functions are woken before they are called, and old versions go with the images that nobody runs."""

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from scripts.deploy.functions import Function, FunctionFailedError
from scripts.deploy.image import delete_unused, scan_findings
from scripts.deploy.tool import DeployError


class AbsentError(Exception):
    """As boto3 makes them."""


class Lambda:
    """A function with versions; `states` are what it answers one after another."""

    exceptions = SimpleNamespace(ResourceNotFoundException=AbsentError)

    def __init__(self, *states: str, versions: int = 1) -> None:
        self.states = list(states) or ["Active"]
        self.all = [str(number) for number in range(1, versions + 1)]
        self.alias: str | None = None
        self.calls: list[str] = []
        self.answer: dict[str, Any] = {}

    def get_function_configuration(self, FunctionName: str, Qualifier: str) -> Any:  # noqa: N803
        return {"State": self.states[0]}

    def invoke(self, FunctionName: str, Qualifier: str, Payload: bytes) -> Any:  # noqa: N803
        self.calls.append(Payload.decode())
        if self.states[0] != "Active":
            error = {"Code": "CodeArtifactUserPendingException", "Message": "Initializing"}
            raise ClientError({"Error": error}, "Invoke")
        return {"Payload": io.BytesIO(b'{"ok": true}'), **self.answer}

    def get_waiter(self, name: str) -> Any:
        assert name in ("function_active", "function_updated")

        def wait(**_: Any) -> None:
            while len(self.states) > 1 and self.states[0] != "Active":
                self.states.pop(0)
            if self.states[0] != "Active":
                raise WaiterError(name, "Max attempts exceeded", {})

        return SimpleNamespace(wait=wait)

    def get_paginator(self, call: str) -> Any:
        listed = [{"Version": version} for version in ["$LATEST", *reversed(self.all)]]
        return SimpleNamespace(paginate=lambda **_: [{"Versions": listed}])

    def get_alias(self, FunctionName: str, Name: str) -> Any:  # noqa: N803
        if self.alias is None:
            raise AbsentError
        return {"FunctionVersion": self.alias}

    def update_alias(self, FunctionName: str, Name: str, FunctionVersion: str) -> None:  # noqa: N803
        self.alias = FunctionVersion

    def delete_function(self, FunctionName: str, Qualifier: str) -> None:  # noqa: N803
        self.all.remove(Qualifier)

    def get_function(self, FunctionName: str, Qualifier: str) -> Any:  # noqa: N803
        return {"Code": {"ImageUri": f"registry.test/tesela@sha256:{Qualifier}"}}


def test_a_function_that_sleeps_is_woken_before_it_is_called() -> None:
    client = Lambda("Inactive", "Pending", "Active")
    assert json.loads(Function(client, "tesela-api").invoke(b"event")) == {"ok": True}
    assert client.calls == ["{}", "event"]  # the first call fails, and wakes it


def test_a_function_that_is_awake_is_called_once() -> None:
    client = Lambda()
    Function(client, "tesela-api").invoke(b"event")
    assert client.calls == ["event"]


def test_a_function_that_does_not_wake_is_one_line() -> None:
    with pytest.raises(DeployError, match="The function tesela-api does not start"):
        Function(Lambda("Failed"), "tesela-api").invoke(b"event")


def test_what_a_function_raises_is_told_by_its_kind() -> None:
    client = Lambda()
    error = {"errorType": "LoginRefusedError", "errorMessage": "no such role"}
    client.answer = {
        "Payload": io.BytesIO(json.dumps(error).encode()),
        "FunctionError": "Unhandled",
    }
    with pytest.raises(FunctionFailedError, match="no such role") as failed:
        Function(client, "tesela-migrate").invoke(b"event")
    assert failed.value.kind == "LoginRefusedError"


def test_the_alias_is_asked_and_moved() -> None:
    function = Function(Lambda(versions=12), "tesela-api")
    assert function.versions()[-1] == 12  # by number, not by letter
    assert function.live_version("live") == 0
    function.move("live", 11)
    assert function.live_version("live") == 11


def test_ten_versions_stay_and_the_live_one_whatever_its_age() -> None:
    client = Lambda(versions=14)
    used = Function(client, "tesela-api").prune(live=2)
    assert client.all == ["2", *map(str, range(5, 15))]
    assert used == {f"sha256:{version}" for version in [*client.all, "$LATEST"]}


class Ecr:
    """A repository; `scan` is its answer about an image."""

    exceptions = SimpleNamespace(
        ScanNotFoundException=AbsentError, ImageNotFoundException=AbsentError
    )

    def __init__(self, digests: list[str], scan: Any = None) -> None:
        self.digests, self._scan = digests, scan

    def get_paginator(self, call: str) -> Any:
        listed = [{"imageDigest": digest} for digest in self.digests]
        return SimpleNamespace(paginate=lambda **_: [{"imageIds": listed}])

    def batch_delete_image(self, repositoryName: str, imageIds: list[dict[str, str]]) -> None:  # noqa: N803
        assert len(imageIds) <= 100
        for each in imageIds:
            self.digests.remove(each["imageDigest"])

    def describe_image_scan_findings(self, **_: Any) -> Any:
        if self._scan is None:
            raise AbsentError
        return self._scan


def test_images_that_a_version_runs_are_never_deleted() -> None:
    ecr = Ecr([f"sha256:{number}" for number in range(250)])
    assert delete_unused(ecr, "tesela", {"sha256:3", "sha256:240", "sha256:gone"}) == 248
    assert ecr.digests == ["sha256:3", "sha256:240"]


@pytest.mark.parametrize(
    ("scan", "told"),
    [
        (None, "the image was not scanned"),
        ({"imageScanStatus": {"status": "IN_PROGRESS"}}, "is not done (in_progress)"),
        (
            {"imageScanStatus": {"status": "COMPLETE"}, "imageScanFindings": {}},
            "found nothing critical or high",
        ),
        (
            {
                "imageScanStatus": {"status": "COMPLETE"},
                "imageScanFindings": {
                    "findingSeverityCounts": {"LOW": 40, "HIGH": 3, "CRITICAL": 1}
                },
            },
            "found 1 CRITICAL, 3 HIGH: make image FRESH=1 renews the base image",
        ),
    ],
)
def test_what_the_scan_found_is_a_line(scan: Any, told: str) -> None:
    assert told in scan_findings(Ecr([], scan), "tesela", "registry.test/tesela@sha256:1")
