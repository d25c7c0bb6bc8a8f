"""Nearest neighbours of images in a feature space: what one Fréchet distance cannot tell apart.

Are generated images likely (density), do they reach all of the real ones (coverage), are they
copies of training images, do they repeat each other? Features in, numbers out; features come from
`metrics/features.py`.
"""

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree
from scipy.spatial.distance import pdist

from specklegan.metrics.features import check_features


def density_coverage(real: npt.ArrayLike, fake: npt.ArrayLike, k: int = 5) -> tuple[float, float]:
    """Compute density and coverage of generated images (Naeem et al., arXiv 2002.09797).

    Around each real image lies the ball that just reaches its k-th nearest real neighbour.

    Parameters
    ----------
    real, fake : array (N, D), (M, D)
        Features of real and of generated images.
    k : int
        Neighbours, 1 <= k < N.

    Returns
    -------
    (float, float)
        Density: how many balls hold a generated image, on average, divided by k; expected 1 for
        equal distributions, not bounded. Coverage: the share of balls that hold at least one.

    Raises
    ------
    ValueError
        Where features are not finite arrays of equal width, or `k` is out of range.
    """
    real = check_features(real, "real")
    fake = check_features(fake, "fake", width=real.shape[1])
    if not 1 <= k < len(real):
        raise ValueError(f"k: {k} for {len(real)} real images; expected 1 <= k < {len(real)}")
    radius = KDTree(real).query(real, k + 1)[0][:, k]  # the first neighbour is the image itself
    held = KDTree(fake).query_ball_point(real, radius, return_length=True)
    return float(held.sum() / (k * len(fake))), float((held > 0).mean())


def expected_coverage(n: int, m: int, k: int = 5) -> float:
    """Compute the coverage that m further images of the same distribution would have.

    None of m images is in the ball of the k-th of n - 1 neighbours if, among all m + n - 1 in
    random order, the first k are real ones: the same for every continuous distribution.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        Where n images have no k-th neighbour, or m is not positive.
    """
    if not 0 < k < n or m < 1:
        raise ValueError(f"n, m, k: found {n}, {m} and {k}; expected 0 < k < n and m > 0")
    nearest = np.arange(k)
    return float(1 - np.prod((n - 1 - nearest) / (m + n - 1 - nearest)))


def nearest_neighbour(
    images: npt.ArrayLike, others: npt.ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Find for each image the most similar one of another set.

    Parameters
    ----------
    images, others : array (N, D), (M, D)
        Features.

    Returns
    -------
    distance : numpy.ndarray (N,)
        Euclidean, in units of the features.
    index : numpy.ndarray (N,)
        Of the neighbour in `others`.
    """
    images = check_features(images, "images")
    distance, index = KDTree(check_features(others, "others", width=images.shape[1])).query(images)
    return distance, index


def copying(fake: npt.ArrayLike, training: npt.ArrayLike, fresh: npt.ArrayLike) -> float:
    """Compare how near generated and fresh real images lie to the training images.

    Parameters
    ----------
    fake, training, fresh : array (N, D)
        Features of generated images, of those that the generator was trained with, and of real
        images that it has never seen.

    Returns
    -------
    float
        Median distance of generated images from their nearest training image over that of fresh
        ones: about 1 if the generator invents, 0 if it copies. nan where fresh images coincide
        with training images.
    """
    median = [np.median(nearest_neighbour(x, training)[0]) for x in (fake, fresh)]
    return float(median[0] / median[1]) if median[1] > 0 else float("nan")


def diversity(images: npt.ArrayLike) -> float:
    """Compute the mean Euclidean distance of two different images of a set, features (N, D)."""
    images = check_features(images, "images", least=2)
    return float(pdist(images).mean())
