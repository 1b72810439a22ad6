"""Stands in for awslambdaric's compiled HTTP client where that is not built: on macOS.

The same four functions over the same Runtime API; imported by `awslambdaric` itself.
"""

import http.client
import os

_INVOCATION = "/2018-06-01/runtime/invocation"
_connection: http.client.HTTPConnection | None = None


def initialize_client(user_agent: str) -> None:  # noqa: ARG001 (awslambdaric's signature)
    """Prepare the connection to the address that AWS_LAMBDA_RUNTIME_API names."""
    global _connection  # noqa: PLW0603 (one runtime per process, as in the compiled client)
    _connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def next() -> tuple[bytes, dict[str, str]]:  # noqa: A001 (awslambdaric's name)
    """Wait for an invocation, and return its event and headers."""
    return _call("GET", f"{_INVOCATION}/next", b"", {})


def post_invocation_result(
    invoke_id: str, result: bytes, content_type: str, _invocation_id: str | None = None
) -> None:
    """Hand back what the handler returned."""
    _call("POST", f"{_INVOCATION}/{invoke_id}/response", result, {"Content-Type": content_type})


def post_error(
    invoke_id: str, error: str, _xray_cause: str, _invocation_id: str | None = None
) -> None:
    """Hand back what the handler raised, as JSON."""
    body = error.encode()
    _call("POST", f"{_INVOCATION}/{invoke_id}/error", body, {"Content-Type": "application/json"})


def _call(
    method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[bytes, dict[str, str]]:
    assert _connection is not None, "initialize_client was not called"  # noqa: S101
    _connection.request(method, path, body, headers)
    response = _connection.getresponse()
    answer = response.read()
    if response.status >= 400:
        raise RuntimeError(f"Http response code: {response.status}")
    return answer, dict(response.getheaders())
