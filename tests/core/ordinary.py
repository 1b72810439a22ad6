"""Made-up ground whose bands relate to each other as a sensor's do, and what is ordinary of it."""

from typing import Any

import numpy as np
from tesela.core.features import spectra, texture
from tesela.core.normalise import Normalisation, normalise
from tesela.core.rescale import resize

# How strongly each band shows what is bright in visible light, and what is bright in the infrared.
_VISIBLE = np.array([0.6, 0.8, 1.0, 1.2, 1.3, 0.8, 0.5, 0.4])
_INFRARED = np.array([0.1, 0.1, 0.4, 0.3, -0.3, 1.2, 2.0, 1.8])
SIDE = 96


def ground(seed: int, side: int = SIDE) -> np.ndarray:
    """Counts (8, side, side) of smooth patches with details of a pixel or two."""
    rng = np.random.default_rng(seed)
    visible, infrared = (_patches(rng, side) for _ in range(2))
    strengths = _VISIBLE * rng.uniform(0.95, 1.05, 8), _INFRARED * rng.uniform(0.95, 1.05, 8)
    own = 0.05 * rng.standard_normal((8, side, side))
    bands = [s[:, None, None] * p for s, p in zip(strengths, (visible, infrared), strict=True)]
    return np.asarray(600 + 100 * (bands[0] + bands[1] + own), np.float32)


def _patches(rng: np.random.Generator, side: int) -> np.ndarray:
    coarse = [
        resize(rng.standard_normal((1, side // step, side // step)), side, side)[0] / share
        for step, share in ((16, 1.0), (4, 1.5), (2, 3.0), (1, 6.0))
    ]
    return np.asarray(sum(coarse))


def enlarged(pixels: np.ndarray, factor: int = 3) -> np.ndarray:
    """The image's corner in as many pixels."""
    side = pixels.shape[1]
    part = side // factor
    return resize(pixels[:, :part, :part], side, side)


def shown(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Normalised pixels, and that all are valid."""
    valid = np.ones(pixels.shape[1:], bool)
    return normalise(pixels, valid, Normalisation()), valid


def document(**changes: Any) -> dict[str, Any]:
    """The entry `confidence` of a model that learnt from such ground."""
    usual = np.array([_features(ground(seed)) for seed in range(60)])
    larger = np.array([_features(enlarged(ground(seed))) for seed in range(60)])
    weights = np.linalg.solve(
        np.cov(usual.T) + np.cov(larger.T) + 1e-3 * np.eye(usual.shape[1]),
        larger.mean(axis=0) - usual.mean(axis=0),
    )
    limit = ((usual @ weights).max() + (larger @ weights).min()) / 2
    return {
        "spectra": _distribution(usual[:, :44]),
        "texture": _distribution(usual[:, 44:]),
        "order_ratio": 1.3,
        "scales": [{"factor": 3.0, "weights": _text(weights), "limit": float(limit)}],
        "jaccard": {"intercept": 0.0, "weights": "0 1 0 0", "medium": 0.4, "low": 0.2},
    } | changes


def _features(pixels: np.ndarray) -> np.ndarray:
    return np.concatenate([spectra(*shown(pixels)), texture(*shown(pixels))])


def _distribution(values: np.ndarray) -> dict[str, Any]:
    covariance = np.cov(values.T) + 0.02 * np.eye(values.shape[1])
    whitening = np.linalg.inv(np.linalg.cholesky(covariance))
    rows = [_text(row[: n + 1]) for n, row in enumerate(whitening)]
    return {"mean": _text(values.mean(axis=0)), "whitening": rows, "medium": 1.5, "low": 2.5}


def _text(values: np.ndarray) -> str:
    return " ".join(f"{value:.6g}" for value in values)
