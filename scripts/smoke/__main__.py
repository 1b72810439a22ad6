"""`make smoke API=https://... TOKEN=...`: exit status 0 when every step holds."""

import os
import sys

from scripts.smoke.api import Api, SmokeError
from scripts.smoke.walk import walk


def main() -> int:
    """Walk the API that the environment names, and return the exit status."""
    url = os.environ.get("API", "").rstrip("/")
    if not url.startswith(("http://", "https://")):
        print("Say where the API is: make smoke API=https://... TOKEN=...", file=sys.stderr)
        return 1
    try:
        walk(Api(url, os.environ.get("TOKEN", "")), lambda step: print(f"  ok  {step}", flush=True))
    except SmokeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
