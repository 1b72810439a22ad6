"""Compare the classes of two images of one place, pixel by pixel, on the grid of the first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.warp import transform as warp_points

from tesela.catalogue import CLASSES
from tesela.core.gdal import GDAL_ERRORS, gdal
from tesela.core.ground.crs import LON_LAT
from tesela.core.image import Grid, Valid
from tesela.core.summary import M2_PER_HA
from tesela.errors import NotComparableError

Masks = Sequence[NDArray[np.bool_]]  # one (height, width) per class
Places = NDArray[np.float64]  # columns or rows of a grid; 0.5 is the middle of its first pixel

# What a pixel of a class became.
NEITHER, LOST, GAINED, KEPT, OUTSIDE = 0, 1, 2, 3, 255

_EDGE_PX = 1e-6  # a middle on the edge of two pixels belongs to the one to the right and below
_MESH_PX = 16  # between exact places; a projection is nearly straight over so few pixels
_MAX_MISS_PX = 1e-3


@dataclass(frozen=True, slots=True)
class Side:
    """The classes of one image: masks in the catalogue's order, and which pixels are valid."""

    grid: Grid
    masks: Masks
    valid: Valid


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a class on the common ground, in hectares."""

    number: int
    key: str
    a_ha: float
    b_ha: float
    lost_ha: float  # of the class in a alone
    gained_ha: float  # in b alone
    kept_ha: float  # in both

    @property
    def difference_ha(self) -> float:
        """The area in b less that in a."""
        return round(self.b_ha - self.a_ha, 4)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two images on the grid of the first.

    Attributes:
        codes: (10, height, width): NEITHER, LOST, GAINED, KEPT, or OUTSIDE the common ground.
        changes: By class, in the catalogue's order.
        common_px: Pixels of a that are valid, and whose middle lies on a valid pixel of b.
        common_ha: Their area.
        resampled: Whether b has other pixels than a: the nearest ones were taken.
    """

    codes: NDArray[np.uint8]
    changes: tuple[Change, ...]
    common_px: int
    common_ha: float
    resampled: bool


def compare(a: Side, b: Side) -> Comparison:
    """Compare b with a, which comes first and whose grid counts.

    Raises:
        NotComparableError: They have no valid ground in common.
    """
    rows, columns, inside = nearest_pixels(a.grid, b.grid)
    common = inside & a.valid & b.valid[rows, columns]
    if not common.any():
        raise NotComparableError(
            "The two images have no valid pixel of the same place in common.",
            "places-apart",
            a=list(a.grid.bounds),
            b=list(b.grid.bounds),
        )
    codes = np.full((len(CLASSES), *common.shape), OUTSIDE, np.uint8)
    for code, first, second in zip(codes, a.masks, b.masks, strict=True):
        both = first.view(np.uint8) * LOST + second[rows, columns].view(np.uint8) * GAINED
        code[common] = both[common]
    areas = a.grid.pixel_areas
    each = None if areas.alike else areas.raster[common]
    return Comparison(
        codes=codes,
        changes=tuple(
            _change(number, code[common], each, areas.mean) for number, code in enumerate(codes, 1)
        ),
        common_px=int(np.count_nonzero(common)),
        common_ha=_hectares(
            np.count_nonzero(common) * areas.mean if each is None else float(each.sum())
        ),
        resampled=not _is_same(a.grid, b.grid),
    )


def nearest_pixels(a: Grid, b: Grid) -> tuple[NDArray[np.intp], NDArray[np.intp], Valid]:
    """The pixel of b that holds the middle of each pixel of a.

    Returns:
        Rows and columns (height, width) of a's size, and whether there is such a pixel; where there
        is none they are 0.
    """
    columns, rows = _places(a, b)
    with np.errstate(invalid="ignore"):
        inside = (columns >= -_EDGE_PX) & (columns < b.width - _EDGE_PX)
        inside &= (rows >= -_EDGE_PX) & (rows < b.height - _EDGE_PX)
    whole = [
        np.floor(np.where(inside, place, 0) + _EDGE_PX).astype(np.intp) for place in (rows, columns)
    ]
    return whole[0], whole[1], inside


def _is_same(a: Grid, b: Grid) -> bool:
    sizes = (a.width, a.height) == (b.width, b.height)
    return sizes and a.crs == b.crs and bool(a.transform.almost_equals(b.transform, 1e-9))


def _places(a: Grid, b: Grid) -> tuple[Places, Places]:
    """Where the middles of a's pixels lie in b, in its columns and rows."""
    middles = _middles(a.width), _middles(a.height)
    if a.crs == b.crs:
        return _projected(a, b, *np.meshgrid(*middles))
    across, down = _stops(a.width), _stops(a.height)
    mesh = _projected(a, b, *np.meshgrid(across, down))
    if not _is_straight(a, b, (across, down), mesh):
        return _projected(a, b, *np.meshgrid(*middles))
    to_columns, to_rows = _between(across, middles[0]), _between(down, middles[1])
    columns, rows = (to_rows @ place @ to_columns.T for place in mesh)
    return columns, rows


def _is_straight(
    a: Grid, b: Grid, stops: tuple[Places, Places], mesh: tuple[Places, Places]
) -> bool:
    """Whether the middles between the mesh's places lie where the mesh has them.

    It breaks where a CRS does: at the antimeridian, a pole, or beyond its reach.
    """
    exact = _projected(a, b, *np.meshgrid(*((each[1:] + each[:-1]) / 2 for each in stops)))
    halves = ((each[1:] + each[:-1]) / 2 for each in mesh)
    means = ((each[:, 1:] + each[:, :-1]) / 2 for each in halves)
    misses = (np.abs(mean - place).max() for mean, place in zip(means, exact, strict=True))
    return all(miss <= _MAX_MISS_PX for miss in misses)  # NaN is not


def _through(transform: object, columns: Places, rows: Places) -> tuple[Places, Places]:
    a, b, c, d, e, f = tuple(transform)[:6]  # type: ignore[arg-type,var-annotated]
    return a * columns + b * rows + c, d * columns + e * rows + f


def _middles(length: int) -> Places:
    return np.asarray(np.arange(length) + 0.5, np.float64)


def _stops(length: int) -> Places:
    """Evenly from edge to edge, at most `_MESH_PX` apart."""
    return np.linspace(0, length, -(-length // _MESH_PX) + 1)


def _between(stops: Places, middles: Places) -> Places:
    """Weights (middles, stops) of linear interpolation."""
    return np.column_stack([np.interp(middles, stops, unit) for unit in np.eye(len(stops))])


def _projected(a: Grid, b: Grid, columns: Places, rows: Places) -> tuple[Places, Places]:
    """Exact places; NaN where b's CRS does not reach."""
    if a.crs == b.crs:
        x, y = _through(a.transform, columns, rows)
    else:
        x, y = _reprojected(a, b, columns, rows)
    if b.crs and b.crs.is_geographic:  # the same meridian, counted from wherever b counts
        left, right = (
            _through(b.transform, np.array(c), np.array(r))[0]
            for c, r in ((0, 0), (b.width, b.height))
        )
        x = x - 360 * np.round((x - (left + right) / 2) / 360)
    return _through(~b.transform, x, y)


@gdal()
def _reprojected(a: Grid, b: Grid, columns: Places, rows: Places) -> tuple[Places, Places]:
    """Coordinates in b's CRS, by way of longitude and latitude."""
    lonlat = a.to_lonlat(np.column_stack([columns.ravel(), rows.ravel()]))
    try:
        x, y = np.array(warp_points(LON_LAT, b.crs, *lonlat.T))
    except GDAL_ERRORS:
        x, y = np.full((2, len(lonlat)), np.nan)
    reached = np.isfinite(x) & np.isfinite(y)
    return (
        np.where(reached, x, np.nan).reshape(columns.shape),
        np.where(reached, y, np.nan).reshape(rows.shape),
    )


def _change(
    number: int, codes: NDArray[np.uint8], each: NDArray[np.float64] | None, mean_m2: float
) -> Change:
    sums = np.bincount(codes, each, KEPT + 1) * (mean_m2 if each is None else 1)
    lost, gained, kept = (_hectares(float(sums[code])) for code in (LOST, GAINED, KEPT))
    return Change(
        number=number,
        key=CLASSES[number - 1].key,
        a_ha=_hectares(float(sums[LOST] + sums[KEPT])),
        b_ha=_hectares(float(sums[GAINED] + sums[KEPT])),
        lost_ha=lost,
        gained_ha=gained,
        kept_ha=kept,
    )


def _hectares(area_m2: float) -> float:
    """Hectares, to the square metre."""
    return round(area_m2 / M2_PER_HA, 4)
