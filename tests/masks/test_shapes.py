"""Vessels in numbers: exact for circles and ellipses, and comparable between sizes."""

import numpy as np
import pytest

from specklegan.datasets import loading
from specklegan.masks import polygons, shapes
from specklegan.masks.artificial import artificial_masks
from specklegan.masks.vessel import from_contours
from tests.samples import circle


def ring(size=256, lumen=40.0, vessel=80.0, shift=0.0, away=0.0):
    """Return a mask of two circles, the lumen's moved to the right, both moved right and up."""
    x, y = (size - 1) / 2 + away, (size - 1) / 2 - away
    pair = circle(lumen, (x + shift, y)), circle(vessel, (x, y))
    return from_contours(*pair, (size, size))[None]


def test_concentric_circles():
    found = {name: float(value[0]) for name, value in shapes.shape_statistics(ring()).items()}
    assert set(found) == set(shapes.QUANTITIES)
    area = np.pi * np.array([40, 80]) ** 2 / 256**2
    assert found["lumen area"] == pytest.approx(area[0], rel=0.01)
    assert found["wall area"] == pytest.approx(area[1] - area[0], rel=0.01)
    assert found["plaque burden"] == pytest.approx(0.75, abs=0.003)
    assert found["lumen eccentricity"] < 0.05
    assert found["vessel eccentricity"] < 0.05
    for which in ("thinnest", "thickest"):  # pixels know a distance to one, of 256
        assert found[f"{which} wall"] == pytest.approx(40 / 256, abs=1 / 256)
    assert found["lumen offset"] == pytest.approx(0, abs=1e-9)
    assert found["catheter offset"] == pytest.approx(0, abs=1e-9)


def test_eccentric_plaque_and_a_catheter_off_the_centre():
    found = shapes.shape_statistics(ring(shift=25, away=9))
    assert found["thinnest wall"][0] == pytest.approx(15 / 256, abs=1 / 256)
    assert found["thickest wall"][0] == pytest.approx(65 / 256, abs=4 / 256)  # nearest way out
    assert found["lumen offset"][0] == pytest.approx(25 / 256, abs=0.1 / 256)
    assert found["catheter offset"][0] == pytest.approx(9 * np.sqrt(2) / 256, abs=0.1 / 256)


@pytest.mark.parametrize("ratio", [1.0, 0.9, 0.6, 0.3])
@pytest.mark.parametrize("turn", [0.0, 0.7])
def test_eccentricity_of_ellipses(ratio, turn):
    points = circle(90, (0, 0)) * [1, ratio]
    cos, sin = np.cos(turn), np.sin(turn)
    region = polygons.inside(points @ [[cos, sin], [-sin, cos]] + 127.5, (256, 256))
    assert shapes.eccentricity(region) == pytest.approx(np.sqrt(1 - ratio**2), abs=0.02)


def test_sizes_compare():
    small, large = (shapes.shape_statistics(artificial_masks(60, size, 0)) for size in (96, 288))
    for name in shapes.QUANTITIES:
        np.testing.assert_allclose(small[name].mean(), large[name].mean(), rtol=0.05, atol=0.01)


def test_equal_populations_agree_and_others_do_not():
    first, second = (shapes.shape_statistics(artificial_masks(200, 64, seed)) for seed in (0, 1))
    agreement = shapes.compare_shapes(first, second)
    # Kolmogorov-Smirnov: one sample of 100 exceeds 1.63 sqrt(2 / N); nine are looked at.
    assert max(distance for _, _, distance in agreement.values()) < 1.95 * np.sqrt(2 / 200)
    rings = shapes.shape_statistics(np.concatenate([ring(64, 12, 20)] * 50))
    assert shapes.compare_shapes(first, rings)["lumen eccentricity"][2] > 0.9
    medians = shapes.compare_shapes(first, first)["lumen area"]
    assert medians == (np.median(first["lumen area"]), np.median(first["lumen area"]), 0.0)


def test_artificial_masks_resemble_the_phantoms():
    """Not one population, but vessels of the same sizes, plaques and offsets."""
    data = shapes.shape_statistics(loading.load("phantom", 32, 60).masks)
    artificial = shapes.shape_statistics(artificial_masks(200, 32, 0))
    agreement = shapes.compare_shapes(data, artificial)
    # Of ten patients, who are alike within themselves: chance alone reaches 1.36 sqrt(1 / 10).
    assert max(distance for _, _, distance in agreement.values()) < 0.5


def test_masks_that_are_no_vessels_are_refused():
    good = ring(64, 10, 20)
    assert len(shapes.shape_statistics(good[:, None])["lumen area"]) == 1
    with pytest.raises(ValueError, match="mask 1 has no lumen; expected labels 0 and 1 in each"):
        shapes.shape_statistics(np.concatenate([good, np.full_like(good, 1)]))
    with pytest.raises(ValueError, match="mask 0 has no wall"):
        shapes.shape_statistics(np.zeros((1, 8, 8), int))
    with pytest.raises(ValueError, match=r"masks have shape \(8, 8\); expected \(N, H, W\) or"):
        shapes.shape_statistics(good[0, :8, :8])
