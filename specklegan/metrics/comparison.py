"""The distances of one set of images from another, each with its interval, as records hold them.

Which distances chapter 7 reports is decided here; what each is, in `features`, `distances` and
`spectra`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from specklegan import records
from specklegan.metrics import distances, features, spectra
from specklegan.significance import intervals

WAVELET = "Fréchet wavelet distance"
KERNEL = "kernel distance"
SPECTRUM = "error of log power spectrum"
INCEPTION = "Fréchet Inception distance"


def _standardised_kernel(real, fake):
    return distances.kernel_distance(*features.standardise(real, fake))


View = Callable[[np.ndarray], np.ndarray]
Distance = Callable[[np.ndarray, np.ndarray], float]
DISTANCES: dict[str, tuple[View, Distance, int]] = {  # the axis is the one that counts images
    WAVELET: (features.wavelet_packets, distances.frechet_wavelet_distance, 1),
    KERNEL: (features.packet_energies, _standardised_kernel, 0),
    SPECTRUM: (spectra.log_power, spectra.spectral_distance, 0),
}


def compare_images(
    real: np.ndarray,
    fake: np.ndarray,
    bootstrap: int = 20,
    seed: int = 0,
    inception: View | None = None,
) -> dict[str, dict[str, Any]]:
    """Measure how far generated images are from real ones.

    Parameters
    ----------
    real, fake : array (N, 1, H, W), (M, 1, H, W)
        In [-1, 1].
    bootstrap : int
        Bootstrap samples behind each interval, at least 2.
    seed : int
        Seed of the resampling.
    inception : callable, optional
        Images to features, such as `metrics.Inception`; without it there is no FID.

    Returns
    -------
    dict of str to dict
        For each distance an entry of `records.metric`: value, numbers of images, 95 % interval.

    Raises
    ------
    ValueError
        Where `bootstrap` is too small, or as the distances do.
    """
    if bootstrap < 2:
        raise ValueError(f"bootstrap: found {bootstrap}, expected at least 2 samples")
    kinds = dict(DISTANCES)
    if inception is not None:
        kinds[INCEPTION] = (inception, distances.frechet_distance, 0)
    count, found = {"real": len(real), "fake": len(fake)}, {}
    for name, (view, distance, axis) in kinds.items():
        views = view(real), view(fake)
        value, interval = intervals.bootstrap_interval(distance, *views, axis, bootstrap, seed)
        found[name] = records.metric(value, count, interval)
    return found
