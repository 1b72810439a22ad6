"""The stages of the training recipe build on each other, and never the other way round."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGE = "scripts.training"
STAGES = (
    "tile_sets",
    "sources",
    "recipe",
    "data",
    "runs",
    "scoring",
    "model",
    "report",
)  # each may use those before


def modules() -> dict[str, set[str]]:
    """Each module of the recipe with those of the recipe that it imports."""
    paths = (ROOT / "scripts" / "training").rglob("*.py")
    names = {_name(path): path for path in paths}
    return {name: _imported(path, set(names)) for name, path in names.items()}


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(path: Path, names: set[str]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(PACKAGE):
            members = {f"{node.module}.{alias.name}" for alias in node.names} & names
            found |= members or {node.module}
    return found


def _stage(module: str) -> str:
    return module.removeprefix(PACKAGE).strip(".").split(".")[0]


def test_no_module_imports_in_a_circle() -> None:
    assert len(list(TopologicalSorter(modules()).static_order())) >= 30


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_uses_none_that_comes_after_it(stage: str) -> None:
    allowed = {"", *STAGES[: STAGES.index(stage) + 1]}
    used = {
        _stage(other)
        for module, others in modules().items()
        if _stage(module) == stage
        for other in others
    }
    assert used <= allowed
