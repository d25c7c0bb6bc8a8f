"""Controls: as many pairs as a GAN makes, each from what it says, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from specklegan import datasets, physics

POOL, HELD_OUT = datasets.load_pair("phantom", 8, 8, size=32, seed=4)
TRAIN = POOL.subset(range(4))


@pytest.mark.parametrize("control", physics.CONTROLS)
def test_control_makes_as_many_pairs_as_asked_for(control):
    images, masks = physics.control_pairs(control, TRAIN, 10, seed=0)
    assert images.shape == masks.shape == (10, 1, 32, 32)
    assert (images.dtype, masks.dtype) == (np.float32, np.uint8)
    assert np.abs(images).max() <= 1
    again = physics.control_pairs(control, TRAIN, 10, seed=0)
    other = physics.control_pairs(control, TRAIN, 10, seed=1)
    assert np.array_equal(images, again[0])
    assert not np.array_equal(images, other[0])


def test_real_images_come_again_in_turn():
    images, masks = physics.control_pairs("real", TRAIN, 10, seed=0)
    which = [np.flatnonzero((TRAIN.images == image).all((1, 2, 3)))[0] for image in images]
    counts = np.bincount(which, minlength=4)
    assert counts.min() == 2
    assert counts.max() == 3
    assert np.array_equal(masks, TRAIN.masks[which])


def test_physics_draws_the_masks_that_a_gan_gets():
    _, masks = physics.control_pairs("physics", TRAIN, 5, seed=3)
    assert np.array_equal(masks, datasets.artificial_masks(TRAIN, 5, 3))


def test_fresh_phantoms_are_of_the_same_scanner_and_of_no_set():
    fresh = datasets.fresh_phantoms(TRAIN, 8, 0)
    assert fresh.source["scanner"] == POOL.source["scanner"]
    for other in (POOL, HELD_OUT):
        assert not (fresh.images[:, None] == other.images[None]).all((2, 3, 4)).any()
        assert np.array_equal(  # held-out phantoms lead to the same fresh ones
            datasets.fresh_phantoms(other, 1, 0).images, fresh.images[:1]
        )


def test_what_cannot_be_made_is_named():
    with pytest.raises(ValueError, match="control: 'other'"):
        physics.control_pairs("other", TRAIN, 2, 0)
    own = replace(TRAIN, source={"kind": "folder", "path": "mine"})
    with pytest.raises(ValueError, match="mine; expected phantoms"):
        physics.control_pairs("simulator", own, 2, 0)
