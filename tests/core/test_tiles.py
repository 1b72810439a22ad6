import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tesela.core.tiles import Blend, Tile, pad, split

SIDES = st.integers(16, 90)


@st.composite
def layouts(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """Height, width, tile size and overlap, the tile no larger than the image."""
    size = draw(st.integers(4, 40))
    overlap = draw(st.integers(0, size - 1))
    return draw(st.integers(size, 120)), draw(st.integers(size, 120)), size, overlap


@given(layouts())
def test_tiles_cover_every_pixel_and_stay_inside(layout: tuple[int, int, int, int]) -> None:
    height, width, size, overlap = layout
    covered = np.zeros((height, width), int)
    for tile in split(height, width, size, overlap):
        assert covered[tile.window].shape == (size, size)
        covered[tile.window] += 1
    assert covered.min() >= 1


@given(layouts())
def test_neighbours_share_at_least_the_overlap(layout: tuple[int, int, int, int]) -> None:
    tiles = list(split(*layout))
    size, overlap = layout[2:]
    for starts in ({tile.row for tile in tiles}, {tile.column for tile in tiles}):
        assert np.all(np.diff(sorted(starts)) <= size - overlap)


def test_tiles_are_spread_evenly_and_no_more_than_needed() -> None:
    # 300 px: two tiles of 160 share 20 px, which is under 32, so a third stands between.
    columns = [tile.column for tile in split(160, 300, 160, 32)]
    assert columns == [0, 70, 140]
    assert [tile.column for tile in split(160, 288, 160, 32)] == [0, 128]
    assert list(split(160, 160, 160, 32)) == [Tile(0, 0, 160)]


def test_padding_reflects_the_right_and_lower_border() -> None:
    row = np.arange(4, dtype=np.float32)
    padded = pad(np.stack([row, row + 10, row + 20])[None], 5)
    assert padded[0].tolist() == [
        [0, 1, 2, 3, 2],
        [10, 11, 12, 13, 12],
        [20, 21, 22, 23, 22],
        [10, 11, 12, 13, 12],
        [0, 1, 2, 3, 2],
    ]


@given(height=SIDES, width=SIDES, size=st.sampled_from([16, 64]))
def test_a_padded_image_holds_the_image_and_a_tile(height: int, width: int, size: int) -> None:
    pixels = np.random.default_rng(0).random((2, height, width), np.float32)
    padded = pad(pixels, size)
    assert padded.shape == (2, max(height, size), max(width, size))
    assert np.array_equal(padded[:, :height, :width], pixels)
    assert set(np.unique(padded)) == set(np.unique(pixels))


@given(layout=layouts(), constant=st.integers(0, 255))
def test_a_constant_is_blended_to_itself(layout: tuple[int, int, int, int], constant: int) -> None:
    height, width, size, overlap = layout
    blend = Blend(3, height, width, size, overlap)
    for tile in split(*layout):
        blend.add(tile, np.full((3, size, size), constant, np.uint8))
    scores = blend.scores()
    assert scores.dtype == np.uint8
    assert (scores == constant).all()


@given(layout=layouts(), seed=st.integers(0, 99))
def test_where_tiles_agree_nothing_shows_of_them(
    layout: tuple[int, int, int, int], seed: int
) -> None:
    height, width, size, overlap = layout
    whole = np.random.default_rng(seed).integers(0, 256, (2, height, width), np.uint8)
    blend = Blend(2, height, width, size, overlap)
    for tile in split(*layout):
        blend.add(tile, whole[:, *tile.window])
    assert np.array_equal(blend.scores(), whole)


@pytest.mark.parametrize(
    ("score", "row"), [(80, [0, 0, 20, 40, 60, 80, 80]), (3, [0, 0, 1, 2, 2, 3, 3])]
)
def test_two_tiles_pass_into_each_other_step_by_step(score: int, row: list[int]) -> None:
    """Tiles of 5 px sharing 3 px; weights 1 2 3 2 1 and again: at the shared pixels 3:1, 2:2, 1:3."""
    blend = Blend(1, 5, 7, size=5, overlap=3)
    blend.add(Tile(0, 0, 5), np.zeros((1, 5, 5), np.uint8))
    blend.add(Tile(0, 2, 5), np.full((1, 5, 5), score, np.uint8))
    assert blend.scores()[0, 2].tolist() == row


@pytest.mark.parametrize(("height", "width"), [(160, 420), (420, 160), (301, 299)])
def test_tiles_that_disagree_leave_no_seam(height: int, width: int) -> None:
    """One tile says 0, the next 255: a seam would be a step of 255 between neighbouring pixels."""
    blend = Blend(1, height, width, 160, 32)
    for n, tile in enumerate(split(height, width, 160, 32)):
        blend.add(tile, np.full((1, 160, 160), 255 * (n % 2), np.uint8))
    scores = blend.scores()[0].astype(int)
    steps = max(np.abs(np.diff(scores, axis=axis)).max() for axis in (0, 1))
    assert steps <= 255 / 33 + 1  # the 32 shared pixels share the way
