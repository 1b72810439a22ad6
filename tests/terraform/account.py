"""An AWS account on this machine: a corrected moto server, and boto3's clients of it."""

import sys
import time
from pathlib import Path
from typing import Any

import boto3
import requests

from scripts.local.lambda_runtime.function import REGION, aws_settings, machine_environment
from scripts.local.process.child import Child
from scripts.local.process.port import free_port

ROOT = Path(__file__).resolve().parents[2]
_START_S = 60


class Account:
    """Up once made; `environment` sends programs to it and to no other account."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.environment = machine_environment() | aws_settings(self.url)
        self._objects = folder / "objects"
        self._server = Child(
            [sys.executable, "-m", "tests.terraform.moto_server", str(port)],
            environment=machine_environment()
            | {"PYTHONPATH": str(ROOT), "TESELA_MOTO_OBJECTS": str(self._objects)},
            log=folder / "moto.log",
            directory=ROOT,
        )
        self._wait()

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def object_calls(self) -> set[tuple[str, str, str]]:
        """Return whose credentials asked for which action on which object or bucket so far."""
        lines = self._objects.read_text().splitlines()
        return {(caller, action, arn) for caller, action, arn in map(str.split, lines)}

    def stop(self) -> None:
        self._server.stop()

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_S
        while not self._answers():
            assert self._server.running, self._server.log_tail()
            assert time.monotonic() < deadline, self._server.log_tail()
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/moto-api/", timeout=5).ok
        except requests.ConnectionError:
            return False
