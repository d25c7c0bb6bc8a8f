"""The grain of a finished picture: how wide speckle is along depth and across, ring by ring.

Works on grey levels, simulated or recorded, and knows nothing of how they came about. A picture
holds tissue as well as speckle, so each ring's local mean is removed first; what is left is read
like the grain of any speckle, as the full width at half maximum of its autocovariance.
"""

import numpy as np
import torch
from scipy import ndimage

from specklegan import polar

RINGS = ((125, 146), (146, 167), (167, 188))  # pixels from the centre of a 384 px frame
ANGLES = 720  # directions, half a degree apart
OVERSAMPLING = 2  # samples of depth a pixel
MEAN_DEPTH, MEAN_ANGLE = 8.0, 20.0  # sigma of the local mean: pixels at 384 px, degrees


def grain_in_rings(images, rings=RINGS):
    """Measure the grain of pictures in rings round the catheter.

    Parameters
    ----------
    images : array (N, S, S)
        Grey levels, any scale.
    rings : sequence of (float, float)
        Inner and outer radius of each ring in pixels of a 384 px frame; scaled with S.

    Returns
    -------
    array (N, R, 2)
        For each picture and ring the width along depth in pixels of the picture and the width
        across in degrees.

    Raises
    ------
    ValueError
        If the images are not square, or a ring leaves the picture or holds fewer than 8 samples.
    """
    images = np.asarray(images, float)
    if images.ndim != 3 or images.shape[1] != images.shape[2]:
        raise ValueError(f"images must have shape (N, S, S), found {images.shape}")
    size = images.shape[-1]
    scale = size / 384
    rows = [[round(r * scale * OVERSAMPLING) for r in ring] for ring in rings]
    for (inner, outer), ring in zip(rows, rings, strict=True):
        if not 0 <= inner <= outer - 8 or outer > size * OVERSAMPLING // 2:
            raise ValueError(f"ring {ring} of a {size} px picture; expected 8 samples inside it")
    rays = polar.to_polar(torch.from_numpy(images), (size * OVERSAMPLING // 2, ANGLES)).numpy()
    sigma = (0, MEAN_DEPTH * scale * OVERSAMPLING, MEAN_ANGLE * ANGLES / 360)
    rays = rays - ndimage.gaussian_filter(rays, sigma, mode=("nearest", "nearest", "wrap"))
    widths = [[_widths(frame[a:b]) for a, b in rows] for frame in rays]
    return np.array(widths) * [1 / OVERSAMPLING, 360 / ANGLES]


def _widths(ring):
    """Widths in samples of the autocovariance of a ring (D, A) along depth and across."""
    ring = ring - ring.mean()
    shifts = range(len(ring) // 2 + len(ring) // 4)  # depth is not periodic: overlapping parts
    depth = np.array([(ring[: len(ring) - k] * ring[k:]).mean() for k in shifts])
    across = np.fft.irfft(np.abs(np.fft.rfft(ring)) ** 2).mean(0)
    return half_width(depth), half_width(across[: ANGLES // 2])


def half_width(covariance):
    """Twice the shift at which a covariance (M,), largest first, falls to half; NaN if never."""
    covariance = np.asarray(covariance) / covariance[0]
    after = int(np.argmax(covariance < 0.5))
    if after == 0:
        return np.nan
    left, right = covariance[after - 1], covariance[after]
    return 2 * (after - 1 + (left - 0.5) / (left - right))
