"""Sums of phasors: moments of their numbers, independence, the same seed twice, bad input."""

import numpy as np
import pytest

from specklegan.laws import phasors


def test_walks_take_unit_steps_from_zero():
    walks = phasors.phasor_walks(3, 50, np.random.default_rng(0))
    assert walks.shape == (3, 51)
    assert (walks[:, 0] == 0).all()
    np.testing.assert_allclose(np.abs(np.diff(walks, axis=1)), 1)


def test_walks_spread_with_the_root_of_their_steps():
    ends = phasors.phasor_walks(20_000, 30, np.random.default_rng(1))[:, -1]
    # <|sum|^2> = M with a deviation of about M: 20 000 walks know it to 0.7 %.
    assert (np.abs(ends) ** 2).mean() == pytest.approx(30, rel=4 * 0.007)
    assert abs(ends.mean()) < 4 * np.sqrt(30 / 20_000)
    # <I^2> = 2 M^2 - M exactly; its relative deviation is about sqrt(20 / 20 000).
    assert (np.abs(ends) ** 4).mean() == pytest.approx(2 * 30**2 - 30, rel=4 * 0.016)


@pytest.mark.parametrize("clustering", [np.inf, 2.0])
def test_scatterers_have_their_mean_intensity(clustering):
    sums = phasors.scatterers(3, (300, 300), np.random.default_rng(2), clustering)
    intensity = np.abs(sums) ** 2
    assert abs(intensity.mean() - 3) < 4 * intensity.std() / 300
    assert abs(sums.mean()) < 4 * np.sqrt(3) / 300


def test_empty_pixels_are_as_frequent_as_their_law_says():
    few = phasors.scatterers(0.5, (400, 400), np.random.default_rng(3))
    share = np.exp(-0.5)  # Poisson
    assert abs((few == 0).mean() - share) < 4 * np.sqrt(share * (1 - share)) / 400
    clustered = phasors.scatterers(0.5, (400, 400), np.random.default_rng(3), clustering=2)
    share = (1 + 0.5 / 2) ** -2.0  # negative binomial
    assert abs((clustered == 0).mean() - share) < 4 * np.sqrt(share * (1 - share)) / 400


def test_steady_part_is_the_mean():
    source = phasors.steady(2, (300, 300), np.random.default_rng(4))
    assert abs(source.mean() - 2) < 4 / 300
    np.testing.assert_allclose(np.abs(source - 2), 1)


def test_the_same_generator_gives_the_same_source():
    first, second = (phasors.scatterers(2, (5, 5), np.random.default_rng(7), 3.0) for _ in range(2))
    np.testing.assert_array_equal(first, second)


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: phasors.phasor_walks(0, 5, RNG), "walks must be a positive integer, found 0"),
        (lambda: phasors.phasor_walks(2, 2.5, RNG), "steps must be a positive integer"),
        (lambda: phasors.phasor_walks(2, np.nan, RNG), "steps must be a positive integer"),
        (lambda: phasors.scatterers(0, (4, 4), RNG), "number must be positive and finite"),
        (lambda: phasors.scatterers(np.nan, (4, 4), RNG), "found nan"),
        (lambda: phasors.scatterers(1, (4, 0), RNG), r"shape\[1\] must be a positive integer"),
        (lambda: phasors.scatterers(1, (4, 4), RNG, 0), "clustering must be positive"),
        (lambda: phasors.scatterers(1, (4, 4), RNG, np.nan), "clustering must be positive"),
        (lambda: phasors.steady(-1, (4, 4), RNG), "strength must be finite and not negative"),
        (lambda: phasors.steady(np.inf, (4, 4), RNG), "found inf"),
        (lambda: phasors.steady(1, (-1,), RNG), "found -1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
