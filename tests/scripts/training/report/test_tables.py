from scripts.training.report.tables import bullets, table


def test_a_table_shows_what_is_not_known_as_a_dash() -> None:
    assert table(["class", "IoU"], [["roads", 0.25], ["trees", None]]).splitlines() == [
        "| class | IoU |",
        "| --- | --- |",
        "| roads | 0.250 |",
        "| trees | - |",
    ]


def test_a_list_has_a_line_an_entry() -> None:
    assert bullets(["one", "two"]) == "- one\n- two"
