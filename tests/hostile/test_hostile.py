"""Every hostile file is decoded as an honest one or refused with its code: fast, small, in silence.

`make test-hostile` sends them to a running stack as well.
"""

import time

import numpy as np
import pytest
from tesela.core.decode import decode
from tesela.errors import TeselaError

from tests.hostile.case import ACCEPTED, DECODED
from tests.hostile.corpus import CORPUS
from tests.hostile.writer import PIXELS

MAX_S = 2  # of the processor, since others may keep it busy
SMALL = [name for name, case in CORPUS.items() if not case.large]


def test_no_case_hides_another() -> None:
    assert len(CORPUS) > 250


@pytest.mark.parametrize("name", SMALL)
def test_a_hostile_file_is_decoded_or_refused_with_its_code(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    case, message = CORPUS[name], ""
    body = case.make()
    start = time.process_time()
    try:
        image = decode(body)
    except TeselaError as error:
        outcome, message = error.code, str(error)
    else:
        decoded = image.valid.all() and np.array_equal(image.pixels, PIXELS)
        outcome = DECODED if decoded else ACCEPTED
        assert np.isfinite(image.pixels[:, image.valid]).all()
    assert outcome == case.outcome
    assert "vsimem" not in message
    assert len(message) < 500
    assert time.process_time() - start < MAX_S
    assert capfd.readouterr() == ("", "")
