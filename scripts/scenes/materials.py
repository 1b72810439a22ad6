"""What the ground is made of: reflectance in the eight bands, and how uneven it looks.

Values are typical of published spectra (ECOSTRESS, USGS and urban field libraries) read at the band
centres 425, 480, 545, 605, 660, 725, 833 and 950 nm; they are not measurements of one place.
"""

import numpy as np

# name: (reflectance in percent for coastal, blue, green, yellow, red, red edge, NIR1, NIR2; grain)
# Grain is the relative standard deviation of brightness within the material.
_TABLE: dict[str, tuple[tuple[float, ...], float]] = {
    "grass": ((3.2, 4.0, 8.4, 6.6, 5.6, 22, 37, 39), 0.16),
    "dry grass": ((5.2, 6.6, 11, 13.5, 14.5, 23, 30, 32), 0.16),
    "tree": ((2.0, 2.4, 5.2, 3.8, 3.0, 18, 36, 38), 0.30),
    "dark tree": ((1.6, 2.0, 3.9, 2.8, 2.3, 14, 29, 31), 0.34),
    "young crop": ((3.4, 4.2, 9.4, 7.0, 5.4, 26, 45, 47), 0.07),
    "crop": ((2.6, 3.2, 7.2, 4.6, 3.4, 24, 47, 49), 0.07),
    "ripe crop": ((5.6, 7.6, 14, 18, 18.5, 27, 34, 36), 0.08),
    "soil": ((6.0, 7.6, 11, 15.5, 18, 21.5, 25, 27), 0.11),
    "dirt": ((8.5, 11, 16, 21.5, 24.5, 28, 32, 34), 0.10),
    "sand": ((15, 19, 26, 31, 34, 37, 40, 41), 0.08),
    "asphalt": ((7.2, 7.8, 8.8, 9.6, 10.2, 11, 12, 12.4), 0.06),
    "worn asphalt": ((10, 11, 12.6, 14, 15, 16, 17.4, 18), 0.06),
    "concrete": ((17, 20, 24, 27, 28.5, 30, 31.5, 32), 0.05),
    "clay roof": ((6.0, 7.0, 10, 18, 22, 26, 29.5, 30.5), 0.09),
    "old clay roof": ((6.6, 7.6, 9.6, 14, 16, 19, 22, 23.5), 0.10),
    "metal roof": ((33, 36, 38, 39, 39.5, 39.5, 40, 40), 0.05),
    "blue roof": ((16, 23, 21, 16, 15, 18, 26, 29), 0.05),
    "grey roof": ((14, 15.6, 17, 18, 18.6, 19.4, 20.5, 21), 0.07),
    "pool": ((27, 34, 32, 15, 8.5, 3.4, 1.6, 1.0), 0.05),
    "deep water": ((5.4, 5.6, 5.4, 3.4, 2.6, 1.5, 0.8, 0.5), 0.05),
    "green water": ((5.0, 5.8, 8.2, 6.2, 4.6, 3.2, 1.6, 0.9), 0.05),
    "turbid water": ((7.0, 8.8, 12.4, 12.8, 11.6, 8.0, 4.0, 2.2), 0.04),
    "white paint": ((44, 54, 56, 57, 57, 57, 57, 56), 0.03),
    "silver paint": ((26, 28, 29, 29.5, 30, 30, 30, 30), 0.03),
    "black paint": ((4.0, 4.0, 4.1, 4.2, 4.3, 4.6, 5.2, 5.6), 0.03),
    "red paint": ((5.0, 5.0, 5.6, 13, 30, 37, 41, 42), 0.03),
    "blue paint": ((12, 17, 12, 8.0, 7.0, 12, 24, 28), 0.03),
    "orange paint": ((6.0, 7.0, 17, 38, 44, 46, 48, 48), 0.03),
}

NAMES: tuple[str, ...] = tuple(_TABLE)
REFLECTANCE = np.array([row[0] for row in _TABLE.values()], np.float32) / 100  # (materials, 8)
GRAIN = np.array([row[1] for row in _TABLE.values()], np.float32)  # (materials,)


def code(name: str) -> int:
    """Row of a material in `REFLECTANCE` and `GRAIN`."""
    return NAMES.index(name)
