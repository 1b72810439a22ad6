"""The TIFF in a request: the raw body, or the field `image` of a form."""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

import python_multipart
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from python_multipart.exceptions import FormParserError

from tesela.errors import EmptyUploadError, InvalidOptionError, UnsupportedFormatError

FIELD = "image"

_FORM = "multipart/form-data"
# curl's --data-binary calls everything a form; the TIFF's own first bytes decide in `decode`.
_RAW = ("", "image/tiff", "application/octet-stream", "application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes to decode, and the file's name without its ending where a form told one."""

    body: bytes
    name: str | None = None


def read_upload(event: APIGatewayProxyEventV2) -> Upload:
    """The upload of a request.

    Raises:
        UnsupportedFormatError: Another content type than a TIFF's, raw bytes' or a form's.
        EmptyUploadError: A form without the field `image`.
        InvalidOptionError: A form with several images, or with other fields.
    """
    content_type = event.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _FORM:
        return _read_form(_body(event), content_type)
    if kind not in _RAW:
        raise UnsupportedFormatError(
            f"The content type is {kind!r}; send image/tiff, application/octet-stream or {_FORM}.",
            "content-type",
            content_type=kind,
            expected=["image/tiff", "application/octet-stream", _FORM],
        )
    return Upload(_body(event))


def _body(event: APIGatewayProxyEventV2) -> bytes:
    if not event.body:
        return b""
    return base64.b64decode(event.body) if event.is_base64_encoded else event.body.encode()


def _read_form(body: bytes, content_type: str) -> Upload:
    names: list[str] = []
    uploads: list[Upload] = []

    def on_field(field: python_multipart.multipart.Field) -> None:
        names.append(_text(field.field_name))

    def on_file(file: python_multipart.multipart.File) -> None:
        names.append(_text(file.field_name))
        file.file_object.seek(0)
        uploads.append(Upload(file.file_object.read(), _stem(file.file_name)))

    headers: Mapping[str, bytes] = {"Content-Type": content_type.encode()}
    try:
        python_multipart.parse_form(dict(headers), io.BytesIO(body), on_field, on_file)
    except FormParserError as error:
        raise EmptyUploadError(
            f"The form cannot be read: {error}", "unreadable-form", reason=str(error)
        ) from error
    _check_names(names)
    if not uploads:
        raise EmptyUploadError(
            f"The form has no file in its field {FIELD!r}.", "missing-field", field=FIELD
        )
    return uploads[0]


def _check_names(names: list[str]) -> None:
    """Nothing of a form is dropped without a word: options are query parameters."""
    others = sorted({name for name in names if name != FIELD})
    if others:
        reason = f"the form has unknown fields: {', '.join(others)[:200]}; options go in the URL."
        raise InvalidOptionError.of("form", others[:10], [FIELD], reason)
    if len(names) > 1:
        reason = f"the form has {len(names)} fields of this name; send one image per request."
        raise InvalidOptionError.of(FIELD, len(names), 1, reason)


def _text(name: bytes | None) -> str:
    return (name or b"").decode("utf-8", "replace")


def _stem(name: bytes | None) -> str | None:
    return PurePath(name.decode("utf-8", "replace")).stem[:100] if name else None
