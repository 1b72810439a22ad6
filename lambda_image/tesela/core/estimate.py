"""What processing a scene takes, before it is started."""

from dataclasses import dataclass

# 38 s of processor time for the 6.5 million pixels of the 10 km2 scene in README.md, which was measured
# on a busy x86 server with the int8 model, so rather too high than too low.
_CPU_S_PER_MPX = 5.8
_LAMBDA_GB, _LAMBDA_VCPU = 3.0, 1.73  # memory of a block's function, and its share of processors
_USD_PER_GB_S = 0.0000166667  # x86, us-east-1
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
