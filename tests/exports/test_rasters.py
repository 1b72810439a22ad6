from collections.abc import Iterator

import numpy as np
import pytest
import rasterio
from rasterio.io import MemoryFile
from tesela.catalogue import CLASSES, KEYS
from tesela.core.decode import decode
from tesela.core.image import Grid
from tesela.exports.rasters import masks_cog, png
from tesela.prediction import image_record

from tests.core.ground.grids import OWN, PLACES, scene_at
from tests.core.ground.truth import distance_m, lonlat
from tests.core.layers import draw
from tests.tiffs import PLACE, UTM, counts, one_page

GROUND = Grid(30, 20, UTM, PLACE)
LAYERS = draw(20, 30, roads=np.s_[2:5, 3:9], small_vehicles=np.s_[3:4, 4:6])


@pytest.fixture
def cog() -> Iterator[rasterio.DatasetReader]:
    with MemoryFile(masks_cog(LAYERS, GROUND)) as file, file.open() as raster:
        yield raster


def test_masks_are_ten_bands_of_0_and_1(cog: rasterio.DatasetReader) -> None:
    assert (cog.count, cog.height, cog.width) == (10, 20, 30)
    assert set(cog.dtypes) == {"uint8"}
    for band, layer in zip(cog.read(), LAYERS, strict=True):
        assert np.array_equal(band, layer.mask.astype(np.uint8))
    assert cog.read().sum() == 18 + 2


def test_masks_lie_where_the_image_does(cog: rasterio.DatasetReader) -> None:
    assert cog.crs == UTM
    assert cog.transform == PLACE


@pytest.mark.parametrize("name", OWN | PLACES)
def test_masks_lie_within_a_millimetre_in_any_crs_that_a_tiff_can_hold(name: str) -> None:
    """As another program finds it: the GeoTIFF's CRS, through pyproj."""
    image = decode(_scene(scene_at((OWN | PLACES)[name])))
    with MemoryFile(masks_cog(LAYERS, image.grid)) as file, file.open() as raster:
        read = Grid(raster.width, raster.height, raster.crs, raster.transform)
    corners = np.array([[0.0, 0], [30, 0], [30, 20], [0, 20]])
    assert distance_m(lonlat(read, corners), image.grid.to_lonlat(corners)).max() < 1e-3
    kept = image_record(image, "0" * 64).grid
    assert distance_m(kept.to_lonlat(corners), image.grid.to_lonlat(corners)).max() < 1e-3


def _scene(grid: Grid) -> bytes:
    return one_page(counts(grid.height, grid.width), crs=grid.crs, transform=grid.transform)


def test_bands_carry_names_and_colours(cog: rasterio.DatasetReader) -> None:
    assert cog.descriptions == KEYS
    for entry in CLASSES:
        tags = cog.tags(entry.number)
        assert tags["NAME_EN"] == entry.name["en"]
        assert tags["NAME_ES"] == entry.name["es"]
        assert tags["COLOUR"] == entry.corine["colour"]


def test_the_file_is_cloud_optimised(cog: rasterio.DatasetReader) -> None:
    assert cog.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"


def test_a_large_cog_has_tiles_and_overviews() -> None:
    layers = draw(1100, 1300, crops=np.s_[:, :700])
    with MemoryFile(masks_cog(layers, Grid(1300, 1100, UTM, PLACE))) as file, file.open() as raster:
        assert raster.block_shapes[0] == (512, 512)
        assert raster.overviews(1)
        assert raster.read(6).sum() == 1100 * 700


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_without_a_crs_masks_have_none() -> None:
    with MemoryFile(masks_cog(LAYERS, Grid(30, 20))) as file, file.open() as raster:
        assert raster.crs is None
        assert raster.transform.is_identity
        assert raster.read(3).sum() == 18


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("count", [3, 4])
def test_a_png_decodes_to_its_picture(count: int) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (count, 20, 30), np.uint8)
    body = png(picture)
    assert body.startswith(b"\x89PNG\r\n\x1a\n")
    with MemoryFile(body) as file, file.open() as raster:
        assert np.array_equal(raster.read(), picture)
