"""It applies, and then there is nothing to do."""

import time
from collections.abc import Callable
from typing import Any

from tests.terraform.module import Module

Tell = Callable[[str], None]


def test_the_repository_alone_comes_first(module: Module, variables: Any) -> None:
    module.apply(target="aws_ecr_repository.this", stack_id=variables["stack_id"])
    assert module.resources() == ["aws_ecr_repository.this"]
    assert module.outputs()["repository_url"] == variables["image_uri"].partition("@")[0]


def test_everything_applies(module: Module, variables: Any, tell: Tell) -> None:
    began = time.monotonic()
    module.apply(**variables)
    count = len(module.resources())
    tell(f"{count} resources applied in {time.monotonic() - began:.0f} s")
    assert count > 100


def test_a_second_plan_finds_nothing_to_do(module: Module, variables: Any) -> None:
    assert module.plan(**variables) == ""
