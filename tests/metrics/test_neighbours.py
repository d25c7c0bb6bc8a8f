"""Density, coverage, copies and diversity: closed forms and the failures that they must show."""

import numpy as np
import pytest
from scipy import stats

from specklegan.metrics import neighbours

RNG = np.random.default_rng(0)
REAL, FRESH = RNG.normal(size=(300, 4)), RNG.normal(size=(300, 4))


def test_equal_distributions_have_density_one_and_the_expected_coverage():
    density, coverage = neighbours.density_coverage(REAL, FRESH)
    # a ball holds about 5 of 300, counts of neighbouring balls are dependent: measured 0.05
    assert density == pytest.approx(1, abs=0.2)
    # 300 balls, each covered with probability 0.97: 0.01 if independent, more since they overlap
    assert coverage == pytest.approx(neighbours.expected_coverage(300, 300), abs=0.04)


def test_density_and_coverage_by_hand():
    real = np.array([[0.0], [1.0], [3.0]])  # radii to the nearest neighbour: 1, 1, 2
    density, coverage = neighbours.density_coverage(real, np.array([[0.5], [1.5]]), k=1)
    assert density == pytest.approx((1 + 2 + 1) / 2)  # balls [-1, 1], [0, 2], [1, 5]
    assert coverage == 1.0


def test_expected_coverage_by_hand():
    # one neighbour: the ball is empty if the nearest of n - 1 + m points is a real one
    assert neighbours.expected_coverage(3, 2, k=1) == pytest.approx(1 - 2 / 4)


def test_mode_collapse_lowers_coverage_and_diversity_not_density():
    collapsed = REAL[:1] * 0.1 + 0.01 * RNG.normal(size=(300, 4))
    density, coverage = neighbours.density_coverage(REAL, collapsed)
    assert density > 0.5
    assert coverage < 0.2
    assert neighbours.diversity(collapsed) < 0.1 * neighbours.diversity(REAL)


def test_outliers_lower_density():
    assert neighbours.density_coverage(REAL, FRESH + 10)[0] == 0


def test_copies_are_found():
    assert neighbours.copying(REAL[:50].copy(), REAL, FRESH) == 0
    # medians of 300 nearest distances scatter by a few per cent each
    assert neighbours.copying(RNG.normal(size=(300, 4)), REAL, FRESH) == pytest.approx(1, abs=0.15)
    distance, index = neighbours.nearest_neighbour(REAL[[7, 3]] + 1e-6, REAL)
    assert list(index) == [7, 3]
    assert distance.max() < 1e-5


def test_diversity_of_gaussians():
    # a difference of two has variance 2 in each of 4 components: sqrt(2) times the mean of chi_4
    mean = np.sqrt(2) * stats.chi(4).mean()
    # 300 images: relative error about 0.36 / sqrt(300) for each image's own distances
    assert neighbours.diversity(REAL) == pytest.approx(mean, rel=0.05)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: neighbours.density_coverage(REAL, REAL[:, :2]), "fake: shape"),
        (lambda: neighbours.density_coverage(REAL[:5], FRESH, k=5), "k: 5 for 5"),
        (lambda: neighbours.density_coverage(REAL, FRESH, k=0), "k: 0"),
        (lambda: neighbours.density_coverage(REAL[:0], FRESH), "real: shape"),
        (lambda: neighbours.nearest_neighbour(REAL * np.nan, REAL), "not finite"),
        (lambda: neighbours.diversity(REAL[:1]), "at least 2"),
        (lambda: neighbours.expected_coverage(3, 2, 5), "found 3, 2 and 5"),
        (lambda: neighbours.expected_coverage(30, 0), "found 30, 0 and 5"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_fresh_images_that_are_training_images_have_no_scale():
    assert np.isnan(neighbours.copying(FRESH, REAL, REAL))
