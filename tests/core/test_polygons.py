import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from rasterio.features import rasterize, shapes
from scipy.ndimage import label, sum_labels
from tesela.core import polygons as polygons_module
from tesela.core.ground.areas import PixelAreas
from tesela.core.polygons import Layer, Polygon, vectorise

from tests.core.layers import alike, vectorise_one

MASKS = st.tuples(st.integers(1, 14), st.integers(1, 14)).flatmap(lambda s: arrays(bool, s))
LEAST = st.sampled_from([0.0, 0.4, 1.0, 1.5, 2.0, 3.0, 5.5, 20.0, 1e12])


def read(text: str) -> np.ndarray:
    """A mask drawn with # and ."""
    return np.array([[letter == "#" for letter in row] for row in text.split()])


def shape(polygon: Polygon) -> shapely.Polygon:
    return shapely.Polygon(polygon.rings[0], polygon.rings[1:])


def outline(mask: np.ndarray, least_px: float = 1) -> Layer:
    """Objects of a mask whose pixels are 1 m2."""
    score = np.full(mask.shape, 128, np.uint8)
    return vectorise_one(mask, score, alike(mask.shape, 1), least_px)


def test_a_rectangle_is_its_pixel_corners() -> None:
    (polygon,) = outline(read("..... .###. .###. .....")).polygons
    assert shape(polygon).equals(shapely.box(1, 1, 4, 3))
    assert polygon.pixels == 6
    assert polygon.rings[0].tolist() == [[1, 1], [1, 3], [4, 3], [4, 1], [1, 1]]


def test_a_hole_is_a_ring_and_what_stands_in_it_another_polygon() -> None:
    ring, core = outline(read("##### #...# #.#.# #...# #####")).polygons
    if ring.pixels < core.pixels:
        ring, core = core, ring
    assert (ring.pixels, core.pixels) == (16, 1)
    assert shape(ring).equals(shapely.box(0, 0, 5, 5) - shapely.box(1, 1, 4, 4))
    assert shape(core).equals(shapely.box(2, 2, 3, 3))


def test_objects_that_touch_at_a_corner_are_two() -> None:
    assert [polygon.pixels for polygon in outline(read("##.. ##.. ..## ..##")).polygons] == [4, 4]


def test_a_hole_may_touch_its_exterior_at_a_corner() -> None:
    (polygon,) = outline(read(".### #.## ####")).polygons  # the hole and the corner pixel touch
    assert polygon.pixels == 10
    assert len(polygon.rings) == 2
    assert shape(polygon).is_valid
    assert shape(polygon).area == 10


def test_the_score_is_the_mean_of_an_objects_own_pixels() -> None:
    score = np.array([[64, 128, 0, 192]], np.uint8)
    layer = vectorise_one(read("##.#"), score, alike(score.shape, 1), 1)
    assert sorted(polygon.score for polygon in layer.polygons) == [0.375, 0.75]  # 96, 192 of 256


def test_objects_under_the_least_size_are_dropped_and_no_hole_is_filled() -> None:
    layer = outline(read("###.# #.#.. ###.#"), least_px=2)
    assert np.array_equal(layer.mask, read("###.. #.#.. ###.."))
    assert [polygon.pixels for polygon in layer.polygons] == [8]


def test_a_least_size_is_a_size_that_stays() -> None:
    assert len(outline(read("##.."), least_px=2).polygons) == 1
    assert len(outline(read("##.."), least_px=2.1).polygons) == 0


@pytest.mark.parametrize("least_px", [16, 17, 1e6, 1e300, float("inf")])
def test_a_least_size_over_the_image_leaves_nothing_or_all(least_px: float) -> None:
    layer = outline(np.ones((4, 4), bool), least_px)
    assert len(layer.polygons) == (least_px == 16)
    assert layer.mask.all() == (least_px == 16)


def test_an_empty_mask_has_no_polygon() -> None:
    layer = outline(np.zeros((5, 4), bool))
    assert len(layer.polygons) == 0
    assert layer.mask.shape == (5, 4)


def test_a_full_mask_is_one_polygon() -> None:
    (polygon,) = outline(np.ones((5, 4), bool)).polygons
    assert shape(polygon).equals(shapely.box(0, 0, 4, 5))


@given(mask=MASKS, least_px=LEAST, seed=st.integers(0, 9))
def test_polygons_are_the_four_connected_objects(
    mask: np.ndarray, least_px: float, seed: int
) -> None:
    score = np.random.default_rng(seed).integers(0, 256, mask.shape, np.uint8)
    layer = vectorise_one(mask, score, alike(mask.shape, 1), least_px)
    labels, count = label(mask)  # scipy's default is 4-connected
    kept = [n for n in range(1, count + 1) if (labels == n).sum() >= least_px]
    assert np.array_equal(layer.mask, np.isin(labels, kept))
    objects = [score[labels == n] for n in kept]
    found = sorted((polygon.pixels, polygon.score) for polygon in layer.polygons)
    expected = sorted((pixels.size, pixels.mean() / 256) for pixels in objects)
    assert np.allclose(np.reshape(found, (-1, 2)), np.reshape(expected, (-1, 2)))


@given(mask=MASKS, least_px=LEAST)
def test_polygons_are_valid_and_fill_the_mask(mask: np.ndarray, least_px: float) -> None:
    layer = outline(mask, least_px)
    shapes = [shape(polygon) for polygon in layer.polygons]
    assert all(polygon.is_valid for polygon in shapes)
    assert [polygon.area for polygon in shapes] == [p.pixels for p in layer.polygons]
    assert all(p.pixels >= least_px for p in layer.polygons)
    if shapes:
        assert np.array_equal(rasterize(shapes, out_shape=mask.shape) != 0, layer.mask)
    else:
        assert not layer.mask.any()


STACKS = st.tuples(st.integers(1, 4), st.integers(1, 20), st.integers(1, 20)).flatmap(
    lambda shape: arrays(bool, shape)
)


def by_gdal(
    mask: np.ndarray, score: np.ndarray, areas: PixelAreas, least_px: float
) -> tuple[np.ndarray, list[tuple[list[list[tuple[float, float]]], int, float, float]]]:
    """What GDAL's polygonizer makes of the objects that scipy finds: rings, pixels, area, score."""
    labels, count = label(mask)
    numbers = np.arange(count + 1)
    pixels = np.bincount(labels.ravel(), minlength=count + 1)
    kept = (pixels >= least_px) & (numbers > 0)
    mask = kept[labels]
    sums, ground = sum_labels(score, labels, numbers), sum_labels(areas.raster, labels, numbers)
    found = []
    for geometry, _ in shapes(mask.view(np.uint8), mask, connectivity=4):
        rings = geometry["coordinates"]
        column, row = min(rings[0], key=lambda corner: (corner[1], corner[0]))
        n = labels[int(row), int(column)]
        found.append((rings, int(pixels[n]), ground[n], sums[n] / pixels[n] / 256))
    return mask, sorted(found, key=lambda each: each[0][0][0][::-1])


@given(masks=STACKS, seed=st.integers(0, 99), least=st.lists(LEAST, min_size=4, max_size=4))
@pytest.mark.parametrize("pass_px", [1, 2**20], ids=["one by one", "all at once"])
def test_all_classes_at_once_are_corner_for_corner_what_gdal_makes_of_each(
    masks: np.ndarray, seed: int, least: list[float], pass_px: int
) -> None:
    random = np.random.default_rng(seed)
    scores = random.integers(0, 256, masks.shape, np.uint8)
    height, width = masks.shape[1:]
    areas = PixelAreas(width, height, random.random((2, 2)) + 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(polygons_module, "_PASS_PX", pass_px)
        layers = vectorise(masks, scores, areas, least[: len(masks)])
    for layer, mask, score, least_m2 in zip(layers, masks, scores, least, strict=False):
        expected_mask, expected = by_gdal(mask, score, areas, least_m2 / areas.mean)
        assert np.array_equal(layer.mask, expected_mask)
        assert len(layer.polygons) == len(expected)
        for polygon, (rings, pixels, area_m2, mean) in zip(layer.polygons, expected, strict=True):
            assert [[*map(tuple, ring.tolist())] for ring in polygon.rings] == rings
            assert (polygon.pixels, polygon.score) == (pixels, mean)
            assert polygon.area_m2 == pytest.approx(area_m2, rel=1e-12)


def test_an_object_that_spirals_through_the_image_is_one() -> None:
    """Its runs meet far from where they start, so their numbers must travel all the way."""
    mask = np.zeros((41, 41), bool)
    row, column, step = 20, 20, (0, 1)
    for length in range(2, 40, 2):
        for _ in range(2):
            for _ in range(length):
                mask[row, column] = True
                row, column = row + step[0], column + step[1]
            step = step[1], -step[0]
    (polygon,) = outline(mask).polygons
    assert polygon.pixels == np.count_nonzero(mask)
    assert shape(polygon).is_valid


@given(mask=MASKS)
def test_the_layout_of_the_memory_changes_nothing(mask: np.ndarray) -> None:
    """A model answers (size, size, 10) turned to (10, size, size), so classes lie ten bytes apart."""
    spread = np.zeros((*mask.shape, 10), bool)
    spread[..., 3] = mask
    for other in (spread[..., 3], np.asfortranarray(mask)):
        assert np.array_equal(outline(other, 2).mask, outline(mask, 2).mask)


def test_a_hole_right_below_where_the_outline_starts_is_a_hole_and_no_edge() -> None:
    mask = np.array([[0, 0, 1, 0, 0], [1, 1, 1, 1, 1], [1, 1, 0, 1, 1], [1, 1, 1, 1, 1]], bool)
    layer = outline(mask)
    assert np.array_equal(layer.mask, mask)
    assert [polygon.pixels for polygon in layer.polygons] == [15]


def test_an_objects_area_is_its_pixels_times_their_area() -> None:
    (polygon,) = vectorise_one(
        read("##."), np.zeros((1, 3), np.uint8), alike((1, 3), 2.5), 0
    ).polygons
    assert polygon.area_m2 == 5


def test_where_pixels_differ_each_object_sums_its_own() -> None:
    """Areas 1, 2, 3 and 4 m2 in a row."""
    areas = PixelAreas(4, 1, np.array([[1.0, 4.0]]))
    layer = vectorise_one(read("##.#"), np.zeros((1, 4), np.uint8), areas, 0)
    assert sorted(polygon.area_m2 for polygon in layer.polygons) == pytest.approx([3, 4])


def test_a_least_area_counts_pixels_of_the_mean_size() -> None:
    areas = PixelAreas(4, 1, np.array([[1.0, 4.0]]))  # 2.5 m2 on the average
    score = np.zeros((1, 4), np.uint8)
    assert len(vectorise_one(read("##.#"), score, areas, 5).polygons) == 1
    assert len(vectorise_one(read("##.#"), score, areas, 2.5).polygons) == 2
