"""Varied pairs: as many as asked for, each image in turn, black black, masks with their images."""

import numpy as np
import pytest

from specklegan import datasets, physics


@pytest.fixture(scope="module")
def phantoms():
    return datasets.load("phantom", 32, images=4, seed=1)


def test_pairs_keep_shape_range_and_labels(phantoms):
    images, masks = physics.vary_pairs(phantoms.images, phantoms.masks, 10, seed=0)
    assert images.shape == masks.shape == (10, 1, 32, 32)
    assert (images.dtype, masks.dtype) == (np.float32, np.uint8)
    assert np.abs(images).max() <= 1
    assert set(np.unique(masks)) <= {0, 1, 2}
    assert (images[:, :, :2, :2] == -1).all()  # outside the disc
    again = physics.vary_pairs(phantoms.images, phantoms.masks, 10, seed=0)
    assert np.array_equal(images, again[0])
    assert not np.array_equal(images, physics.vary_pairs(*again, 10, seed=1)[0])


def test_flat_pairs_show_gain_and_speckle_alone():
    grey = np.zeros((1, 1, 32, 32), dtype=np.float32)
    labels = np.zeros(grey.shape, dtype=np.uint8)
    images, _ = physics.vary_pairs(grey, labels, 200, 0, "cartesian")
    logs = np.log(images + 1)
    # deviation of a mean of 200 gains: 5 %; clipping at white takes nothing from so few e^0.1
    assert abs(logs.mean((1, 2, 3)).std() - 0.1) < 0.02
    assert abs(logs.std((1, 2, 3)).mean() - 0.1) < 0.01


def test_masks_go_with_their_images(phantoms):
    marked = (phantoms.masks == 0).astype(np.float32) - 0.5
    images, masks = physics.vary_pairs(marked, phantoms.masks, 8, seed=2)
    agree = (images > 0) == (masks == 0)
    inside = np.hypot(*(np.mgrid[:32, :32] - 15.5)) < 14
    assert agree[:, 0][:, inside].mean() > 0.97  # bicubic against nearest at the border


def test_each_image_comes_in_turn():
    grey = np.linspace(-0.9, 0.0, 4, dtype=np.float32)[:, None, None, None] * np.ones(
        (1, 1, 16, 16)
    )
    labels = np.zeros(grey.shape, dtype=np.uint8)
    images, _ = physics.vary_pairs(grey.astype(np.float32), labels, 8, 0, "cartesian")
    order = np.argsort(images.mean((1, 2, 3)))
    assert set(order[:2]) != set(order[2:4])
    assert images.mean((1, 2, 3))[order[1]] < images.mean((1, 2, 3))[order[2]] / 1.5 - 0.1


def test_no_pair_is_named():
    with pytest.raises(ValueError, match="at least one"):
        physics.vary_pairs(np.zeros((0, 1, 32, 32)), np.zeros((0, 1, 32, 32), int), 3, 0)
