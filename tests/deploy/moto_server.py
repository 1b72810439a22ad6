"""The corrected moto, invoking functions over HTTP: `python -m tests.deploy.moto_server PORT URL FOLDER`.

moto would start a container for an invocation; here it asks `URL/NAME:QUALIFIER`, where the function
runs. While FOLDER holds the file `asleep`, functions are inactive, as after two weeks without a call:
the next call fails and wakes them.
"""

import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests
from moto.awslambda.models import LambdaFunction
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.exceptions import JsonRESTError
from moto.server import main

from tests.terraform.corrections import after, instead  # importing applies all of them

PORT, FUNCTIONS, FOLDER = sys.argv[1:]
ASLEEP = Path(FOLDER) / "asleep"


@instead(LambdaSimpleBackend, "invoke")
def invoke(
    self: Any, name: str, qualifier: Any, body: Any, headers: Any, answer_headers: dict[str, str]
) -> bytes:
    if ASLEEP.exists():
        ASLEEP.unlink()
        raise JsonRESTError(
            "CodeArtifactUserPendingException", "Lambda is initializing your function."
        )
    target = f"{name}:{qualifier or '$LATEST'}"
    answer = requests.post(f"{FUNCTIONS}/{target}", data=body, timeout=900)
    if answer.status_code != HTTPStatus.OK:
        answer_headers["x-amz-function-error"] = "Unhandled"
    return answer.content


@after(LambdaFunction, "get_configuration")
def _asleep(self: Any, told: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
    return told | ({"State": "Inactive"} if ASLEEP.exists() else {})


main(["-p", PORT])
