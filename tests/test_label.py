"""Names and notes: what is kept, refused, found and used in file names."""

import re
import unicodedata
from dataclasses import replace
from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tesela.api.labels import disposition, file_name, unused
from tesela.errors import InvalidOptionError
from tesela.label import (
    MAX_NAME,
    MAX_NOTE,
    MAX_STEM_BYTES,
    Label,
    file_stem,
    fold,
    read_name,
    read_note,
    read_search,
)

from tests.edges.test_postgres import prediction


def test_a_name_is_kept_composed_and_without_space_around_it() -> None:
    decomposed = unicodedata.normalize("NFD", "  Bogotá, límite norte ")
    assert read_name(decomposed) == "Bogotá, límite norte"
    assert read_note(" one\r\ntwo\rthree\n") == "one\ntwo\nthree"
    assert read_name("🧑\u200d🌾 b\u200cg") == "🧑\u200d🌾 b\u200cg"


@pytest.mark.parametrize(
    "hidden", ["\0", "\t", "\n", "\x1b", "\x85", "\u2028", "\u202e", "\u200b", "\ufeff", "\ud800"]
)
def test_characters_that_cannot_be_seen_are_refused_by_their_number(hidden: str) -> None:
    with pytest.raises(InvalidOptionError, match=f"U\\+{ord(hidden):04X}") as refused:
        read_name(f"a{hidden}b")
    assert refused.value.values["parameter"] == "name"
    if hidden != "\n":
        with pytest.raises(InvalidOptionError):
            read_note(f"a{hidden}b")


@pytest.mark.parametrize(("read", "limit"), [(read_name, MAX_NAME), (read_note, MAX_NOTE)])
def test_lengths_are_bounded_in_characters_and_the_limit_is_named(read, limit: int) -> None:  # type: ignore[no-untyped-def]
    assert read("ñ" * limit) == "ñ" * limit
    with pytest.raises(InvalidOptionError, match=f"{limit + 1} characters; the limit is {limit}"):
        read("ñ" * (limit + 1))
    for blank in ("", "  ", "\n"):
        with pytest.raises(InvalidOptionError, match="is blank"):
            read(blank)


def test_a_search_has_neither_case_nor_accents() -> None:
    assert read_search(" Bogotá  NORTE ") == ("bogota", "norte")
    assert fold("STRASSE ﬁn İ Ñ") == fold("straße fin i ñ")
    named = replace(prediction(), name="Humedal Córdoba", note="dos\nlíneas")
    for word in (*read_search("cordoba HUMEDAL Lineas"), str(named.id)[:8]):
        assert word in named.search


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Humedal La Conejera", "Humedal-La-Conejera"),
        ("../../etc/passwd", "etc-passwd"),
        ('a:b*c?"d"<e>|f\\g/h', "a-b-c-d-e-f-g-h"),
        ("...", ""),
        ("Bogotá 2026.", "Bogotá-2026"),
    ],
)
def test_a_name_becomes_a_start_of_file_names_that_every_system_takes(name: str, stem: str) -> None:
    assert file_stem(name) == stem


@given(st.text(min_size=1, max_size=MAX_NAME))
def test_whatever_the_name_the_file_s_name_is_safe_and_comes_back_from_the_header(
    name: str,
) -> None:
    try:
        kept = replace(prediction(), name=read_name(name))
    except InvalidOptionError:
        return
    called = file_name(kept, "table.csv")
    assert len(called.encode()) <= MAX_STEM_BYTES + len("-table.csv")
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f]', called)
    assert not called.startswith((".", "-"))
    assert called.endswith("-table.csv")
    header = disposition(called)
    assert header.isascii()
    assert header.isprintable()
    message = Message()
    message["content-disposition"] = header
    plain = message.get_param("filename", header="content-disposition")
    assert not re.search(r'[\\/:*?"<>|%]', str(plain))
    assert not str(plain).startswith((".", "-"))
    _, _, extended = header.partition("filename*=UTF-8''")
    assert (unquote(extended) if extended else plain) == called


def test_a_prediction_without_a_name_is_called_by_its_id() -> None:
    bare = prediction()
    assert file_name(bare, "masks.tif") == f"{str(bare.id)[:8]}-masks.tif"
    assert file_name(replace(bare, name="???"), "a") == f"{str(bare.id)[:8]}-a"
    assert disposition("a-b.csv") == 'inline; filename="a-b.csv"'
    assert disposition("Bogotá.csv") == (
        "inline; filename=\"Bogota.csv\"; filename*=UTF-8''Bogot%C3%A1.csv"
    )


def test_an_answer_says_which_name_or_note_was_not_used() -> None:
    kept = replace(prediction(), name="Kept", note="kept")
    assert [each.code for each in unused(Label("Sent", "sent"), kept)] == ["name-kept", "note-kept"]
    assert unused(Label("Sent"), kept)[0].values == {"name": "Kept", "sent": "Sent"}
    assert unused(Label("Kept", "kept"), kept) == []
    assert unused(Label(), kept) == []
