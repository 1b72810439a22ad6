from tesela.catalogue import CLASSES

from scripts.training.thresholds import tune
from tests.scripts.training.made_up import tally


def test_the_threshold_lies_between_absent_and_present():
    assert all(30 / 256 < one <= 60 / 256 for one in tune({"dstl": tally(60)}).values())


def test_every_source_that_holds_a_class_has_a_say_in_its_threshold():
    # Absent pixels score 30 in both; only a threshold up to 60 finds the class in the first too.
    chosen = tune({"dstl": tally(60), "simulated": tally(200)})
    assert all(30 / 256 < one <= 60 / 256 for one in chosen.values())


def test_a_source_that_hardly_holds_a_class_has_none():
    chosen = tune({"dstl": tally(20, size=8), "simulated": tally(200)})
    assert all(30 / 256 < one <= 200 / 256 for one in chosen.values())


def test_a_class_that_no_validation_scene_holds_keeps_the_threshold_of_the_catalogue():
    assert tune({}) == {entry.key: entry.threshold for entry in CLASSES}
