"""Times the parts of a request, for the header `Server-Timing` and the metrics."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Milliseconds by part; a part entered twice adds up."""

    def __init__(self) -> None:
        self.parts_ms: dict[str, float] = {}

    @contextmanager
    def __call__(self, part: str) -> Iterator[None]:
        """Time what runs inside."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent_ms = (time.perf_counter() - start) * 1000
            self.parts_ms[part] = self.parts_ms.get(part, 0) + spent_ms

    def server_timing(self) -> str:
        """The header's value (W3C Server-Timing)."""
        return ", ".join(f"{part};dur={spent:.1f}" for part, spent in self.parts_ms.items())
