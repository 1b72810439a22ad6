"""How the samples of a page are coded: data type, colours, compression, predictor."""

import re

import numpy as np
from numpy.typing import NDArray

from tesela.core.limits import LIMITS
from tesela.core.tiff import tags
from tesela.core.tiff.fields import Directory
from tesela.errors import CorruptImageError, UnsuitableImageError, UnsupportedFormatError

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB = 0, 1, 2
MASK_BITS = 1, 8

_CODECS = {
    **{1: "NONE", 2: "CCITTRLE", 3: "CCITTFAX3", 4: "CCITTFAX4", 5: "LZW", 6: "OJPEG"},
    **{7: "JPEG", 8: "DEFLATE", 9: "JBIG", 32773: "PACKBITS", 32946: "DEFLATE", 34712: "JP2000"},
    **{34887: "LERC", 34925: "LZMA", 50000: "ZSTD", 50001: "WEBP", 50002: "JXL", 52546: "JXL"},
}
# SampleFormat: 1 unsigned, 2 signed, 3 floating point, 4 undefined (read as unsigned), 5 and 6 complex.
_FORMATS = {1: "uint", 2: "int", 3: "float", 4: "uint", 5: "complex int", 6: "complex"}
_PACKED_BITS = range(9, 16)  # counts of 11 or 12 bits without padding: what GDAL calls NBITS
_PHOTOMETRICS = {0: "white is zero", 1: "black is zero", 2: "RGB", 3: "palette", 4: "mask"}
_PHOTOMETRICS |= {5: "CMYK", 6: "YCbCr", 8: "CIELab", 9: "ICCLab", 10: "ITULab", 32803: "CFA"}
_NO_PREDICTOR, _HORIZONTAL, _FLOATING = 1, 2, 3
_MAX_SAMPLES = 65_535
_NUMBER = re.compile(rb"[-+]?\d{1,400}(\.\d{0,400})?([eE][-+]?\d{1,4})?")


def read_alike(directory: Directory, tag: int, samples: int, default: int) -> int:
    """Return the one value that a tag repeats for each sample.

    Raises:
        UnsuitableImageError: The samples differ.
    """
    values: NDArray[np.uint64] | None = directory.integers(tag, _MAX_SAMPLES)
    if values is None:
        return default
    if len(values) not in {1, samples} or (values != values[0]).any():
        raise UnsuitableImageError(
            f"Page {directory.number}: the bands differ in bits or in type; all must be alike.",
            "bands-differ",
            page=directory.number,
            tag=tag,
        )
    return int(values[0])


def dtype_of(bits: int, sample_format: int) -> str:
    """Return the data type as numpy names it; packed counts of 9 to 15 bits are `uint16`.

    Raises:
        UnsuitableImageError: A type that `LIMITS` does not list.
    """
    kind = _FORMATS.get(sample_format, f"format {sample_format} of ")
    name = "uint16" if kind == "uint" and bits in _PACKED_BITS else f"{kind}{bits}"
    if name not in LIMITS.dtypes:
        raise UnsuitableImageError(
            f"The data type is {name}; accepted are {', '.join(LIMITS.dtypes)}.",
            "data-type",
            dtype=name,
            accepted=list(LIMITS.dtypes),
        )
    return name


def mask_dtype_of(directory: Directory, samples: int, bits: int) -> str:
    """Return the data type of a mask, which is one sample of 1 or 8 bits."""
    if samples != 1 or bits not in MASK_BITS:
        raise UnsuitableImageError(
            f"The mask on page {directory.number} has {samples} band(s) of {bits} bits; "
            f"it needs 1 of 1 or 8 bits.",
            "mask-type",
            page=directory.number,
            bands=samples,
            bits=bits,
        )
    return "uint8"


def read_compression(directory: Directory) -> tuple[int, str]:
    """Return the code of the compression and its name.

    Raises:
        UnsupportedFormatError: A compression that `LIMITS` does not list.
    """
    code = directory.integer(tags.COMPRESSION, 1)
    name = _CODECS.get(code, str(code))
    if name not in LIMITS.compressions:
        raise UnsupportedFormatError(
            f"The compression is {name} on page {directory.number}; "
            f"accepted are {', '.join(LIMITS.compressions)}.",
            "compression",
            page=directory.number,
            compression=name,
            accepted=list(LIMITS.compressions),
        )
    return code, name


def read_photometric(directory: Directory, dtype: str) -> int:
    """Return the colour space of an image: black or white is zero, or RGB and further bands."""
    code = directory.integer(tags.PHOTOMETRIC, BLACK_IS_ZERO)
    if code in {BLACK_IS_ZERO, RGB} or (code == WHITE_IS_ZERO and dtype.startswith("uint")):
        return code
    name = _PHOTOMETRICS.get(code, str(code))
    raise UnsuitableImageError(
        f"Page {directory.number}: the colours are {name} of {dtype}; plain bands are needed.",
        "photometric",
        page=directory.number,
        photometric=name,
    )


def read_predictor(directory: Directory, compression: str, bits: int, dtype: str) -> int:
    """Return the predictor: none, horizontal differences, or those of floating point."""
    code = directory.integer(tags.PREDICTOR, _NO_PREDICTOR)
    if compression == "NONE":
        return _NO_PREDICTOR  # libtiff ignores it too
    fits = {
        _NO_PREDICTOR: True,
        _HORIZONTAL: bits in {8, 16, 32},
        _FLOATING: dtype.startswith("float"),
    }
    if not fits.get(code, False):
        raise unknown(directory, f"predictor of {bits}-bit {dtype}", code, "predictor")
    return code


def read_nodata(directory: Directory, dtype: str) -> float | None:
    """Return the value that GDAL_NODATA declares, or None if no pixel of the type can hold it."""
    text = directory.text(tags.GDAL_NODATA, LIMITS.max_text_bytes)
    if text is None or not _NUMBER.fullmatch(text.strip()):
        return None
    value = float(text)
    with np.errstate(over="ignore", invalid="ignore"):
        stored = np.float64(value).astype(dtype)
    fits = np.isfinite(stored) and (dtype.startswith("float") or stored == value)
    return float(stored) if fits else None


def unknown(directory: Directory, what: str, value: int, code: str) -> CorruptImageError:
    """Return the error for a value that the TIFF specification does not have."""
    return CorruptImageError(
        f"Page {directory.number} has the unknown {what} {value}.",
        code,
        page=directory.number,
        value=value,
    )
