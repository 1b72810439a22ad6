"""The functions' log groups: followed as they grow, or searched for one request."""

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from scripts.deploy.tool import DeployError

_PAST_S = 600
_PAUSE_S = 2
_SEARCHED_S = 30 * 24 * 3600  # as long as logs are kept


def follow_logs(logs: Any, group: str) -> Iterator[str]:
    """Yield the messages of the last ten minutes, then those that come, for ever."""
    since_ms, seen = int((time.time() - _PAST_S) * 1000), set[str]()
    pages = logs.get_paginator("filter_log_events")
    while True:
        for page in pages.paginate(logGroupName=group, startTime=since_ms):
            for event in page["events"]:
                if event["eventId"] not in seen:
                    yield event["message"].rstrip()
                    seen.add(event["eventId"])
                    since_ms = max(since_ms, event["timestamp"])
        time.sleep(_PAUSE_S)


def find_request(logs: Any, access: str, groups: Iterable[str], request_id: str) -> Iterator[str]:
    """Yield what the logs have of one request, by the id in X-Request-Id.

    The HTTP API's access log knows Lambda's own id of the request too, which stands in the lines
    that Lambda writes itself: START, REPORT, and the reason if the function was stopped.

    Args:
        logs: boto3's client.
        access: The log group of the HTTP API.
        groups: The log groups of the functions.
        request_id: As the caller saw it.

    Raises:
        DeployError: No log has the id.
    """
    by_api = list(_search(logs, access, request_id))
    ids = dict.fromkeys([request_id, *filter(None, map(_lambda_id, by_api))])
    found = dict.fromkeys(
        line for group in groups for each in ids for line in _search(logs, group, each)
    )
    if not by_api and not found:
        raise DeployError(f"No log of the last 30 days has {request_id}.")
    yield from by_api
    yield from found


def _search(logs: Any, group: str, text: str) -> Iterator[str]:
    since_ms = int((time.time() - _SEARCHED_S) * 1000)
    pattern = json.dumps(text)  # quoted: taken as it is
    pages = logs.get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=group, startTime=since_ms, filterPattern=pattern):
        yield from (event["message"].rstrip() for event in page["events"])


def _lambda_id(line: str) -> str:
    try:
        return str(json.loads(line).get("lambda_id", ""))
    except ValueError:
        return ""
