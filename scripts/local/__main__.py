"""`python -m scripts.local [run|reconcile|clean]`: what the make targets call."""

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

from scripts.local.basemap import basemap_of
from scripts.local.data import DataDirectory
from scripts.local.errors import LocalError
from scripts.local.stack import LocalStack, run_in_stack


def main() -> int:
    """Run the command that the first argument names, and return the exit status."""
    commands = {"run": _run, "reconcile": _reconcile, "clean": _clean}
    name = sys.argv[1] if len(sys.argv) > 1 else "run"
    if name not in commands:
        print(f"Unknown command {name!r}; one of {', '.join(commands)}.", file=sys.stderr)
        return 2
    try:
        commands[name]()
    except (LocalError, PermissionError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


def _run() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    began = time.monotonic()
    stack = LocalStack(
        _data_dir(),
        page_port=_port("PAGE_PORT", 8080),
        api_port=_port("API_PORT", 8081),
        database_url=os.environ.get("DATABASE_URL", ""),
        basemap=basemap_of(os.environ),
        report=lambda line: print(line, flush=True),
    )
    with stack:
        print(_welcome(stack, time.monotonic() - began), flush=True)
        threading.Event().wait()


def _reconcile() -> None:
    environment = DataDirectory(_data_dir()).running_stack()
    print(run_in_stack(environment, "tesela.admin", "reconcile"))


def _clean() -> None:
    DataDirectory(_data_dir()).remove()


def _welcome(stack: LocalStack, seconds: float) -> str:
    return f"""
Tesela is up ({seconds:.1f} s). Stop it with Ctrl-C.

  page          {stack.page_url}/
  function URL  {stack.api_url}/

  curl --data-binary @dashboard_static/samples/town.tif {stack.api_url}/predictions

Data and logs are in {_data_dir()}
"""


def _interrupt(number: int, _frame: object) -> NoReturn:
    # Once is enough: a second signal must not cut the orderly stop short.
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _data_dir() -> Path:
    return Path(os.environ.get("TESELA_DATA") or ".tesela")


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdigit() or int(text) > 65535:
        raise LocalError(f"{variable}={text} is not a port number.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
