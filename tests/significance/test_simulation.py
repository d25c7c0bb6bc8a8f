"""Simulated scores have the stated variances, and only tests over patients keep their level."""

import numpy as np
import pytest
from scipy import stats

from specklegan.significance import simulation

SCORES = simulation.null_scores(np.random.default_rng(0), 1000, 11, 20, 5)


def rate(p):
    return float((p < 0.05).mean())


def test_variance_components_are_as_stated():
    # 2 x 1000 x 11 patients: variances of means known to about 1 %, with covariances 3 %
    assert SCORES.var() == pytest.approx(1, rel=0.03)
    difference = SCORES[0] - SCORES[1]  # hardness cancels
    assert difference.var() == pytest.approx(2 * 0.5, rel=0.03)
    patient = difference.mean(axis=(-2, -1)).var()
    assert patient == pytest.approx(2 * (0.15 + 0.2 / 20 + 0.15 / 100), rel=0.05)


def test_only_patients_as_pairs_keep_the_level():
    # 1000 experiments: 5 % within four standard errors of 0.7 %
    assert rate(simulation.paired_p_values(SCORES)) == pytest.approx(0.05, abs=0.028)
    frames = rate(simulation.paired_p_values(SCORES, "frames"))
    folds = rate(simulation.paired_p_values(SCORES, "folds"))
    assert 0.2 < frames < folds


def test_folds_alone_are_enough_to_mislead():
    scores = simulation.null_scores(np.random.default_rng(1), 1000, 40, 1, 5, (0.0, 0.5, 0.0, 0.3))
    assert rate(simulation.paired_p_values(scores)) == pytest.approx(0.05, abs=0.028)
    assert rate(simulation.paired_p_values(scores, "folds")) > 0.2


def test_leaving_the_pairing_out_loses_power_not_validity():
    p = simulation.unpaired_p_values(SCORES)
    assert rate(p) < 0.03
    shifted = SCORES + np.array([0.4, 0.0]).reshape(2, 1, 1, 1, 1)
    assert rate(simulation.paired_p_values(shifted)) > rate(simulation.unpaired_p_values(shifted))


def test_parity_with_scipy():
    a, b = SCORES[:, 3].mean(axis=(-2, -1))
    assert simulation.paired_p_values(SCORES)[3] == pytest.approx(stats.ttest_rel(a, b).pvalue)


@pytest.mark.parametrize("shares", [(0.6, 0.6, 0.0, 0.0), (-0.1, 0.5, 0.2, 0.1)])
def test_bad_shares_are_named(shares):
    with pytest.raises(ValueError, match="shares"):
        simulation.null_scores(np.random.default_rng(0), 2, 2, 2, 2, shares)


def test_shares_that_make_up_the_whole_variance_leave_none_to_the_folds():
    """Their sum exceeds 1 by the rounding of binary fractions."""
    whole = (0.55, 0.15, 0.2, 0.1)
    assert sum(whole) > 1
    scores = simulation.null_scores(np.random.default_rng(0), 3, 2, 2, 4, whole)
    assert (np.ptp(scores, axis=-1) == 0).all()


def test_unknown_pairs_are_named():
    with pytest.raises(ValueError, match="images"):
        simulation.paired_p_values(SCORES, "images")
