"""A warning about an image that was accepted all the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UNCODED = "uncoded"  # a sentence alone, as older predictions hold


@dataclass(frozen=True, slots=True)
class Caveat:
    """A stable kebab-case code, the numbers and keys that its English sentence names, and the sentence.

    Clients translate the code and format the values (JSON); `text` is for those that do neither.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
