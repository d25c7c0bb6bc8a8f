"""Speckle of each tissue class: local contrast, local distribution and grain of grey images.

The laws of `laws.measured` hold for one homogeneous region. An image has many small ones: here each
statistic is taken in windows that lie inside one class, so that neither the anatomy nor the
brightness of the tissue enters. It compares generated with real images where a histogram of the
whole class (paper, Table 1) is blind to arrangement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from scipy.ndimage import uniform_filter

from specklegan import grey
from specklegan.metrics import distances
from specklegan.speckle import polar

WINDOW = 7  # pixels: several grains, yet small against the tissue's layers
RINGS = ((125, 146), (146, 167), (167, 188))  # pixels from the centre of a 384 px frame
ANGLES = 720  # directions, half a degree apart
OVERSAMPLING = 2  # samples of depth a pixel
MEAN_DEPTH, MEAN_ANGLE = 8.0, 20.0  # sigma of the local mean: pixels at 384 px, degrees


@dataclass(frozen=True)
class Texture:
    """Speckle statistics of one tissue class.

    Attributes
    ----------
    snr : float
        Mean over standard deviation of grey values (0 to 255) inside a window, median of all.
    spread : float
        Standard deviation of grey values (0 to 255) inside a window, median of all.
    grain : (float, float)
        Width at half height of the local autocovariance along rows and columns, in pixels.
    standardised : numpy.ndarray
        Grey values less their window's mean, over its standard deviation.
    windows : int
        Windows found; where it is 0 the numbers are nan.
    """

    snr: float
    spread: float
    grain: tuple[float, float]
    standardised: np.ndarray
    windows: int


def texture(
    images: npt.ArrayLike, masks: npt.ArrayLike, label: int, window: int = WINDOW
) -> Texture:
    """Measure the speckle of one tissue class.

    Parameters
    ----------
    images : array (N, 1, H, W)
        In [-1, 1].
    masks : array (N, 1, H, W)
        Labels.
    label : int
        The class.
    window : int
        Odd edge of a window in pixels, at least 3.

    Returns
    -------
    Texture

    Raises
    ------
    ValueError
        Where shapes differ, a value is not finite, or `window` is even or too small.
    """
    images, masks = np.asarray(images, dtype=np.float64), np.asarray(masks)
    if images.shape != masks.shape or images.ndim != 4 or images.shape[1] != 1:
        raise ValueError(f"images, masks: shapes {images.shape} and {masks.shape}; expected equal "
                         "(N, 1, H, W)")  # fmt: skip
    if not np.isfinite(images).all():  # one NaN would spoil the windows of its whole line
        raise ValueError("images: found NaN or infinity; expected grey values in [-1, 1]")
    if window < 3 or window % 2 == 0:
        raise ValueError(f"window: {window}; expected an odd number of at least 3 pixels")
    levels = grey.to_levels(images[:, 0])  # (N, H, W)
    mean, spread = _local(levels, window)
    # mean grey 0: outside the field of view; no spread: clipped, no speckle to measure
    inside = _whole_windows(masks[:, 0] == label, window) & (mean > 1) & (spread > 0)
    if not inside.any():
        return Texture(np.nan, np.nan, (np.nan, np.nan), np.empty(0), 0)
    deviation = np.where(inside, levels - mean, 0.0)
    return Texture(
        snr=float(np.median(mean[inside] / spread[inside])),
        spread=float(np.median(spread[inside])),
        grain=tuple(_half_width(deviation, inside, axis, window) for axis in (1, 2)),
        standardised=deviation[inside] / spread[inside],
        windows=int(inside.sum()),
    )


def textures(
    images: npt.ArrayLike, masks: npt.ArrayLike, names: Sequence[str]
) -> dict[str, Texture]:
    """Measure the speckle of every class.

    Parameters
    ----------
    images, masks : array (N, 1, H, W)
        As in `texture`.
    names : sequence of str
        Of the classes 0, 1, ...

    Returns
    -------
    dict of str to Texture
    """
    return {name: texture(images, masks, k) for k, name in enumerate(names)}


def compare_textures(
    images: npt.ArrayLike,
    masks: npt.ArrayLike,
    names: Sequence[str],
    reference: Mapping[str, Texture],
) -> dict[str, dict[str, float]]:
    """Summarise the speckle of each class, beside that of other images.

    Parameters
    ----------
    images, masks, names
        As in `textures`.
    reference : dict of str to Texture
        Of the other images, from `textures`.

    Returns
    -------
    dict of str to dict of str to float
        For each class `SNR`, `grain / px` (mean of both axes) and `local JS`
        (`local_divergence`).
    """
    return {
        name: {"SNR": found.snr, "grain / px": float(np.mean(found.grain))}
        | {"local JS": local_divergence(reference[name], found)}
        for name, found in textures(images, masks, names).items()
    }


def local_divergence(reference: Texture, other: Texture) -> float:
    """Compute the Jensen-Shannon divergence of two tissues' standardised local grey values.

    Parameters
    ----------
    reference, other : Texture

    Returns
    -------
    float
        In [0, 1], as `distances.jensen_shannon`; nan where either has no window.
    """
    # 4 deviations hold nearly all
    first, second = (np.clip(each.standardised / 4, -1, 1) for each in (reference, other))
    return distances.jensen_shannon(first, second)


def _local(levels, window):
    """Return mean and standard deviation in the window around each pixel."""
    size = (1, window, window)
    mean = uniform_filter(levels, size)
    square = uniform_filter(levels**2, size)
    variance = (square - mean**2).clip(0)
    # a constant window's variance is rounding of its square, not speckle
    return mean, np.sqrt(np.where(variance > 1e-9 * square, variance, 0.0))


def _whole_windows(inside, window):
    """Tell which pixels have all of their window in the class and in the image."""
    share = uniform_filter(inside.astype(np.float64), (1, window, window), mode="constant")
    return share > 1 - 0.5 / window**2


def _half_width(deviation, inside, axis, window):
    """Return the width at half height of the masked autocovariance along an axis, in pixels.

    The mean product of pairs of pixels that are both inside; nan where it stays above a half.
    """
    deviation, inside = np.moveaxis(deviation, axis, -1), np.moveaxis(inside, axis, -1)
    covariance = []
    for lag in range(min(window, deviation.shape[-1])):
        left, right = slice(None, deviation.shape[-1] - lag), slice(lag, None)
        pairs = (inside[..., left] & inside[..., right]).sum()
        product = (deviation[..., left] * deviation[..., right]).sum()
        covariance.append(product / max(pairs, 1))
    return half_width(covariance)


def grain_in_rings(
    images: npt.ArrayLike, rings: Sequence[tuple[float, float]] = RINGS
) -> np.ndarray:
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


def half_width(covariance: Sequence[float] | np.ndarray) -> float:
    """Twice the shift at which a covariance (M,), largest first, falls to half; NaN if never."""
    relative = np.asarray(covariance) / covariance[0]
    below = np.flatnonzero(relative < 0.5)
    if not below.size:
        return float("nan")
    lag = below[0]
    return float(2 * (lag - (0.5 - relative[lag]) / (relative[lag - 1] - relative[lag])))
