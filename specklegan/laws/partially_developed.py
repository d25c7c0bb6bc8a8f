"""Speckle that is not fully developed: a steady phasor, few scatterers, clustered scatterers.

Closed forms for the intensity. With a steady phasor the amplitude is Rician; clustered scatterers
make it K distributed. How such sources are made is in `laws/phasors.py`.
"""

# notation: q ratio, n cell, m number, alpha shape

import math

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, kv


def specular_contrast(ratio: float, cell: float = math.inf) -> float:
    """Return the intensity contrast of speckle with a steady phasor, sqrt(1 + 2 q) / (1 + q).

    The amplitude is Rician (Goodman 2007, section 3.2.2). Exact in a cell of n pixels, where the
    1 under the root is 1 - 1 / n.

    Parameters
    ----------
    ratio : float
        q = s^2 / D: intensity of the steady phasor over mean intensity of the speckle alone, >= 0.
    cell : float
        Resolution cell n in pixels, at least 1.
    """
    if not 0 <= ratio < math.inf:
        raise ValueError(f"ratio must be finite and not negative, found {ratio}")
    if not cell >= 1:
        raise ValueError(f"cell must be at least 1 pixel, found {cell}")
    return math.sqrt(1 - 1 / cell + 2 * ratio) / (1 + ratio)


def scatterer_contrast(number: float, shape: float = math.inf) -> float:
    """Return the intensity contrast of few or clustered scatterers, sqrt(1 + 1 / m + 2 / alpha).

    The phasors in a cell are m on average, Poisson distributed, or with gamma distributed density
    of shape alpha: <I^2> = 2 <k^2> - <k> for k unit phasors, and <k^2> = m^2 (1 + 1 / alpha) + m.
    For m -> infinity, <I^2> / <I>^2 = 2 (1 + 1 / alpha): the K distribution.
    """
    _positive(number, "number")
    return math.sqrt(1 + 1 / number + 2 / _positive(shape, "shape"))


def k_density(intensity: npt.ArrayLike, shape: float) -> np.ndarray:
    """Return the density of a K distributed intensity I > 0 of mean 1 and shape alpha > 0.

    An exponential law whose mean is gamma distributed; K is the modified Bessel function:
    2 alpha^((alpha + 1) / 2) / Gamma(alpha) I^((alpha - 1) / 2) K_(alpha - 1)(2 sqrt(alpha I)).
    """
    intensity = np.asarray(intensity, float)
    if not 0 < shape < math.inf:
        raise ValueError(f"shape must be positive and finite, found {shape}")
    if not (intensity > 0).all():
        raise ValueError("intensity must be positive for the K density, found other values")
    power = math.log(shape) * (shape + 1) / 2 - gammaln(shape)
    power = power + np.log(intensity) * (shape - 1) / 2
    return 2 * np.exp(power) * kv(shape - 1, 2 * np.sqrt(shape * intensity))


def _positive(value, name):
    if not value > 0:
        raise ValueError(f"{name} must be positive, found {value}")
    return value
