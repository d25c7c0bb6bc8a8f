"""The story of the learning rates: trainings of equal n and seed at two rates, side by side.

The study chose its rates within the paper's range by one seed's validation; the preset `lower`
trained anew below the range. What is read from both is written here, so that a test can hold it
against the records.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from specklegan.metrics.comparison import KERNEL, SPECTRUM, WAVELET
from specklegan.metrics.distances import improvement
from specklegan.scoreboard.recorded import at_their_best, collect, pairs_won

MODELS = ("speckle", "baseline")
MISSING = "No trainings at a lower rate are recorded."
ADVICE = "Read the seeds before the means: a rate that helps one training can spoil the next. And "
ADVICE += "a distance that sides with one model at one rate and with the other at the next should "
ADVICE += "not be quoted from either run alone; what both runs say in every pair can be."


def two_rates(recorded: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pick the evaluations of the study and of the same trainings at the lower rate.

    Parameters
    ----------
    recorded : sequence of dict
        From `records.recorded_runs`.

    Returns
    -------
    list of dict
        Both records, the study's first; empty where one is missing.
    """
    found = {record["preset"]: record for record in recorded if record["kind"] == "evaluate"}
    return [found["study"], found["lower"]] if {"study", "lower"} <= set(found) else []


def rates_table(runs: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Set the models' Fréchet wavelet distances at both rates side by side.

    Parameters
    ----------
    runs : sequence of dict
        From `two_rates`.

    Returns
    -------
    pandas.DataFrame
        A row for each n that all runs trained, and run: n, preset, mean validation of SpeckleGAN
        and the baseline, final distances by seed, by how many % SpeckleGAN is ahead, and in how
        many pairs of trainings it is nearer by the wavelet distance, kernel distance and spectrum.
    """
    rows = [_row(run, n) for n in common_counts(runs) for run in runs]
    return pd.DataFrame(rows)


def common_counts(runs: Sequence[dict[str, Any]]) -> list[int]:
    """Return the numbers of examples that all runs trained both models with, sorted."""
    points = [set(collect(run, WAVELET)) for run in runs]
    every = set.intersection(*points) if points else set()
    return sorted(n for model, n in every if model == "speckle" and ("baseline", n) in every)


def _row(run, n):
    """Summarise one run at n."""
    validated, final = (collect(run, WAVELET, on) for on in ("validation", "final"))
    ours, theirs = (", ".join(f"{value:.2f}" for value in final[model, n]) for model in MODELS)
    won = [pairs_won(run, name, [n]) for name in (WAVELET, KERNEL, SPECTRUM)]
    return {
        "n": n,
        "preset": run["preset"],
        "validation": " / ".join(f"{np.mean(validated[model, n]):.2f}" for model in MODELS),
        "SpeckleGAN, by seed": ours,
        "baseline GAN, by seed": theirs,
        "ahead": f"{_best([run], n)[1]:.0f} %",
        "pairs nearer": f"{', '.join(str(nearer) for nearer, _ in won)} of {won[0][1]}",
    }


def rates_reading(runs: Sequence[dict[str, Any]], searches: Sequence[dict[str, Any]]) -> str:
    """Write what the trainings at both rates say, as one paragraph.

    Parameters
    ----------
    runs : sequence of dict
        From `two_rates`.
    searches : sequence of dict
        Records of searches of the learning rate, those beyond the range with `-wider` in their
        group.

    Returns
    -------
    str
    """
    if not runs:
        return MISSING
    gaps = [_gap(runs, n) for n in common_counts(runs)]
    return " ".join(filter(None, [*gaps, _one_seed(searches), ADVICE]))


def _gap(runs, n):
    """Say by how much SpeckleGAN is ahead at n: in the range, below it, each at its best."""
    within, below = (_best([run], n)[1] for run in runs)
    taken, ahead = _best(runs, n)
    return (
        f"At n = {n} SpeckleGAN is ahead by {within:.0f} % within the range, by {below:.0f} % at "
        f"the lower rate, and by {ahead:.0f} % with each model as validation prefers it "
        f"(SpeckleGAN from `{taken['speckle']}`, the baseline from `{taken['baseline']}`)."
    )


def _best(runs, n):
    """Compare the models at an n that all runs have."""
    found = at_their_best(runs, n)
    assert found is not None
    return found


def _one_seed(searches):
    """Say what the search of seed 0, at n = 50, would have made of it."""
    best = {(x["preset"], x["parameters"]["group"]): x["chosen"]["distance"] for x in searches}
    groups = [("study", f"{model}-n50{end}") for end in ("", "-wider") for model in MODELS]
    if not set(groups) <= set(best):
        return ""
    ours, theirs, ours_wider, theirs_wider = (best[group] for group in groups)
    ahead = improvement(theirs, ours), improvement(theirs_wider, ours_wider)
    return (
        "One seed alone had misled: by the validation of seed 0 at n = 50 the gap shrinks from "
        f"{ahead[0]:.0f} to {ahead[1]:.0f} % when rates below the range are tried."
    )
