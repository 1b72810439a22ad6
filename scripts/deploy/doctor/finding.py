"""One thing that is wrong, and how to correct it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A finding.

    Attributes:
        problem: What is wrong, a sentence without its full stop.
        remedy: How to correct it, the same.
        stops: Whether a deployment would fail.
    """

    problem: str
    remedy: str
    stops: bool = True

    def __str__(self) -> str:
        """Return the finding as one line."""
        mark = "stop" if self.stops else "note"
        remedy = f"{self.remedy[:1].upper()}{self.remedy[1:]}".rstrip(".")
        return f"{mark}  " + " ".join(f"{self.problem.rstrip('.')}. {remedy}.".split())
