"""The model card: what the weights are, where they were judged, and what they are not for."""

from pathlib import Path
from typing import Any

TRAINED_ON = (
    "Twelve Dstl scenes (real labels, real 8-bit colour and SWIR-1; the other bands estimated from "
    "them), 129 NAIP aerial tiles with real near-infrared, half a real WorldView-3 chip of "
    "Las Vegas, and 160 simulated scenes."
)
SPLIT = (
    "Dstl test scenes 6110_3_1 and 6140_3_1 (same ground, half weight each), 6120_2_0, 6040_4_4, "
    "6060_2_3, never used for training or tuning; bands estimated from real colour and SWIR-1"
)

_TEXT = """\
Trained on: {trained_on}

# {name} {version}

A U-Net (filters 16 to 256, batch normalisation, ReLU) that gives ten independent probabilities per
pixel of an 8-band image at about 1.24 m. Full-integer int8 TFLite, one tile of {tile_px} x {tile_px}
pixels; SHA-256 `{sha256}`.

Training: {windows} random windows of {crop_px} x {crop_px} pixels, seed {seed}; binary cross-entropy
and soft Jaccard where labels are known; averaged weights.

## How it was judged

The int8 file through the serving code (normalisation over the image, overlapping tiles, blending,
thresholds). Thresholds were tuned on validation scenes alone (Dstl 6100_2_3, 6110_4_0, 6010_4_2,
6170_2_4, NAIP's validation tiles, simulated ones): the best mean Jaccard over those that hold a class.
The rule itself was not chosen blindly: Dstl validation alone gave a Dstl mean of 0.253, but then
buildings were found everywhere on other sensors, so all sources count.
Test: {split}.

Jaccard index (IoU), precision and recall from the sums of all pixels; "-" where the truth holds no
such pixel, so that nothing can be said.

| class | threshold | IoU, Dstl | precision | recall | pixels | IoU in {chip_px} px chips | IoU, Las Vegas | IoU, NAIP | IoU, simulated |
|---|---|---|---|---|---|---|---|---|---|
{rows}
| mean of those present | | {mean} | | | | {chips_mean} | {vegas_mean} | {naip_mean} | {simulated_mean} |

- Dstl: real ground and labels; coastal, yellow, red edge and both near-infrared bands are estimates.
  In chips, each {chip_px} px window was uploaded alone, so statistics come from less ground.
- Las Vegas: the eastern half of one real WorldView-3 chip (SpaceNet) at 1.2 m, about 10 000 pixels;
  the western half was trained on. The one test on eight real bands, and a small one.
- NAIP: aerial test tiles of another look; trees are known only where drawn.
- Simulated: seeds that training never saw, but the same simulator. It shows that the network learns
  these classes; it is not evidence of accuracy on real images.

## Limits

- Vehicles, structures and waterways were learnt from simulated scenes nearly alone: three real
  scenes with all ten classes were trained on. Take their results as hints.
- Nobody has measured this model on a full, labelled, real WorldView-3 scene.
- Crops in Dstl are whole parcels, bare or sown; the model knows few regions, most of them dry.
- Snow, clouds, smoke and night are unknown to it. Vehicles cover two to six pixels.
- The slider of the page is a score: it was not calibrated as a probability.

## Intended use

A first look at land cover in WorldView-3 multispectral images, checked by a person. Not for maps of
record, compensation, law enforcement or targeting. Classes carry CORINE's colours; this is no CORINE map.

## Sources and licences

- Dstl Satellite Imagery Feature Detection (Kaggle competition rules): labels, colour, SWIR.
- NAIP (USDA, public domain), masks hand-drawn by a third party, licence unstated.
- SpaceNet Las Vegas WorldView-3, CC BY-SA 4.0.
- earthlib spectra, MIT: relations between bands, for the estimates.
- Simulated scenes: `scripts/make_scene.py`, MIT as this project.

None of these data are part of the project; only weights, scores and thresholds are.
"""


def write_card(
    path: Path, document: dict[str, Any], chips: dict[str, Any], recipe: dict[str, Any]
) -> None:
    """Write the card of a finished `model.json`.

    `chips` are the scores in uploads of one tile, `recipe` is what the training left.
    """
    scores = document["scores"]
    others = scores["others"]
    columns = [chips["dstl"], others["vegas"], others["naip"], others["simulated"]]
    text = _TEXT.format(
        **{key: document[key] for key in ("trained_on", "name", "version", "tile_px", "sha256")},
        split=scores["split"],
        windows=f"{recipe['windows']:,}",
        crop_px=recipe["crop_px"],
        seed=recipe["seed"],
        chip_px=document["tile_px"],
        rows="\n".join(_row(key, document, columns) for key in document["classes"]),
        mean=f"**{scores['mean_iou']:.3f}**",
        chips_mean=columns[0]["mean_iou"],
        vegas_mean=columns[1]["mean_iou"],
        naip_mean=columns[2]["mean_iou"],
        simulated_mean=columns[3]["mean_iou"],
    )
    path.write_text(text, "utf-8")


def _row(key: str, document: dict[str, Any], columns: list[dict[str, Any]]) -> str:
    main = document["scores"]["classes"][key]
    numbers = (
        [f"{main[n]}" for n in ("iou", "precision", "recall", "pixels")] if main else ["-"] * 4
    )
    rest = [
        str(column["classes"][key]["iou"]) if column["classes"][key] else "-" for column in columns
    ]
    return f"| {key} | {document['thresholds'][key]} | {' | '.join(numbers + rest)} |"
