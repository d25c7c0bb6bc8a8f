"""The full width of an autocovariance, from its power spectrum: how a grain is measured.

An autocovariance is a sum of cosines, so it is known between the pixels as well; its width is the
root of a function, not an interpolation. Measured and predicted grains both come from here.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq

STEP = 0.5  # px; in steps of half a pixel no band-limited autocovariance crosses 1/2 twice


def widths_of_power(
    power: np.ndarray, angles: Sequence[float] | np.ndarray, level: float = 0.5
) -> np.ndarray:
    """Return the full widths of an autocovariance along directions, from its power spectrum.

    Parameters
    ----------
    power : array, shape (H, W)
        Power spectrum of the autocovariance in FFT bin order, not negative.
    angles : sequence of float, length A
        Directions in radians from the columns' axis.
    level : float
        Share of the value at zero shift at which the width is taken.

    Returns
    -------
    array, shape (A,)
        Widths in pixels.
    """
    rows, columns = (np.fft.fftfreq(n) for n in power.shape)  # cycles per pixel
    passed = np.abs(power) > 1e-12 * np.abs(power).max()  # the window leaves most bins empty
    widths, reach = [], np.hypot(*power.shape) / 2
    for angle in angles:
        along = np.add.outer(rows * np.sin(angle), columns * np.cos(angle))  # (H, W)
        widths.append(full_width(along[passed], power[passed], reach, level))
    return np.array(widths)


def full_width(
    frequencies: np.ndarray, power: np.ndarray, reach: float, level: float = 0.5
) -> float:
    """Return the full width of an even function from its cosine series, by root finding.

    Parameters
    ----------
    frequencies, power : array, shape (F,)
        Cycles per pixel, and the weights of the cosines.
    reach : float
        Shift in pixels up to which the function is searched: half a period of it.
    level : float
        Share of the value at zero at which the width is taken.

    Returns
    -------
    float
        Width in pixels.

    Raises
    ------
    ValueError
        If the function does not fall to the level within `reach`.
    """
    target = level * power.sum()

    def above(shift):
        return float(power @ np.cos(2 * np.pi * frequencies * shift)) - target

    inner = 0.0
    while above(inner + STEP) > 0:
        inner += STEP
        if inner > reach:
            raise ValueError(
                f"the autocovariance does not fall to {level:.3g}: no grain to measure"
            )
    return 2 * float(brentq(above, inner, inner + STEP))
