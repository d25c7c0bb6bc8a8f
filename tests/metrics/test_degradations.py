"""Faults that are what they are called: nothing at strength 0, and what they promise beyond."""

import numpy as np
import pytest
from scipy import stats

from specklegan.metrics import degradations, spectra

S = 32
RNG = np.random.default_rng(0)
RADIUS, ANGLE = degradations._polar(S)
DISC = RADIUS <= 1
MASKS = np.broadcast_to(((RADIUS > 0.4) * 1 + (RADIUS > 0.7)).astype(int), (6, 1, S, S))
GREYS = RNG.uniform(-0.8, 0.4, (6, 1, S, S)) + 0.2 * MASKS
IMAGES = np.where(DISC, GREYS, -1.0)
FAULTS = [(name, *entry) for name, entry in degradations.FAULTS.items()]


@pytest.mark.parametrize(("name", "fault", "steps"), FAULTS)
def test_strength_0_changes_nothing_and_steps_change_more_and_more(name, fault, steps):
    np.testing.assert_array_equal(fault(IMAGES, MASKS, 0.0, 1), IMAGES)
    before = IMAGES.copy()
    changed = [np.abs(fault(IMAGES, MASKS, step, 1) - IMAGES).sum() for step in steps]
    assert 0 < changed[0] < changed[1] < changed[2]
    np.testing.assert_array_equal(IMAGES, before)  # pure


@pytest.mark.parametrize(("name", "fault", "steps"), FAULTS)
def test_seed_decides_and_range_and_shape_stay(name, fault, steps):
    found = fault(IMAGES, MASKS, steps[-1], 1)
    assert found.shape == IMAGES.shape
    np.testing.assert_array_equal(found, fault(IMAGES, MASKS, steps[-1], 1))
    chance = {"noise for speckle", "random phases", "second catheter", "torn rim", "copies"}
    other = fault(IMAGES, MASKS, steps[-1], 2)
    assert np.array_equal(found, other) == (name not in chance)
    if name != "random phases":
        assert np.abs(found).max() <= 1
        assert (found[..., ~DISC] == -1).all()


@pytest.mark.parametrize(("name", "fault", "steps"), FAULTS)
def test_wrong_input_is_named(name, fault, steps):
    with pytest.raises(ValueError, match=r"expected \(N, 1, S, S\)"):
        fault(IMAGES[:, 0], MASKS, 0.1)
    with pytest.raises(ValueError, match="masks: shape"):
        fault(IMAGES, MASKS[:3], 0.1)
    with pytest.raises(ValueError, match=r"strength: found -0\.1"):
        fault(IMAGES, MASKS, -0.1)
    with pytest.raises(ValueError, match="not finite"):
        fault(np.where(DISC, IMAGES, np.nan), MASKS, 0.1)


@pytest.mark.parametrize("size", [31, 32])
def test_random_phases_keep_the_power_spectrum_and_nothing_of_its_amplitude_statistics(size):
    """An exponential law, as fully developed speckle's power has it, becomes a normal one."""
    images = np.random.default_rng(1).exponential(0.1, (20, 1, size, size))
    found = degradations.random_phases(images, np.zeros_like(images), 1.0, 3)
    power, expected = (np.abs(np.fft.fft2(x)) for x in (found, images))
    np.testing.assert_allclose(power, expected, rtol=1e-9, atol=1e-10)  # rounding alone
    np.testing.assert_allclose(found.mean(axis=(-2, -1)), images.mean(axis=(-2, -1)))
    assert stats.skew(images.ravel()) > 1.8  # 2 for an exponential law
    assert abs(stats.skew(found.ravel())) < 0.1  # 0 for a normal one, +- 0.02 by chance
    assert spectra.spectral_error(found, images) < 1e-6


def test_noise_for_speckle_is_as_strong_and_as_fine_but_gaussian():
    skewed = np.where(DISC, -0.6 + np.random.default_rng(1).exponential(0.1, (40, 1, S, S)), -1)
    masks = np.zeros_like(skewed)
    found = degradations.noise_for_speckle(skewed, masks, 1.0, 0)
    (_, before), (_, after) = (degradations._split(x) for x in (skewed, found))
    inside = [x[..., RADIUS < 0.8] for x in (before, after)]
    assert stats.skew(inside[0].ravel()) > 1
    assert abs(stats.skew(inside[1].ravel())) < 0.15
    # the disc's share of the square, and what the local mean takes of the noise
    assert inside[1].std() / inside[0].std() == pytest.approx(0.85, abs=0.1)


def test_grain_gets_coarser_or_finer_at_equal_variance():
    def grain(images):
        _, speckle = degradations._split(images)
        part = speckle[..., 10:22, 10:22]
        return (part[..., 1:] * part[..., :-1]).mean() / (part**2).mean(), speckle.std()

    images = degradations.blur(IMAGES, MASKS, 0.7)
    plain = grain(images)
    coarse = grain(degradations.coarser_grain(images, MASKS, 0.7))
    fine = grain(degradations.finer_grain(images, MASKS, 0.4))
    assert fine[0] < plain[0] - 0.05 < plain[0] < coarse[0] - 0.05
    assert fine[1] == pytest.approx(plain[1], rel=0.15)  # clipping and the new local mean
    assert coarse[1] == pytest.approx(plain[1], rel=0.15)


def test_grey_levels_move_by_what_was_asked():
    mild = IMAGES * DISC * 0.5
    brighter = degradations.brightness(mild, MASKS, 0.1)
    np.testing.assert_allclose((brighter - mild)[..., DISC], 0.1)
    flat = degradations.contrast(mild, MASKS, 0.25)
    np.testing.assert_allclose(flat[..., DISC].std(axis=-1), 0.75 * mild[..., DISC].std(axis=-1))
    np.testing.assert_allclose(flat[..., DISC].mean(axis=-1), mild[..., DISC].mean(axis=-1))
    step = degradations.lattice(mild, MASKS, 0.2) - mild
    np.testing.assert_allclose(step[..., 16, 8], 0.2)  # where two lines cross
    np.testing.assert_allclose(step[..., 9:21, 9:21].mean(), 0, atol=1e-12)  # 3 periods


def test_second_catheter_is_a_copy_of_the_first_in_as_many_images_as_asked():
    marked = IMAGES.copy()
    marked[..., 15:17, 15:17] = 0.99
    found = degradations.second_catheter(marked, MASKS, 0.5, 0)
    assert [(x == 0.99).sum() for x in found].count(8) == 3
    assert [(x == 0.99).sum() for x in found].count(4) == 3


def test_torn_rim_eats_from_outside_only():
    found = degradations.torn_rim(IMAGES, MASKS, 0.2, 0)
    changed = found != IMAGES
    assert (found[changed] == -1).all()
    assert RADIUS[changed.any(axis=(0, 1))].min() > 0.8


def test_without_plaque_nothing_depends_on_the_angle_but_speckle():
    bright = IMAGES.copy()
    bright[..., (np.abs(ANGLE - 2) < 0.5) & (RADIUS > 0.4)] += 0.4  # plaque over an angle
    found = degradations.without_plaque(bright, MASKS, 1.0)
    sector, ring = np.abs(ANGLE - 2) < 0.3, (RADIUS > 0.45) & (RADIUS < 0.95)
    before, after = (
        (x[..., sector & ring].mean() - x[..., ~sector & ring].mean()) for x in (bright, found)
    )
    assert before > 0.3
    assert abs(after) < 0.25 * before  # the local mean of 5 of 32 pixels blurs the sector's edges


def test_copies_are_of_the_images_themselves():
    found = degradations.copies(IMAGES, MASKS, 0.5, 0)
    kinds = {x.tobytes() for x in found}
    assert len(kinds) == 3
    assert kinds <= {x.tobytes() for x in IMAGES}
