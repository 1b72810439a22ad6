from pathlib import Path

import pytest

from scripts.benchmark.report import README, Table, replace_block
from scripts.benchmark.tables import TABLES

TABLE = Table("Numbers", ("", "ms"), (("a name", "1.0"), ("b", "1,234.5")), ("A note.",))
LINES = """\
### Numbers

|        |      ms |
|--------|--------:|
| a name |     1.0 |
| b      | 1,234.5 |

A note."""


def test_a_table_is_as_wide_as_its_widest_cells() -> None:
    assert TABLE.markdown() == LINES


def test_a_block_of_the_readme_is_replaced_and_no_other(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("Before\n<!-- a -->\nold\n<!-- / -->\n<!-- b -->\nkept\n<!-- / -->\nAfter\n")
    for _ in range(2):
        replace_block("a", TABLE, "2026-11-29, a machine", readme)
    text = readme.read_text()
    assert text.startswith(f"Before\n<!-- a -->\n{LINES}\n\n*2026-11-29, a machine.*\n")
    assert text.endswith("<!-- / -->\n<!-- b -->\nkept\n<!-- / -->\nAfter\n")
    assert text.count("Numbers") == 1
    with pytest.raises(ValueError, match="0 blocks named c"):
        replace_block("c", TABLE, "", readme)


@pytest.mark.parametrize("name", TABLES)
def test_the_readme_has_a_place_and_an_explanation_for_every_table(name: str) -> None:
    text = README.read_text("utf-8")
    assert text.count(f"<!-- {name} -->") == 1
    assert text.count(f"\n| {name} | ") == 1
