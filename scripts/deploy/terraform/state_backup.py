"""Terraform's state in its file, kept whole: who is killed while Terraform writes it finds it empty."""

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

_STATE = "terraform.tfstate"  # there is none where the state is remote
_COPY = Path(".terraform") / "whole.tfstate"


def copied(lines: Iterable[str], module: Path) -> Iterator[str]:
    """Pass on what Terraform says; whenever it has spoken, copy the state that it has written."""
    for line in lines:
        yield line
        keep(module)


def keep(module: Path) -> None:
    """Copy the state, if it is whole."""
    if _is_whole(module / _STATE):
        partial = (module / _COPY).with_suffix(".partial")
        shutil.copyfile(module / _STATE, partial)
        if _is_whole(partial):  # Terraform may have begun to write in between
            partial.replace(module / _COPY)


def mend(module: Path) -> None:
    """Put the copy in the place of a state that is not whole."""
    state, copy = module / _STATE, module / _COPY
    if state.exists() and copy.exists() and not _is_whole(state):
        shutil.copyfile(copy, state)


def _is_whole(file: Path) -> bool:
    try:
        return isinstance(json.loads(file.read_bytes()), dict)
    except (FileNotFoundError, ValueError):
        return False
