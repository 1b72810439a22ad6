"""The function's log group, followed as it grows."""

import time
from collections.abc import Iterator
from typing import Any

_PAST_S = 600
_PAUSE_S = 2


def follow_logs(logs: Any, group: str) -> Iterator[str]:
    """-> the messages of the last ten minutes, then those that come, for ever."""
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
