"""Texture of a class: made speckle of known grain and contrast is measured back."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from specklegan.metrics import local_speckle

RNG = np.random.default_rng(0)


def made(sigma, mean=120, spread=20, shape=(8, 1, 64, 64)):
    """Grey images in [-1, 1] with a Gaussian autocovariance along the columns."""
    noise = gaussian_filter1d(RNG.normal(size=shape), sigma, axis=-1, mode="wrap")
    return (mean + spread * noise / noise.std()) / 127.5 - 1


MASKS = np.zeros((8, 1, 64, 64), np.uint8)
MASKS[:, :, :, 32:] = 1


def test_white_noise_has_its_spread_and_one_pixel_of_grain():
    found = local_speckle.texture(made(1e-3), MASKS, 0)
    # a window of 49 pixels takes 1/49 of the variance; median of thousands of windows
    assert found.spread == pytest.approx(20 * np.sqrt(48 / 49), rel=0.02)
    assert found.snr == pytest.approx(120 / found.spread, rel=0.03)
    # linear between lag 0 (1) and lag 1 (-1/49): half height at 0.49
    assert found.grain == pytest.approx((0.98, 0.98), abs=0.03)


def test_grain_follows_the_axis():
    fine, coarse = (local_speckle.texture(made(s), MASKS, 0).grain for s in (0.6, 1.2))
    assert coarse[1] > 1.4 * fine[1]
    assert coarse[0] == pytest.approx(fine[0], abs=0.1)


def test_neither_brightness_of_the_other_class_nor_its_texture_enters():
    images = made(0.6)
    other = np.where(MASKS == 1, made(2.0, mean=30), images)
    first, second = (local_speckle.texture(x, MASKS, 0) for x in (images, other))
    assert first.windows == second.windows == 8 * 58 * (32 - 6)
    assert (first.snr, *first.grain) == pytest.approx((second.snr, *second.grain))


def test_standardised_values_have_mean_zero_and_the_window_s_variance():
    values = local_speckle.texture(made(1e-3), MASKS, 0).standardised
    assert values.mean() == pytest.approx(0, abs=0.02)
    assert values.var() == pytest.approx(1, rel=0.05)


def test_absent_class_constant_and_black_images_give_nan():
    for images, label in (
        (made(1.0), 2),
        (np.zeros_like(made(1.0)), 0),
        (-np.ones((8, 1, 64, 64)), 0),
    ):
        found = local_speckle.texture(images, MASKS, label)
        assert found.windows == 0
        assert np.isnan([found.snr, found.spread, *found.grain]).all()


def test_windows_outside_the_field_of_view_do_not_count():
    """A mean grey of 1 or less is no tissue, though it vary as a filter's rounding does."""
    images = made(1.0)
    images[:, :, :, :16] = made(1.0, mean=0.5, spread=0.1)[:, :, :, :16]
    dark = 16 - 6  # columns whose window lies in the dark as a whole
    assert local_speckle.texture(images, MASKS, 0).windows == 8 * 58 * (32 - 6 - dark)


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (np.where(np.arange(64) == 5, np.nan, made(1.0)), "NaN or infinity"),
        (np.repeat(made(1.0), 3, axis=1), "shapes"),
    ],
)
def test_what_would_spoil_windows_unseen_is_named(images, words):
    masks = np.repeat(MASKS, images.shape[1], axis=1)
    with pytest.raises(ValueError, match=words):
        local_speckle.texture(images, masks, 0)


@pytest.mark.parametrize("window", [2, 8, 1])
def test_bad_window_is_named(window):
    with pytest.raises(ValueError, match="window"):
        local_speckle.texture(made(1.0), MASKS, 0, window)


def test_other_shapes_are_named():
    with pytest.raises(ValueError, match="shapes"):
        local_speckle.texture(made(1.0)[:2], MASKS, 0)


def test_local_divergence_sees_neither_mean_nor_spread_but_the_law():
    bright = made(1e-3, mean=160, spread=10)
    textures = [local_speckle.texture(x, MASKS, 0) for x in (made(1e-3), bright)]
    squared = np.sign(made(1e-3, 0, 1) * 127.5 + 127.5) * 0.2  # two grey values in place of a bell
    other = local_speckle.texture(squared, MASKS, 0)
    assert local_speckle.local_divergence(textures[0], textures[0]) == 0
    # histograms of 256 bins of 12,000 values differ by about bins / (8 ln 2 n) by chance
    assert local_speckle.local_divergence(*textures) < 0.02
    assert local_speckle.local_divergence(textures[0], other) > 0.2
    absent = local_speckle.texture(bright, MASKS, 2)
    assert np.isnan(local_speckle.local_divergence(textures[0], absent))


def test_textures_are_compared_class_by_class():
    mixed = np.where(MASKS == 1, made(1.5), made(1e-3))
    fine = local_speckle.textures(made(1e-3), MASKS, ["a", "b"])
    found = local_speckle.compare_textures(mixed, MASKS, ["a", "b"], fine)
    assert list(found) == ["a", "b"]
    assert found["b"]["SNR"] == local_speckle.texture(mixed, MASKS, 1).snr
    assert found["b"]["grain / px"] > 1.5 * found["a"]["grain / px"]
    assert found["a"]["local JS"] < found["b"]["local JS"]
