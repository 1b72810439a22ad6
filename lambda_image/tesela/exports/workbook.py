"""An `.xlsx` summary for a report. XlsxWriter loads where it is used."""

import io
from typing import TYPE_CHECKING

from tesela.catalogue import CLASSES, NOTICE
from tesela.exports.qgis import Language
from tesela.prediction import Drawing

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_SHEETS = {"en": ("Classes", "About"), "es": ("Clases", "Acerca de")}
_COLUMNS = {
    "en": ("Class", "CORINE code", "Objects", "m²", "ha", "% of the valid pixels", "Mean score"),
    "es": (
        "Clase",
        "Código CORINE",
        "Objetos",
        "m²",
        "ha",
        "% de los píxeles válidos",
        "Puntaje medio",
    ),
}
_FACTS = {
    "en": ("Prediction", "Created (UTC)", "Image (SHA-256)", "Size in px", "CRS", "Model"),
    "es": ("Predicción", "Creada (UTC)", "Imagen (SHA-256)", "Tamaño en px", "SRC", "Modelo"),
}
_NUMBER_FORMATS = {3: "#,##0.00", 4: "#,##0.0000", 5: "0.00", 6: "0.00"}  # by column


def workbook(drawing: Drawing, language: Language = "en") -> bytes:
    """Counts and areas by class on one sheet, and where they come from on another."""
    import xlsxwriter

    file = io.BytesIO()
    # Texts stay texts: neither formulas nor links are made of them.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(file, plain) as book:
        book.set_properties({"title": "Tesela", "created": drawing.prediction.created})
        _write_classes(book, drawing, language)
        _write_facts(book, drawing, language)
    return file.getvalue()


def _write_classes(book: "Workbook", drawing: Drawing, language: Language) -> None:
    sheet = book.add_worksheet(_SHEETS[language][0])
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, len(_COLUMNS[language]) - 1, 14)
    sheet.write_row(0, 0, _COLUMNS[language], book.add_format({"bold": True, "text_wrap": True}))
    formats = {n: book.add_format({"num_format": text}) for n, text in _NUMBER_FORMATS.items()}
    for row, (entry, summary) in enumerate(zip(CLASSES, drawing.classes, strict=True), 1):
        values = (
            entry.name[language],
            entry.corine["code"],
            summary.polygons,
            summary.area_m2,
            summary.area_ha,
            summary.area_percent,
            summary.mean_score,
        )
        for column, value in enumerate(values):
            sheet.write(row, column, value, formats.get(column))


def _write_facts(book: "Workbook", drawing: Drawing, language: Language) -> None:
    prediction = drawing.prediction
    image = prediction.image
    values = (
        str(prediction.id),
        prediction.created.isoformat(" ", "seconds"),
        image.sha256,
        f"{image.width} x {image.height}",
        (image.crs or "-")[:200],  # of WKT, its name
        f"{prediction.model.name} {prediction.model.version}",
    )
    sheet = book.add_worksheet(_SHEETS[language][1])
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    for row, pair in enumerate(zip(_FACTS[language], values, strict=True)):
        sheet.write_row(row, 0, pair)
    sheet.write(len(values) + 1, 0, NOTICE[language])
