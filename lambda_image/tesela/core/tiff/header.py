"""The pages of a TIFF that are bands of one image, in the order of the file.

TIFF libraries are made to open as much as they can: libtiff repairs broken tables and follows chains
of a hundred thousand directories, GDAL opens what a file's metadata name, and tifffile neither bounds
counts nor compares them with the file's length. So an upload is first read here, strictly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tesela.catalogue import BANDS
from tesela.core.limits import LIMITS, Limits
from tesela.core.tiff import tags
from tesela.core.tiff.fields import Body, Directory, Format
from tesela.core.tiff.georeference import Georeference, read_georeference
from tesela.core.tiff.names import read_names
from tesela.core.tiff.page import Page, read_page
from tesela.core.tiff.walk import walk
from tesela.errors import ImageTooLargeError, UnsuitableImageError

_REDUCED, _MASK = 1, 4  # bits of NewSubfileType
_OLD_REDUCED = 2  # value of SubfileType
_MASK_COLOURS = 4


@dataclass(frozen=True, slots=True)
class Header:
    """What a TIFF declares: its pages of bands, and the masks of full size, in the file's order."""

    format: Format
    pages: tuple[Page, ...]  # one of all bands, or one for each
    masks: tuple[Page, ...]
    georeference: Georeference
    names: tuple[str, ...]  # what the file calls its bands; empty where it says nothing


def read_header(body: Body, limits: Limits = LIMITS, bands: int = len(BANDS)) -> Header:
    """Read and check the directories of a TIFF of so many bands; no pixel is decoded.

    Raises:
        TeselaError: The file is no TIFF, breaks the format or exceeds the limits.
    """
    if len(body) > limits.max_bytes:
        raise ImageTooLargeError.of_upload(len(body), limits.max_bytes)
    images, masks = _full_size(walk(body))
    _check_count(images, bands)
    pages = tuple(read_page(directory, limits) for directory in images)
    covers = tuple(read_page(directory, limits, mask=True) for directory in masks)
    _check_alike(pages, covers)
    return Header(
        images[0].format,
        pages,
        covers,
        _common([read_georeference(page) for page in images]),
        read_names(images, bands, rgb=pages[0].rgb),
    )


def _full_size(directories: Sequence[Directory]) -> tuple[list[Directory], list[Directory]]:
    """Return images and masks; thumbnails and overviews are neither."""
    images, masks = list[Directory](), list[Directory]()
    for directory in directories:
        kind = directory.integer(tags.NEW_SUBFILE_TYPE, 0)
        if kind & _REDUCED or directory.integer(tags.SUBFILE_TYPE, 0) == _OLD_REDUCED:
            continue
        colours = directory.integer(tags.PHOTOMETRIC, 1)
        (masks if kind & _MASK or colours == _MASK_COLOURS else images).append(directory)
    return images, masks


def _check_count(images: Sequence[Directory], bands: int) -> None:
    samples = [directory.integer(tags.SAMPLES_PER_PIXEL, 1) for directory in images]
    if samples not in ([bands], [1] * bands):
        first = samples[0] if samples else 0
        needed = f"{bands} bands are needed: {', '.join(BANDS)}" if bands > 1 else "1 is needed"
        raise UnsuitableImageError(
            f"The image has {first} band(s) on {len(images)} page(s); {needed}.",
            "band-count",
            bands=first,
            pages=len(images),
            needed=bands,
        )


def _check_alike(pages: Sequence[Page], masks: Sequence[Page]) -> None:
    if len({(page.shape, page.dtype, page.white_is_zero) for page in pages}) > 1:
        raise UnsuitableImageError("The pages differ in size or data type.", "pages-differ")
    for mask in masks:
        if mask.shape != pages[0].shape:
            raise UnsuitableImageError(
                f"The mask on page {mask.number} is {mask.width} x {mask.height} px; "
                f"the image is {pages[0].width} x {pages[0].height} px.",
                "mask-size",
                page=mask.number,
                width=mask.width,
                height=mask.height,
            )


def _common(georeferences: Sequence[Georeference]) -> Georeference:
    """Return the one georeference of all pages; a page without any lies where the others do."""
    placed = [each for each in georeferences if each != Georeference()]
    for each in placed[1:]:
        if each.keys != placed[0].keys:
            raise UnsuitableImageError("The pages differ in their CRS.", "pages-differ-crs")
        if each != placed[0]:
            raise UnsuitableImageError(
                "The pages differ in their transform.", "pages-differ-transform"
            )
    return placed[0] if placed else Georeference()
