"""Several arrays in one file (NumPy's .npz), the same bytes for the same arrays."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Write arrays; none may hold Python objects."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack(body: bytes) -> dict[str, NDArray[Any]]:
    """Read what `pack` wrote."""
    with np.load(io.BytesIO(body), allow_pickle=False) as archive:
        return dict(archive)


def ragged(lengths: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Indexes of the items of chosen rows, where rows of these lengths lie one after the other."""
    ends = np.cumsum(lengths)
    counts = lengths[chosen]
    within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(ends[chosen] - counts, counts) + within
