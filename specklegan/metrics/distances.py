"""Metrics: arrays in, numbers out.

Distances between sets of images (Fréchet, kernel, Jensen-Shannon), similarity of image pairs
(SSIM), agreement of masks (Dice, modified Hausdorff): the paper's sections 'Fréchet Inception
distance', 'GAN evaluation' and 'Segmentation evaluation'. No files, no networks; features come
from `features`, power spectra from `spectra`, intervals from `significance`.
"""

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import jensenshannon
from skimage.metrics import structural_similarity

from specklegan.metrics.features import check_features


def frechet_distance(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Compute the Fréchet distance of two feature sets, each taken as Gaussian (the paper's FID).

    Parameters
    ----------
    a, b : array (N, D)
        Features; the numbers of rows may differ.

    Returns
    -------
    float
        `|mean difference|^2 + Tr(C1 + C2 - 2 (C1 C2)^(1/2))`, unbiased covariances, units of the
        features squared. Biased upwards for few samples: compare at equal n only.

    Notes
    -----
    With centred rows scaled by 1/sqrt(n - 1), X1 and X2, the last trace is the nuclear norm of
    X1 X2^T: exact and real also for fewer samples than dimensions.
    """
    a, b = _pair(a, b)
    difference = a.mean(axis=0) - b.mean(axis=0)
    a, b = _factor(a), _factor(b)
    cross = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    return float(max(0.0, difference @ difference + (a**2).sum() + (b**2).sum() - 2 * cross))


def _factor(features):
    """Return X with X^T X the covariance, of at most as many rows as columns."""
    centred = (features - features.mean(axis=0)) / np.sqrt(len(features) - 1)
    if len(centred) <= centred.shape[1]:
        return centred
    try:
        return np.linalg.cholesky(centred.T @ centred).T
    except np.linalg.LinAlgError:  # features that depend on each other; slower, always possible
        return np.linalg.qr(centred, mode="r")


def frechet_wavelet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Compute the Fréchet wavelet distance: the mean over packets of their Fréchet distances.

    Parameters
    ----------
    a, b : array (P, N, D)
        Wavelet packets of two image sets (`metrics.wavelet_packets`).

    Returns
    -------
    float
        arXiv 2312.15289, for one grey channel (grey stored as RGB gives three times as much).
        Depends on image size, level and both N. It is not an Inception distance.

    Raises
    ------
    ValueError
        Where the numbers of packets differ or are 0, or a packet is not as `frechet_distance` asks.
    """
    _same_packets(a, b)
    return float(np.mean([frechet_distance(x, y) for x, y in zip(a, b, strict=True)]))


def improvement(baseline: float, other: float) -> float:
    """Compute the paper's improvement in %: (baseline - other) / other of two distances.

    Divided by the smaller value, it can exceed 100: 354.9 against 134.0 is 165 %.
    """
    return 100 * (baseline - other) / other


def kernel_distance(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Compute the squared maximum mean discrepancy with the kernel (x.y / D + 1)^3, unbiased.

    Parameters
    ----------
    a, b : array (N, D)
        Features. With Inception features this is the KID of Bińkowski et al., arXiv 1801.01401.

    Returns
    -------
    float
        Expected value 0 for equal distributions at every n, so it may be negative.
    """
    a, b = _pair(a, b)
    within = [_off_diagonal_mean(_cubic(x, x)) for x in (a, b)]
    return float(sum(within) - 2 * _cubic(a, b).mean())


def _cubic(a, b):
    return (a @ b.T / a.shape[1] + 1) ** 3


def _off_diagonal_mean(gram):
    n = len(gram)
    return (gram.sum() - np.trace(gram)) / (n * (n - 1))


def sliced_wasserstein(
    a: npt.ArrayLike, b: npt.ArrayLike, projections: int = 128, seed: int = 0
) -> float:
    """Compute the sliced 2-Wasserstein distance of two feature sets (Rabin et al., SSVM 2011).

    Parameters
    ----------
    a, b : array (N, D), (M, D)
        Features.
    projections : int
        Random directions, at least 1.
    seed : int
        Of the directions.

    Returns
    -------
    float
        Root of the mean over directions of the squared 2-Wasserstein distance of the projections,
        units of the features. It compares whole distributions where `frechet_distance` takes them
        as Gaussian; it is biased upwards for few samples too.

    Raises
    ------
    ValueError
        Where `projections` is too small, or as `frechet_distance`.
    """
    a, b = _pair(a, b)
    if projections < 1:
        raise ValueError(f"projections: found {projections}, expected at least 1")
    directions = np.random.default_rng(seed).normal(size=(a.shape[1], projections))
    directions /= np.linalg.norm(directions, axis=0)
    steps = [np.arange(1, len(x) + 1) / len(x) for x in (a, b)]  # where each quantile ends
    ends = np.union1d(*steps)
    middles = ends - np.diff(ends, prepend=0) / 2
    rows = [np.searchsorted(s, middles) for s in steps]
    a, b = (np.sort(x @ directions, axis=0)[r] for x, r in zip((a, b), rows, strict=True))
    return float(np.sqrt((np.diff(ends, prepend=0) @ (a - b) ** 2).mean()))


def sliced_wavelet_distance(
    a: np.ndarray, b: np.ndarray, projections: int = 128, seed: int = 0
) -> float:
    """Compute the mean over wavelet packets (P, N, D) of their `sliced_wasserstein` distances.

    Raises
    ------
    ValueError
        As `frechet_wavelet_distance` and `sliced_wasserstein`.
    """
    _same_packets(a, b)
    pairs = zip(a, b, strict=True)
    return float(np.mean([sliced_wasserstein(x, y, projections, seed) for x, y in pairs]))


def jensen_shannon(a: npt.ArrayLike, b: npt.ArrayLike, bins: int = 256) -> float:
    """Compute the Jensen-Shannon divergence of two grey-value histograms.

    Parameters
    ----------
    a, b : array, any shape
        Grey values in [-1, 1].
    bins : int
        Equal bins over [-1, 1].

    Returns
    -------
    float
        Divergence (not its square root) to base 2: 0 for equal histograms, 1 for disjoint ones;
        nan where a set is empty.

    Raises
    ------
    ValueError
        Where a value is nan or outside the range, which a histogram would silently drop.
    """
    for name, values in (("a", a), ("b", b)):
        if np.size(values) and not np.abs(values).max() <= 1:  # nan is not <= 1 either
            raise ValueError(f"{name}: largest |grey value| {np.abs(values).max()}; expected <= 1")
    counts = [np.histogram(np.ravel(x), bins=bins, range=(-1, 1))[0] for x in (a, b)]
    if not all(count.sum() for count in counts):
        return float("nan")
    return float(jensenshannon(*counts, base=2) ** 2)


def jensen_shannon_per_class(
    images_a: np.ndarray,
    masks_a: np.ndarray,
    images_b: np.ndarray,
    masks_b: np.ndarray,
    classes: int,
    bins: int = 256,
) -> list[float]:
    """Compute the Jensen-Shannon divergence of the grey values of each tissue class (Table 1).

    Parameters
    ----------
    images_a, images_b : array (N, 1, H, W)
        In [-1, 1].
    masks_a, masks_b : array (N, 1, H, W)
        Labels 0..classes-1 of these images.
    classes : int
        Number of classes.
    bins : int
        As in `jensen_shannon`.

    Returns
    -------
    list of float
        One divergence a class; nan where a set lacks the class.
    """
    return [
        jensen_shannon(images_a[masks_a == k], images_b[masks_b == k], bins) for k in range(classes)
    ]


def ssim(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Compute the mean structural similarity of corresponding images (7 x 7 windows).

    Parameters
    ----------
    a, b : array (..., H, W)
        Images in [-1, 1] of equal shape, at least 7 px wide.

    Returns
    -------
    float
        At most 1, which equal images have.
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if a.shape != b.shape or a.ndim < 2:
        raise ValueError(f"a, b: shapes {a.shape} and {b.shape}; expected equal (..., H, W)")
    if not a.size or not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("a, b: empty or not finite; expected images of numbers")
    pairs = zip(a.reshape(-1, *a.shape[-2:]), b.reshape(-1, *b.shape[-2:]), strict=True)
    return float(np.mean([structural_similarity(x, y, data_range=2.0) for x, y in pairs]))


def _pair(a, b):
    """Check two feature sets of one width, of two rows at least."""
    a, b = (check_features(x, name, least=2) for x, name in ((a, "a"), (b, "b")))
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"a, b: {a.shape[1]} and {b.shape[1]} features; expected as many")
    return a, b


def _same_packets(a, b):
    if len(a) != len(b) or not len(a):
        raise ValueError(f"a, b: {len(a)} and {len(b)} packets; expected the same level")
