"""Power spectra of image sets: how much of every fineness of structure there is, and how far off.

Speckle is a texture: its grain and its contrast are what a power spectrum holds, position apart.
"""

import numpy as np
import numpy.typing as npt


def log_power(images: npt.ArrayLike) -> np.ndarray:
    """Compute the logarithm of each image's power spectrum.

    Parameters
    ----------
    images : array (N, 1, H, W) or (N, H, W)
        In [-1, 1].

    Returns
    -------
    numpy.ndarray (N, H, W)
        ln(|FFT|^2 / (H W)) in FFT bin order; zero frequency, the image's mean, nan.

    Raises
    ------
    ValueError
        Where there is no image, the shape is another or a value is not finite.
    """
    images = np.asarray(images, dtype=np.float64)
    grey = images.ndim == 3 or (images.ndim == 4 and images.shape[1] == 1)
    if not grey or not images.size or not np.isfinite(images).all():
        raise ValueError(f"images: shape {images.shape}; expected (N, 1, H, W) of finite numbers")
    images = images.reshape(-1, *images.shape[-2:])
    power = np.abs(np.fft.fft2(images)) ** 2 / images[0].size
    # far below the 1e-5 or so of 8-bit rounding, so that an empty image stays finite
    logarithm = np.log(np.maximum(power, 1e-12))
    logarithm[:, 0, 0] = np.nan
    return logarithm


def spectral_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Compare the means of two sets of log power spectra.

    Parameters
    ----------
    a, b : array (N, H, W)
        From `log_power`; numbers of images may differ.

    Returns
    -------
    float
        Root of the mean squared difference over all 2-D frequencies but zero, in natural log
        units (nats): 0.1 is about 10 % in power.

    Raises
    ------
    ValueError
        Where the sizes of the images differ.
    """
    if np.shape(a)[1:] != np.shape(b)[1:]:
        raise ValueError(f"a, b: images of {np.shape(a)[1:]} and {np.shape(b)[1:]} pixels")
    return float(np.sqrt(np.nanmean((a.mean(axis=0) - b.mean(axis=0)) ** 2)))


def spectral_error(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Compare the mean log power spectra of two image sets.

    Parameters
    ----------
    a, b : array (N, 1, H, W)
        In [-1, 1]; numbers of images may differ.

    Returns
    -------
    float
        As `distance`. Sampling alone gives about 1.28 sqrt(1/Na + 1/Nb) for independent
        images, the standard deviation of ln of an exponential variable being pi / sqrt(6).

    Raises
    ------
    ValueError
        As `log_power` and `distance`.
    """
    return spectral_distance(log_power(a), log_power(b))


def radial_profile(spectrum: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Average a 2-D spectrum over rings one cycle per field of view wide.

    Parameters
    ----------
    spectrum : array (N, N)
        FFT bin order; nan is left out.

    Returns
    -------
    frequency, profile : numpy.ndarray (N // 2,)
        Spatial frequency 1..N/2 in cycles per field of view, and the mean on each ring.
    """
    size = len(spectrum)
    bins = np.fft.fftfreq(size) * size
    ring = np.rint(np.hypot(*np.meshgrid(bins, bins))).astype(int)
    frequency = np.arange(1, size // 2 + 1)
    return frequency, np.array([np.nanmean(spectrum[ring == k]) for k in frequency])
