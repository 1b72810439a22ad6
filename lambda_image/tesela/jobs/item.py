"""A STAC Item as the source of a scene: which of its assets hold the eight bands.

https://github.com/radiantearth/stac-spec/blob/v1.1.0/item-spec/item-spec.md. Bands are those of STAC
1.1 (`bands`) or of the extensions before it (`eo:bands`, `raster:bands`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from tesela.catalogue import BANDS
from tesela.core.bands import order_of
from tesela.errors import UnsuitableImageError
from tesela.jobs.sources import Address, parse_address

MAX_BYTES = 2**20

_BAND_LISTS = "bands", "eo:bands", "raster:bands"
_NAMES = "eo:common_name", "common_name", "name", "description"
_MAX_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files of an Item: one, or eight; and what it calls the bands, empty where it says nothing."""

    addresses: tuple[Address, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asset:
    key: str
    href: str
    bands: tuple[Mapping[str, Any], ...]


def choose(body: bytes, base: Address) -> Chosen:
    """Return the asset of eight bands, else the eight of one band that are named as those of the sensor.

    Args:
        body: The Item.
        base: Where it lies, from where its relative addresses count.

    Raises:
        UnsuitableImageError: It is no Item, or has neither.
        InvalidOptionError: An address is none that can be read.
    """
    assets = list(_tiffs(_parsed(body)))
    whole = [asset for asset in assets if len(asset.bands) == len(BANDS)]
    if not whole and len(assets) == 1:
        whole = assets  # it says nothing of its bands: the file will
    if len(whole) == 1:
        names = _named([[band] for band in whole[0].bands])
        return Chosen((_resolved(whole[0].href, base),), names)
    single = _of_one_band(assets)
    if len(whole) > 1 or not single:
        raise _unclear(assets, whole)
    chosen, names = single
    return Chosen(tuple(_resolved(asset.href, base) for asset in chosen), names)


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("assets"), dict):
        raise UnsuitableImageError(
            "The source is JSON, but no STAC Item: it has no assets.", "item-invalid"
        )
    return document


def _tiffs(item: Mapping[str, Any]) -> Iterator[_Asset]:
    for key, asset in item["assets"].items():
        if not isinstance(asset, dict) or not isinstance(asset.get("href"), str):
            continue
        roles = asset.get("roles") or []
        kind = str(asset.get("type", "")).lower()
        path = asset["href"].partition("?")[0].lower()
        is_tiff = "tiff" in kind if kind else path.endswith((".tif", ".tiff"))
        if is_tiff and not {"thumbnail", "overview", "metadata"} & {str(role) for role in roles}:
            yield _Asset(str(key), asset["href"], tuple(_bands(asset)))


def _bands(asset: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    for name in _BAND_LISTS:
        bands = asset.get(name)
        if isinstance(bands, list) and bands and all(isinstance(band, dict) for band in bands):
            return bands
    return []


def _of_one_band(assets: Sequence[_Asset]) -> tuple[list[_Asset], tuple[str, ...]] | None:
    """Return eight assets that are named as the eight bands, by their bands or else by their keys."""
    single = [asset for asset in assets if len(asset.bands) <= 1]
    if len(single) != len(BANDS):
        return None
    labels = [[*asset.bands, {"name": asset.key}] for asset in single]
    names = _named(labels)
    return (single, names) if names else None


def _named(bands: Sequence[Sequence[Mapping[str, Any]]]) -> tuple[str, ...]:
    """Return names of the first kind by which the eight bands differ; each may be described twice."""
    for kind in _NAMES:
        for entry in (0, -1):
            names = tuple(str(described[entry].get(kind, "")) for described in bands)
            if order_of(names):
                return names
    return ()


def _unclear(assets: Sequence[_Asset], whole: Sequence[_Asset]) -> UnsuitableImageError:
    found = [f"{asset.key} ({len(asset.bands) or '?'})" for asset in assets[:_MAX_SHOWN]]
    several = f"{len(whole)} assets of eight bands" if whole else "no asset of eight bands"
    return UnsuitableImageError(
        f"The STAC Item has {several}, and not just eight of one band that it names as "
        f"{', '.join(BANDS)}. Its TIFFs and their bands are: {', '.join(found) or 'none'}. "
        "Name the file itself instead.",
        "item-bands",
        assets=found,
        needed=len(BANDS),
    )


def _resolved(href: str, base: Address) -> Address:
    if "://" in href:
        return parse_address(href)
    # urljoin knows https, and not s3; an Item's query, such as a signature, is not its files'.
    joined = urljoin(f"https://{base.place}/{base.path.lstrip('/').partition('?')[0]}", href)
    return parse_address(base.scheme + joined.removeprefix("https"))
