"""The laws of speckle: what theory predicts, how it is measured, and how exact a measurement is.

Predictions take a window of edge d on a grid of N samples (d frequency bins an axis) and a uniform
source of unit phasors, one a sample. Measurements take images and know nothing of the window. The
standard errors follow from the theory of a Gaussian field: a d x d window leaves about d^2
independent samples in an image of any size. Nothing here forms speckle.
"""

# notation: I intensity, A amplitude, d edge, N size, mu coherence, r kurtosis of the response

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import hyp2f1

RAYLEIGH_SNR = float(np.sqrt(np.pi / (4 - np.pi)))  # mean / std of a Rayleigh amplitude, 1.913
LOG_STD_DB = float(10 / np.log(10) * np.pi / np.sqrt(6))  # std of 10 log10 I, 5.570 dB
DECIBEL = float(10 / np.log(10))  # dB per unit of ln I
OVERSAMPLING = 16  # samples a pixel of an autocovariance whose width is read off


def contrast(intensity, axis=(-2, -1)):
    """Return the contrast std(I) / mean(I) of intensities.

    Parameters
    ----------
    intensity : array, shape (..., H, W)
        Intensity, not negative.
    axis : tuple of int or None
        Axes of one measurement: each image on its own, or None for all of them together, whose
        bias falls with their number.

    Returns
    -------
    float or array, shape (...)
        Contrast; 1 for fully developed speckle.
    """
    intensity = _image(intensity, "intensity")
    return _plain(intensity.std(axis=axis) / intensity.mean(axis=axis))


def amplitude_snr(amplitude, axis=(-2, -1)):
    """Return the signal-to-noise ratio mean(A) / std(A) of amplitudes; arguments as `contrast`.

    1.913 for fully developed speckle: Burckhardt, IEEE Trans. Sonics Ultrason. 25 (1978).
    """
    amplitude = _image(amplitude, "amplitude")
    return _plain(amplitude.mean(axis=axis) / amplitude.std(axis=axis))


def log_std(intensity, axis=(-2, -1)):
    """Return the standard deviation of 10 log10(I) in dB; arguments as `contrast`, I > 0."""
    intensity = _image(intensity, "intensity")
    if not (intensity > 0).all():
        raise ValueError("intensity must be positive for a logarithm, found a value <= 0")
    return _plain((DECIBEL * np.log(intensity)).std(axis=axis))


def autocovariance(image, mean=None):
    """Return the circular autocovariance of images, scaled to 1 at zero shift.

    Parameters
    ----------
    image : array, shape (..., H, W)
        Images; the leading axes are averaged over.
    mean : float, optional
        Mean to subtract, for images of one ensemble; each image's own where not given.

    Returns
    -------
    array, shape (H, W)
        Zero shift at index (0, 0). Calculated by FFT (Wiener and Khinchin).

    Raises
    ------
    ValueError
        If the images are constant.
    """
    covariance = np.fft.ifft2(_power(image, mean)).real
    return covariance / covariance[0, 0]


def grain_size(image, mean=None):
    """Return the grain of speckle: the full width at half maximum of its autocovariance.

    Parameters
    ----------
    image : array, shape (..., H, W)
        Amplitude or intensity; the leading axes are averaged over.
    mean : float, optional
        As in :func:`autocovariance`.

    Returns
    -------
    array, shape (2,)
        Widths in pixels along rows' axis (vertical) and columns' axis (horizontal).
    """
    power = _power(image, mean)  # (H, W)
    return np.array([_width(power.sum(1)), _width(power.sum(0))])


def independent_samples(image, edge):
    """Thin images (..., N, N) out to one pixel a grain: uncorrelated if `edge` divides N."""
    step = max(1, round(np.shape(image)[-1] / edge))
    return np.asarray(image)[..., ::step, ::step]


@dataclass(frozen=True)
class Fit:
    """A one-parameter distribution fitted to samples, and how far it is from them."""

    scale: float  # Rayleigh sigma, or exponential mean, in the unit of the samples
    distance: float  # Kolmogorov-Smirnov: largest difference of the distribution functions
    pvalue: float  # of that distance, were the samples independent
    n: int


def fit_rayleigh(amplitude):
    """Fit a Rayleigh law to amplitudes of any shape by maximum likelihood; see `Fit`."""
    sample = np.ravel(amplitude)
    return _fit(sample, stats.rayleigh(scale=np.sqrt(np.mean(sample**2) / 2)))


def fit_exponential(intensity):
    """Fit an exponential law to intensities of any shape by maximum likelihood; see `Fit`."""
    sample = np.ravel(intensity)
    return _fit(sample, stats.expon(scale=sample.mean()))


def mean_intensity_of_window(edge, size):
    """Return the mean intensity behind the window over that of the source, (d / N)^2."""
    return (_edge(edge, size) / size) ** 2


def contrast_of_window(edge, size):
    """Return the intensity contrast behind a hard window, exact for any 0 < d <= N.

    sqrt(1 - r^2), where r = sum |h|^4 / (sum |h|^2)^2 of the 1-D impulse response h, which is
    (2 d^2 + 1) / (3 d N) while 2 d - 1 <= N. Below 1 because a grain adds up finitely many
    phasors; 0 at d = N, where each pixel sees one phasor only.
    """
    return float(np.sqrt(max(0.0, 1 - _kurtosis(edge, size) ** 2)))


def amplitude_snr_of_window(edge, size):
    """Return the amplitude SNR behind a hard window: 1.913 for d << N, to second order in r."""
    mean = np.sqrt(np.pi) / 2 * (1 + _kurtosis(edge, size) ** 2 / 16)  # of A, for mean I = 1
    return float(mean / np.sqrt(1 - mean**2))


def log_std_of_window(edge, size):
    """Return the std of 10 log10 I behind a hard window: 5.57 dB for d << N, to order r^2."""
    return float(DECIBEL * np.sqrt(np.pi**2 / 6 - _kurtosis(edge, size) ** 2 / 2))


def compounded_contrast(patterns):
    """Return the contrast 1 / sqrt(M) of a mean of M independent speckle intensities."""
    if patterns < 1:
        raise ValueError(f"patterns must be at least 1, found {patterns}")
    return float(1 / np.sqrt(patterns))


def grain_of_window(edge, size, of="intensity"):
    """Return the grain in pixels behind a hard window: about 0.886 N / d for intensity.

    Parameters
    ----------
    edge, size : int
        Edge d of the window in bins and size N of the grid.
    of : {"intensity", "amplitude"}
        Amplitude has the slightly smaller grain, about 0.855 N / d.
    """
    overlap = _overlap(edge, size)
    if of == "intensity":
        return _width(overlap - _kurtosis(edge, size) * edge**2 * overlap**2 / size)
    if of == "amplitude":
        coherence = _oversample(overlap)
        return _half_width(amplitude_autocovariance(coherence / coherence[0]))
    raise ValueError(f"of must be 'intensity' or 'amplitude', found {of!r}")


def amplitude_autocovariance(coherence):
    """Return the autocovariance of a Rayleigh amplitude from |mu|^2 in [0, 1], 1 at |mu| = 1.

    [2F1(-1/2, -1/2; 1; |mu|^2) - 1] / (4 / pi - 1); that of the intensity is |mu|^2 itself.
    """
    return (hyp2f1(-0.5, -0.5, 1, np.clip(coherence, 0, 1)) - 1) / (4 / np.pi - 1)


def mean_intensity_error(edge, size, images=1):
    """Return the relative standard error of a mean intensity, 1 / d an image for d << N.

    The window passes d^2 of N^2 random modes whose sum is fixed: sqrt(1 / d^2 - 1 / N^2).
    """
    return float(np.sqrt((_edge(edge, size) ** -2.0 - size**-2.0) / images))


def contrast_error(edge, size, images=1, patterns=1):
    """Return the standard error of a contrast near 1 / sqrt(M); 2 / (3 d) an image for M = 1.

    To first order the contrast follows the second Laguerre polynomial of I, whose covariance is
    |mu|^4, so the variance is (1 + 1 / M) / (2 M) times the mean of |mu|^4 over all shifts.
    """
    share = (1 + 1 / patterns) / (2 * patterns)
    return float(np.sqrt(share * (_coherence(edge, size) ** 2).mean() / images))


def amplitude_snr_error(edge, size, images=1):
    """Return the standard error of an amplitude SNR near 1.913, about 0.8 / d an image.

    As for the contrast the part linear in I cancels; what remains of the covariance of A is
    (pi / 4) (2F1 - 1 - |mu|^2 / 4), divided by the cubed standard deviation of A.
    """
    square = _coherence(edge, size)
    rest = np.pi / 4 * (hyp2f1(-0.5, -0.5, 1, square) - 1 - square / 4)
    return float(np.sqrt(rest.mean() / images) / (1 - np.pi / 4) ** 1.5)


def mean_and_error(values):
    """Return the mean of repeated measurements, shape (R, ...), and its standard error."""
    values = np.asarray(values, float)
    if len(values) < 2:
        raise ValueError(f"values must hold at least 2 repetitions, found {len(values)}")
    return values.mean(0), values.std(0, ddof=1) / np.sqrt(len(values))


@dataclass(frozen=True)
class Check:
    """One row of the law table: a prediction against a measurement with its standard error."""

    law: str
    prediction: float
    measured: float
    error: float
    sigmas: float = 4.0  # a dozen true laws fail once in about a thousand tables

    @property
    def deviation(self):
        """Distance of the measurement from the prediction in standard errors."""
        return (self.measured - self.prediction) / self.error

    @property
    def holds(self):
        """Whether the measurement is within `sigmas` standard errors."""
        return abs(self.deviation) <= self.sigmas


def _image(image, name):
    image = np.asarray(image, float)
    if image.ndim < 2:
        raise ValueError(f"{name} must have shape (..., H, W), found {image.shape}")
    if not np.isfinite(image).all() or image.min() < 0:
        raise ValueError(f"{name} must be finite and not negative, found other values")
    return image


def _plain(value):
    return float(value) if np.ndim(value) == 0 else value


def _edge(edge, size):
    if edge != int(edge) or not 0 < edge <= size:
        raise ValueError(f"edge must be an integer in (0, {size}], found {edge}")
    return int(edge)


def _fit(sample, law):
    test = stats.kstest(sample, law.cdf)
    scale = law.kwds["scale"]
    return Fit(float(scale), float(test.statistic), float(test.pvalue), sample.size)


def _overlap(edge, size):
    """Spectrum of |mu|^2 along one axis: the window correlated with itself, sum 1, shape (N,)."""
    window = np.zeros(size)
    window[: _edge(edge, size)] = 1 / edge
    return np.fft.ifft(np.abs(np.fft.fft(window)) ** 2).real


def _kurtosis(edge, size):
    """Sum |h|^4 / (sum |h|^2)^2 of the 1-D impulse response: its intensity's power spectrum."""
    return float(edge**2 * (_overlap(edge, size) ** 2).sum() / size)


def _coherence(edge, size):
    """|mu|^2 over all circular shifts, shape (N, N)."""
    axis = np.clip(np.fft.fft(_overlap(edge, size)).real, 0, 1)
    return np.outer(axis, axis)


def _power(image, mean):
    image = np.asarray(image, float)
    if image.ndim < 2:
        raise ValueError(f"image must have shape (..., H, W), found {image.shape}")
    centred = image - (image.mean((-2, -1), keepdims=True) if mean is None else mean)
    power = (np.abs(np.fft.fft2(centred)) ** 2).reshape(-1, *image.shape[-2:]).mean(0)
    if not power.sum() > 0:
        raise ValueError("image must vary to have an autocovariance, found a constant")
    return power


def _oversample(spectrum):
    """Return the function of a real, even 1-D spectrum at `OVERSAMPLING` points a pixel."""
    half = spectrum[: len(spectrum) // 2 + 1].copy()
    if len(spectrum) % 2 == 0:
        half[-1] /= 2  # the highest bin stands for both signs
    return np.fft.irfft(half, OVERSAMPLING * len(spectrum))


def _width(spectrum):
    return _half_width(_oversample(spectrum))


def _half_width(covariance):
    """Twice the shift in pixels at which an oversampled autocovariance falls to one half."""
    covariance = covariance / covariance[0]
    after = int(np.argmax(covariance < 0.5))
    left, right = covariance[after - 1], covariance[after]
    return float(2 * (after - 1 + (left - 0.5) / (left - right)) / OVERSAMPLING)
