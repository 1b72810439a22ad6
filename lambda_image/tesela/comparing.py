"""Two kept predictions of one place beside each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from tesela.core.caveat import Caveat
from tesela.core.comparison import Comparison, Side, compare
from tesela.core.image import Valid
from tesela.core.masks import Thresholds
from tesela.errors import NotComparableError
from tesela.prediction import Drawing

_MAX_PIXEL_RATIO = 1.1  # of areas of pixels; beyond it objects are outlined differently
_MIN_SHARE = 0.5  # of the smaller image's pixels, or the numbers speak of a corner


@dataclass(frozen=True, slots=True)
class Compared:
    """Two drawings and their comparison, on the grid of `a`."""

    a: Drawing
    b: Drawing
    comparison: Comparison
    thresholds: tuple[Thresholds, Thresholds]  # at which they were drawn

    @property
    def share_of_a(self) -> float:
        """Which part of a's pixels the comparison covers."""
        grid = self.a.grid
        return self.comparison.common_px / (grid.width * grid.height)

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What else than the ground may make the difference."""
        return tuple(_caveats(self))


def compare_drawings(
    drawings: tuple[Drawing, Drawing], valid: tuple[Valid, Valid], thresholds: Thresholds
) -> Compared:
    """Compare two predictions.

    Args:
        drawings: a and b.
        valid: Their valid pixels.
        thresholds: Those that replaced the predictions' own.

    Raises:
        NotComparableError: An image has no CRS, so that nobody knows whether it is the same place,
            unless both are one image; or the places do not overlap.
    """
    images = [drawing.prediction.image for drawing in drawings]
    if images[0].sha256 != images[1].sha256:
        for name, image in zip("ab", images, strict=True):
            if image.crs is None:
                raise NotComparableError(
                    f"The image of {name} has no CRS, so that its place is unknown.",
                    "place-unknown",
                    side=name,
                )
    a, b = (
        Side(drawing.grid, [layer.mask for layer in drawing.layers], pixels)
        for drawing, pixels in zip(drawings, valid, strict=True)
    )
    first, second = (drawing.prediction.thresholds | dict(thresholds) for drawing in drawings)
    return Compared(*drawings, compare(a, b), (first, second))


def _caveats(compared: Compared) -> Iterator[Caveat]:
    a, b = compared.a.prediction, compared.b.prediction
    if a.model.sha256 != b.model.sha256:
        text = "Two versions of the model made the results; part of the difference may be theirs."
        yield Caveat("models-differ", {"a": a.model.version, "b": b.model.version}, text)
    first, second = compared.thresholds
    if keys := sorted(key for key, value in first.items() if second.get(key) != value):
        text = (
            f"The results have different thresholds: {', '.join(keys)}. threshold= sets them alike."
        )
        yield Caveat("thresholds-differ", {"classes": keys}, text)
    sizes = sorted(p.image.pixel_area_m2**0.5 for p in (a, b))
    if sizes[1] > _MAX_PIXEL_RATIO * sizes[0]:
        text = f"The pixels are {sizes[0]:.3g} and {sizes[1]:.3g} m wide; the nearest ones are compared."
        yield Caveat("pixel-sizes-differ", {"small_m": sizes[0], "large_m": sizes[1]}, text)
    smaller_ha = min(p.image.pixel_area_m2 * p.image.valid_pixels / 10_000 for p in (a, b))
    share = compared.comparison.common_ha / smaller_ha
    if share < _MIN_SHARE:
        text = f"Only {100 * share:.0f} % of the smaller image lie in both."
        yield Caveat("overlap-small", {"percent": 100 * share}, text)
