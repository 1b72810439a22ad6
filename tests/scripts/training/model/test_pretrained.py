import io
import pickle
import sys
from collections import OrderedDict
from types import ModuleType
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from scripts.training.model.pretrained import read_checkpoint

MAGIC = 0x1950A86A20F9469CFC6C
NUMBERS = np.arange(24, dtype="<f4")


class Storage:
    """Names a storage, as PyTorch's persistent ids do."""

    def __init__(self, kind: type, key: str, length: int) -> None:
        self.id = ("storage", kind, key, "cpu", length, None)


class Tensor:
    """Pickled as PyTorch pickles a tensor."""

    def __init__(
        self, storage: Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
    ) -> None:
        hooks: OrderedDict[str, object] = OrderedDict()
        self.parts = (storage, offset, shape, strides, False, hooks)

    def __reduce__(self) -> tuple[Any, ...]:
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self.parts


class Pickler(pickle.Pickler):
    def persistent_id(self, value: object) -> object:
        return value.id if isinstance(value, Storage) else None


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Just the names that such a pickle refers to."""
    torch, utils = ModuleType("torch"), ModuleType("torch._utils")
    for name in ("FloatStorage", "LongStorage", "HalfStorage"):
        setattr(torch, name, type(name, (), {"__module__": "torch"}))

    def _rebuild_tensor_v2() -> None: ...

    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)
    return torch


def checkpoint(state: object, magic: int = MAGIC) -> io.BytesIO:
    file = io.BytesIO()
    for header in (magic, 1001, {"little_endian": True}):
        pickle.dump(header, file, 2)
    Pickler(file, 2).dump(state)
    pickle.dump(["count", "numbers"], file, 2)
    file.write(np.int64(1).tobytes() + np.int64(7).tobytes())
    file.write(np.int64(24).tobytes() + NUMBERS.tobytes())
    file.seek(0)
    return file


def test_tensors_are_read_with_their_offset_and_strides(torch: ModuleType) -> None:
    numbers = Storage(torch.FloatStorage, "numbers", 24)
    count = Storage(torch.LongStorage, "count", 1)
    state = OrderedDict(
        plain=Tensor(numbers, 0, (2, 3, 4), (12, 4, 1)),
        turned=Tensor(numbers, 4, (4, 2), (1, 4)),
        batches=Tensor(count, 0, (), ()),
    )
    weights = read_checkpoint(checkpoint(state))
    assert weights.keys() == {"plain", "turned"}  # whole numbers are counters, not weights
    assert (weights["plain"] == NUMBERS.reshape(2, 3, 4)).all()
    assert (weights["turned"] == NUMBERS[4:12].reshape(2, 4).T).all()


def test_a_pickle_that_would_run_code_is_refused(torch: ModuleType) -> None:
    class Command:
        def __reduce__(self) -> tuple[Any, ...]:
            return print, ("run",)

    with pytest.raises(pickle.UnpicklingError, match="print, not a tensor"):
        read_checkpoint(checkpoint(OrderedDict(weight=Command())))


def test_a_file_of_another_format_is_refused(torch: ModuleType) -> None:
    with pytest.raises(ValueError, match="legacy magic number"):
        read_checkpoint(checkpoint(OrderedDict(), magic=5))
