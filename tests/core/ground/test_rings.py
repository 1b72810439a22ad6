import numpy as np
import pytest
from tesela.core.ground.ellipsoid import Points
from tesela.core.ground.rings import trace
from tesela.errors import UnsuitableImageError


def rough(points: Points) -> Points:
    """A CRS that bends an edge at every scale, as a coast does."""
    lon, lat = (points / 1000).T
    steps = sum(abs(points[:, 0] * 0.618 * 2**k % 1 - 0.5) / 2**k for k in range(20))
    return np.column_stack([lon, lat + steps / 1000])


def test_outlines_that_bend_at_every_scale_are_refused_with_the_limit() -> None:
    corners = np.array([[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]], float)
    with pytest.raises(UnsuitableImageError, match=r"more than 1,000,000 points") as caught:
        trace([corners] * 100, rough, (10.0, 10.0))
    assert (caught.value.code, caught.value.values) == ("outlines-too-long", {"limit": 1_000_000})
