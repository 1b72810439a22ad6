import numpy as np

from scripts.training.data.sampling import Places
from scripts.training.data.scenes import TrainingScene, unknown


def scene(name: str, **pixels: list[tuple[int, int]]) -> TrainingScene:
    labels = unknown(20, 20)
    for number, places in pixels.items():
        labels[int(number[1:])] = 0
        for place in places:
            labels[int(number[1:]), *place] = 1
    return TrainingScene(name, "train", np.zeros((8, 20, 20), np.float16), labels)


def drawn(places: Places, times: int = 400) -> list[tuple[str, int, int]]:
    rng = np.random.default_rng(0)
    made = [places.draw(rng) for _ in range(times)]
    return [(place.scene.name, place.row, place.column) for place in made]


def test_half_of_the_windows_show_a_pixel_of_a_class():
    found = drawn(Places([scene("a", c3=[(7, 9)])], rarity=0.25))
    assert 0.4 < found.count(("a", 7, 9)) / len(found) < 0.6


def test_a_rare_class_is_shown_more_often_than_its_pixels_ask():
    many = [(row, column) for row in range(10) for column in range(20)]
    one = scene("a", c0=many, c1=[(15, 15)])
    even = drawn(Places([one], rarity=0)).count(("a", 15, 15))
    rare = drawn(Places([one], rarity=1)).count(("a", 15, 15))
    assert 70 < even < 130  # a quarter: half of the half
    assert rare < 10


def test_a_class_is_looked_for_in_the_scenes_that_hold_it():
    places = Places([scene("a", c5=[(1, 1)]), scene("b", c5=[]), scene("c")], rarity=0.25)
    names = [name for name, *_ in drawn(places)]
    assert 0.6 < names.count("a") / len(names) < 0.75  # half, and a third of the other half


def test_scenes_without_any_class_are_shown_anywhere():
    assert len(set(drawn(Places([scene("a")], rarity=0.25)))) > 100
