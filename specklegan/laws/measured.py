"""Measurements on speckle, with their standard errors: contrast, SNR, grain, distribution, verdict.

Images come in, numbers go out; nothing here knows a window, and nothing here forms speckle. What
theory expects of each number, and how exact one measurement can be, is in `laws/predictions.py`.
"""

# notation: I intensity, A amplitude, c autocovariance, R repetitions

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from specklegan.laws import widths

RAYLEIGH_SNR = float(np.sqrt(np.pi / (4 - np.pi)))  # mean / std of a Rayleigh amplitude, 1.913
LOG_STD_DB = float(10 / np.log(10) * np.pi / np.sqrt(6))  # std of 10 log10 I, 5.570 dB
DECIBEL = float(10 / np.log(10))  # dB per unit of ln I


def contrast(
    intensity: npt.ArrayLike, axis: tuple[int, ...] | None = (-2, -1)
) -> float | np.ndarray:
    """Return the contrast std(I) / mean(I) of intensities.

    Parameters
    ----------
    intensity : array, shape (..., H, W)
        Intensity, finite, not negative, any unit.
    axis : tuple of int or None
        Axes of one measurement: each image on its own, or None for all of them together, whose
        bias falls with their number.

    Returns
    -------
    float or array, shape (...)
        Contrast; 1 for fully developed speckle.

    Raises
    ------
    ValueError
        If the shape has fewer than two axes or no pixel, or a value is NaN, infinite or negative,
        or an image is 0 everywhere.
    TypeError
        If the values are complex: those are fields, not intensities.
    """
    intensity = _image(intensity, "intensity")
    mean = intensity.mean(axis=axis)
    if not np.all(mean > 0):
        raise ValueError("intensity must not be 0 everywhere: the contrast divides by its mean")
    return _plain(intensity.std(axis=axis) / mean)


def amplitude_snr(
    amplitude: npt.ArrayLike, axis: tuple[int, ...] | None = (-2, -1)
) -> float | np.ndarray:
    """Return the signal-to-noise ratio mean(A) / std(A) of amplitudes; arguments as `contrast`.

    1.913 for fully developed speckle: Burckhardt, IEEE Trans. Sonics Ultrason. 25 (1978). Raises
    as `contrast`, and ValueError for a constant image, which has no noise.
    """
    amplitude = _image(amplitude, "amplitude")
    spread = amplitude.std(axis=axis)
    if not np.all(spread > 0):
        raise ValueError("amplitude must vary: found a constant, whose ratio would be infinite")
    return _plain(amplitude.mean(axis=axis) / spread)


def log_std(
    intensity: npt.ArrayLike, axis: tuple[int, ...] | None = (-2, -1)
) -> float | np.ndarray:
    """Return the standard deviation of 10 log10(I) in dB; arguments as `contrast`, I > 0.

    5.570 dB for fully developed speckle. Raises as `contrast`, and ValueError where I is 0.
    """
    intensity = _image(intensity, "intensity")
    if not (intensity > 0).all():
        raise ValueError("intensity must be positive for a logarithm, found a value <= 0")
    return _plain((DECIBEL * np.log(intensity)).std(axis=axis))


def autocovariance(image: npt.ArrayLike, mean: float | None = None) -> np.ndarray:
    """Return the circular autocovariance of images, scaled to 1 at zero shift.

    Parameters
    ----------
    image : array, shape (..., H, W)
        Real images; the leading axes are averaged over.
    mean : float, optional
        Mean to subtract, for images of one ensemble; each image's own where not given.

    Returns
    -------
    array, shape (H, W)
        Zero shift at index (0, 0). Calculated by FFT (Wiener and Khinchin).

    Raises
    ------
    ValueError
        If the shape has fewer than two axes or no pixel, a value is not finite, or the images are
        constant.
    """
    covariance = np.fft.ifft2(_power(image, mean)).real
    return covariance / covariance[0, 0]


def grain_size(image: npt.ArrayLike, mean: float | None = None) -> np.ndarray:
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

    Raises
    ------
    ValueError
        As :func:`autocovariance`, or if the autocovariance never falls to one half: the image
        has no grain along that axis.
    """
    power = _power(image, mean)  # (H, W)
    return np.array([_width(power.sum(1)), _width(power.sum(0))])


def grain_along(
    image: npt.ArrayLike, angles: Sequence[float] | np.ndarray, mean: float | None = None
) -> np.ndarray:
    """Return the grain along any direction, for windows that are not the same in all of them.

    Parameters
    ----------
    image : array, shape (..., H, W)
        As in :func:`grain_size`.
    angles : sequence of float, length A
        Directions in radians from the columns' axis: 0 horizontal, pi / 2 vertical.
    mean : float, optional
        As in :func:`autocovariance`.

    Returns
    -------
    array, shape (A,)
        Widths in pixels.
    """
    return widths.widths_of_power(_power(image, mean), angles)


def independent_samples(image: npt.ArrayLike, edge: float) -> np.ndarray:
    """Thin images (..., N, N) out to one pixel a grain: uncorrelated if `edge` divides N.

    Behind a hard window of edge d the field is uncorrelated at distances of N / d pixels.

    Raises
    ------
    ValueError
        If `edge` is not in (0, N].
    """
    size = np.shape(image)[-1]
    if not 0 < edge <= size:
        raise ValueError(f"edge must be in (0, {size}], found {edge}")
    step = max(1, round(size / edge))
    return np.asarray(image)[..., ::step, ::step]


@dataclass(frozen=True)
class Fit:
    """A one-parameter distribution fitted to samples, and how far it is from them.

    The p-value takes the samples for independent and the law for one that was not fitted to them:
    pixels within a grain make it too small, the fit too large.
    """

    scale: float  # Rayleigh sigma, or exponential mean, in the unit of the samples
    distance: float  # Kolmogorov-Smirnov: largest difference of the distribution functions
    pvalue: float  # of that distance
    n: int


def fit_rayleigh(amplitude: npt.ArrayLike) -> Fit:
    """Fit a Rayleigh law to amplitudes of any shape by maximum likelihood; see `Fit`."""
    sample = _sample(amplitude, "amplitude")
    return _fit(sample, stats.rayleigh(scale=np.sqrt(np.mean(sample**2) / 2)))


def fit_exponential(intensity: npt.ArrayLike) -> Fit:
    """Fit an exponential law to intensities of any shape by maximum likelihood; see `Fit`."""
    sample = _sample(intensity, "intensity")
    return _fit(sample, stats.expon(scale=sample.mean()))


def mean_and_error(values: npt.ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of repeated measurements, shape (R, ...), and its standard error."""
    values = np.asarray(values, float)
    if values.ndim == 0 or len(values) < 2:
        found = len(values) if values.ndim else "a single number"
        raise ValueError(f"values must hold at least 2 repetitions, found {found}")
    if not np.isfinite(values).all():
        raise ValueError("values must be finite, found NaN or infinity")
    return values.mean(0), values.std(0, ddof=1) / np.sqrt(len(values))


def pooled_contrast(intensity: npt.ArrayLike) -> tuple[float, float]:
    """Return the contrast of all images (R, H, W) together, and its standard error.

    The error is that of the jackknife over images: it needs no theory of the speckle.
    """
    moments = _moments(_image(intensity, "intensity"))
    return _jackknife(lambda first, second: np.sqrt(second / first**2 - 1), moments)


def pooled_snr(amplitude: npt.ArrayLike) -> tuple[float, float]:
    """Return the amplitude SNR of all images (R, H, W) together, and its jackknife error."""
    moments = _moments(_image(amplitude, "amplitude"))
    return _jackknife(lambda first, second: first / np.sqrt(second - first**2), moments)


@dataclass(frozen=True)
class Check:
    """One row of the law table: a prediction against a measurement with its standard error."""

    law: str
    prediction: float
    measured: float
    error: float
    sigmas: float = 4.0  # two dozen true laws fail once in about six hundred tables
    basis: str = "scatter"  # where the error comes from: sampling theory, or scatter of images

    def __post_init__(self) -> None:
        """Refuse a standard error that can decide nothing."""
        if not 0 < self.error < np.inf:
            raise ValueError(f"{self.law}: error must be positive and finite, found {self.error}")

    @property
    def deviation(self) -> float:
        """Distance of the measurement from the prediction in standard errors."""
        return (self.measured - self.prediction) / self.error

    @property
    def holds(self) -> bool:
        """Whether the measurement is within `sigmas` standard errors; never for NaN."""
        return bool(abs(self.deviation) <= self.sigmas)


def _image(image, name, signed=False):
    if np.iscomplexobj(image):
        raise TypeError(f"{name} must be real, found complex numbers: take their magnitude first")
    image = np.asarray(image, float)
    if image.ndim < 2 or image.size == 0:
        raise ValueError(f"{name} must have shape (..., H, W) with pixels, found {image.shape}")
    if not np.isfinite(image).all():
        raise ValueError(f"{name} must be finite, found NaN or infinity")
    if not signed and image.min() < 0:
        raise ValueError(f"{name} must be not negative, found {image.min():.3g}")
    return image


def _sample(values, name):
    return _image(np.atleast_2d(values), name).ravel()


def _plain(value):
    return float(value) if np.ndim(value) == 0 else value


def _fit(sample, law):
    test = stats.kstest(sample, law.cdf)
    scale = law.kwds["scale"]
    return Fit(float(scale), float(test.statistic), float(test.pvalue), sample.size)


def _moments(images):
    """First and second moment of each image, (R, H, W) to (2, R)."""
    if images.ndim != 3 or len(images) < 2:
        raise ValueError(f"images must have shape (R, H, W) with R > 1, found {images.shape}")
    return np.array([images.mean((1, 2)), (images**2).mean((1, 2))])


def _jackknife(measure, moments):
    """Value of `measure(*means)` and its standard error, from leaving out each image in turn."""
    count = moments.shape[1]
    without = (moments.sum(1, keepdims=True) - moments) / (count - 1)  # (2, R)
    spread = measure(*without).std() * np.sqrt(count - 1)
    return float(measure(*moments.mean(1))), float(spread)


def _power(image, mean):
    image = _image(image, "image", signed=True)
    centred = image - (image.mean((-2, -1), keepdims=True) if mean is None else mean)
    power = (np.abs(np.fft.fft2(centred)) ** 2).reshape(-1, *image.shape[-2:]).mean(0)
    if not power.sum() > 1e-24 * np.square(image).sum():  # rounding leaves a constant no more
        raise ValueError("image must vary to have an autocovariance, found a constant")
    return power


def _width(power):
    return widths.full_width(np.fft.fftfreq(len(power)), power, len(power) / 2)
