"""Parameters of the history: moments, and the cursor where a page ended."""

import base64
import binascii
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query

from tesela.errors import InvalidOptionError

Cursor = Annotated[
    str | None, Query(max_length=200, description="`next` of the page before this one.")
]
Moment = Annotated[
    str | None,
    Query(
        max_length=40,
        examples=["2026-11-28"],
        json_schema_extra={"format": "date-time"},
        description="ISO 8601, `2026-11-28T09:30:00-05:00`, `2026-11-28` or `20261128`;"
        " a date alone is its first moment, and without an offset it is UTC.",
    ),
]


def read_moment(name: str, text: str | None) -> datetime | None:
    """The moment of the option `name`, in UTC.

    Raises:
        InvalidOptionError: It is not ISO 8601, or lies outside the years 1 to 9999 in UTC.
    """
    if text is None:
        return None
    try:
        return _in_utc(_read_iso(text.upper()))
    except ValueError as error:
        reason = (
            f"expected a date or time of ISO 8601 like 2026-11-28T09:30:00-05:00, not {text!r};"
            " send a + as %2B."
        )
        raise InvalidOptionError.of(name, text, "ISO 8601", reason) from error
    except OverflowError as error:
        reason = f"{text!r} lies outside the years {MINYEAR} to {MAXYEAR} in UTC."
        raise InvalidOptionError.of(name, text, [MINYEAR, MAXYEAR], reason) from error


def _read_iso(text: str) -> datetime:
    """`datetime.fromisoformat` alone takes any character between day and hour, even a digit."""
    day, _, clock = text.replace(" ", "T").partition("T")
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock or "00"))


def _in_utc(moment: datetime) -> datetime:
    """A time without a zone is UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def write_cursor(created: datetime, key: UUID) -> str:
    """Where a page ended, opaque to the caller."""
    return base64.urlsafe_b64encode(f"{created.isoformat()}|{key}".encode()).decode()


def read_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The row that a page starts after.

    Raises:
        InvalidOptionError: It was not made by `write_cursor`.
    """
    if cursor is None:
        return None
    try:
        created, _, key = base64.urlsafe_b64decode(cursor).decode().partition("|")
        moment = datetime.fromisoformat(created)
        if moment.tzinfo is None:
            raise ValueError("no time zone")  # noqa: TRY301
        return _in_utc(moment), UUID(key)
    except (ValueError, OverflowError, binascii.Error) as error:
        reason = f"{cursor!r} is not the `next` of a page."
        raise InvalidOptionError.of("cursor", cursor, None, reason) from error
