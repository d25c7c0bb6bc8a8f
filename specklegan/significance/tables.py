"""Tables of p values with Holm's correction (paper, Table 2), over images or over patients."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from specklegan.significance.intervals import patient_interval
from specklegan.significance.paired import PairedTest, paired_t_test


def holm(pvalues: npt.ArrayLike) -> np.ndarray:
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


Pairs = Sequence[tuple[str, str]]


def chosen_pairs(arms: Sequence[str], subject: str = "speckle") -> list[tuple[str, str]]:
    """Choose beforehand which arms to compare: all with the first arm, and all with the subject.

    Of three arms of which the last is the subject these are all pairs; of more, the others would
    only add tests that nobody asked for.

    Parameters
    ----------
    arms : sequence of str
        Arms in the order of a table; the first is what everything is compared with.
    subject : str
        The arm that the chapter is about.

    Returns
    -------
    list of (str, str)
        Pairs in the order of `arms`, as `itertools.combinations` gives them.
    """
    pairs = combinations(arms, 2)
    return [pair for pair in pairs if pair[0] == arms[0] or subject in pair]


def table(
    scores: pd.DataFrame,
    metric: str,
    arms: Sequence[str],
    unit: str = "image",
    pairs: Pairs | None = None,
) -> pd.DataFrame:
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
    pairs : sequence of (str, str), optional
        Which arms to compare; every two where not given.

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
        {"n": n, "class": name} | _row(part, metric, arms, unit, _pairs(arms, pairs))
        for (n, name), part in scores.groupby(["n", "class"], sort=False)
    ]
    return pd.DataFrame(rows)


def _pairs(arms, pairs):
    return list(combinations(arms, 2)) if pairs is None else pairs


def _row(scores, metric, arms, unit, pairs):
    """Average each unit's scores in each arm, then test the arms pair by pair."""
    means = _by_image(scores, metric, arms).dropna()
    means = means.groupby("patient").mean() if unit == "patient" else means
    row = {"pairs": len(means)} | {arm: means[arm].mean() for arm in arms}
    for a, b in pairs:
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


def differences(
    scores: pd.DataFrame, metric: str, arms: Sequence[str], pairs: Pairs | None = None
) -> dict[tuple[int, str, str, str], PairedTest]:
    """Test the arms pair by pair over images, for each n and class.

    Parameters
    ----------
    scores, metric, arms, pairs
        As in `table`.

    Returns
    -------
    dict of (int, str, str, str) to PairedTest
        For each n, class and pair a, b the test of b against a, over images that both scored.

    Raises
    ------
    ValueError
        Where a score is not finite, a patient is missing or there are fewer than 2 pairs.
    """
    found = {}
    for (n, name), part in scores.groupby(["n", "class"], sort=False):
        means = _by_image(part, metric, arms)
        for a, b in _pairs(arms, pairs):
            both = means[[a, b]].dropna()
            found[n, name, a, b] = paired_t_test(both[b], both[a])
    return found


def comparisons(
    scores: pd.DataFrame, metric: str, arms: Sequence[str], pairs: Pairs | None = None
) -> pd.DataFrame:
    """Compare the arms pair by pair, over images and over patients.

    Parameters
    ----------
    scores, metric, arms, pairs
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
        for a, b in _pairs(arms, pairs):
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
