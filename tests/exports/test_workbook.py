import io
import zipfile
from xml.etree import ElementTree

import numpy as np
from tesela.catalogue import CLASSES
from tesela.exports.workbook import workbook

from tests.core.layers import draw
from tests.exports.drawings import PIXELS, drawing_of

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DRAWING = drawing_of(draw(20, 30, roads=np.s_[2:5, 3:9], trees=np.s_[10:12, 10:12]), PIXELS)


def cells(body: bytes, sheet: int) -> dict[str, str]:
    """Texts and numbers by their address, as a reader of the format (ECMA-376) resolves them."""
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        shared = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
        root = ElementTree.fromstring(file.read(f"xl/worksheets/sheet{sheet}.xml"))
    texts = ["".join(item.itertext()) for item in shared]
    assert not list(root.iter(f"{SPACE}f"))  # no formulas
    found = {}
    for cell in root.iter(f"{SPACE}c"):
        value = cell.findtext(f"{SPACE}v")
        if value is not None:
            found[cell.attrib["r"]] = texts[int(value)] if cell.get("t") == "s" else value
    return found


def test_one_row_per_class_with_numbers_as_numbers() -> None:
    table = cells(workbook(DRAWING), 1)
    assert [table[f"A{row}"] for row in range(2, 12)] == [entry.name["en"] for entry in CLASSES]
    assert (table["C4"], float(table["D4"]), float(table["G4"])) == ("1", 27.68, 0.75)
    assert "G2" not in table  # no building, no mean score


def test_it_speaks_spanish_and_names_its_prediction() -> None:
    body = workbook(DRAWING, "es")
    assert cells(body, 1)["A4"] == "Vías"
    facts = cells(body, 2)
    assert facts["B1"] == str(DRAWING.prediction.id)
    assert facts["B2"] == "2026-11-28 09:30:12+00:00"


def test_the_same_drawing_is_the_same_file() -> None:
    assert workbook(DRAWING) == workbook(DRAWING)
