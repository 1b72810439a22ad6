"""Which assets of a STAC Item make a scene."""

import json
from typing import Any

import pytest
from tesela.errors import InvalidOptionError, UnsuitableImageError
from tesela.jobs.item import choose
from tesela.jobs.sources import parse_address

BASE = parse_address("https://data.test/items/1.json?token=secret")
COMMON = ["coastal", "blue", "green", "yellow", "red", "rededge", "nir08", "nir09"]
TIFF = "image/tiff; application=geotiff; profile=cloud-optimized"


def item(**assets: Any) -> bytes:
    return json.dumps({"type": "Feature", "stac_version": "1.1.0", "assets": assets}).encode()


def asset(href: str = "./ms.tif", names: list[str] | None = None, **others: Any) -> dict[str, Any]:
    bands = {"bands": [{"eo:common_name": name} for name in names]} if names else {}
    return {"href": href, "type": TIFF, **bands, **others}


def chosen(body: bytes, base: str = str(BASE)) -> tuple[list[str], tuple[str, ...]]:
    found = choose(body, parse_address(base))
    return [str(address) for address in found.addresses], found.names


def test_the_asset_of_eight_bands_is_taken_with_its_names() -> None:
    body = item(
        pan=asset("./pan.tif", ["pan"]),
        ms=asset(names=COMMON),
        look=asset("./look.png", type="image/png"),
    )
    assert chosen(body) == (["https://data.test/items/ms.tif"], tuple(COMMON))


def test_bands_of_older_items_count_too() -> None:
    older = [{"name": f"B{n}", "common_name": name} for n, name in enumerate(COMMON, 1)]
    assert chosen(item(ms=asset() | {"eo:bands": older}))[1] == tuple(COMMON)
    counted: list[Any] = [{"data_type": "uint16"} for _ in range(8)]
    assert chosen(item(ms=asset() | {"raster:bands": counted}))[1] == ()


def test_a_single_tiff_needs_no_description() -> None:
    assert chosen(item(data=asset(), thumbnail=asset("./t.tif", roles=["thumbnail"])))[0] == [
        "https://data.test/items/ms.tif"
    ]
    assert chosen(item(data={"href": "/a/b.TIF?x=1"}))[0] == ["https://data.test/a/b.TIF?x=1"]


@pytest.mark.parametrize("by", ["bands", "keys"])
def test_eight_assets_of_one_band_are_taken_in_the_items_order(by: str) -> None:
    order = COMMON[::-1]
    assets = {
        name if by == "keys" else f"a{n}": asset(f"{n}.tif", [name] if by == "bands" else None)
        for n, name in enumerate(order)
    }
    addresses, names = chosen(item(**assets))
    assert addresses == [f"https://data.test/items/{n}.tif" for n in range(8)]
    assert names == tuple(order)


@pytest.mark.parametrize(
    ("base", "href", "address"),
    [
        ("https://a.test/x/i.json", "../y.tif", "https://a.test/y.tif"),
        ("https://a.test/x/i.json", "https://b.test/y.tif?s=1", "https://b.test/y.tif?s=1"),
        ("https://a.test/x/i.json", "s3://bucket/y.tif", "s3://bucket/y.tif"),
        ("s3://bucket/x/i.json", "./y.tif", "s3://bucket/x/y.tif"),
        ("s3://bucket/x/i.json", "../../../y.tif", "s3://bucket/y.tif"),
    ],
)
def test_addresses_count_from_the_item(base: str, href: str, address: str) -> None:
    assert chosen(item(ms=asset(href, COMMON)), base)[0] == [address]


@pytest.mark.parametrize(
    "href",
    [
        *(
            "file:///etc/passwd",
            "http://a.test/y.tif",
            "/vsicurl/https://a.test/y.tif\n",
            "gs://b/c",
        ),
        *("//user@evil.test/y.tif", "https://a.test/y z.tif"),
    ],
)
def test_other_addresses_are_refused(href: str) -> None:
    with pytest.raises(InvalidOptionError):
        choose(item(ms=asset(href, COMMON)), BASE)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "no STAC Item"),
        (b'{"assets": []}', "no STAC Item"),
        (b"[" * 100_000, "no STAC Item"),
        (item(), "Its TIFFs and their bands are: none"),
        (item(a=asset(names=COMMON), b=asset(names=COMMON)), r"2 assets of eight bands.*a \(8\), b \(8\)"),
        (item(a=asset(names=COMMON[:4]), b=asset(names=COMMON[4:])), r"no asset of eight bands.*a \(4\)"),
        (item(**{f"a{n}": asset() for n in range(8)}), r"not just eight of one band that it names as coastal"),
        (item(**{name: asset() for name in COMMON[:7]}), "no asset of eight bands"),
        (item(a={"href": 5}, b="text", c=asset(names=None) | {"bands": ["x"]}, d=asset()), "no asset"),
    ],
)  # fmt: skip
def test_an_item_without_eight_bands_is_refused_with_what_it_has(body: bytes, words: str) -> None:
    with pytest.raises(UnsuitableImageError, match=words):
        choose(body, BASE)
