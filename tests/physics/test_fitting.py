"""The fit finds what synthetic images were made with; what it cannot fit, it refuses."""

import numpy as np
import pytest
import torch

from specklegan import laws, physics, speckle
from specklegan.physics import fields, fitting, levels, places

SIZE, EDGES = 64, (20.0, 26.0)


def squares(count, size=SIZE):
    """Masks with a square of class 1 in class 0, each elsewhere."""
    masks = np.zeros((count, 1, size, size), dtype=np.uint8)
    for k, mask in enumerate(masks):
        mask[0, 8 + k : 30 + k, 12 + k : 40 + k] = 1
    return masks


def linear(count, shift=0.4, edges=EDGES, gain=0.0, seed=0):
    """Cartesian images: log speckle of known edges, class 1 brighter by `shift`, gains by image."""
    generator = torch.Generator().manual_seed(seed)
    masks = squares(count)
    logs = [fields.log_speckle(edges, (SIZE, SIZE), generator) for _ in masks]
    gains = gain * torch.randn(count, 1, 1, 1, generator=generator).numpy()
    values = torch.stack(logs)[:, None].numpy() + gains
    return (0.12 * values + shift * masks - 0.2).clip(-1, 1).astype(np.float32), masks


def round_masks(count, size=SIZE):
    """A lumen of class 0 in a wall of class 1 in class 2, round the middle."""
    radius = np.hypot(*(np.mgrid[:size, :size] - (size - 1) / 2)) * 64 / size
    mask = (radius > 12).astype(np.uint8) + (radius > 20).astype(np.uint8)
    return np.repeat(mask[None, None], count, 0)


def polar_images(count, edges, seed=0):
    generator = torch.Generator().manual_seed(seed)
    grid = fields.grid_of((SIZE, SIZE), "polar")
    logs = torch.stack([fields.log_speckle(edges, grid, generator) for _ in range(count)])
    masks = round_masks(count)
    images = 0.12 * fields.to_picture(logs, "polar")[:, None].numpy() + 0.2 * masks - 0.3
    return np.where(speckle.disc(SIZE), images.clip(-1, 1), -1).astype(np.float32), masks


def test_edges_and_share_of_pure_speckle_are_found():
    model = physics.fit_speckle_model(*linear(24), "cartesian")
    # edges are as exact as a grain: about 1 / sqrt(grains) of 24 pictures and 48 references
    assert np.allclose(model.edges, EDGES, rtol=0.06)
    assert model.share > 0.9


def test_edges_on_the_scan_lines_are_found():
    model = physics.fit_speckle_model(*polar_images(16, (14.0, 20.0)))
    # 2700 grains are worth 2 %; the rest is what a picture of 2 pixels a grain leaves of it
    assert np.allclose(model.edges, (14, 20), rtol=0.1)
    assert model.share > 0.85  # pixels near the catheter are wider than the grain across


def test_one_edge_gives_the_grain_that_theory_gives_it():
    generator, grid = torch.Generator().manual_seed(3), (128, 128)
    logs = torch.stack([fields.log_speckle((16.0, 16.0), grid, generator) for _ in range(24)])
    intensity = np.exp(fields.DEVIATION * logs.numpy() + fields.MEAN)
    grain = laws.grain_size(intensity)
    assert np.allclose(grain, laws.grain_of_window(16, 128), rtol=0.06)
    assert abs(laws.contrast(intensity, axis=None) - 1) < 0.05
    assert abs(intensity.mean() - 1) < 4 * laws.mean_intensity_error(16, 128, 24)
    assert abs(logs.std() - 1) < 0.03
    assert abs(logs.mean()) < 0.03


def test_gains_of_images_are_no_speckle():
    images, masks = linear(24, gain=1.0)
    plain, varied = (physics.fit_speckle_model(*linear(24, gain=g), "cartesian") for g in (0, 1.0))
    gains = images[:, 0, :, 44:].mean((1, 2)).std() / 0.12  # of class 0 alone
    # ranks among 24 gains are no normal ones: their share is too small by up to a fifth
    assert abs(varied.share - 1 / (1 + gains**2)) < 0.15
    assert varied.share < plain.share - 0.3
    spread = [m.generate(masks, 1)[:, 0, :, 44:].mean((1, 2)).std() for m in (plain, varied)]
    assert spread[1] > 0.5 * 0.12 * gains
    assert spread[1] > 1.5 * spread[0]


def test_classes_keep_mean_and_spread():
    images, masks = linear(12)
    made = physics.fit_speckle_model(images, masks, "cartesian").generate(masks, seed=4)
    for k in (0, 1):
        real, ours = images[masks == k], made[masks == k]
        grains = real.size / 7  # a grain of 0.886 N / d each way holds about 7 pixels
        assert abs(real.mean() - ours.mean()) < 4 * np.sqrt(2 / grains) * real.std()
        assert abs(ours.std() / real.std() - 1) < 0.1


def test_a_fit_of_its_own_images_finds_the_same_numbers():
    images, masks = polar_images(16, (14.0, 20.0))
    first = physics.fit_speckle_model(images, masks)
    second = physics.fit_speckle_model(first.generate(masks, seed=5), masks)
    assert np.allclose(second.edges, first.edges, rtol=0.08)
    assert abs(second.share - first.share) < 0.1
    assert np.nanmax(np.abs(second.profile - first.profile)) < 0.1


def test_profile_is_the_mean_of_each_class_at_each_depth():
    images, masks = polar_images(3, (14.0, 20.0))
    profile = physics.fit_speckle_model(images, masks).profile
    label, _, _, depth = places.find_places(masks, "polar")
    at = (label == 1) & (depth == 30)
    assert np.isclose(profile[1, 30], images[:, 0][at].mean(), atol=1e-6)
    assert np.isnan(profile[2, 3])  # nothing of the outermost class at the centre


def test_layers_along_a_border_are_drawn():
    images, masks = linear(24)
    layer = places.find_places(masks, "cartesian")[2]
    images = (images - 0.5 * ((layer == 0) & (masks[:, 0] == 1))[:, None]).clip(-1, 1)
    made = physics.fit_speckle_model(images, masks, "cartesian").generate(masks, seed=2)[:, 0]
    rim, inner = (made[(masks[:, 0] == 1) & chosen] for chosen in (layer == 0, layer == 3))
    assert rim.mean() < inner.mean() - 0.3


def test_one_image_is_enough_to_begin():
    images, masks = polar_images(1, (14.0, 20.0))
    made = physics.fit_speckle_model(images, masks).generate(np.repeat(masks, 2, 0), seed=0)
    assert np.isfinite(made).all()
    assert np.abs(made).max() <= 1
    assert made[0].std() > 0.5 * images.std()


def test_rank_and_level_undo_each_other():
    images, masks = linear(6)
    where = places.find_places(masks, "cartesian")
    table = levels.tabulate(images, where, 2)
    back = levels.level(levels.rank(images, where, table), where, table)
    assert np.abs(back - images).mean() < 0.01  # of a deviation of 0.12: 65 quantiles
    assert np.quantile(np.abs(back - images), 0.95) < 0.02  # the outermost two are far apart


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_mixture_has_its_law(share):
    law, chance = fields.Mixture(share), np.random.default_rng(0)
    logs = (np.log(chance.exponential(size=20000)) - fields.MEAN) / fields.DEVIATION
    values = np.sqrt(share) * logs + np.sqrt(1 - share) * chance.normal(size=logs.size)
    ranks = law.rank(values)
    for q in (0.1, 0.5, 0.9):  # 4 standard errors
        assert abs((ranks < q).mean() - q) < 4 * np.sqrt(q * (1 - q) / len(ranks))
    assert np.allclose(law.value(ranks), values, atol=0.02)


@pytest.mark.parametrize(
    ("images", "masks", "word"),
    [
        (np.zeros((0, 1, 32, 32)), np.zeros((0, 1, 32, 32), int), "at least one"),
        (np.zeros((1, 1, 32, 32)), np.zeros((2, 1, 32, 32), int), "equal"),
        (np.zeros((1, 1, 32, 32)), np.zeros((1, 32, 32), int), "N, 1, H, W"),
        (np.zeros((1, 1, 8, 8)), np.zeros((1, 1, 8, 8), int), "at least"),
        (np.full((1, 1, 32, 32), 2.0), np.zeros((1, 1, 32, 32), int), "outside"),
        (np.full((1, 1, 32, 32), np.nan), np.zeros((1, 1, 32, 32), int), "NaN"),
        (np.zeros((1, 1, 32, 32)), np.zeros((1, 1, 32, 32)), "integers"),
        (np.zeros((1, 1, 32, 32)), np.zeros((1, 1, 32, 32), int), "constant"),
        (np.zeros((1, 1, 32, 48)), np.zeros((1, 1, 32, 48), int), "square"),
    ],
)
def test_what_cannot_be_fitted_is_named(images, masks, word):
    with pytest.raises(ValueError, match=word):
        physics.fit_speckle_model(images, masks)


def test_unknown_coordinates_are_named():
    with pytest.raises(ValueError, match="coordinates"):
        physics.fit_speckle_model(*linear(1), "spherical")


def test_slow_roots_have_the_variance_asked_for():
    chance = np.random.default_rng(0)
    a = chance.normal(size=(33, 16, 16))
    roots = fitting._roots(a @ a.transpose(0, 2, 1), 0.4)
    generator = torch.Generator().manual_seed(0)
    drawn = [fields.slow_field(roots, (16, 64), generator) for _ in range(200)]
    assert abs(torch.stack(drawn).var() - 0.4) < 0.04
