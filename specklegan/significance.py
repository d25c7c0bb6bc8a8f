"""Significance: paired t-tests, intervals, effect sizes, and the table of p values.

The paper's section 'IVUS segmentation' and its Table 2. A p value treats its pairs as independent;
images of one patient, and trainings on one set of images, are not. `table` therefore tests over
images, as is usual, or over patients.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

NORMAL_95 = stats.norm.ppf(0.975)


@dataclass(frozen=True)
class PairedTest:
    """Outcome of a paired t-test of a against b, in the units of the data.

    Attributes
    ----------
    statistic, pvalue : float
        Student's t and the two-sided p value.
    difference : float
        Mean of a - b.
    interval : (float, float)
        Confidence interval of that mean.
    effect_size : float
        Cohen's d of pairs: mean over standard deviation of the differences.
    n : int
        Number of pairs.
    """

    statistic: float
    pvalue: float
    difference: float
    interval: tuple[float, float]
    effect_size: float
    n: int


def paired_t_test(a, b, confidence=0.95):
    """Test whether the means of paired samples differ.

    Parameters
    ----------
    a, b : array (n,)
        Finite values; entry i of both belongs to the same image (or patient).
    confidence : float
        Of the interval, between 0 and 1.

    Returns
    -------
    PairedTest
        nan where all differences are 0; infinite t where they are equal otherwise, as in SciPy.

    Raises
    ------
    ValueError
        Where shapes differ, there are fewer than 2 pairs, or a value is not finite.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape or a.ndim != 1 or len(a) < 2:
        raise ValueError(f"a, b: shapes {a.shape} and {b.shape}; expected equal (n,) with n >= 2")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("a, b: not finite; expected numbers (give failures a finite penalty)")
    difference, n = a - b, len(a)
    mean, spread = difference.mean(), difference.std(ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = np.divide(mean, spread)
    t = effect * np.sqrt(n)
    half = stats.t.ppf((1 + confidence) / 2, n - 1) * spread / np.sqrt(n)
    p = 2 * stats.t.sf(abs(t), n - 1)
    return PairedTest(
        float(t), float(p), float(mean), (float(mean - half), float(mean + half)), float(effect), n
    )


def bootstrap_interval(distance, a, b, axis=0, replicates=100, seed=0):
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


def patient_interval(differences, patients, replicates=2000, seed=0):
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


def holm(pvalues):
    """Adjust p values of several tests by Holm's method (Scand. J. Stat. 6, 65, 1979).

    Parameters
    ----------
    pvalues : array (n,)
        In [0, 1]; nan, a test that could not be made, stays nan and does not count.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Rejecting where these are below 5 % makes at least one false rejection in at most 5 % of
        all cases, however the tests depend on each other.
    """
    pvalues = np.asarray(pvalues, dtype=float)
    adjusted = np.full(pvalues.shape, np.nan)
    order = np.argsort(pvalues)[: np.isfinite(pvalues).sum()]
    factor = np.arange(len(order), 0, -1)
    adjusted[order] = np.maximum.accumulate(factor * pvalues[order]).clip(max=1)
    return adjusted


def table(scores, metric, arms, unit="image"):
    """Set out mean scores and p values in the form of the paper's Table 2.

    Parameters
    ----------
    scores : pandas.DataFrame
        One row for each test image, fold and class, with columns pretraining, n, seed, class,
        image, patient and `metric`.
    metric : str
        Column to compare, such as `dice` or `hausdorff_px`; finite.
    arms : sequence of str
        Values of pretraining in the order of the columns.
    unit : str
        `image` or `patient`: over what the pairs run. Folds and seeds are averaged first, since
        they score the same images, and a patient's mean is one over images.

    Returns
    -------
    pandas.DataFrame
        One row for each n and class: n, class, pairs, the mean of each arm, and for each pair of
        arms columns `p a-b` and `d a-b` (effect size, positive where b has the larger mean), nan
        where there are fewer than 2 pairs. Only images that every one of `arms` has scored count.

    Raises
    ------
    ValueError
        Where an arm has no score at all, a score is not finite or a patient is missing.
    """
    missing = set(arms) - set(scores["pretraining"])
    if missing:
        raise ValueError(f"arms: no scores for {sorted(missing)}; expected values of pretraining")
    rows = [
        {"n": n, "class": name} | _row(part, metric, arms, unit)
        for (n, name), part in scores.groupby(["n", "class"], sort=False)
    ]
    return pd.DataFrame(rows)


def _row(scores, metric, arms, unit):
    """Average each unit's scores in each arm, then test the arms pair by pair."""
    means = _by_image(scores, metric, arms).dropna()
    means = means.groupby("patient").mean() if unit == "patient" else means
    row = {"pairs": len(means)} | {arm: means[arm].mean() for arm in arms}
    for a, b in combinations(arms, 2):
        test = paired_t_test(means[b], means[a]) if len(means) > 1 else None
        row[f"p {a}-{b}"] = test.pvalue if test else np.nan
        row[f"d {a}-{b}"] = test.effect_size if test else np.nan
    return row


def _by_image(scores, metric, arms):
    """Average folds and seeds: a row for each patient and image, a column for each arm."""
    for column, bad in ((metric, ~np.isfinite(scores[metric])), ("patient", scores.patient.isna())):
        if bad.any():
            raise ValueError(f"{column}: {bad.sum()} of {len(bad)} are missing or not finite; "
                             "expected one for each score")  # fmt: skip
    keys = ["patient", "image"]
    means = scores.pivot_table(index=keys, columns="pretraining", values=metric)
    return means.reindex(columns=list(arms))


def comparisons(scores, metric, arms):
    """Compare the arms pair by pair, over images and over patients.

    Parameters
    ----------
    scores, metric, arms
        As in `table`.

    Returns
    -------
    pandas.DataFrame
        One row for each n, class and pair of arms: n, class, arms (`b - a`), difference (mean of
        b - a over images), low and high (95 % interval by patient), images, patients, `p images`
        and `p patients` (paired t-tests); nan where there are fewer than 2 pairs.

    Raises
    ------
    ValueError
        Where a score is not finite or a patient is missing.
    """
    rows = []
    for (n, name), part in scores.groupby(["n", "class"], sort=False):
        means = _by_image(part, metric, arms)
        for a, b in combinations(arms, 2):
            gap = (means[b] - means[a]).dropna()
            rows.append({"n": n, "class": name, "arms": f"{b} - {a}"} | _compared(gap))
    return pd.DataFrame(rows)


def _compared(gap):
    """Summarise differences that are indexed by patient and image."""
    by_patient = gap.groupby("patient").mean()
    mean, low, high = np.nan, np.nan, np.nan
    if len(gap):
        mean, (low, high) = patient_interval(gap, gap.index.get_level_values("patient"))
    row = {"difference": mean, "low": low, "high": high}
    for unit, values in {"images": gap, "patients": by_patient}.items():
        row |= {unit: len(values)}
        test = paired_t_test(values, np.zeros(len(values))) if len(values) > 1 else None
        row |= {f"p {unit}": test.pvalue if test else np.nan}
    return row
