"""What changed between two predictions, as a table, a GeoTIFF and a picture."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tesela.catalogue import CLASSES, KEYS
from tesela.core.comparison import GAINED, KEPT, LOST, NEITHER, OUTSIDE, Change, Comparison
from tesela.core.image import Grid
from tesela.exports.rasters import coded_cog, png
from tesela.exports.tables import Locale, csv

if TYPE_CHECKING:
    import pandas as pd

# Orange and blue can be told apart without red and green; grey recedes.
COLOURS = {
    NEITHER: (245, 245, 245),
    LOST: (224, 130, 20),
    GAINED: (33, 102, 172),
    KEPT: (107, 114, 128),
}
NAMES = {NEITHER: "neither", LOST: "lost", GAINED: "gained", KEPT: "kept", OUTSIDE: "outside"}

_ALPHA = {NEITHER: 0, LOST: 235, GAINED: 235, KEPT: 110}


def changes_csv(changes: Sequence[Change], locale: Locale | None = None) -> bytes:
    """One row per class, areas in hectares; see `tables.csv` for the flavours."""
    return csv(_table(changes), locale)


def changes_cog(comparison: Comparison, grid: Grid, class_key: str | None) -> bytes:
    """A COG of what became of each class, a band each, or of one class in colour; see `NAMES`."""
    codes = comparison.codes if class_key is None else _of_class(comparison, class_key)[None]
    keys = KEYS if class_key is None else (class_key,)
    return coded_cog(codes, grid, keys, OUTSIDE, NAMES, colours=COLOURS if class_key else None)


def changes_png(comparison: Comparison, class_key: str) -> bytes:
    """The changes of one class to lay over the first image; where it is in neither, transparent."""
    table = np.zeros((256, 4), np.uint8)
    for code, colour in COLOURS.items():
        table[code] = (*colour, _ALPHA[code])
    return png(table[_of_class(comparison, class_key)].transpose(2, 0, 1))


def _of_class(comparison: Comparison, class_key: str) -> NDArray[np.uint8]:
    return np.asarray(comparison.codes[KEYS.index(class_key)])


def _table(changes: Sequence[Change]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(
        {
            "class": change.key,
            "number": change.number,
            "name_en": entry.name["en"],
            "name_es": entry.name["es"],
            "a_ha": change.a_ha,
            "b_ha": change.b_ha,
            "difference_ha": change.difference_ha,
            "gained_ha": change.gained_ha,
            "lost_ha": change.lost_ha,
            "kept_ha": change.kept_ha,
        }
        for entry, change in zip(CLASSES, changes, strict=True)
    )
