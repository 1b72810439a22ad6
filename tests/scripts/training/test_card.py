from pathlib import Path

from tesela.catalogue import KEYS

from scripts.training.card import SPLIT, TRAINED_ON, write_card

SEEN = {"iou": 0.25, "precision": 0.4, "recall": 0.5, "pixels": 1000}


def scores(**known: dict[str, float]) -> dict[str, object]:
    return {"classes": dict.fromkeys(KEYS) | known, "mean_iou": 0.25}


def test_the_card_says_first_what_the_weights_were_trained_on_and_gives_each_class_a_row(
    tmp_path: Path,
):
    others = {name: scores() for name in ("vegas", "naip", "simulated")}
    document = {
        **{"name": "unet_int8", "version": "1", "sha256": "ab", "tile_px": 160},
        **{"classes": KEYS, "thresholds": dict.fromkeys(KEYS, 0.4), "trained_on": TRAINED_ON},
        "scores": {"split": SPLIT, **scores(trees=SEEN), "others": others},
    }
    recipe = {"windows": 1000, "crop_px": 128, "seed": 1}
    write_card(tmp_path / "card.md", document, {"dstl": scores()}, recipe)
    lines = (tmp_path / "card.md").read_text("utf-8").splitlines()
    assert lines[0] == f"Trained on: {TRAINED_ON}"
    assert "| trees | 0.4 | 0.25 | 0.4 | 0.5 | 1000 | - | - | - | - |" in lines
    assert [sum(line.startswith(f"| {key} ") for line in lines) for key in KEYS] == [1] * 10
