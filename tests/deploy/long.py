"""Checks that take minutes each: CI, which has 45 for everything, leaves them to the make targets."""

import os

import pytest

long = pytest.mark.skipif(
    bool(os.environ.get("TESELA_SKIP_LONG")),
    reason="takes minutes: `make test-deploy` and `make test-stack` run it, CI skips it",
)
