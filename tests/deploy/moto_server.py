"""The corrected moto, invoking functions over HTTP: `python -m tests.deploy.moto_server PORT URL`.

moto would start a container for an invocation; here it asks `URL/NAME`, where the function runs.
"""

import sys
from http import HTTPStatus
from typing import Any

import requests
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.server import main

from tests.terraform import corrections  # noqa: F401 (importing applies them)

PORT, FUNCTIONS = sys.argv[1:]


def invoke(
    self: Any, name: str, qualifier: Any, body: Any, headers: Any, answer_headers: dict[str, str]
) -> bytes:
    answer = requests.post(f"{FUNCTIONS}/{name}", data=body, timeout=900)
    if answer.status_code != HTTPStatus.OK:
        answer_headers["x-amz-function-error"] = "Unhandled"
    return answer.content


LambdaSimpleBackend.invoke = invoke
main(["-p", PORT])
