from importlib import import_module

import pytest

pytest.importorskip("tensorflow", reason="the training extra is not installed")

from scripts.training.sources import (
    SOURCES,
    Source,
    main_source,
    named,
    same_ground,
    shares,
    source_of,
    trained_on,
    weight,
)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_row_names_a_reader_and_says_what_the_card_needs(source: Source) -> None:
    module, _, function = source.reader.partition(".")
    assert callable(getattr(import_module(f"scripts.training.data.{module}"), function))
    assert source.title
    assert source.description
    assert source.licence.endswith(".")
    assert bool(source.note) or not source.folded


def test_no_two_rows_have_one_name() -> None:
    assert len({source.name for source in SOURCES}) == len(SOURCES)


def test_the_default_weights_learn_from_no_non_commercial_source() -> None:
    assert not [name for name in shares() if not source_of(name).commercial]
    assert shares().items() <= shares(commercial_only=False).items()


def test_a_source_without_a_row_is_described_by_its_name() -> None:
    assert source_of("lidar/3").title == "lidar"
    assert not source_of("lidar").whole
    assert weight("lidar") == 1 < weight("dstl")


def test_places_of_one_terrain_have_one_name() -> None:
    assert same_ground("dstl/6140_3_1") == same_ground("competition/6110_3_1") == "6110_3_1"
    assert same_ground("vegas/east") == "east"


def test_the_first_source_of_the_table_is_the_main_one() -> None:
    assert main_source({"naip", "dstl", "lidar"}) == "dstl"
    assert main_source({"lidar"}) == "lidar"


def test_sources_are_told_with_their_scenes() -> None:
    told = trained_on({"simulated": 160, "dstl": 16, "naip": 129, "vegas": 1})
    assert told.startswith("16 Dstl scenes (real labels, ")
    assert "half a real WorldView-3 chip of Las Vegas, 129 NAIP aerial tiles" in told
    assert told.endswith(" and 160 simulated scenes.")


def test_a_source_that_nobody_described_is_told_by_its_name() -> None:
    assert trained_on({"lidar": 3, "naip": 0}) == "3 scenes of lidar."
    assert trained_on({"lidar": 1}) == "One scene of lidar."


def test_scenes_that_count_are_named_and_twins_are_told_together() -> None:
    scenes = ("dstl/6120_2_0", "dstl/6140_3_1", "dstl/6110_3_1", "naip/1", "naip/2", "vegas/east")
    assert named(scenes) == (
        "Dstl 6110_3_1 and 6140_3_1 (same ground, half weight each), 6120_2_0, 2 NAIP tiles "
        "and half of Las Vegas"
    )
    assert named(["dstl/6110_3_1"]) == "Dstl 6110_3_1"
    assert named([]) == ""


def test_an_optional_source_has_a_share_only_where_there_are_scenes_of_it() -> None:
    assert "corrections" not in shares()
    assert shares(present=["corrections"]) == {**shares(), "corrections": 0.05}
