"""The S3 of the stack: a moto server process with one bucket, its objects kept between runs."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from scripts.local.errors import ObjectsError
from scripts.local.lambda_runtime.function import REGION, machine_environment
from scripts.local.process.child import Child
from scripts.local.process.port import free_port
from scripts.local.process.server_process import ServerProcess

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CORSConfigurationTypeDef

BUCKET = "tesela-local"
_ROOT = Path(__file__).resolve().parents[3]
_START_S = 60
# A redirect from the function URL to a presigned URL reaches S3 with `Origin: null`.
_CORS: "CORSConfigurationTypeDef" = {
    "CORSRules": [
        {
            "AllowedMethods": ["GET", "HEAD", "PUT"],  # PUT: images too long for a request
            "AllowedOrigins": ["*"],
            "AllowedHeaders": ["*"],
            "ExposeHeaders": [
                *("Accept-Ranges", "Content-Encoding", "Content-Length", "Content-Range", "ETag"),
            ],
            "MaxAgeSeconds": 3600,
        }
    ]
}


class Objects(ServerProcess):
    """Starts on a free port and keeps that port over `stop` and `start`."""

    bucket = BUCKET

    def __init__(self, data_dir: Path, logs: Path) -> None:
        """Keep the objects in `data_dir`/s3."""
        super().__init__()
        self._directory, self._log = data_dir / "s3", logs / "objects.log"
        self.port = free_port()

    @property
    def url(self) -> str:
        """-> for AWS_ENDPOINT_URL."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, url: str = "") -> "S3Client":
        """Return a boto3 S3 client of this server, whatever the environment says.

        `url` leads to it by another way.
        """
        return boto3.client(
            "s3",
            endpoint_url=url or self.url,
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 (moto takes any)
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=10),
        )

    def _launch(self) -> None:
        self._directory.mkdir(mode=0o700, exist_ok=True)
        self._child = child = Child(
            [
                sys.executable,
                "-m",
                "scripts.local.s3.moto_server",
                str(self.port),
                str(self._directory),
            ],
            environment=self._environment(),
            log=self._log,
            directory=_ROOT,
        )
        deadline = time.monotonic() + _START_S
        while not self._has_bucket():
            if not child.running or time.monotonic() > deadline:
                raise ObjectsError(f"The S3 server does not start:\n{child.log_tail()}")
            time.sleep(0.05)

    def _environment(self) -> dict[str, str]:
        return {
            **machine_environment(),
            "PYTHONPATH": str(_ROOT),
            "S3_IGNORE_SUBDOMAIN_BUCKETNAME": "true",
        }

    def _has_bucket(self) -> bool:
        client = self.client()
        try:
            client.create_bucket(Bucket=BUCKET)
            client.put_bucket_cors(Bucket=BUCKET, CORSConfiguration=_CORS)
        except (BotoCoreError, ClientError):
            return False
        finally:
            client.close()
        return True
