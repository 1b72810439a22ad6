"""Terraform's machine-readable output (`-json`), as a line a resource and the errors in full.

https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

_DONE = {"create": "made", "update": "changed", "delete": "removed"}
_ONE_OF_MANY = "aws_s3_object.page["  # the page's files are counted, not told
_QUIET = ("Resource targeting is in effect", "Applied changes may be incomplete")
_EVERY_S = 60  # how often something slow is told to go on

Say = Callable[[str], object]


@dataclass(frozen=True)
class Trouble:
    """An error of Terraform's: the resource it befell, "" for none, and what was said."""

    address: str
    text: str


def follow(lines: Iterable[str], say: Say) -> list[Trouble]:
    """Report the progress in `lines` to `say`, and return the errors among them."""
    troubles, progress = [], _Progress(say)
    for line in lines:
        event = _event(line)
        progress.tell(event)
        if event.get("type") == "diagnostic" and event["diagnostic"]["severity"] == "error":
            troubles.append(_trouble(event["diagnostic"]))
    return troubles


class _Progress:
    """How many of the planned changes are done."""

    def __init__(self, say: Say) -> None:
        self._say, self._done, self._planned = say, 0, 0

    def tell(self, event: dict[str, Any]) -> None:
        match event.get("type"):
            case "change_summary" if event["changes"]["operation"] == "plan":
                self._planned = sum(n for n, _ in _counts(event["changes"]))
            case "change_summary":
                told = ", ".join(f"{n} {verb}" for n, verb in _counts(event["changes"]) if n)
                self._say(told or "nothing to change")
            case "apply_complete" if event["hook"]["action"] in _DONE:
                self._complete(event["hook"])
            case "apply_progress" if event["hook"]["elapsed_seconds"] % _EVERY_S == 0:
                self._say(f"        waiting for {_timed(event['hook'])}")
            case "diagnostic" if event["diagnostic"]["severity"] == "warning":
                self._warn(event["diagnostic"]["summary"])

    def _complete(self, hook: dict[str, Any]) -> None:
        self._done += 1
        if _ONE_OF_MANY not in _timed(hook):
            self._say(f"{self._done:3}/{self._planned} {_DONE[hook['action']]} {_timed(hook)}")

    def _warn(self, summary: str) -> None:
        if summary not in _QUIET:
            self._say(f"warning: {summary}")


def _event(line: str) -> dict[str, Any]:
    """Return {} for a line that is not JSON: Terraform reports problems of its own settings as text."""
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _counts(changes: dict[str, Any]) -> list[tuple[int, str]]:
    return [
        (changes["import"], "taken over"),
        (changes["add"], "made"),
        (changes["change"], "changed"),
        (changes["remove"], "removed"),
    ]


def _timed(hook: dict[str, Any]) -> str:
    return f"{hook['resource']['addr']} ({hook['elapsed_seconds']:.0f} s)"


def _trouble(diagnostic: dict[str, Any]) -> Trouble:
    text = f"{diagnostic['summary']}: {diagnostic.get('detail', '')}"
    return Trouble(diagnostic.get("address", ""), " ".join(text.split()).rstrip(": "))
