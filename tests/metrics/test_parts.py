"""Parts of a picture: real pixels take a part's share of a distance away, and no other."""

import numpy as np
import pytest

from specklegan.metrics import comparison, parts

RNG = np.random.default_rng(0)
REAL = RNG.uniform(-1, 1, (20, 1, 32, 32))


def test_radius_is_one_at_the_middle_of_the_sides():
    r = parts.radius(64)
    assert r == pytest.approx(r.T)
    assert r == pytest.approx(r[::-1, ::-1])
    assert r[31, -1] == pytest.approx(1, abs=1 / 64)  # half a pixel inside the rim
    assert r[0, 0] == pytest.approx(np.sqrt(2) * 63 / 64)


def test_rings_divide_the_picture():
    found = parts.rings(64)
    assert (sum(ring.astype(int) for ring in found.values()) == 1).all()
    # a circle of 0.2 of the radius has 4 % of its area
    assert found["catheter, r to 0.2"].sum() == pytest.approx(0.04 * np.pi * 32**2, rel=0.05)


def test_window_leaves_the_centre_and_blackens_the_rim():
    image = parts.windowed(np.ones((1, 1, 33, 33)))[0, 0]
    assert image[16, 16] == pytest.approx(1)
    assert (image[parts.radius(33) >= 1] == -1).all()
    half = np.abs(parts.radius(33) - 0.5) < 1e-3
    assert image[half] == pytest.approx(0, abs=5e-3)  # half of the way from -1 to 1


def test_what_differs_in_one_part_remains_until_that_part_is_real():
    left = np.zeros((32, 32), bool)
    left[:, :16] = True
    fake = np.where(left, 0.2 * REAL, REAL)
    found = parts.remaining(REAL, fake, {"left": left, "right": ~left})
    assert list(found) == ["none", "left", "right", "none, Hann window"]
    for name in (comparison.WAVELET, comparison.SPECTRUM):
        # equal sets: the root of a matrix's rounding is left of a Frechet distance
        assert found["left"][name] == pytest.approx(0, abs=1e-6)
        assert found["right"][name] == found["none"][name] > 0.01


def test_without_a_part_both_distances_are_those_of_the_comparison():
    fake = 0.5 * REAL[::-1]
    found = parts.remaining(REAL, fake, {})["none"]
    expected = comparison.compare_images(REAL, fake, 2)
    assert found == pytest.approx({name: expected[name]["value"] for name in found}, rel=1e-9)
