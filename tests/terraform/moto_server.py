"""moto's server with our corrections: `python -m tests.terraform.moto_server PORT`."""

import sys

from moto.server import main

from tests.terraform import corrections  # noqa: F401 (importing applies them)

if __name__ == "__main__":
    main(["-p", sys.argv[1]])
