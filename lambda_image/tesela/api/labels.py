"""Names and notes of predictions in requests and answers."""

import re
from collections.abc import Callable
from typing import Annotated
from unicodedata import normalize
from urllib.parse import quote

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import TypeAdapter

from tesela.api.bodies import read_json
from tesela.api.schemas import LabelPatch
from tesela.core.caveat import Caveat
from tesela.label import (
    MAX_NAME,
    MAX_NOTE,
    MAX_SEARCH,
    Label,
    file_stem,
    read_name,
    read_note,
)
from tesela.prediction import Prediction

Name = Annotated[
    str | None,
    Query(
        examples=["Humedal La Conejera"],
        json_schema_extra={"maxLength": MAX_NAME},
        description="What to call the result: one line, seen by everyone who may read it. A kept result"
        " keeps the name that it has.",
    ),
]
Note = Annotated[
    str | None,
    Query(
        json_schema_extra={"maxLength": MAX_NOTE},
        description="What to say of the result; as `name`.",
    ),
]
Search = Annotated[
    str | None,
    Query(
        examples=["humedal"],
        json_schema_extra={"maxLength": MAX_SEARCH},
        description="Only predictions whose name, note or id hold all of these words, or parts of words;"
        " case and accents do not count.",
    ),
]

_PATCH: TypeAdapter[LabelPatch] = TypeAdapter(LabelPatch)


def read_label(name: str | None, note: str | None) -> Label:
    """The label of a request.

    Raises:
        InvalidOptionError: As `read_name` and `read_note`.
    """
    return Label(
        None if name is None else read_name(name), None if note is None else read_note(note)
    )


def read_patch(event: APIGatewayProxyEventV2) -> Callable[[Label], Label]:
    """The change that a merge patch (RFC 7396) makes to a label: null removes, what is absent stays.

    Raises:
        InvalidOptionError: The body is no such patch.
    """
    patch = read_json(event, _PATCH)
    read = read_label(patch.get("name"), patch.get("note"))

    def change(label: Label) -> Label:
        return Label(
            read.name if "name" in patch else label.name,
            read.note if "note" in patch else label.note,
        )

    return change


def unused(sent: Label, kept: Prediction) -> list[Caveat]:
    """What an answer says of a name or note that was sent for a prediction with another one."""
    caveats = []
    if sent.name and sent.name != kept.name:
        text = f"This result is kept under the name {kept.name!r}; PATCH changes it."
        caveats.append(Caveat("name-kept", {"name": kept.name, "sent": sent.name}, text))
    if sent.note and sent.note != kept.note:
        text = "This result is kept with another note; PATCH changes it."
        caveats.append(Caveat("note-kept", {"note": kept.note, "sent": sent.note}, text))
    return caveats


def file_name(prediction: Prediction, name: str) -> str:
    """What a file of a prediction is called: after its name or, without one, after its id."""
    stem = file_stem(prediction.name) if prediction.name else ""
    return f"{stem or str(prediction.id)[:8]}-{name}"


def disposition(name: str) -> str:
    """`Content-Disposition` (RFC 6266): the name in ASCII and, where it has more, in UTF-8 (RFC 8187)."""
    plain = _in_ascii(name)
    parameter = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'inline; filename="{plain}"{parameter}'


def _in_ascii(name: str) -> str:
    """A file's name in ASCII, for clients that know no other; without percent signs (RFC 6266, D).

    What a compatible letter hides, such as a wide slash, must not come out as a separator.
    """
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r'[\\/:*?"<>|%]', "_", plain).lstrip("-. ")
