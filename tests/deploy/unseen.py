"""Checks that passed once at most so far, so that CI cannot depend on them."""

import os

import pytest

unseen = pytest.mark.skipif(
    bool(os.environ.get("TESELA_SKIP_UNSEEN")),
    reason="it passed once at most so far: `make test-deploy` and `make test-stack` run it, CI skips it",
)
