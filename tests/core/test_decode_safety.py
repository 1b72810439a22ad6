"""An upload leads to no file, no address and no log, whatever names it holds."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import boto3
import pytest
import rasterio
from rasterio.errors import RasterioIOError
from rasterio.io import MemoryFile
from rasterio.warp import transform as transform_points
from tesela.core.decode import decode
from tesela.core.gdal import gdal
from tesela.core.tiff.header import read_header
from tesela.errors import CorruptImageError, ImageTooLargeError, TeselaError, UnsuitableImageError

from tests.guard import Trap, untouched
from tests.hostile.writer import ASCII, CHUNKY, PLACED, SHORT, Writer, metadata, tags_of, tiff
from tests.tiffs import counts, one_page, placed


def subdatasets(name: str) -> bytes:
    items = "".join(
        f'<Item name="SUBDATASET_{n}_NAME" domain="SUBDATASETS">{name}</Item>' for n in range(1, 9)
    )
    return tiff(metadata(items), bands=1)


def esri(extension: str = "", datum: str = "") -> bytes:
    """A CRS of no GeoTIFF model, by the WKT in its citation, as ArcGIS writes it."""
    wkt = (
        f'PROJCS["x",GEOGCS["x",DATUM["x",SPHEROID["WGS 84",6378137,298.257223563]{datum}],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",-75],'
        'PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],'
        f'PARAMETER["false_northing",0],UNIT["metre",1]{extension}]'
    )
    citation = f"ESRI PE String = {wkt}|".encode()
    keys = (1, 1, 0, 3, 1024, 0, 1, 32767, 3072, 0, 1, 32767, 3073, 34737, len(citation), 0)
    return tiff(*PLACED[:2], (34735, SHORT, keys), (34737, ASCII, citation + b"\0"))


NAMES: dict[str, Callable[[Trap], bytes]] = {
    "subdatasets are a file": lambda trap: subdatasets(str(trap.file)),
    "subdatasets are a page of a file": lambda trap: subdatasets(f"GTIFF_DIR:1:{trap.file}"),
    "subdatasets are an address": lambda trap: subdatasets(f"/vsicurl/{trap.url}"),
    "subdatasets are a part of a file": lambda trap: subdatasets(f"/vsisubfile/0_9,{trap.file}"),
    "subdatasets are a VRT": lambda trap: subdatasets(
        f"&lt;VRTDataset&gt;&lt;SourceFilename&gt;{trap.file}&lt;/SourceFilename&gt;"
    ),
    "metadata include a file": lambda trap: tiff(
        (42112, ASCII, f'<!DOCTYPE x [<!ENTITY e SYSTEM "{trap.file}">]><a>&e;</a>\0'.encode())
    ),
    "grid shift is a file": lambda trap: esri(
        f',EXTENSION["PROJ4","+proj=utm +zone=18 +ellps=WGS84 +nadgrids={trap.file} +units=m"]'
    ),
    "grid shift is an address": lambda trap: esri(
        f',EXTENSION["PROJ4","+proj=utm +zone=18 +ellps=WGS84 +nadgrids={trap.url} +units=m"]'
    ),
    "geoid is a file": lambda trap: esri(
        f',EXTENSION["PROJ4","+proj=utm +zone=18 +ellps=WGS84 +geoidgrids={trap.file} +units=m"]'
    ),
    "grid of the datum is a file": lambda trap: esri(
        datum=f',EXTENSION["PROJ4_GRIDS","{trap.file}"]'
    ),
    "grid of the datum is an address": lambda trap: esri(
        datum=f',EXTENSION["PROJ4_GRIDS","{trap.url}"]'
    ),
    "PROJ's own list is a file": lambda trap: esri(f',EXTENSION["PROJ4","+init={trap.file}:root"]'),
}


@pytest.mark.parametrize("case", NAMES)
def test_no_name_in_an_upload_is_opened(case: str, tmp_path: Path) -> None:
    file = tmp_path / "canary.tif"
    file.write_bytes(one_page(counts()[:1]))
    with untouched(file) as trap, suppress(TeselaError):
        decode(NAMES[case](trap))


def test_the_text_of_a_crs_is_read_where_it_is_harmless() -> None:
    grid = decode(esri()).grid
    assert grid.coordinates == "lonlat"
    assert grid.bounds[0] == pytest.approx(-75.515, abs=1e-3)


@pytest.mark.parametrize("case", ["grid of the datum is a file", "grid shift is a file"])
def test_the_guard_sees_what_proj_opens(case: str, tmp_path: Path) -> None:
    """GDAL itself, without our header, opens the grid as soon as the CRS is used."""
    file = tmp_path / "canary.tif"
    file.write_bytes(b"no grid")
    with pytest.raises(AssertionError, match="was opened"), untouched(file) as trap:
        use_crs(NAMES[case](trap))


def use_crs(body: bytes) -> None:
    with suppress(Exception), MemoryFile(body) as memory, memory.open() as raster:
        transform_points(raster.crs, "EPSG:4326", [443_000], [690_000])


@pytest.mark.parametrize("name", ["{file}", "/vsicurl/{url}"])
def test_the_guard_sees_what_gdal_opens(name: str, tmp_path: Path) -> None:
    file = tmp_path / "canary.tif"
    file.write_bytes(one_page(counts()[:1]))
    with (
        pytest.raises(AssertionError, match=r"was (opened|called)"),
        untouched(file) as trap,
        suppress(RasterioIOError),
        rasterio.Env(GDAL_HTTP_TIMEOUT=1),
    ):
        rasterio.open(name.format(file=trap.file, url=trap.url)).close()


def test_a_message_names_neither_a_file_nor_a_place_in_memory() -> None:
    body = bytearray(placed(counts(), compress="deflate"))
    body[len(body) // 2 :] = bytes(len(body) - len(body) // 2)
    with pytest.raises(CorruptImageError) as caught:
        decode(bytes(body))
    assert "vsimem" not in str(caught.value)
    assert ".tif" not in str(caught.value)


def endless(directories: int, kind: int) -> bytes:
    writer = Writer()
    tags = tags_of(writer.add(CHUNKY), len(CHUNKY))
    writer.page(tags)
    for _ in range(directories):
        writer.page([*tags[:2], (254, 4, (kind,))])
    return bytes(writer.body)


def masked(tile_px: int) -> bytes:
    writer = Writer()
    writer.page(tags_of(writer.add(CHUNKY), len(CHUNKY)))
    block = writer.add(bytes(3000))
    tiles = [(322, 4, (tile_px,)), (323, 4, (tile_px,)), (324, 4, (block,)), (325, 4, (3000,))]
    writer.page(
        tags_of(
            0,
            0,
            (254, 4, (4,)),
            *tiles,
            drop=(273, 278, 279),
            bands=1,
            bits=8,
            compression=8,
            photometric=4,
        )
    )
    return bytes(writer.body)


ITEMS = [f'<Item name="k{n}">v</Item>' for n in range(100_000)]
BOUNDED: dict[str, tuple[Callable[[], bytes], type[Exception] | None]] = {
    "30,000 masks": (lambda: endless(30_000, 4), CorruptImageError),
    "30,000 overviews": (lambda: endless(30_000, 1), CorruptImageError),
    "a mask of huge tiles": (lambda: masked(46_336), ImageTooLargeError),
    "30,000 items of metadata": (lambda: tiff(metadata("".join(ITEMS[:30_000]))), None),
    "100,000 items of metadata": (lambda: tiff(metadata("".join(ITEMS))), CorruptImageError),
    "65,535 bands": (lambda: tiff(bands=65_535), UnsuitableImageError),
}


@pytest.mark.parametrize("case", BOUNDED)
def test_what_a_file_repeats_costs_nothing(case: str) -> None:
    make, error = BOUNDED[case]
    body = make()
    start = time.process_time()
    if error:
        with pytest.raises(error):
            decode(body)
    else:
        decode(body)
    assert time.process_time() - start < 1


def test_a_page_that_follows_itself_is_refused() -> None:
    writer = Writer()
    first = writer.page(tags_of(writer.add(CHUNKY), len(CHUNKY)))
    writer.point(first)
    with pytest.raises(CorruptImageError, match=f"directory at byte {first} follows itself"):
        decode(bytes(writer.body))


def test_the_check_of_a_common_image_takes_under_a_millisecond() -> None:
    body = placed(counts(160, 160), tiled=True, blockxsize=16, blockysize=16, compress="deflate")
    times = []
    for _ in range(20):
        start = time.process_time()
        read_header(body)
        times.append(time.process_time() - start)
    assert min(times) < 0.001


def test_a_broken_image_writes_no_log() -> None:
    """In a fresh process, whose loggers nobody has set up."""
    script = """
from tesela.core.decode import decode
from tesela.errors import TeselaError
from tests.core.test_decode_safety import endless, masked
from tests.tiffs import counts, placed
body = bytearray(placed(counts(256, 256), compress="lzw", blockysize=1))
body[len(body) // 4 : -2000] = b"x" * len(body[len(body) // 4 : -2000])
for each in (bytes(body), endless(600, 1), masked(64)):
    try: decode(each)
    except TeselaError: pass
    else: raise SystemExit("decoded")
"""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": "lambda_image:."},
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_aws_keys_in_the_environment_make_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody else has loaded boto3 for rasterio: 8 ms or more for each call of GDAL."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of the function's role")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the function's role")
    monkeypatch.setattr("rasterio.session.boto3", boto3)
    with gdal():
        assert not [name for name in rasterio.env.getenv() if name.startswith("AWS_")]
