"""Pages and masks that do not fit, metadata that nobody should read, pixels that are no counts."""

import gzip
import zlib
from functools import partial
from typing import Any

import numpy as np

from tests.hostile.case import ACCEPTED, DECODED, Case
from tests.hostile.cases.coding import zeros
from tests.hostile.writer import (
    ASCII,
    CHUNKY,
    LONG,
    PIXELS,
    PLACED,
    SIDE_PX,
    UNDEFINED,
    Writer,
    metadata,
    tags_of,
    tiff,
)
from tests.tiffs import png

NAN, INF = float("nan"), float("inf")


def _pages(*different: tuple[int, dict[str, Any]], dtypes: dict[int, str] | None = None) -> bytes:
    """Eight pages of a band; those named differ in tags or in type."""
    writer = Writer()
    for number, plane in enumerate(PIXELS):
        data = plane.astype((dtypes or {}).get(number, "<u2")).tobytes()
        values: dict[str, Any] = {"bands": 1} | dict(different).get(number, {})
        writer.page(tags_of(writer.add(data), len(data), **values))
    return bytes(writer.body)


def pages() -> dict[str, Case]:
    return {
        "eight pages": Case(_pages, DECODED),
        "a page that is narrower": Case(partial(_pages, (3, {"width": 63})), "pages-differ"),
        "a page of bytes": Case(partial(_pages, (3, {"bits": 8})), "pages-differ"),
        "a page of floats": Case(
            partial(_pages, (3, {"bits": 64, "sample_format": 3}), dtypes={3: "<f8"}), "data-type"
        ),
        "a page of three bands": Case(partial(_pages, (3, {"bands": 3})), "band-count"),
        "a page of JPEG": Case(partial(_pages, (5, {"compression": 7})), "compression"),
        "a page of white zero": Case(partial(_pages, (5, {"photometric": 0})), "pages-differ"),
        "the last page cut": Case(lambda: _pages()[:-10], "directory-outside"),
    }


def _masked(
    *extra: tuple[int, int, tuple[int, ...]], data: bytes = b"\xff" * 4096, **values: int
) -> bytes:
    """An image, and a mask of one bit in one strip unless told otherwise."""
    writer = Writer()
    writer.page(tags_of(writer.add(CHUNKY), len(CHUNKY), *PLACED))
    start = writer.add(data)
    mask = {"bands": 1, "bits": 1, "photometric": 4} | values
    length = mask.pop("length", len(data))
    drop = (273, 278, 279) if any(tag[0] == 322 for tag in extra) else ()
    tags = [(n, kind, (start,) if value == () else value) for n, kind, value in extra]
    writer.page(tags_of(start, length, (254, LONG, (4,)), *tags, drop=drop, **mask))
    return bytes(writer.body)


def _mask_tiles(width: int, height: int, data: bytes, **values: int) -> bytes:
    tiles = ((322, LONG, (width,)), (323, LONG, (height,)), (324, LONG, ()))
    return _masked(*tiles, (325, LONG, (len(data),)), data=data, **values)


def masks() -> dict[str, Case]:
    cases = {
        f"a mask of codec {n}": Case(
            partial(_masked, compression=n, data=b"\x55" * 900), "compression"
        )
        for n in (2, 3, 4, 7, 9, 32773, 34887, 34925, 50001, 50002)
    }
    sides = (32_768, 32_768), (46_336, 46_336), (2**30, 16), (16, 2**30), (65_536, 16_384)
    for width, height in sides:
        name = f"a mask of tiles of {width} x {height} px"
        cases[name] = Case(partial(_mask_tiles, width, height, bytes(3000)), "block-too-large")
        cases[f"{name}, 128 MB under deflate"] = Case(
            lambda width=width, height=height: _mask_tiles(  # type: ignore[misc]
                width, height, zeros(2**27), bits=8, compression=8
            ),
            "block-too-large",
        )
    return cases | {
        "a mask that hides nothing": Case(_masked, DECODED),
        "a mask that hides all": Case(partial(_masked, data=bytes(4096)), "all-nodata"),
        "a mask that is cut": Case(partial(_masked, length=99_999_999), "block-outside"),
        "a mask that is garbage": Case(
            partial(_masked, compression=8, data=b"garbage" * 100), "corrupt-image"
        ),
        "a mask of another size": Case(partial(_masked, width=32, height=32), "mask-size"),
        "a mask of three bands": Case(partial(_masked, bands=3), "mask-type"),
        "a mask of 16 bits": Case(partial(_masked, bits=16, data=CHUNKY), "mask-type"),
        "a huge mask": Case(partial(_masked, width=99_999, height=9999), "image-too-large"),
    }


def _items(count: int, domain: str = "") -> bytes:
    attribute = f' domain="{domain}%d"' if domain else ""
    items = (f'<Item name="k{n}"{attribute.replace("%d", str(n))}>v</Item>' for n in range(count))
    return tiff(metadata("".join(items)))


def _xml(text: str) -> bytes:
    return tiff((42112, ASCII, f"{text}\0".encode()))


def _subdatasets(name: str, bands: int = 8) -> bytes:
    items = "".join(
        f'<Item name="SUBDATASET_{n}_NAME" domain="SUBDATASETS">{name}</Item>' for n in range(1, 9)
    )
    return tiff(metadata(items), bands=bands)


# What GDAL would open: a file, a page of one, a part of one, an address, a bucket.
OPENED = (
    *("/etc/hostname", "GTIFF_DIR:1:/etc/hostname", "/vsisubfile/0_9,/etc/hostname"),
    *("/vsicurl/http://127.0.0.1:9/x.tif", "/vsis3/bucket/key", "/vsisparse//etc/hostname"),
    *("/vsizip//etc/hostname", "VRT:///etc/hostname", "/vsistdin/", "PG:host=127.0.0.1"),
)

LAUGHS = (
    '<!DOCTYPE l [<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]><GDALMetadata><Item>&l9;</Item></GDALMetadata>"
)


def texts() -> dict[str, Case]:
    lie = '<Item name="COMPRESSION" domain="IMAGE_STRUCTURE">NONE</Item>'
    scale = '<Item name="SCALE" sample="0" role="scale">nan</Item>'
    named = "".join(
        f'<Item name="DESCRIPTION" sample="{n}" role="description">red</Item>' for n in range(10**4)
    )
    far = '<Item name="DESCRIPTION" sample="99999999999999999999" role="description">x</Item>'
    cases = {f"subdatasets {name}": Case(partial(_subdatasets, name), DECODED) for name in OPENED}
    cases |= {
        f"one band, subdatasets {name}": Case(partial(_subdatasets, name, 1), "band-count")
        for name in OPENED
    }
    return cases | {
        "20,000 items": Case(partial(_items, 20_000), DECODED),
        "150,000 items": Case(partial(_items, 150_000), "tag-count"),
        "15,000 domains": Case(partial(_items, 15_000, "d"), DECODED),
        "a billion laughs": Case(partial(_xml, LAUGHS), DECODED),
        "an entity that is a file": Case(
            partial(_xml, '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'),
            DECODED,
        ),
        "100,000 nested elements": Case(partial(_xml, "<a>" * 10**5 + "</a>" * 10**5), DECODED),
        "500,000 opening brackets": Case(partial(_xml, "<Item " * 80_000), DECODED),
        "metadata that is no UTF-8": Case(
            partial(tiff, (42112, ASCII, b'<Item name="x\xff">\xff\xc0\x80</Item>\0')), DECODED
        ),
        "a lie about the codec": Case(
            partial(tiff, metadata(lie), data=b"x" * 3000, compression=7), "compression"
        ),
        "a scale that is no number": Case(partial(tiff, metadata(scale)), DECODED),
        "10,000 bands of one name": Case(partial(tiff, metadata(named)), DECODED),
        "a name for a band far away": Case(partial(tiff, metadata(far)), DECODED),
        "a description in HTML": Case(
            partial(tiff, (270, ASCII, b"<script>alert(1)</script>\0")), DECODED
        ),
        "a description that forges the log": Case(
            partial(tiff, (270, ASCII, b'a\n{"level":"ERROR"}\r\n\0')), DECODED
        ),
        "a profile of garbage": Case(partial(tiff, (34675, UNDEFINED, CHUNKY)), DECODED),
        "EXIF outside the file": Case(partial(tiff, (34665, LONG, (2**32 - 1,))), DECODED),
    }


def nodata() -> dict[str, Case]:
    odd = [
        "nan",
        "inf",
        "-inf",
        "1e400",
        "abc",
        "65536",
        "-1",
        "0x10",
        "1;2",
        "9" * 400,
        "-",
        "1_0",
    ]
    cases = {
        f"nodata {text[:10]}": Case(
            partial(tiff, *PLACED, (42113, ASCII, f"{text}\0".encode())), DECODED
        )
        for text in odd
    }
    return cases | {
        "nodata of wide digits": Case(partial(tiff, (42113, ASCII, "\uff11\0".encode())), DECODED)
    }


def _floats(pixels: np.ndarray) -> bytes:
    return tiff(*PLACED, data=pixels.astype("<f4").tobytes(), bits=32, sample_format=3)


def _varied(scale: float) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((SIDE_PX, SIDE_PX, 8)) * scale


def pixels() -> dict[str, Case]:
    one = np.full((SIDE_PX, SIDE_PX, 8), NAN)
    one[30, 30] = np.arange(8)
    some = _varied(1.0)
    some[5, 5, 3], some[6, 6, 2] = INF, NAN
    flat = np.ones((SIDE_PX, SIDE_PX, 8))
    return {
        **{
            f"pixels of {value}": Case(partial(_floats, flat * value), "all-nodata")
            for value in (NAN, INF, -INF, 0.0, 1e-45, 9e29, 3.4e38)
        },
        "pixels of any size": Case(partial(_floats, _varied(1e29)), ACCEPTED),
        "pixels below every normal number": Case(partial(_floats, _varied(1e-40)), ACCEPTED),
        "one pixel": Case(partial(_floats, one), ACCEPTED),
        "an infinite pixel": Case(partial(_floats, some), ACCEPTED),
        "black": Case(partial(tiff, data=bytes(len(CHUNKY))), "all-nodata"),
        "white": Case(partial(tiff, data=b"\xff" * len(CHUNKY)), "all-nodata"),
        "sparse": Case(partial(tiff, (273, LONG, (0,)), (279, LONG, (0,))), "all-nodata"),
        "sparse, with a nodata": Case(
            partial(tiff, (273, LONG, (0,)), (279, LONG, (0,)), (42113, ASCII, b"5\0")),
            "all-nodata",
        ),
    }


def impostors() -> dict[str, Case]:
    vrt = b'<VRTDataset rasterXSize="64" rasterYSize="64"/>'
    honest = tiff()
    magic = {
        "a VRT": vrt,
        "a name": b"/vsicurl/http://127.0.0.1:9/a.tif",
        "a PNG": png(),
        "a gzipped TIFF": gzip.compress(honest),
        "a deflated TIFF": zlib.compress(honest),
        "a TIFF after a byte order mark": b"\xef\xbb\xbf" + honest,
        "a PDF": b"%PDF-1.7\n" + honest,
        "the magic of the other order": b"MM*\0" + honest[4:],
    }
    cases = {name: Case(partial(bytes, body), "not-a-tiff") for name, body in magic.items()}
    return cases | {
        "nothing": Case(bytes, "empty-upload"),
        "a VRT after the magic": Case(lambda: b"II*\0" + vrt, "directory-outside"),
        "garbage after the magic": Case(lambda: b"II*\0" + b"\xfe" * 9999, "directory-outside"),
        "zeros after the magic": Case(lambda: b"II*\0\x08\0\0\0" + bytes(4_400_000), "tag-total"),
        "a TIFF and a ZIP": Case(lambda: honest + b"PK\x03\x04" + bytes(100), DECODED),
        "a TIFF and a page of HTML": Case(lambda: honest + b"<script>alert(1)</script>", DECODED),
    }


CASES = pages() | masks() | texts() | nodata() | pixels() | impostors()
