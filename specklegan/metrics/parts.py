"""What each part of a picture adds to a distance: real pixels put into generated images.

Generated and real images of equal masks can be mixed pixel by pixel. What remains of a distance
with one part real is what the other parts make.
"""

from collections.abc import Mapping

import numpy as np

from specklegan.metrics import distances, features, spectra
from specklegan.metrics.comparison import SPECTRUM, WAVELET


def radius(edge: int) -> np.ndarray:
    """Return the distance of each pixel from the centre, 1 at the rim of a round picture.

    Parameters
    ----------
    edge : int
        Pixels along one side.

    Returns
    -------
    numpy.ndarray, shape (edge, edge)
    """
    y, x = np.indices((edge, edge)) - (edge - 1) / 2
    return 2 * np.hypot(x, y) / edge


def rings(edge: int) -> dict[str, np.ndarray]:
    """Divide a round picture into catheter, tissue and rim.

    Parameters
    ----------
    edge : int
        Pixels along one side.

    Returns
    -------
    dict of str to numpy.ndarray of bool (edge, edge)
        Each pixel is in one of them; the corners count as rim.
    """
    r = radius(edge)
    found = {"catheter, r to 0.2": r < 0.2, "rim, r from 0.9": r > 0.9}
    return found | {"tissue between": (r >= 0.2) & (r <= 0.9)}


def windowed(images: np.ndarray) -> np.ndarray:
    """Weigh images by a Hann window that fades out towards the rim.

    Parameters
    ----------
    images : array (..., S, S)
        In [-1, 1].

    Returns
    -------
    numpy.ndarray, shape (..., S, S)
        In [-1, 1]: black, -1, from the rim on.
    """
    r = radius(np.shape(images)[-1])
    window = np.where(r < 1, np.cos(np.pi * r / 2) ** 2, 0)
    return window * (images + 1) - 1


def remaining(
    real: np.ndarray, fake: np.ndarray, parts: Mapping[str, np.ndarray]
) -> dict[str, dict[str, float]]:
    """Measure what remains of two distances when a part of every generated image is real.

    Parameters
    ----------
    real, fake : array (N, 1, S, S)
        In [-1, 1]; images i of both have the same mask.
    parts : dict of str to array of bool
        Where pixels are taken from the real image, in a shape that fits (N, 1, S, S).

    Returns
    -------
    dict of str to dict of str to float
        For `none`, each part and `none, Hann window` (see `windowed`) both distances:
        `comparison.WAVELET` and `comparison.SPECTRUM`.
    """
    found = {"none": _distances(real, fake)}
    for name, part in parts.items():
        found[name] = _distances(real, np.where(part, real, fake))
    found["none, Hann window"] = _distances(windowed(real), windowed(fake))
    return found


def _distances(real, fake):
    packets = [features.wavelet_packets(images) for images in (real, fake)]
    wavelet = distances.frechet_wavelet_distance(*packets)
    return {WAVELET: wavelet, SPECTRUM: spectra.spectral_error(real, fake)}
