import os

import numpy as np
import pytest

from scripts.training.data.prefetch import AHEAD, Arrays, Prefetcher

# Python 3.12 and later warn of forks where other tests have started threads.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def drawn(number: int) -> Arrays:
    return np.full((2, 3), number, np.float32).T, np.array([os.getpid()])


def test_results_come_in_order_from_other_processes() -> None:
    ahead = Prefetcher(drawn, processes=2)
    found = [ahead(number) for number in range(20)]
    assert [int(array[0, 0]) for array, _ in found] == list(range(20))
    assert {array.shape for array, _ in found} == {(3, 2)}
    assert os.getpid() not in {int(process[0]) for _, process in found}


def test_another_start_is_followed() -> None:
    ahead = Prefetcher(drawn, processes=2)
    assert [int(ahead(number)[0][0, 0]) for number in (0, 1, 80, 81, 5)] == [0, 1, 80, 81, 5]


def test_what_was_taken_is_gone_from_memory_and_in_the_end_all() -> None:
    ahead = Prefetcher(drawn, processes=1)
    folder = ahead.folder
    for number in range(30):
        ahead(number)
    assert len(list(folder.iterdir())) <= 2 * AHEAD
    del ahead
    assert not folder.exists()


def test_a_failure_is_told() -> None:
    def fails(number: int) -> Arrays:
        raise ValueError(f"no scene for {number}")

    with pytest.raises(ValueError, match="no scene for 0"):
        Prefetcher(fails, processes=1)(0)
