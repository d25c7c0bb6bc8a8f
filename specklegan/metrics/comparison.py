"""The distances of one set of images from another, each with its interval, as records hold them.

Which distances chapter 7 reports is decided here; what each is, in `features`, `distances`,
`spectra` and `efficientnet`.
"""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from specklegan import records
from specklegan.metrics import (
    distances,
    efficientnet,
    feature_cache,
    features,
    neighbours,
    spectra,
)
from specklegan.significance import intervals

WAVELET = "Fréchet wavelet distance"
KERNEL = "kernel distance"
SPECTRUM = "error of log power spectrum"
FD_EFFNET = "FD-EffNet"
KD_EFFNET = "KD-EffNet"
INCEPTION = "Fréchet Inception distance"


def _standardised_kernel(real, fake):
    return distances.kernel_distance(*features.standardise(real, fake))


@functools.cache
def _network():
    return efficientnet.EfficientNet()


def _learned(images):
    return _network()(images)


View = Callable[[np.ndarray], np.ndarray]
Distance = Callable[[np.ndarray, np.ndarray], float]
DISTANCES: dict[str, tuple[View, Distance, int]] = {  # the axis is the one that counts images
    WAVELET: (features.wavelet_packets, distances.frechet_wavelet_distance, 1),
    KERNEL: (features.packet_energies, _standardised_kernel, 0),
    SPECTRUM: (spectra.log_power, spectra.spectral_distance, 0),
    FD_EFFNET: (_learned, distances.frechet_distance, 0),
    KD_EFFNET: (_learned, distances.kernel_distance, 0),
}


def compare_images(
    real: np.ndarray,
    fake: np.ndarray,
    bootstrap: int = 20,
    seed: int = 0,
    inception: View | None = None,
    efficientnet: View | None = None,
    cache: str | Path | None = None,
    names: Sequence[str] = tuple(DISTANCES),
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
    efficientnet : metrics.EfficientNet, optional
        Network of `FD-EffNet` and `KD-EffNet`; that of the default size, on the CPU, where not
        given. It is loaded only if one of these distances is wanted.
    cache : path, optional
        Folder that keeps its features of the real images, found again by their content.
    names : sequence of str
        Which distances, of `metrics.DISTANCES`.

    Returns
    -------
    dict of str to dict
        For each distance an entry of `records.metric`: value, numbers of images, 95 % interval.

    Raises
    ------
    ImportError
        Where EfficientNet's packages are missing and one of its distances is wanted.
    ValueError
        Where `bootstrap` is too small, a distance is unknown, or as the distances do.
    """
    if bootstrap < 2:
        raise ValueError(f"bootstrap: found {bootstrap}, expected at least 2 samples")
    if unknown := set(names) - set(DISTANCES):
        raise ValueError(f"names: found {sorted(unknown)}, expected some of {list(DISTANCES)}")
    kinds = {name: DISTANCES[name] for name in names}
    if inception is not None:
        kinds[INCEPTION] = (inception, distances.frechet_distance, 0)
    count, views, found = {"real": len(real), "fake": len(fake)}, {}, {}
    for name, (view, distance, axis) in kinds.items():
        if view not in views:  # two distances of one view need it only once
            views[view] = _two_views(view, real, fake, efficientnet, cache)
        ours, theirs = views[view]
        value, interval = intervals.bootstrap_interval(
            distance, ours, theirs, axis, bootstrap, seed
        )
        found[name] = records.metric(value, count, interval)
    return found


def _two_views(view, real, fake, network, cache):
    if view is not _learned:
        return view(real), view(fake)
    network = network or _network()
    return feature_cache.cached_features(network, real, cache), network(fake)


def by_size(
    real: np.ndarray,
    other: np.ndarray,
    sizes: Sequence[int],
    names: Sequence[str] = (WAVELET, KERNEL),
) -> dict[str, list[float]]:
    """Measure two sets by their first images alone: what a distance owes to the number of images.

    Parameters
    ----------
    real, other : array (N, 1, H, W), (M, 1, H, W)
        In [-1, 1].
    sizes : sequence of int
        How many images of each set, at most as many as there are.
    names : sequence of str
        Distances, of `DISTANCES`.

    Returns
    -------
    dict of str to list of float
        Each distance at each size.
    """
    found = {}
    for name in names:
        view, distance, axis = DISTANCES[name]
        views = [np.moveaxis(view(images), axis, 0) for images in (real, other)]
        first = [[np.moveaxis(x[:size], 0, axis) for x in views] for size in sizes]
        found[name] = [float(distance(*pair)) for pair in first]
    return found


def compare_neighbours(
    real: np.ndarray, fake: np.ndarray, training: np.ndarray
) -> dict[str, float]:
    """Look at nearest neighbours: what one distance cannot tell apart.

    Density and coverage are taken in the space of the packet energies, copies and diversity in
    images blurred to their lowest wavelet packet, since speckle never repeats.

    Parameters
    ----------
    real, fake, training : array (N, 1, H, W), (M, 1, H, W), (K, 1, H, W)
        In [-1, 1]: real images that no training has seen, generated ones, and those that the
        generator was trained with.

    Returns
    -------
    dict of str to float
        `density` and `coverage` (`neighbours.density_coverage`), `copying`
        (`neighbours.copying`), and `diversity`: that of the generated over that of the real ones.
    """
    energies = [features.packet_energies(images) for images in (real, fake)]
    blurred = [features.wavelet_packets(images)[0] for images in (fake, training, real)]
    density, coverage = neighbours.density_coverage(*features.standardise(*energies))
    spread = neighbours.diversity(blurred[0]) / neighbours.diversity(blurred[2])
    found = {"density": density, "coverage": coverage}
    return found | {"copying": neighbours.copying(*blurred), "diversity": spread}


def compare_structure(
    real: np.ndarray, fake: np.ndarray, masks: np.ndarray, names: Sequence[str]
) -> dict[str, float]:
    """Compare grey values of each class and structure, as the paper's Table 1 does.

    Parameters
    ----------
    real, fake : array (N, 1, H, W)
        In [-1, 1]; images i of both have the same mask.
    masks : array (N, 1, H, W)
        Labels of both.
    names : sequence of str
        Of the classes 0, 1, ...

    Returns
    -------
    dict of str to float
        `JS` and the class, in [0, 1] (`distances.jensen_shannon`), and `SSIM`.
    """
    of_class = distances.jensen_shannon_per_class(real, masks, fake, masks, len(names))
    found = {f"JS {name}": value for name, value in zip(names, of_class, strict=True)}
    return found | {"SSIM": distances.ssim(real, fake)}
