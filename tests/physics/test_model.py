"""Images by a fitted model: seeds, sizes, the disc, and what it refuses."""

import numpy as np
import pytest
import torch

from specklegan import datasets, physics, speckle


@pytest.fixture(scope="module")
def phantoms():
    return datasets.load("phantom", 32, images=12, seed=3)


@pytest.fixture(scope="module")
def model(phantoms):
    return physics.fit_speckle_model(phantoms.images, phantoms.masks)


def test_images_are_as_networks_make_them(model, phantoms):
    made = model.generate(phantoms.masks, seed=0)
    assert made.dtype == np.float32
    assert made.shape == phantoms.masks.shape
    assert np.abs(made).max() <= 1
    assert (made[:, 0][:, ~speckle.disc(32).numpy()] == -1).all()


def test_the_catheter_stays_black_and_alone(model, phantoms):
    centre = np.s_[:, 0, 15:17, 15:17]
    assert (phantoms.images[centre] == -1).all()
    assert (model.generate(phantoms.masks, seed=0)[centre] == -1).all()


def test_each_image_depends_on_seed_number_and_mask_alone(model, phantoms):
    made = model.generate(phantoms.masks, seed=7)
    assert np.array_equal(made, model.generate(phantoms.masks, seed=7))
    assert np.array_equal(made[:3], model.generate(phantoms.masks[:3], seed=7))
    assert not np.array_equal(made, model.generate(phantoms.masks, seed=8))
    twice = model.generate(np.repeat(phantoms.masks[:1], 2, 0), seed=7)
    assert not np.array_equal(*twice)


def test_global_random_state_is_left_alone(model, phantoms):
    before = torch.get_rng_state()
    model.generate(phantoms.masks[:1], seed=0)
    assert torch.equal(before, torch.get_rng_state())


def test_masks_of_another_size_are_drawn_too(model, phantoms):
    larger = np.kron(phantoms.masks, np.ones((2, 2), np.uint8))
    made = model.generate(larger, seed=0)
    assert made.shape == larger.shape
    means = [x[phantoms.masks == 2].mean() for x in (made[:, :, ::2, ::2], phantoms.images)]
    assert abs(means[0] - means[1]) < 0.1


@pytest.mark.parametrize(
    ("masks", "word"),
    [
        (np.full((1, 1, 32, 32), 3, np.uint8), r"labels \[3\]"),
        (np.zeros((1, 1, 32, 40), np.uint8), "square"),
        (np.zeros((32, 32), np.uint8), "N, 1, H, W"),
        (np.full((1, 1, 32, 32), -1), "at least 0"),
    ],
)
def test_masks_that_it_cannot_draw_are_named(model, masks, word):
    with pytest.raises(ValueError, match=word):
        model.generate(masks, seed=0)


def test_no_mask_no_image(model):
    assert model.generate(np.zeros((0, 1, 32, 32), np.uint8), seed=0).shape == (0, 1, 32, 32)


def test_labels_between_known_ones_are_unknown_too(phantoms):
    gap = np.where(phantoms.masks == 1, 4, phantoms.masks)
    fitted = physics.fit_speckle_model(phantoms.images, gap)
    with pytest.raises(ValueError, match=r"labels \[1\]"):
        fitted.generate(phantoms.masks, seed=0)


def test_neighbours_that_never_met_are_drawn(model):
    masks = np.zeros((1, 1, 32, 32), np.uint8)
    masks[..., 20:, :] = 2  # lumen beside background, no wall between
    assert np.isfinite(model.generate(masks, seed=0)).all()
