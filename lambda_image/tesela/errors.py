"""Everything that can go wrong, one class per situation; HTTP statuses live in `api/problems.py`.

An error carries an English sentence that names the value and the limit, and beside it a stable
`code` and `values`, from which a client makes its own sentence in another language.
"""

import math
import re
from collections import abc


class TeselaError(Exception):
    """Base of every error that a caller can correct or should retry."""

    def __init__(self, message: str, code: str = "", **values: object) -> None:
        """Create an error.

        Args:
            message: The English sentence, with the value and the limit.
            code: Stable kebab-case name of the situation; by default the class's own.
            values: What the sentence names, as JSON can hold it.
        """
        super().__init__(message)
        self.code = code or self.kind
        self.values = values

    @property
    def kind(self) -> str:
        """The class in kebab case: `ImageTooLargeError` is `image-too-large`."""
        name = type(self).__name__.removesuffix("Error")
        return re.sub("(?<!^)(?=[A-Z])", "-", name).lower()


class EmptyUploadError(TeselaError):
    """No bytes, or a form without its field `image`."""


class UnsupportedFormatError(TeselaError):
    """Not a TIFF, or a TIFF whose compression is not supported."""


class CorruptImageError(TeselaError):
    """A TIFF that cannot be decoded to its end."""


class ImageTooLargeError(TeselaError):
    """More bytes or more pixels than are accepted."""

    @classmethod
    def of_upload(cls, size: int, limit: int) -> "ImageTooLargeError":
        """An error about a file's length in bytes."""
        return cls(
            f"The upload has {size} bytes; the limit is {limit}.",
            "upload-too-large",
            bytes=size,
            limit=limit,
        )


class UnsuitableImageError(TeselaError):
    """A sound TIFF that the model cannot take: bands, data type, size, georeference, no valid pixel."""


class InvalidOptionError(TeselaError):
    """A query parameter, or a part of the request, that does not exist or is out of range."""

    @classmethod
    def of(cls, parameter: str, value: object, limit: object, reason: str) -> "InvalidOptionError":
        """An error about one parameter: its name, its value, and what would be accepted."""
        return cls(
            f"{parameter}: {reason}",
            "invalid-option",
            parameter=parameter,
            value=value,
            limit=limit,
        )


class NotAcceptableError(TeselaError):
    """The client accepts none of the media types that there are."""


class PredictionNotFoundError(TeselaError):
    """There is no prediction with this id."""


class UploadNotFoundError(TeselaError):
    """Nothing was uploaded under this id, or it was used already."""


class SourceChangedError(TeselaError):
    """The file of a scene was replaced while it was read."""


class SourceRefusedError(TeselaError):
    """The address of a scene cannot be read: its host refuses, redirects elsewhere or knows no ranges."""


class SceneBudgetError(TeselaError):
    """The scene is more than may be processed this month."""


class ScenesNotOfferedError(TeselaError):
    """This deployment processes no whole scenes."""


class SceneNotFoundError(TeselaError):
    """There is no scene with this id, or not yet this file of it."""


class SceneCancelledError(TeselaError):
    """The scene is no longer wanted."""


class SceneWaitingError(TeselaError):
    """Another scene comes first; the state machine tries again until this one's turn has come."""


class SceneIncompleteError(TeselaError):
    """Parts of the upload of a scene are missing."""


class AddressClosedError(TeselaError):
    """The API is called by an address other than the page's, which alone is open."""


class PreconditionRequiredError(TeselaError):
    """A change that does not say which version it changes."""


class CorrectionsChangedError(TeselaError):
    """Another version of the corrections is there than the one that the caller has seen."""


class TokenRequiredError(TeselaError):
    """The token is missing, unknown or expired."""


class TokenScopeError(TeselaError):
    """The token is known and does not allow this."""


class ModelError(TeselaError):
    """The model's files are missing, altered or do not fit the catalogue."""


class NotComparableError(TeselaError):
    """Two predictions of which nobody knows that they show the same place, or that do not."""


class StorageUnavailableError(TeselaError):
    """S3 does not answer; nothing was lost, the request can be repeated."""


class DatabaseUnavailableError(TeselaError):
    """PostgreSQL does not answer; the objects of a prediction are kept all the same."""


class LoginRefusedError(DatabaseUnavailableError):
    """PostgreSQL does not know this user, or its password or token."""


def as_json(value: object) -> object:
    """A value as JSON has it: NaN and infinities as text, other objects by their name."""
    if isinstance(value, abc.Mapping):
        return {str(name): as_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [as_json(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value if value is None or isinstance(value, str | int) else str(value)
