"""What processing a scene takes, before it is started."""

import math
from dataclasses import dataclass

from tesela.core.image import DEFAULT_GSD_M
from tesela.errors import ImageTooLargeError

M2_PER_KM2 = 1_000_000

# 38 s of processor time for the 6.5 million pixels of the 10 km2 scene in README.md, which was measured
# on a busy x86 server with the int8 model, so rather too high than too low.
_CPU_S_PER_MPX = 5.8
_LAMBDA_GB, _LAMBDA_VCPU = 3.0, 1.73  # memory of a block's function, and its share of processors
_USD_PER_GB_S = 0.0000166667  # x86, us-east-1
_BLOCK_PIXELS = 4096**2
_S_PER_HOUR = 3600
_USD_PER_BLOCK = 0.0001  # its three steps in Step Functions, and its requests to S3


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds of one core, US dollars on Lambda, and the number of blocks."""

    cpu_s: float
    usd: float
    blocks: int


def estimate(pixels: int, valid_share: float, blocks: int) -> Estimate:
    """Estimate a scene of so many pixels, of which a share is not nodata."""
    cpu_s = pixels * valid_share / 1e6 * _CPU_S_PER_MPX
    usd = cpu_s / _LAMBDA_VCPU * _LAMBDA_GB * _USD_PER_GB_S + blocks * _USD_PER_BLOCK
    return Estimate(round(cpu_s, 1), round(usd, 4), blocks)


def estimate_of_area(area_km2: float) -> Estimate:
    """Estimate a scene of which the area alone is known: at the model's pixel size, without nodata."""
    pixels = area_km2 * M2_PER_KM2 / DEFAULT_GSD_M**2
    return estimate(round(pixels), 1.0, math.ceil(pixels / _BLOCK_PIXELS))


def in_words(expected: Estimate) -> str:
    """Return what a refusal says of time and cost."""
    hours = expected.cpu_s / _S_PER_HOUR
    return f"would take about {hours:.1f} hours of one core and cost about ${expected.usd:.2f}"


def too_large(area_km2: float, limit: float) -> ImageTooLargeError:
    """Return the error of a scene over the limit, with its estimate."""
    expected = estimate_of_area(area_km2)
    return ImageTooLargeError(
        f"The scene has {area_km2:.1f} km2; the limit is {limit:g} km2. It {in_words(expected)}.",
        "scene-too-large",
        area_km2=area_km2,
        limit=limit,
        cpu_s=expected.cpu_s,
        usd=expected.usd,
    )
