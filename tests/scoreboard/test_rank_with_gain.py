"""Distances against gains: the right trainings are paired, and order alone counts."""

import numpy as np
import pytest
from scipy import stats

from specklegan import records
from specklegan.metrics.comparison import FD_EFFNET, WAVELET
from specklegan.scoreboard import recorded

STUDY = [
    records.read(records.root() / f"data/results/study/{name}.json")
    for name in ("evaluate", "significance")
]


def made(pairs, name="d"):
    """Records of trainings: (model, n, seed), distance, gain."""
    evaluation, significance = {}, {"gain/none-speckle/n50": {"value": 99.0}}
    for (model, n, seed), distance, gain in pairs:
        evaluation[f"{model}-n{n}-s{seed}/final/{name}"] = {"value": distance}
        significance[f"gain/none-{model}/n{n}/s{seed}"] = {"value": gain}
    return {"metrics": evaluation}, {"metrics": significance}


def test_opposite_orders_correlate_at_minus_one_whatever_the_values():
    points = [("speckle", 50, 0), ("speckle", 50, 1), ("baseline", 50, 0), ("baseline", 100, 0)]
    distances = [1.0, 2.0, 3.0, 1e6]
    both = made(zip(points, distances, [9.0, 8.0, 7.9, -5.0], strict=True))
    rho, p, n = recorded.rank_with_gain(*both, "d")
    assert (rho, n) == (pytest.approx(-1), 4)
    assert p == pytest.approx(stats.spearmanr([1, 2, 3, 4], [4, 3, 2, 1]).pvalue)
    assert recorded.rank_with_gain(*both, "d", counts=[50])[2] == 3
    assert recorded.rank_with_gain(*both, "other")[2] == 0
    assert np.isnan(recorded.rank_with_gain(*both, "d", counts=[100])[0])


def test_pairs_are_those_of_one_model_n_and_seed():
    points = [("speckle", 50, k) for k in range(5)]
    values, gains = [5.0, 1.0, 4.0, 2.0, 3.0], [1.0, 3.0, 2.0, 5.0, 4.0]
    forwards = made(zip(points, values, gains, strict=True))
    backwards = made(list(zip(points, values, gains, strict=True))[::-1])
    mixed = forwards[0], backwards[1]
    expected = stats.spearmanr(values, gains).statistic
    for both in (forwards, backwards, mixed):
        assert recorded.rank_with_gain(*both, "d")[0] == pytest.approx(expected)


def test_recorded_study_has_twelve_trainings_with_a_gain():
    """Two models, n = 50 and 100, three seeds; older records know no FD-EffNet."""
    assert recorded.rank_with_gain(*STUDY, WAVELET)[2] == 12
    assert {p: len(x) for p, x in recorded.gains(STUDY[1]).items()} == dict.fromkeys(
        [("baseline", 50), ("speckle", 50), ("baseline", 100), ("speckle", 100)], 3
    )
    assert recorded.rank_with_gain(*STUDY, FD_EFFNET)[2] in (0, 12)
