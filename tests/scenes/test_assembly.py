"""The products of a scene, opened as other programs open them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from rio_cogeo.cogeo import cog_validate
from tesela.catalogue import KEYS
from tesela.errors import StorageUnavailableError
from tesela.exports.render import topmost
from tesela.scenes import names
from tesela.scenes.assembly import assemble
from tesela.scenes.names import BlockNames
from tesela.scenes.plan import Options, Plan

from tests.scenes.made import Memory, counts, model, processed, unblocked
from tests.tiffs import placed

pytest.importorskip("pyarrow", reason="the extra `scenes` is not installed: no pyarrow")
import geopandas as gpd

OPTIONS = Options(dict.fromkeys(KEYS, 0.55), scores=True, block_px=64, cog_tile_px=16)
CREATED = datetime(2026, 11, 28, 12, tzinfo=UTC)
BODY = placed(counts(100, 130, 3, 0.3), tiled=True, blockxsize=32, blockysize=16)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Memory, Path]:
    plan, store = processed(BODY, OPTIONS, model())
    assemble(plan, store, tmp_path_factory.mktemp("scratch"), CREATED)
    folder = tmp_path_factory.mktemp("products")
    for name, body in store.kept.items():
        if "/" not in name:
            (folder / name).write_bytes(body)
    return plan, store, folder


@pytest.mark.parametrize("name", ["classes.tif", "masks.tif", "scores.tif"])
def test_rasters_are_valid_cogs_with_the_scenes_place_and_names(
    made: tuple[Plan, Memory, Path], name: str
) -> None:
    plan, _, folder = made
    valid, errors, warnings = cog_validate(folder / name, strict=True)
    assert (valid, errors, warnings) == (True, [], [])
    with rasterio.open(folder / name) as file:
        assert (file.crs, file.transform) == (plan.grid.crs, plan.grid.transform)
        assert file.descriptions == (("class",) if name == "classes.tif" else KEYS)
        assert file.overviews(1) == [2, 4, 8, 14]  # 14: of 130 px, halved four times, 9 are left
    if name == "classes.tif":
        with rasterio.open(folder / name) as file:
            assert file.nodata == 0
            assert file.colormap(1)[1][:3] == (0xE6, 0x00, 0x4D)  # buildings in CORINE's colour


def test_overviews_hold_the_most_frequent_class_of_four_and_masks_half_of_them(
    made: tuple[Plan, Memory, Path],
) -> None:
    plan, _, folder = made
    _, layers = unblocked(BODY, plan, model())
    top, masks = topmost(layers), np.stack([layer.mask for layer in layers])
    with rasterio.open(folder / "masks.tif", overview_level=0) as file:
        four = masks.reshape(10, 50, 2, 65, 2).sum(axis=(2, 4))
        assert np.array_equal(file.read(), four >= 2)
    with rasterio.open(folder / "classes.tif", overview_level=0) as file:
        squares = top.reshape(50, 2, 65, 2).swapaxes(1, 2).reshape(50, 65, 4)
        often = (squares[..., None] == squares[..., None, :]).sum(axis=3)
        chosen = np.take_along_axis(squares, often.argmax(axis=2)[..., None], 2)[..., 0]
        assert np.array_equal(file.read(1), chosen)


def test_polygons_open_in_geopandas_and_add_up_to_the_summary(
    made: tuple[Plan, Memory, Path],
) -> None:
    _, _, folder = made
    frame = gpd.read_parquet(folder / "polygons.parquet")
    assert frame.crs == "OGC:CRS84"
    assert frame.is_valid.all()
    assert frame.object_id.is_unique
    metres = frame.to_crs(32618).area
    assert np.allclose(metres, frame.area_m2, rtol=2e-3, atol=0.1)
    summary = json.loads((folder / "summary.json").read_text())
    for entry in summary["classes"]:
        rows = frame[frame["class"] == entry["key"]]
        assert len(rows) == entry["polygons"]
        assert rows.area_m2.sum() == pytest.approx(entry["area_m2"], abs=0.01 * len(rows))
        if len(rows):
            mean = np.average(rows.score, weights=rows.area_m2)
            assert entry["mean_score"] == pytest.approx(mean, abs=1e-3)


def test_a_window_of_the_geoparquet_is_found_by_its_boxes(
    made: tuple[Plan, Memory, Path],
) -> None:
    _, _, folder = made
    frame = gpd.read_parquet(folder / "polygons.parquet")
    box = tuple(frame.geometry.iloc[0].bounds)
    part = gpd.read_parquet(folder / "polygons.parquet", bbox=box)
    boxes = shapely.box(*frame.geometry.bounds.to_numpy().T)
    assert set(part.object_id) == set(frame.object_id[shapely.intersects(boxes, shapely.box(*box))])
    assert 0 < len(part) < len(frame)


def test_flatgeobuf_holds_the_same_features(made: tuple[Plan, Memory, Path]) -> None:
    _, _, folder = made
    parquet = gpd.read_parquet(folder / "polygons.parquet").set_index("object_id")
    flat = gpd.read_file(folder / "polygons.fgb").set_index("object_id")
    assert flat.crs == "EPSG:4326"
    assert set(flat.index) == set(parquet.index)
    here, there = (frame.loc[parquet.index].geometry.to_numpy() for frame in (parquet, flat))
    assert shapely.equals(here, there).all()


def test_the_item_is_valid_stac_whose_assets_are_there(made: tuple[Plan, Memory, Path]) -> None:
    pystac = pytest.importorskip("pystac", reason="pystac is not installed")
    from pystac import STACObjectType
    from pystac.extensions.classification import ClassificationExtension
    from pystac.extensions.projection import ProjectionExtension
    from pystac.validation.stac_validator import JsonSchemaSTACValidator

    _, store, folder = made
    document = json.loads((folder / "item.json").read_text())
    # The core's schemas come with pystac; those of extensions would be fetched.
    JsonSchemaSTACValidator().validate_core(document, STACObjectType.ITEM, "1.1.0")
    item = pystac.Item.from_dict(document)
    assert item.datetime == CREATED
    projection = ProjectionExtension.ext(item)
    assert (projection.epsg, projection.shape) == (32618, [100, 130])
    classes = ClassificationExtension.ext(item.assets["classes.tif"]).classes
    assert classes is not None
    assert [each.name for each in classes[1:]] == list(KEYS)
    sizes = {name: asset["file:size"] for name, asset in document["assets"].items()}
    assert sizes == {name: (folder / name).stat().st_size for name in sizes}
    assert set(sizes) | {"item.json"} == {path.name for path in folder.iterdir()}
    assert store.written[-1] == names.ITEM


def test_the_item_says_of_each_asset_what_is_in_it(made: tuple[Plan, Memory, Path]) -> None:
    """Members by the extensions' own documents; each extension that is named is used."""
    plan, _, folder = made
    item = json.loads((folder / "item.json").read_text())
    names_of = {
        address.removeprefix("https://stac-extensions.github.io/").partition("/")[0]
        for address in item["stac_extensions"]
    }
    assert names_of == {"projection", "raster", "classification", "processing", "file"}
    for name, asset in item["assets"].items():
        assert (folder / asset["href"]).resolve() == (folder / name).resolve()
        assert asset["roles"] in (["data"], ["metadata"])
        if not name.endswith(".tif"):
            continue
        with rasterio.open(folder / name) as file:
            assert [band["name"] for band in asset["bands"]] == list(file.descriptions)
            assert {asset["data_type"]} == set(file.dtypes)
            assert asset.get("nodata") == file.nodata
            assert asset["raster:spatial_resolution"] == pytest.approx(file.res[0], rel=0.01)
    scores = item["assets"]["scores.tif"]["bands"]
    assert all((band["raster:scale"], band["raster:offset"]) == (1 / 256, 0) for band in scores)
    classes = item["assets"]["classes.tif"]["classification:classes"]
    assert [each["value"] for each in classes] == list(range(11))
    with rasterio.open(folder / "classes.tif") as file:
        for each in classes[1:]:
            red, green, blue, _ = file.colormap(1)[each["value"]]
            assert each["color_hint"] == f"{red:02X}{green:02X}{blue:02X}"
    about = item["properties"]
    assert about["proj:code"] == f"EPSG:{file.crs.to_epsg()}"
    assert about["proj:transform"][:6] == list(plan.transform)
    assert about["processing:software"].keys() >= {"tesela"}
    west, south, east, north = item["bbox"]
    assert shapely.box(west, south, east, north).covers(shapely.geometry.shape(item["geometry"]))


def test_a_geoparquet_s_metadata_are_those_of_its_rows(made: tuple[Plan, Memory, Path]) -> None:
    """GeoParquet 1.1: what readers skip by lies in the file's own metadata."""
    import pyarrow.parquet as pq

    _, _, folder = made
    file = pq.ParquetFile(folder / "polygons.parquet")
    geo = json.loads(file.schema_arrow.metadata[b"geo"])
    column = geo["columns"][geo["primary_column"]]
    assert (geo["version"], column["encoding"]) == ("1.1.0", "WKB")
    frame = gpd.read_parquet(folder / "polygons.parquet")
    assert set(frame.geom_type) <= set(column["geometry_types"])
    west, south, east, north = column["bbox"]
    assert shapely.box(west, south, east, north).covers(shapely.box(*frame.total_bounds))
    boxes = file.read(["bbox"]).column("bbox").to_pylist()
    sides = [
        [box[column["covering"]["bbox"][side][1]] for box in boxes]
        for side in ("xmin", "ymin", "xmax", "ymax")
    ]
    assert np.array_equal(np.transpose(sides), frame.bounds.to_numpy())
    assert all(
        shapely.is_ccw(shapely.get_exterior_ring(shapely.get_parts(frame.geometry.to_numpy())))
    )
    assert file.num_row_groups == 6  # one of each block, which readers skip by its statistics


def test_a_lost_part_is_named_and_nothing_is_called_done(
    made: tuple[Plan, Memory, Path], tmp_path: Path
) -> None:
    plan, store, _ = made
    lost = BlockNames(plan, next(plan.blocks())).index("masks")
    broken = Memory(
        {name: body for name, body in store.kept.items() if name not in {lost, names.ITEM}}
    )
    with pytest.raises(StorageUnavailableError, match="masks"):
        assemble(plan, broken, tmp_path, CREATED)
    assert names.ITEM not in broken.kept
