import io

import pytest
from tesela.core.decode import decode

from scripts.benchmark.images import scene, scenes, town


def test_every_scene_is_another_one() -> None:
    assert len({*scenes(20), scene(8 * 160), scene(8 * 160 + 8)}) == 22  # shifted once around


@pytest.mark.parametrize(("side_px", "dtype"), [(160, "uint16"), (500, "float32")])
def test_a_town_has_its_size_and_type(side_px: int, dtype: str) -> None:
    image = decode(io.BytesIO(town(side_px, dtype)).getvalue())
    assert (image.grid.width, image.grid.height, image.dtype) == (side_px, side_px, dtype)
    assert image.valid.all()
