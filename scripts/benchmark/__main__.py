"""`make bench`: medians and ratios of one run on this machine, printed and put into README.md."""

import sys
import time

from scripts.benchmark.host import machine, tile_ms
from scripts.benchmark.report import SkippedError, number, replace_block
from scripts.benchmark.tables import TABLES, USUAL


def main() -> None:
    """Measure the usual tables, or those that arguments name; one that fails stops no other."""
    chosen = sys.argv[1:] or list(USUAL)
    print(f"{machine()}\n")
    failed = [name for name in chosen if not _show(name)]
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


def _show(name: str) -> bool:
    began = time.monotonic()
    try:
        table = TABLES[name]()
    except SkippedError as reason:
        print(f"{name}: skipped, {reason}\n", flush=True)
        return True
    except Exception as error:
        print(f"{name}: failed, {type(error).__name__}: {error}\n", flush=True)
        return False
    spent_s = time.monotonic() - began
    host = f"{machine()}; a tile took {number(tile_ms())} ms at the end"
    print(f"{table.markdown()}\n\n{host} ({name}: {spent_s:.0f} s)\n", flush=True)
    replace_block(name, table, host)
    return True


if __name__ == "__main__":
    main()
