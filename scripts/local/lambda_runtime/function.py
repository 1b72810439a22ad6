"""The Lambda function as it is configured here: code, limits and environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

REGION = "us-east-1"
_NAME = "tesela"
# What a person may set in the shell to try a setting of the function.
_PASSED_ON = ("TESELA_", "POWERTOOLS_", "AWS_LAMBDA_LOG_")
# What a process needs from the machine.
_FROM_MACHINE = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Function:
    """`handler` as in `CMD` of the image; `settings`: the variables that Terraform sets on AWS."""

    task_root: Path
    handler: str = "tesela.handler.handler"
    timeout_s: float = 60
    memory_mb: int = 2048
    settings: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Return the whole environment of a worker, as AWS sets it.

        https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
        """
        return {
            **machine_environment(),
            "AWS_LAMBDA_FUNCTION_NAME": _NAME,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{_NAME}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "LAMBDA_TASK_ROOT": str(self.task_root),
            "PYTHONPATH": str(self.task_root),
            "POWERTOOLS_SERVICE_NAME": _NAME,
            "TZ": ":UTC",
            "_HANDLER": self.handler,
            **self.settings,
        }


def machine_environment() -> dict[str, str]:
    """Return the few variables of this shell that a child of the stack gets."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _FROM_MACHINE or name.startswith(_PASSED_ON)
    }


def aws_settings(endpoint_url: str) -> dict[str, str]:
    """Return variables that send the AWS SDK to `endpoint_url`, never to an account of the user."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
