"""What theory predicts of speckle behind a spectral window, and of the error of a measurement.

The source is uniform: one unit phasor of random phase in each pixel of a periodic N x N grid. Names
ending in `_of_window` take the paper's hard square window by its edge d (d frequency bins an
axis) and are closed forms; names ending in `_of_weights` take the weights of any window. Both rest
on one number, the resolution cell. Sources that are not uniform are in `partially_developed`.
Nothing here makes or measures an image: that is `measured`.
"""

# notation: d edge, N size, h impulse response, n cell, mu coherence, M patterns

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import hyp2f1

from specklegan.laws import measured, widths

INTENSITY, AMPLITUDE = "intensity", "amplitude"


def cell_of_window(edge: int, size: int) -> float:
    """Return the resolution cell n of a hard square window, in pixels: (sum |h|^2)^2 / sum |h|^4.

    That many phasors add up in each point of the image. n = 1 / r^2 with
    r = (2 d^2 + 1) / (3 d N) while 2 d - 1 <= N, about (1.5 N / d)^2; beyond, the window's
    correlation with itself wraps around the spectrum. 1 at d = N: one phasor a pixel, no speckle.

    Parameters
    ----------
    edge, size : int
        Edge d of the window in bins, 1 to N, and size N of the grid.

    Returns
    -------
    float
        n, at least 1.

    Raises
    ------
    ValueError
        If `edge` is not an integer in (0, N], or `size` not a positive integer.
    """
    edge, size = _edge(edge, size), int(size)
    if 2 * edge - 1 <= size:
        return (3 * edge * size / (2 * edge**2 + 1)) ** 2
    rest = size - edge  # bins outside: correlation 2 d - N, plus that of a window of N - d bins
    floor = 2 * edge - size
    squares = size * floor**2 + 2 * floor * rest**2 + rest * (2 * rest**2 + 1) / 3
    return (edge**2 * size / squares) ** 2


def cell_of_weights(weights: npt.ArrayLike) -> float:
    """Return the resolution cell n in pixels behind any window; `weights` as `mean_of_weights`."""
    response = np.abs(np.fft.ifft2(_weights(weights))) ** 2
    return float(response.sum() ** 2 / (response**2).sum())


def mean_intensity_of_window(edge: int, size: int) -> float:
    """Return the mean intensity behind a hard window over that of the source, (d / N)^2."""
    return (_edge(edge, size) / size) ** 2


def mean_intensity_of_weights(weights: npt.ArrayLike) -> float:
    """Return the mean intensity behind any window over that of the source.

    Parameters
    ----------
    weights : array, shape (H, W)
        Window in FFT bin order (zero frequency first), real or complex, not 0 everywhere.

    Raises
    ------
    ValueError
        If `weights` are not a finite (H, W) array with a value other than 0.
    """
    return float((np.abs(_weights(weights)) ** 2).mean())


def contrast_of_window(edge: int, size: int) -> float:
    """Return the intensity contrast behind a hard window, sqrt(1 - 1 / n), exact for 1 <= d <= N.

    Below 1 because a cell adds up finitely many phasors; 0 at d = N.
    """
    return math.sqrt(1 - 1 / cell_of_window(edge, size))


def contrast_of_weights(weights: npt.ArrayLike) -> float:
    """Return the intensity contrast behind any window, sqrt(1 - 1 / n), exact."""
    return math.sqrt(max(0.0, 1 - 1 / cell_of_weights(weights)))


def amplitude_snr_of_window(edge: int, size: int, patterns: int = 1) -> float:
    """Return the amplitude SNR behind a hard window: 1.913 for one pattern and d << N.

    Of the root of the mean of M independent intensities, to first order in 1 / n.
    """
    return _snr(cell_of_window(edge, size), patterns)


def amplitude_snr_of_weights(weights: npt.ArrayLike, patterns: int = 1) -> float:
    """Return the amplitude SNR behind any window, as `amplitude_snr_of_window`."""
    return _snr(cell_of_weights(weights), patterns)


def share_above_mean_amplitude(edge: int, size: int) -> float:
    """Return the share of pixels above the mean amplitude: e^(-pi / 4) for d << N, to order 1 / n.

    With I over its mean and m its mean amplitude, contrast 1 - 1 / n adds -L_2(I) / 2n to the
    exponential law (Laguerre's polynomial), and 1 / 16 n of itself to m; both move P(I > m^2).
    """
    t = math.pi / 4
    return math.exp(-t) * (1 + (3 * t / 8 - t**2 / 4) / cell_of_window(edge, size))


def log_std_of_window(edge: int, size: int) -> float:
    """Return the std of 10 log10 I behind a hard window: 5.57 dB for d << N, to order 1 / n."""
    return measured.DECIBEL * math.sqrt(np.pi**2 / 6 - 0.5 / cell_of_window(edge, size))


def compounded_contrast(patterns: int) -> float:
    """Return the contrast 1 / sqrt(M) of a mean of M independent speckle intensities."""
    return 1 / math.sqrt(_count(patterns, "patterns"))


def grain_of_window(edge: int, size: int, of: str = INTENSITY, patterns: int = 1) -> float:
    """Return the grain in pixels behind a hard window: about 0.886 N / d for intensity.

    Parameters
    ----------
    edge, size : int
        Edge d of the window in bins, 2 to N - 1, and size N of the grid.
    of : {"intensity", "amplitude"}
        Amplitude has the slightly smaller grain, about 0.855 N / d.
    patterns : int
        Number M of intensities in the mean; that of an amplitude is the root of it.

    Returns
    -------
    float
        Full width at half maximum of the autocovariance along an axis.

    Raises
    ------
    ValueError
        If an argument is outside its range; also for d = 1 and d = N, which make no grain.
    """
    return float(grain_of_weights(_square(edge, size), of, patterns)[0])


def grain_of_weights(
    weights: npt.ArrayLike,
    of: str = INTENSITY,
    patterns: int = 1,
    angles: Sequence[float] | np.ndarray = (0.0,),
) -> np.ndarray:
    """Return the grain in pixels behind any window along directions, shape (A,).

    `angles` in radians from the columns' axis; the rest as `grain_of_window`. The intensity's
    autocovariance is |mu|^2 less the share of single phasors, sum |h|^2 |h shifted|^2, exactly; the
    amplitude's follows from |mu|^2 and leaves out terms of order 1 / n.
    """
    if of not in (INTENSITY, AMPLITUDE):
        raise ValueError(f"of must be 'intensity' or 'amplitude', found {of!r}")
    weights = _weights(weights)
    if cell_of_weights(weights) < 1 + 1e-9:
        raise ValueError("the window passes every frequency alike: no speckle, no grain")
    square = np.fft.fft2(coherence_of_weights(weights)).real  # spectrum of |mu|^2
    if of == AMPLITUDE:
        return widths.widths_of_power(square, angles, _half_of_amplitude(patterns))
    response = np.abs(np.fft.ifft2(weights)) ** 2
    single = np.abs(np.fft.fft2(response / response.sum())) ** 2  # spectrum of its correlation
    return widths.widths_of_power(square - single, angles)


def coherence_of_weights(weights: npt.ArrayLike) -> np.ndarray:
    """Return |mu|^2 over all circular shifts, shape (H, W), 1 at index (0, 0): van Cittert-Zernike.

    mu is the Fourier transform of the window's power; |mu|^2 is the intensity's autocovariance
    for n >> 1 (Goodman 2007, section 5.4).
    """
    coherence = np.abs(np.fft.ifft2(np.abs(_weights(weights)) ** 2)) ** 2
    return coherence / coherence[0, 0]


def amplitude_autocovariance(coherence: npt.ArrayLike, patterns: int = 1) -> np.ndarray:
    """Return the autocovariance of an amplitude from |mu|^2 in [0, 1], 1 at |mu| = 1.

    [2F1(-1/2, -1/2; M; |mu|^2) - 1] / [2F1(-1/2, -1/2; M; 1) - 1], with 4 / pi - 1 below the line
    for one Rayleigh amplitude (M = 1); that of the intensity is |mu|^2 itself.
    """
    patterns = _count(patterns, "patterns")
    coherence = np.asarray(coherence, float)
    if not ((coherence >= -1e-9) & (coherence <= 1 + 1e-9)).all():
        raise ValueError("coherence must be |mu|^2 in [0, 1], found other values")
    return (_hyper(patterns, np.clip(coherence, 0, 1)) - 1) / (_hyper(patterns, 1.0) - 1)


def mean_intensity_error(edge: int, size: int, images: int = 1) -> float:
    """Return the relative standard error of a mean intensity, 1 / d an image for d << N.

    The window passes d^2 of N^2 random modes whose sum is fixed: sqrt(1 / d^2 - 1 / N^2).
    """
    edge = _edge(edge, size)
    return math.sqrt((edge**-2.0 - size**-2.0) / _count(images, "images"))


def mean_intensity_error_of_weights(weights: npt.ArrayLike, images: int = 1) -> float:
    """Return the relative standard error of a mean intensity behind any window.

    sqrt(sum w^4 / (sum w^2)^2 - 1 / N^2), as for the hard window, whose w^4 is w^2.
    """
    power = np.abs(_weights(weights)) ** 2
    share = (power**2).sum() / power.sum() ** 2 - 1 / power.size
    return math.sqrt(max(0.0, share) / _count(images, "images"))


def contrast_error(edge: int, size: int, images: int = 1, patterns: int = 1) -> float:
    """Return the standard error of a contrast near 1 / sqrt(M); 2 / (3 d) an image for M = 1."""
    return contrast_error_of_weights(_square(edge, size), images, patterns)


def contrast_error_of_weights(weights: npt.ArrayLike, images: int = 1, patterns: int = 1) -> float:
    """Return the standard error of a contrast near 1 / sqrt(M) behind any window.

    To first order the contrast follows the second Laguerre polynomial of I, whose covariance is
    |mu|^4, so the variance is (1 + 1 / M) / (2 M) times the mean of |mu|^4 over all shifts.
    """
    patterns = _count(patterns, "patterns")
    share = (1 + 1 / patterns) / (2 * patterns)
    fourth = (coherence_of_weights(weights) ** 2).mean()
    return math.sqrt(share * fourth / _count(images, "images"))


def amplitude_snr_error(edge: int, size: int, images: int = 1, patterns: int = 1) -> float:
    """Return the standard error of an amplitude SNR, about 0.8 / d an image for M = 1."""
    return amplitude_snr_error_of_weights(_square(edge, size), images, patterns)


def amplitude_snr_error_of_weights(
    weights: npt.ArrayLike, images: int = 1, patterns: int = 1
) -> float:
    """Return the standard error of an amplitude SNR behind any window.

    As for the contrast the part linear in I cancels; what remains of the covariance of A is
    m^2 (2F1 - 1 - |mu|^2 / (4 M)), m the mean of A, divided by the cubed deviation of A.
    """
    square, patterns = coherence_of_weights(weights), _count(patterns, "patterns")
    mean = 1 / _hyper(patterns, 1.0)  # squared, for mean I = 1
    rest = mean * (_hyper(patterns, square) - 1 - square / (4 * patterns))
    return math.sqrt(rest.mean() / _count(images, "images")) / (1 - mean) ** 1.5


def _snr(cell, patterns):
    """Mean over deviation of sqrt(I): gamma distributed I, and its first correction in 1 / n."""
    patterns = _count(patterns, "patterns")
    mean = (1 + 1 / (8 * (patterns + 1) * cell)) / math.sqrt(_hyper(patterns, 1.0))
    return float(mean / math.sqrt(1 - mean**2))


def _hyper(patterns, square):
    """Return <A A'> / <A>^2 of amplitudes with |mu|^2: 4 / pi at 1 for one pattern."""
    return hyp2f1(-0.5, -0.5, patterns, square)


def _half_of_amplitude(patterns):
    """|mu|^2 at which the autocovariance of the amplitude is one half."""
    return brentq(lambda square: amplitude_autocovariance(square, patterns) - 0.5, 0, 1)


def _square(edge, size):
    window = np.arange(size) < _edge(edge, size)  # where it lies only turns the field's phase
    return np.outer(window, window)


def _edge(edge, size):
    if size < 1 or not float(size).is_integer():
        raise ValueError(f"size must be a positive integer, found {size}")
    if not 0 < edge <= size or not float(edge).is_integer():
        raise ValueError(f"edge must be an integer in (0, {size}], found {edge}")
    return int(edge)


def _weights(weights):
    weights = np.asarray(weights) * 1.0  # of truth values, numbers
    if weights.ndim != 2 or weights.size == 0:
        raise ValueError(f"weights must have shape (H, W), found {weights.shape}")
    if not np.isfinite(weights).all() or not weights.any():
        raise ValueError("weights must be finite and not 0 everywhere, found other values")
    return weights


def _count(number, name):
    if number < 1 or not float(number).is_integer():
        raise ValueError(f"{name} must be an integer and at least 1, found {number}")
    return int(number)
