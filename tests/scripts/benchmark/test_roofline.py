from scripts.benchmark.engines.convert import WEIGHTS
from scripts.benchmark.engines.roofline import _macs_of, macs

SHAPES = {
    0: (1, 4, 6, 2),
    1: (3, 5, 5, 2),
    2: (1, 4, 6, 3),
    3: (1, 3, 3, 2),
    4: (3, 2, 2, 2),
    5: (4,),
}


def test_multiplications_are_counted_as_by_hand() -> None:
    convolution = {"op_name": "CONV_2D", "inputs": [0, 1], "outputs": [2]}
    assert _macs_of(convolution, SHAPES) == (4 * 6 * 3) * (5 * 5 * 2)
    depthwise = {"op_name": "DEPTHWISE_CONV_2D", "inputs": [0, 3], "outputs": [0]}
    assert _macs_of(depthwise, SHAPES) == (4 * 6 * 2) * (3 * 3)
    transposed = {"op_name": "TRANSPOSE_CONV", "inputs": [5, 4, 0], "outputs": [2]}
    assert _macs_of(transposed, SHAPES) == (4 * 6) * (3 * 2 * 2 * 2)
    assert _macs_of({"op_name": "ADD", "inputs": [0, 0], "outputs": [0]}, SHAPES) == 0


def test_the_served_network_multiplies_a_lot() -> None:
    assert 1e8 < macs(WEIGHTS) < 2e9
