"""What can go wrong, one class a situation. Messages name the value and the limit; HTTP statuses live in `api/`."""


class TeselaError(Exception):
    """Base of every error that a caller can mend or should retry."""


class EmptyUploadError(TeselaError):
    """No bytes, or a form without its field `image`."""


class UnsupportedFormatError(TeselaError):
    """Not a TIFF, or a TIFF whose compression is not read here."""


class CorruptImageError(TeselaError):
    """A TIFF that cannot be decoded to its end."""


class ImageTooLargeError(TeselaError):
    """More bytes or more pixels than are accepted."""


class UnsuitableImageError(TeselaError):
    """A sound TIFF that the model cannot take: bands, data type, size, georeference, no valid pixel."""


class InvalidOptionError(TeselaError):
    """A threshold, view, cursor or class that does not exist or is out of range."""


class PredictionNotFoundError(TeselaError):
    """No prediction is kept under this id."""


class UploadNotFoundError(TeselaError):
    """Nothing was uploaded under this id, or it was used already."""


class ModelError(TeselaError):
    """The model's files are missing, altered or do not fit the catalogue."""


class StorageUnavailableError(TeselaError):
    """S3 does not answer; nothing was lost, the request can be repeated."""


class DatabaseUnavailableError(TeselaError):
    """PostgreSQL does not answer; the objects of a prediction are kept all the same."""
