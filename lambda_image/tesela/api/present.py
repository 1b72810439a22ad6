"""A prediction as the API shows it: the manifest with names, colours and links."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tesela.catalogue import CLASSES
from tesela.core.summary import ClassSummary
from tesela.prediction import CODEC, Prediction

FORMS = (
    "polygons.geojson",
    "table.csv",
    "dataframe.json",
    "masks.tif",
    "overlay.png",
    "image.png",
    "scores",
    "source.tif",
)


def present(prediction: Prediction, base_url: str, saved: str = "all") -> dict[str, Any]:
    """The document of a prediction; `saved` is `objects` while its row is still to come."""
    url = f"{base_url}/predictions/{prediction.id}"
    document: dict[str, Any] = CODEC.dump_python(prediction, mode="json")
    return document | {
        "saved": saved,
        "classes": present_classes(prediction.classes),
        "links": {"self": url} | {form: f"{url}/{form}" for form in FORMS},
    }


def present_classes(classes: Sequence[ClassSummary]) -> list[dict[str, Any]]:
    """Counts and areas with the catalogue's names, codes and colours."""
    return [
        {
            "number": entry.number,
            "key": entry.key,
            "name": entry.name,
            "corine": entry.corine,
            "ideam": entry.ideam,
            "colour_blind_safe": entry.colour_blind_safe,
        }
        | asdict(summary)
        | {"area_ha": summary.area_ha}
        for entry, summary in zip(CLASSES, classes, strict=True)
    ]
