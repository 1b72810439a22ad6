from scripts.training.report.story import named, trained_on


def test_sources_are_told_with_their_scenes():
    told = trained_on({"simulated": 160, "dstl": 16, "naip": 129, "vegas": 1})
    assert told.startswith("16 Dstl scenes (real labels, ")
    assert "129 NAIP aerial tiles with real near-infrared, half a real WorldView-3 chip" in told
    assert told.endswith(" and 160 simulated scenes.")


def test_a_source_that_nobody_described_is_told_by_its_name():
    assert trained_on({"lidar": 3, "naip": 0}) == "3 scenes of lidar."


def test_scenes_that_count_are_named_and_twins_are_told_together():
    scenes = ("dstl/6120_2_0", "dstl/6140_3_1", "dstl/6110_3_1", "naip/1", "naip/2", "vegas/east")
    assert named(scenes) == (
        "Dstl 6110_3_1 and 6140_3_1 (same ground, half weight each), 6120_2_0, 2 NAIP tiles "
        "and half of Las Vegas"
    )
    assert named(["dstl/6110_3_1"]) == "Dstl 6110_3_1"
    assert named([]) == ""
