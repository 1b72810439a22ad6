"""What an upload may be: one structure that the decoder, the API and the page share."""

from dataclasses import asdict, dataclass
from typing import Any

from tesela.catalogue import BANDS

_MAX_SIDE_PX = 2048


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of an upload; bounds are inclusive, sides in pixels, sizes in bytes."""

    bands: int = len(BANDS)
    min_side_px: int = 16
    max_side_px: int = _MAX_SIDE_PX
    # The largest image as float32, which LZW writes with up to 12 bits a byte where it is noise, and room
    # for a mask, tables of blocks and texts.
    max_bytes: int = len(BANDS) * 4 * _MAX_SIDE_PX**2 * 12 // 8 + 8 * 2**20
    # A block is decoded whole, so its declared size is bounded as the image's is.
    max_block_px: int = _MAX_SIDE_PX**2
    dtypes: tuple[str, ...] = ("uint8", "uint16", "int16", "float16", "float32")
    compressions: tuple[str, ...] = ("NONE", "LZW", "DEFLATE", "ZSTD")
    # TIFF and BigTIFF, both byte orders.
    magic: tuple[bytes, ...] = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
    # Eight pages with their overviews, masks, and overviews of masks are under 200.
    max_directories: int = 512
    max_tags: int = 256  # of a directory
    max_text_bytes: int = 2**20  # of a tag whose text is read

    def as_json(self) -> dict[str, Any]:
        """Return the limits as `config.json` publishes them; `magic` as hexadecimal digits."""
        return asdict(self) | {"magic": [magic.hex() for magic in self.magic]}


LIMITS = Limits()
