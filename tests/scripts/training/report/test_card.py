from dataclasses import replace
from pathlib import Path

from tesela.catalogue import KEYS

from scripts.training.report.card import card, write_card
from scripts.training.scoring.evaluation import ModelScores
from tests.scripts.training.made_up import evaluation, histogram, model_scores


def lines() -> list[str]:
    text: str = card(evaluation())
    return text.splitlines()


def test_the_card_says_first_what_the_weights_were_trained_on(tmp_path: Path) -> None:
    write_card(tmp_path, evaluation())
    first, _, second = (tmp_path / "MODEL_CARD.md").read_text("utf-8").splitlines()[:3]
    assert first == "Trained on: 12 Dstl scenes and 129 NAIP tiles."
    assert second.startswith(
        "On 3 terrains that the judged networks never saw, the mean Jaccard index"
    )
    assert "buildings 1.00" in second


def test_each_class_has_a_row_in_each_table() -> None:
    assert [sum(line.startswith(f"| {key} ") for line in lines()) for key in KEYS] == [5] * 10


def test_a_row_holds_the_models_side_by_side() -> None:
    row = "| roads | 0.40 | 0.500 (0.000 to 1.000) | 1.000 (1.000 to 1.000) | 0.500 (0.000 to 1.000) | 1.000 | 0.500 | 1600 | 1.000 | 1.000 |"
    assert row in lines()
    assert "| small_vehicles | 0.40 | - | - | - | - | - | - | - | - |" in lines()


def test_a_model_that_was_not_judged_has_no_column() -> None:
    alone = replace(evaluation(), models={"int8": evaluation().served})
    assert "| roads | 0.40 | 0.500 (0.000 to 1.000) | 1.000 | 0.500 | 1600 | 1.000 |" in card(alone)
    assert "Baseline" not in card(alone)


def test_the_loss_of_quantisation_is_told_in_points() -> None:
    # A mean of 5 x 0.5 / 9 against 1
    assert any(
        "at the same thresholds. Mean Jaccard of int8 less that: -72.2" in x for x in lines()
    )


def test_the_card_tells_how_much_was_trained_and_on_whose_data() -> None:
    assert "Training, seed 1: 1,000 random windows of 128 x 128 pixels." in lines()
    assert sum("NAIP (USDA" in line for line in lines()) == 1
    assert not any("SpaceNet Las Vegas" in line for line in lines())


def test_the_card_tells_how_much_the_folds_were_trained() -> None:
    fold = {"epochs": 30, "steps": 20, "batch": 5}
    judged = replace(evaluation(), folds=[fold, fold | {"epochs": 10}])
    text = "1,000 random windows of 128 x 128 pixels, and 3,000 and 1,000 of the folds."
    assert f"Training, seed 1: {text}" in card(judged).replace("\n", " ")
    assert "Each of 2 networks" in card(judged)


def test_hand_written_notes_are_part_of_the_card(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("Somebody looked at {pictures}.\n")
    write_card(tmp_path, evaluation())
    assert "\nSomebody looked at {pictures}.\n" in (tmp_path / "MODEL_CARD.md").read_text("utf-8")


def test_each_terrain_has_a_row_and_false_alarms_are_told_by_what_is_there() -> None:
    assert sum(line.startswith("| dstl/6120_2_0 | 1.000 | ") for line in lines()) == 1
    assert "| called | what is there |" in lines()


def test_classes_of_which_only_the_surest_pixels_are_shown_are_named() -> None:
    assert "surest" not in card(evaluation())
    text = card(replace(evaluation(), surest=("structures", "small_vehicles")))
    assert "- Of structures and small vehicles no threshold gives a mask of that precision" in text


def test_without_a_judged_fold_the_card_promises_nothing() -> None:
    text = card(replace(evaluation(), out_of_fold=None, nested=None))
    assert "On terrain that it never saw: not judged." in text
    assert "No training held terrain out" in text


def test_an_uncalibrated_score_is_said_to_be_no_probability() -> None:
    assert "No: the score was not calibrated." in card(replace(evaluation(), calibration={}))


def test_a_test_on_one_source_alone_has_no_table_of_others() -> None:
    served = evaluation().served
    alone = {
        name: histogram for name, histogram in served.scenes.items() if name.startswith("dstl/")
    }
    models = {"int8": replace(served, scenes=alone)}
    told = card(replace(evaluation(), models=models, chips=models["int8"]))
    assert "All test scenes are of that source." in told


def test_the_card_tells_what_turning_a_knob_does_where_it_was_measured() -> None:
    assert "Not measured for these weights" in card(evaluation())
    rows = {"the recipe": {"dstl": [0.3, 0.4]}, "no infrared": {"dstl": [0.25, 0.2]}}
    told = card(replace(evaluation(), ablation={"windows": 5120, "seeds": 2, "rows": rows}))
    assert "trained for 5,120 windows" in told
    assert "over 2 seeds" in told
    assert "| no infrared | 0.225 (0.200 to 0.250) |" in told


def test_an_earlier_file_stands_beside_the_new_one_on_every_ground_and_chip() -> None:
    earlier = model_scores(90)
    chip = {"us3d/JAX_004_010": histogram(200, classes=2)}
    unseen, worse = (
        ModelScores(earlier.thresholds, chip),
        {"us3d/JAX_004_010": histogram(90, classes=2)},
    )
    text = card(
        replace(
            evaluation(),
            today=earlier,
            today_unseen=ModelScores(earlier.thresholds, worse),
            nested=unseen,
        )
    )
    beside = text.split("## Beside an earlier file")[1].split("## ")[0]
    assert "| class | earlier file | baseline | new |" in beside
    assert "| us3d/JAX_004_010 | buildings | 0.000 | 1.000 | - |" in beside
    assert "| us3d/JAX_004_010 | mean | 0.000 | 1.000 | - |" in beside
    assert "us3d/JAX_004_010 | roads" not in beside  # the chip holds none
    assert "No earlier file" in card(evaluation())
