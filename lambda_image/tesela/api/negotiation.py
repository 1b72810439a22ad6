"""Content negotiation: the header `Accept` (RFC 9110, 12.5.1)."""

import re
from collections.abc import Sequence
from email.message import Message

from tesela.errors import NotAcceptableError

_QUALITY = re.compile(r"(0(\.\d{0,3})?|1(\.0{0,3})?)")


def accepted(header: str, offers: Sequence[str]) -> str:
    """The offer that the client likes best; of equal ones the first.

    Args:
        header: The value of `Accept`; empty means that everything is welcome.
        offers: Media types without parameters, our favourite first.

    Raises:
        NotAcceptableError: The client takes none of them.
    """
    ranges = [_range(item) for item in header.split(",") if item.strip()]
    if not ranges:
        return offers[0]
    best = max(offers, key=lambda offer: _quality(offer, ranges))
    if _quality(best, ranges) <= 0:
        raise NotAcceptableError(
            f"Accept: none of {', '.join(offers)} is in {header[:100]!r}.",
            accept=header[:100],
            offers=list(offers),
        )
    return best


def _range(item: str) -> tuple[str, float]:
    """A media range and its quality; a quality that is not written as RFC 9110 has it counts as 0."""
    message = Message()
    message["content-type"] = item.strip()
    quality = str(message.get_param("q", "1"))
    name = item.partition(";")[0].strip().lower()
    return name, float(quality) if _QUALITY.fullmatch(quality) else 0.0


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality of the most specific range that covers the offer, else 0."""
    kind = offer.partition("/")[0]
    for name in (offer, f"{kind}/*", "*/*"):
        matches = [quality for covered, quality in ranges if covered == name]
        if matches:
            return max(matches)
    return 0.0
