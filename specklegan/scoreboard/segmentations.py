"""Segmentations compared, as the claims read them: rows of Table 2 that are better, and gains.

The keys written here are those that `claims.counted` and `claims.gain` look for.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from specklegan import records

Pairs = Sequence[tuple[str, str]]  # of arms
LEVEL = 0.05  # of significance (paper, section 'IVUS segmentation')


def better(table: pd.DataFrame, pairs: Pairs) -> pd.DataFrame:
    """Tell in which rows of Table 2 the second arm of a pair has the better mean.

    Parameters
    ----------
    table : pandas.DataFrame
        From `significance.table`, with a column `larger`: whether larger scores are better.
    pairs : sequence of (str, str)
        Arms; `(a, b)` asks for b against a.

    Returns
    -------
    pandas.DataFrame of bool
        A column `a-b` for each pair, in the rows of `table`.
    """
    sign = table.larger.map({True: 1, False: -1})
    return pd.DataFrame({f"{a}-{b}": table[f"d {a}-{b}"] * sign > 0 for a, b in pairs})


def significant(table: pd.DataFrame, pairs: Pairs) -> pd.DataFrame:
    """Tell where `better` holds with p below 0.05, each test read alone."""
    low = pd.DataFrame({f"{a}-{b}": table[f"p {a}-{b}"] < LEVEL for a, b in pairs})
    return better(table, pairs) & low


def segmentation_entries(
    table: pd.DataFrame, scores: pd.DataFrame, pairs: Pairs
) -> dict[str, dict[str, Any]]:
    """Write the counts and gains of every n as a record does.

    Parameters
    ----------
    table : pandas.DataFrame
        As in `better`, with the mean of each arm.
    scores : pandas.DataFrame
        A row for each test image, fold, class and seed: n, seed, pretraining, image and dice.
    pairs : sequence of (str, str)
        Arms.

    Returns
    -------
    dict of str to dict
        `better/a-b/n50` and `significant/a-b/n50`, counts of rows; `gain/a-b/n50`, the largest
        gain of a class in mean Dice, and `gain/a-b/n50/s0`, that of the mean over classes by
        seed; in %.
    """
    found = {}
    for n in scores["n"].unique():
        rows = table[table.n == n]
        for name, counts in {"better": better, "significant": significant}.items():
            for pair, values in counts(rows, pairs).items():
                entry = records.metric(int(values.sum()), {"rows": len(rows)})
                found[f"{name}/{pair}/n{n}"] = entry
        for a, b in pairs:
            found |= _gains(rows[rows.larger], scores[scores.n == n], a, b, f"gain/{a}-{b}/n{n}")
    return found


def _gains(dice, scores, a, b, key):
    """Write the gain of one pair of arms at one n."""
    seeds = scores.groupby("seed")["image"].nunique()
    count = {"images": int(dice.pairs.min()), "seeds": len(seeds)}
    largest = 100 * (dice[b] / dice[a] - 1).max()
    found = {key: records.metric(largest, count, unit="%")}
    mean = scores.groupby(["seed", "pretraining"])["dice"].mean().unstack()
    for seed, gain in (100 * (mean[b] / mean[a] - 1)).items():
        found[f"{key}/s{seed}"] = records.metric(gain, {"images": int(seeds[seed])}, unit="%")
    return found
