"""How well the classes of each palette can be told apart. `python -m scripts.palettes` prints the README's table.

Differences are CIE 1976 (Euclidean in L*a*b* under D65; 2.3 is just seen side by side), also as the three kinds of colour
blindness see them. Contrasts are those of WCAG 2.2 between a class's colour and the page's surface.
"""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from tesela.catalogue import CLASSES, KEYS

Vector = NDArray[np.float64]  # of three

PALETTES: Mapping[str, tuple[str, ...]] = {
    "corine": tuple(entry.corine["colour"] for entry in CLASSES),
    "ideam": tuple(entry.ideam["colour"] for entry in CLASSES),
    "colour-blind-safe": tuple(entry.colour_blind_safe for entry in CLASSES),
    "ds4a": tuple(entry.ds4a for entry in CLASSES),
}
# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
SIGHTS: Mapping[str, NDArray[np.float64]] = {
    "full sight": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
SURFACES = {"light": "#FFFFFF", "dark": "#181F1D"}  # --surface of styles.css
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = np.array([0.95047, 1, 1.08883])  # D65


def main() -> None:
    """Print the table."""
    print(table())


def table() -> str:
    """Return one row per palette, in Markdown."""
    sights = " | ".join(SIGHTS)
    surfaces = " | ".join(f"contrast, {scheme}" for scheme in SURFACES)
    rows = [
        f"| palette | {sights} | {surfaces} |",
        "|---" * (1 + len(SIGHTS) + len(SURFACES)) + "|",
    ]
    return "\n".join([*rows, *(_row(name, colours) for name, colours in PALETTES.items())])


def _row(name: str, colours: tuple[str, ...]) -> str:
    nearest = (smallest_difference(colours, sight) for sight in SIGHTS)
    differences = (f"{value:.0f} ({one}, {other})" for value, one, other in nearest)
    faintest = (min_contrast(colours, surface) for surface in SURFACES.values())
    contrasts = (f"{ratio:.1f} ({key})" for ratio, key in faintest)
    return f"| `{name}` | {' | '.join(differences)} | {' | '.join(contrasts)} |"


def smallest_difference(colours: tuple[str, ...], sight: str) -> tuple[float, str, str]:
    """Return the smallest difference between two classes and their keys."""
    seen = {
        key: lab(SIGHTS[sight] @ linear(colour)) for key, colour in zip(KEYS, colours, strict=True)
    }
    return min(
        (float(np.linalg.norm(seen[one] - seen[other])), one, other)
        for one, other in combinations(seen, 2)
    )


def min_contrast(colours: tuple[str, ...], surface: str) -> tuple[float, str]:
    """Return the lowest contrast of a class's colour with the surface, and its key."""
    return min((contrast(colour, surface), key) for key, colour in zip(KEYS, colours, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted(_TO_XYZ[1] @ linear(colour) for colour in (one, other))
    return float((lighter + 0.05) / (darker + 0.05))


def linear(colour: str) -> Vector:
    """Linear RGB of `#RRGGBB` (IEC 61966-2-1)."""
    unit = np.array(list(bytes.fromhex(colour[1:]))) / 255
    return np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)


def lab(rgb: Vector) -> Vector:
    """CIE 1976 L*a*b* of linear RGB."""
    xyz = _TO_XYZ @ rgb.clip(0, 1) / _WHITE
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


if __name__ == "__main__":
    main()
