"""Intervals by resampling: of a distance between two samples, and of a mean over patients."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

NORMAL_95 = stats.norm.ppf(0.975)


def bootstrap_interval(
    distance: Callable[[np.ndarray, np.ndarray], float],
    a: np.ndarray,
    b: np.ndarray,
    axis: int = 0,
    replicates: int = 100,
    seed: int = 0,
) -> tuple[float, tuple[float, float]]:
    """Compute a distance between two samples and its 95 % interval, by resampling both.

    Parameters
    ----------
    distance : callable
        Takes two arrays like `a` and `b`, gives a float.
    a, b : array
        The samples.
    axis : int
        Which axis counts the images: 0 for features (N, D), 1 for packets (P, N, D).
    replicates : int
        Number of bootstrap samples; 20 fix the standard error to about 16 %.
    seed : int
        Seed of the resampling.

    Returns
    -------
    (float, (float, float))
        The distance, and the same -/+ 1.96 bootstrap standard errors. Percentiles would mislead:
        copies among resampled images inflate a Fréchet distance. They widen its spread too, little
        for sets far apart, by up to about twofold for two sets of one law: the interval errs on
        the wide side. It tells what other images would give, not another training.
    """
    a, b = np.asarray(a), np.asarray(b)
    generator = np.random.default_rng(seed)
    values = [distance(*(_resample(x, axis, generator) for x in (a, b))) for _ in range(replicates)]
    centre, half = distance(a, b), NORMAL_95 * np.std(values, ddof=1)
    return float(centre), (float(centre - half), float(centre + half))


def _resample(sample, axis, generator):
    n = sample.shape[axis]
    return sample.take(generator.integers(0, n, n), axis=axis)


def patient_interval(
    differences: npt.ArrayLike,
    patients: Sequence[Any] | np.ndarray,
    replicates: int = 2000,
    seed: int = 0,
) -> tuple[float, tuple[float, float]]:
    """Compute the mean of paired differences and its 95 % interval, resampling whole patients.

    Parameters
    ----------
    differences : array (n,)
        Finite differences of paired scores.
    patients : sequence (n,)
        The patient of each; all images of a drawn patient come together.
    replicates : int
        Bootstrap samples.
    seed : int
        Seed of the resampling.

    Returns
    -------
    (float, (float, float))
        Mean, and the 2.5 and 97.5 % points of the bootstrap means; nan for fewer than 2 patients,
        whose spread nothing tells.

    Raises
    ------
    ValueError
        Where lengths differ, nothing is given, a value is not finite or a patient is missing.
    """
    differences = np.asarray(differences, dtype=float)
    if differences.ndim != 1 or len(differences) != len(patients) or not len(differences):
        raise ValueError(f"differences, patients: {differences.shape} and {len(patients)}; "
                         "expected as many of both, at least 1")  # fmt: skip
    if not np.isfinite(differences).all():
        raise ValueError("differences: not finite; expected numbers")
    if pd.isna(np.asarray(patients)).any():
        raise ValueError("patients: missing for some differences; expected one for each")
    grouped = pd.Series(differences).groupby(np.asarray(patients))
    totals, counts = grouped.sum().to_numpy(), grouped.size().to_numpy()
    mean = float(differences.mean())
    if len(totals) < 2:
        return mean, (float("nan"), float("nan"))
    drawn = np.random.default_rng(seed).integers(0, len(totals), (replicates, len(totals)))
    low, high = np.percentile(totals[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [2.5, 97.5])
    return mean, (float(low), float(high))
