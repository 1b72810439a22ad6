"""Query parameters that pydantic alone cannot read: thresholds and the cursor of the history."""

import base64
import binascii
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query

from tesela.catalogue import BANDS, KEYS
from tesela.errors import InvalidOptionError
from tesela.exports.render import Bands

Threshold = Annotated[
    float | None,
    Query(gt=0, lt=1, description="One score threshold for all classes, over 0 and under 1."),
]
ThresholdsByClass = Annotated[
    str | None,
    Query(
        max_length=500,
        description="Thresholds by class, `buildings:0.4,roads:0.6`; before `threshold`.",
    ),
]
Cursor = Annotated[
    str | None, Query(max_length=200, description="`next` of the page before this one.")
]
ThreeBands = Annotated[
    str | None,
    Query(
        max_length=20, description="Any three bands as red, green and blue, `7,5,3`; not `view`."
    ),
]
Moment = Annotated[
    str | None,
    Query(
        max_length=40,
        json_schema_extra={"format": "date-time"},
        description="ISO 8601, `2026-11-28T09:30:00-05:00`, `2026-11-28` or `20261128`;"
        " a date alone is its first moment, and without an offset it is UTC.",
    ),
]

_DECIMALS = 4  # finer thresholds than a byte's step would only make new ids


def read_thresholds(threshold: float | None, by_class: str | None) -> dict[str, float]:
    """Thresholds that the caller set, by class; empty where none is.

    Raises:
        InvalidOptionError: An unknown class, no number, or one outside 0 to 1.
    """
    everywhere = {} if threshold is None else dict.fromkeys(KEYS, threshold)
    named = dict(map(_read_one, by_class.split(","))) if by_class else {}
    return {key: round(value, _DECIMALS) for key, value in (everywhere | named).items()}


def _read_one(item: str) -> tuple[str, float]:
    key, _, number = item.partition(":")
    if key.strip() not in KEYS:
        reason = f"unknown class {key!r}; expected one of {', '.join(KEYS)}."
        raise InvalidOptionError.of("thresholds", key, list(KEYS), reason)
    try:
        value = float(number)
    except ValueError as error:
        reason = f"{number!r} is not a number; write {key.strip()}:0.4."
        raise InvalidOptionError.of("thresholds", item, "CLASS:NUMBER", reason) from error
    if not 0 < value < 1:
        reason = f"{item.strip()!r} must be greater than 0 and less than 1."
        raise InvalidOptionError.of("thresholds", item, [0, 1], reason)
    return key.strip(), value


def read_bands(bands: str) -> Bands:
    """Three numbers of bands.

    Raises:
        InvalidOptionError: Not three, or one that is no band.
    """
    numbers = tuple(int(item) if item.isdecimal() else 0 for item in bands.split(","))
    if len(numbers) != 3 or not all(1 <= number <= len(BANDS) for number in numbers):  # noqa: PLR2004
        reason = f"expected three numbers from 1 to {len(BANDS)}, like 7,5,3, not {bands!r}."
        raise InvalidOptionError.of("bands", bands, [1, len(BANDS)], reason)
    return numbers


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
