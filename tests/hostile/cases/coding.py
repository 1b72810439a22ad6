"""Types, codecs, colours and predictors that are not accepted, and blocks that hold other bytes."""

import zlib
from functools import cache, partial
from typing import Any

import numpy as np

from tests.hostile.case import ACCEPTED, DECODED, Case
from tests.hostile.writer import CHUNKY, LONG, PIXELS, SHORT, UNDEFINED, Tag, Writer, tags_of, tiff
from tests.tiffs import counts, one_page

GARBAGE = np.random.default_rng(3).bytes(3000)
DEFLATED = zlib.compress(CHUNKY)
SIDE = 2048
MB = 2**20


@cache
def zeros(count: int) -> bytes:
    """Zeros under deflate, a thousandth of their length."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(MB)) for _ in range(count // MB)]
    return b"".join([*parts, packer.compress(bytes(count % MB)), packer.flush()])


def types() -> dict[str, Case]:
    bits = {0: "data-type", 1: "data-type", 4: "data-type", 24: "data-type", 64: "data-type"}
    bits |= {128: "data-type", 65_535: "data-type", 32: "data-type"}
    cases = {f"{n} bits": Case(partial(tiff, bits=n), code) for n, code in bits.items()}
    formats = {0: "data-type", 5: "data-type", 6: "data-type", 99: "data-type"}
    formats |= {2: DECODED, 4: DECODED, 3: ACCEPTED}
    cases |= {f"format {n}": Case(partial(tiff, sample_format=n), c) for n, c in formats.items()}
    bands = dict.fromkeys((1, 7, 9, 16, 65_535), "band-count")
    cases |= {f"{n} bands": Case(partial(tiff, bands=n), code) for n, code in bands.items()}
    mixed = {
        "bands of different types": (339, SHORT, (1, 2, 3, 4, 1, 2, 3, 4)),
        "bands of different bits": (258, SHORT, (8, 16, 32, 8, 16, 32, 8, 16)),
        "types of three bands": (339, SHORT, (1, 1, 1)),
    }
    cases |= {name: Case(partial(tiff, tag), "bands-differ") for name, tag in mixed.items()}
    return cases | {"no band": Case(partial(tiff, (277, SHORT, (0,))), "band-count")}


def codecs() -> dict[str, Case]:
    refused = [*(0, 2, 3, 4, 6, 7, 9, 32766, 32773, 32809, 32908, 32909, 34676, 34677, 34712)]
    refused += [34887, 34925, 50001, 50002, 52546, 12345, 65535]
    cases = {
        f"codec {n}": Case(partial(tiff, data=GARBAGE, compression=n), "compression")
        for n in refused
    }
    cases |= {
        f"garbage for codec {n}": Case(partial(tiff, data=GARBAGE, compression=n), "corrupt-image")
        for n in (5, 8, 32946, 50000)
    }
    cases |= {
        f"written as {name}": Case(
            partial(one_page, counts(dtype="uint8"), compress=name, interleave="band"),
            "compression",
        )
        for name in ("jpeg", "lerc", "lzma", "packbits")  # webp, jxl: not in every GDAL
    }
    tables = (347, UNDEFINED, b"\xff\xd8\xff\xdb" * 500)
    return cases | {
        "tables of JPEG": Case(
            partial(tiff, tables, data=GARBAGE, compression=7, bits=8), "compression"
        ),
        "parameters of LERC": Case(
            partial(tiff, (50674, LONG, (4, 2)), data=GARBAGE, compression=34887), "compression"
        ),
        "deflate by its older number": Case(
            partial(tiff, data=DEFLATED, compression=32946), DECODED
        ),
        "deflate with bytes after its end": Case(
            partial(tiff, data=DEFLATED + GARBAGE, compression=8), DECODED
        ),
        "deflate that is spoilt": Case(
            partial(tiff, data=_spoilt(DEFLATED), compression=8), "corrupt-image"
        ),
        "deflate that ends early": Case(
            partial(tiff, data=DEFLATED[:-5000], compression=8), "corrupt-image"
        ),
    }


def _spoilt(data: bytes) -> bytes:
    return data[:2] + b"\xff" * 64 + data[66:]


def colours() -> dict[str, Case]:
    refused = (3, 5, 6, 8, 9, 10, 32803, 32844, 32845, 65535)
    cases = {f"colours {n}": Case(partial(tiff, photometric=n), "photometric") for n in refused}
    predictors: dict[str, tuple[Tag, dict[str, Any]]] = {
        "floating predictor of integers": (Tag(317, SHORT, (3,)), {"compression": 8}),
        "predictor 99": (Tag(317, SHORT, (99,)), {"compression": 8}),
        "predictor of 12 bits": (Tag(317, SHORT, (2,)), {"compression": 8, "bits": 12}),
    }
    cases |= {
        name: Case(partial(tiff, tag, data=DEFLATED, **values), "predictor")
        for name, (tag, values) in predictors.items()
    }
    return cases | {
        "a mask alone": Case(partial(tiff, photometric=4), "band-count"),
        "YCbCr of three bands": Case(partial(tiff, photometric=6, bands=3, bits=8), "band-count"),
        "predictor without a codec": Case(partial(tiff, (317, SHORT, (2,))), DECODED),
        "planar configuration 3": Case(partial(tiff, planar=3), "planar-configuration"),
        "fill order 3": Case(partial(tiff, (266, SHORT, (3,))), "fill-order"),
        "orientation 99": Case(partial(tiff, (274, SHORT, (99,))), DECODED),
    }


def _large(data: bytes, **values: Any) -> bytes:
    return tiff(data=data, width=SIDE, height=SIDE, compression=8, **values)


def _planes_that_share(data: bytes) -> bytes:
    writer = Writer()
    start = writer.add(data)
    tables = [(273, LONG, (start,) * 8), (279, LONG, (len(data),) * 8)]
    writer.page(tags_of(0, 0, *tables, width=SIDE, height=SIDE, compression=8, planar=2))
    return bytes(writer.body)


def bombs() -> dict[str, Case]:
    ramp = np.arange(SIDE * SIDE, dtype=np.uint32).astype(np.uint16).tobytes()
    return {
        "128 MB under deflate in a small image": Case(
            lambda: tiff(data=zeros(128 * MB), compression=8), "all-nodata"
        ),
        "128 MB of zeros in 2048 px": Case(
            lambda: _large(zeros(SIDE * SIDE * 32), bits=32, sample_format=3), "all-nodata", True
        ),
        "64 MB of ones in 2048 px": Case(
            lambda: _large(zlib.compress(b"\1\0" * (SIDE * SIDE * 8), 9)), "all-nodata", True
        ),
        "eight planes that share a strip": Case(
            lambda: _planes_that_share(zlib.compress(ramp, 9)), ACCEPTED, True
        ),
        "65,536 px under deflate": Case(
            lambda: tiff(data=GARBAGE, width=65_536, height=65_536, compression=8),
            "image-too-large",
        ),
    }


def controls() -> dict[str, Case]:
    big_endian = np.ascontiguousarray(np.moveaxis(PIXELS, 0, -1)).astype(">u2").tobytes()
    return {
        "honest": Case(tiff, DECODED),
        "honest BigTIFF": Case(partial(tiff, big=True), DECODED),
        "honest, big-endian": Case(partial(tiff, order=">", data=big_endian), DECODED),
        "honest, deflate": Case(partial(tiff, data=DEFLATED, compression=8), DECODED),
    }


CASES = types() | codecs() | colours() | bombs() | controls()
