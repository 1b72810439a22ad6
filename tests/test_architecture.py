"""The arrows between modules, read from their imports (style.md, "Shape")."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "lambda_image" / "tesela"
ROOTS = {
    "tesela.handler",
    "tesela.admin",
    "tesela.stages",
}  # of composition; the one place of concrete classes
LEAVES = ("tesela.catalogue", "tesela.errors")


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file names, at its top or in a function, `from a import b` as a and a.b."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


MODULES = {name_of(path): set(imports_of(path)) for path in sorted(PACKAGE.rglob("*.py"))}
OURS = {
    name: {i for i in imported if i == "tesela" or i.startswith("tesela.")}
    for name, imported in MODULES.items()
}


def inside(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def layer(name: str) -> list[str]:
    return sorted(module for module in MODULES if inside(module, name))


def strangers(module: str, *allowed: str) -> set[str]:
    return {name for name in OURS[module] - {"tesela"} if not inside(name, *allowed)}


def test_the_layers_are_where_the_test_looks() -> None:
    assert len(layer("tesela.core")) > 10
    assert len(layer("tesela.exports")) > 5
    assert len(layer("tesela.scenes")) > 10
    assert len(layer("tesela.edges")) > 2
    assert len(layer("tesela.api")) > 5
    assert {"tesela.service", *ROOTS, *LEAVES} <= set(MODULES)


@pytest.mark.parametrize("module", LEAVES)
def test_leaves_import_nothing_of_ours(module: str) -> None:
    assert OURS[module] == set()


@pytest.mark.parametrize("module", layer("tesela.core"))
def test_the_core_imports_the_core_and_the_leaves_alone(module: str) -> None:
    assert strangers(module, "tesela.core", *LEAVES) == set()


@pytest.mark.parametrize("module", layer("tesela.exports"))
def test_exports_are_made_of_the_core_and_a_prediction(module: str) -> None:
    assert strangers(module, "tesela.exports", "tesela.core", "tesela.prediction", *LEAVES) == set()


@pytest.mark.parametrize("module", layer("tesela.core") + layer("tesela.exports"))
def test_the_core_has_no_network_clock_environment_or_logging(module: str) -> None:
    outside = {"os", "time", "datetime", "logging", "socket", "urllib", "boto3", "pg8000", "random"}
    assert {name.split(".")[0] for name in MODULES[module]} & outside == set()


@pytest.mark.parametrize("module", layer("tesela.scenes"))
def test_scenes_are_made_of_the_core_and_exports_and_have_no_network_clock_or_environment(
    module: str,
) -> None:
    allowed = ("tesela.scenes", "tesela.exports", "tesela.core", "tesela.prediction", *LEAVES)
    assert strangers(module, *allowed) <= {"tesela.__version__"}
    outside = {"os", "time", "logging", "socket", "urllib", "boto3", "pg8000", "random"}
    assert {name.split(".")[0] for name in MODULES[module]} & outside == set()


@pytest.mark.parametrize(
    "module", sorted(set(MODULES) - set(layer("tesela.scenes")) - {"tesela.stages"})
)
def test_the_api_does_not_load_scenes(module: str) -> None:
    assert not [name for name in OURS[module] if inside(name, "tesela.scenes")]


@pytest.mark.parametrize("module", layer("tesela.edges"))
def test_edges_know_neither_the_use_cases_nor_http(module: str) -> None:
    forbidden = ("tesela.service", "tesela.api", "tesela.settings", *ROOTS)
    assert not [name for name in OURS[module] if inside(name, *forbidden)]


@pytest.mark.parametrize("module", sorted(set(MODULES) - ROOTS - set(layer("tesela.edges"))))
def test_only_the_composition_roots_name_an_edge(module: str) -> None:
    assert not [name for name in OURS[module] if inside(name, "tesela.edges")]


@pytest.mark.parametrize("module", sorted(set(MODULES) - ROOTS))
def test_nothing_imports_a_composition_root(module: str) -> None:
    assert not [name for name in OURS[module] if inside(name, *ROOTS)]


def test_the_use_cases_do_not_know_http() -> None:
    assert not [name for name in MODULES["tesela.service"] if inside(name, "tesela.api", "http")]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_serving_imports_neither_scripts_nor_training_nor_tests(module: str) -> None:
    training = ("scripts", "tests", "tensorflow", "keras", "scipy", "plotly", "tifffile", "moto")
    assert not [name for name in MODULES[module] if inside(name, *training)]


@pytest.mark.parametrize(
    ("system", "modules"),
    [
        ("boto3", set()),  # slower to load than botocore, which is all of it that is needed
        ("botocore", {"tesela.edges.s3_bucket", "tesela.edges.rds_token"}),
        ("pg8000", {"tesela.edges.session"}),
    ],
)
def test_an_outside_system_is_known_to_its_edge_alone(system: str, modules: set[str]) -> None:
    users = {name for name, imported in MODULES.items() if any(inside(i, system) for i in imported)}
    assert users == modules


def test_the_arrows_have_no_circle() -> None:
    seen: dict[str, bool] = {}  # False while its imports are followed

    def follow(name: str) -> None:
        assert seen.get(name, True), f"{name} imports itself by way of others"
        if name not in seen:
            seen[name] = False
            for imported in sorted(OURS[name] & set(MODULES) - {"tesela"}):
                follow(imported)
            seen[name] = True

    for name in sorted(MODULES):
        follow(name)


def test_what_is_slow_to_load_is_loaded_where_it_is_needed() -> None:
    heavy = [
        "pandas",
        "shapely",
        "xlsxwriter",
        "botocore.session",
        "plotly",
        "tensorflow",
        "matplotlib",
        "scipy",
    ]
    heavy += ["pg8000", "aws_lambda_powertools.event_handler.openapi.models"]
    script = f"import sys, tesela.handler; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT / "lambda_image",
        env={
            "TESELA_BUCKET": "bucket",
            "DATABASE_URL": "postgresql://h/d",
            "TESELA_PAGE_ORIGIN": "https://page.test",
        },
    )
    assert found.stdout.strip() == "[]"
