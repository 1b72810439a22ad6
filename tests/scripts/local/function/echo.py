"""A tiny Lambda function: does what the query's `do` says."""

import os
import time
from pathlib import Path
from typing import Any


def handler(event: dict[str, Any], context: Any) -> object:
    query = event.get("queryStringParameters", {})
    match query.get("do", "event"):
        case "event":
            return event
        case "context":
            return {
                "request_id": context.aws_request_id,
                "remaining_ms": context.get_remaining_time_in_millis(),
                "pid": os.getpid(),
                "trace": os.environ["_X_AMZN_TRACE_ID"],
                "environment": dict(os.environ),
            }
        case "sleep" | "meet":
            began = time.time()
            print("asleep", flush=True)  # noqa: T201 (tests wait for it in the log)
            if "folder" in query:
                _meet(Path(query["folder"]), context.aws_request_id, int(query["count"]))
            else:
                time.sleep(float(query["seconds"]))
            return {"pid": os.getpid(), "began": began, "ended": time.time()}
        case "fail":
            raise ValueError("as asked")
        case "bytes":
            return {
                "statusCode": 200,
                "headers": {"content-type": "text/plain"},
                "body": "x" * int(query["size"]),
            }
        case "answer":
            return {
                "statusCode": 201,
                "headers": {"Location": "/somewhere", "content-type": "image/png"},
                "cookies": ["a=1", "b=2"],
                "body": "iVBORw==",
                "isBase64Encoded": True,
            }
    return None


def _meet(folder: Path, name: str, count: int) -> None:
    """Return when so many calls have come here, this one among them."""
    (folder / name).touch()
    deadline = time.monotonic() + 15
    while len(list(folder.iterdir())) < count:
        if time.monotonic() > deadline:
            raise TimeoutError("nobody else came")
        time.sleep(0.01)
