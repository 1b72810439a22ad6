"""Where a page says that it lies: the tags of a GeoTIFF, before GDAL makes a CRS of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tesela.core.tiff import tags
from tesela.core.tiff.fields import Directory
from tesela.core.tiff.geokeys import Key, read_keys

TIEPOINT = 6  # numbers of a tiepoint: column, row, 0, x, y, z

_MAX_TIEPOINTS = 4096
_MATRIX = 16


@dataclass(frozen=True, slots=True)
class Georeference:
    """Pixel scale, tiepoints, matrix and keys; empty where the page has none."""

    scale: tuple[float, ...] = ()
    tiepoints: tuple[float, ...] = ()
    matrix: tuple[float, ...] = ()
    keys: Mapping[int, Key] = field(default_factory=dict)
    rational: bool = False  # it has the rational polynomials of a camera (RPC)
    page: int = field(default=1, compare=False)  # the page that says so

    @property
    def has_control_points(self) -> bool:
        """Whether points on the ground are named, instead of one and a scale."""
        return not self.scale and not self.matrix and len(self.tiepoints) > TIEPOINT


def read_georeference(directory: Directory) -> Georeference:
    """Read the georeference of a page; what is no GeoTIFF's is left out.

    Raises:
        CorruptImageError: A tag of another type, with too many values, or outside the file.
    """
    return Georeference(
        scale=_doubles(directory, tags.PIXEL_SCALE, 3),
        tiepoints=_doubles(directory, tags.TIEPOINTS, TIEPOINT * _MAX_TIEPOINTS),
        matrix=_doubles(directory, tags.MATRIX, _MATRIX),
        keys=read_keys(directory),
        rational=tags.RPC in directory.entries,
        page=directory.number,
    )


def _doubles(directory: Directory, tag: int, max_count: int) -> tuple[float, ...]:
    values = directory.doubles(tag, max_count)
    return () if values is None else tuple(map(float, values))
