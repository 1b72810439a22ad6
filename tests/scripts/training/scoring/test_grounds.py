from scripts.training.scoring.grounds import by_source
from tests.scripts.training.made_up import tally


def test_two_scenes_of_the_same_ground_count_as_one():
    names = ("dstl/6110_3_1", "dstl/6120_2_0", "dstl/6140_3_1", "naip/1")
    grounds = by_source({name: tally(200) for name in names})
    assert {source: list(found) for source, found in grounds.items()} == {
        "dstl": ["6110_3_1+6140_3_1", "6120_2_0"],
        "naip": ["1"],
    }
    assert [one.positives(0) for one in grounds["dstl"].values()] == [800, 800]


def test_a_twin_whose_other_is_not_there_counts_in_full():
    grounds = by_source({"competition/6140_3_1": tally(200)})
    assert grounds["competition"]["6140_3_1"].positives(0) == 800
