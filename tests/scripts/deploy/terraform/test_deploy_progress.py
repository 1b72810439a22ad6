"""Terraform's events as lines for a person."""

import json

from scripts.deploy.terraform.progress import Trouble, follow


def event(kind: str, **values: object) -> str:
    return json.dumps({"type": kind, **values})


def summary(operation: str, add: int, change: int = 0, remove: int = 0) -> str:
    changes = {"operation": operation, "add": add, "change": change, "remove": remove, "import": 0}
    return event("change_summary", changes=changes)


def hook(kind: str, address: str, seconds: float, action: str = "create") -> str:
    about = {"resource": {"addr": address}, "action": action, "elapsed_seconds": seconds}
    return event(kind, hook=about)


def diagnostic(severity: str, said: str, detail: str, **more: str) -> str:
    about = {"severity": severity, "summary": said, "detail": detail, **more}
    return event("diagnostic", diagnostic=about)


def told(*lines: str) -> list[str]:
    said: list[str] = []
    follow(lines, said.append)
    return said


def test_resources_are_counted_and_the_page_s_files_counted_only() -> None:
    lines = told(
        summary("plan", 3),
        hook("apply_complete", "aws_vpc.this", 12.4),
        hook("apply_complete", 'aws_s3_object.page["index.html"]', 0),
        hook("apply_complete", "aws_db_instance.this", 0, "update"),
        summary("apply", 2, 1),
    )
    assert lines == [
        "  1/3 made aws_vpc.this (12 s)",
        "  3/3 changed aws_db_instance.this (0 s)",
        "2 made, 1 changed",
    ]


def test_what_is_slow_is_told_every_minute() -> None:
    lines = [hook("apply_progress", "aws_db_instance.this", s) for s in (10, 60, 70, 120)]
    assert [line.strip() for line in told(*lines)] == [
        "waiting for aws_db_instance.this (60 s)",
        "waiting for aws_db_instance.this (120 s)",
    ]


def test_nothing_changed_is_said() -> None:
    assert told(summary("plan", 0), summary("apply", 0)) == ["nothing to change"]


def test_errors_are_returned_whole_and_lines_that_are_not_events_passed_over() -> None:
    lines = [
        "Warning: no CLI configuration",
        "7",
        diagnostic("error", "No", "a\n b", address="x.y"),
    ]
    assert follow(lines, print) == [Trouble("x.y", "No: a b")]


def test_warnings_are_told_but_for_those_that_targeting_brings() -> None:
    lines = told(
        diagnostic("warning", "Resource targeting is in effect", ""),
        diagnostic("warning", "Argument is deprecated", ""),
    )
    assert lines == ["warning: Argument is deprecated"]
