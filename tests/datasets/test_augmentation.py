"""Turning and flipping: image and mask together, about the centre of the polar grid."""

import math

import numpy as np
import pytest
import torch

from specklegan.datasets import augmentation, loading
from specklegan.speckle import polar


def phantoms(n=12, size=32, seed=0):
    return loading.load("phantom", size, n, seed)


def smooth(size, count=1):
    """Images of random waves that bend slowly against a pixel, in [-1, 1]."""
    generator = torch.Generator().manual_seed(0)
    axis = (torch.arange(size, dtype=torch.float64) + 0.5) / size - 0.5
    waves = 12 * torch.rand(count, 5, 2, 1, 1, generator=generator, dtype=torch.float64) - 6
    phase = 6.3 * torch.rand(count, 5, 1, 1, generator=generator, dtype=torch.float64)
    return torch.sin(waves[:, :, 0] * axis + waves[:, :, 1] * axis[:, None] + phase).mean(
        1, keepdim=True
    )


@pytest.mark.parametrize("size", [64, 65])
def test_a_turn_is_a_shift_of_the_polar_grid(size):
    """The centre of rotation is the polar grid's: every angle moves by one, no radius does."""
    images = smooth(size, 8)
    steps = torch.tensor([0, 1, 7, 16, 32, 63, 100, 127])
    angle = steps * 2 * math.pi / 128
    turned, _ = augmentation.turn(images, images, angle, torch.ones(8, 2))
    before = polar.to_polar(images, (32, 128))[..., :28, :]  # within the picture, off its edge
    after = polar.to_polar(turned, (32, 128))[..., :28, :]
    for k, step in enumerate(steps.tolist()):
        # Waves of 12 rad a picture: bicubic and bilinear weights are right to a few thousandths.
        torch.testing.assert_close(after[k], before[k].roll(step, -1), atol=4e-3, rtol=0)


def test_flips_turn_the_polar_grid_round():
    images = smooth(64, 2)
    across = augmentation.turn(images, images, torch.zeros(2), torch.tensor([[-1.0, 1]] * 2))[0]
    down = augmentation.turn(images, images, torch.zeros(2), torch.tensor([[1.0, -1]] * 2))[0]
    before, after = polar.to_polar(images), polar.to_polar(down)
    torch.testing.assert_close(after, before.flip(-1).roll(1, -1), atol=1e-6, rtol=0)
    torch.testing.assert_close(across, images.flip(-1), atol=1e-6, rtol=0)


def test_quarter_turns_are_exact_and_go_the_stated_way():
    images = torch.rand(4, 1, 9, 9) * 2 - 1
    labels = torch.randint(0, 3, (4, 1, 9, 9), dtype=torch.uint8)
    quarter = torch.arange(4) * math.pi / 2
    turned, again = augmentation.turn(images, labels, quarter, torch.ones(4, 2))
    for k in range(4):  # from right to down is what rot90 calls backwards
        torch.testing.assert_close(turned[k], images[k].rot90(-k, (-2, -1)), atol=1e-5, rtol=0)
        assert torch.equal(again[k], labels[k].rot90(-k, (-2, -1)))


def test_image_and_mask_turn_together():
    dataset = phantoms(16, 64)
    labels = torch.from_numpy(dataset.masks)
    painted = labels.float() - 1  # an image that is its mask
    turned, again = augmentation.augment(painted, labels, torch.Generator().manual_seed(0))
    assert again.dtype == torch.uint8
    assert turned.shape == painted.shape
    y, x = np.mgrid[:64, :64] - 31.5
    disc = torch.from_numpy(np.hypot(x, y) < 31)
    agree = (turned.round() == again.float() - 1)[..., disc].float().mean()
    # They may differ where a border passes between pixels: about a tenth of a vessel's pixels.
    assert agree > 0.97
    assert ((again != labels).flatten(1).float().mean(1) > 0.005).all()  # and all have turned
    # The share of each class survives, up to its border.
    before, after = ((m[..., disc] == 0).float().mean() for m in (labels, again))
    assert abs(before - after) < 0.005


def test_turning_keeps_fine_speckle():
    images = torch.from_numpy(phantoms(24, 64).images)
    turned, _ = augmentation.augment(images, images, torch.Generator().manual_seed(1))
    frequency = torch.fft.fftfreq(64)
    radius = torch.hypot(frequency[:, None], frequency)
    fine = (radius > 0.3) & (radius < 0.4)
    power = [torch.fft.fft2(x).abs().square().mean((0, 1))[fine].sum() for x in (images, turned)]
    assert power[1] / power[0] > 0.75  # bilinear weights leave less than half


def test_outside_stays_black_background():
    images, labels = torch.full((8, 1, 32, 32), 0.5), torch.full((8, 1, 32, 32), 2)
    turned, again = augmentation.augment(images, labels, torch.Generator().manual_seed(0))
    assert (again == 2).all()
    assert (turned.amin((1, 2, 3)) == -1).sum() >= 6  # corners, unless hardly turned
    assert torch.allclose(turned[..., 12:20, 12:20], torch.tensor(0.5))


def test_depth_stays_depth_in_cartesian_data():
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(32, 1, 16, 16, generator=generator)
    labels = (images > 0).to(torch.uint8)
    turned, again = augmentation.augment(images, labels, generator, "cartesian")
    flipped = (turned == images.flip(-1)).flatten(1).all(1)
    same = (turned == images).flatten(1).all(1)
    assert (flipped ^ same).all()
    assert 6 < flipped.sum() < 26  # a fair coin, 32 throws, 3.5 standard deviations
    assert torch.equal(again, (turned > 0).to(torch.uint8))
    with pytest.raises(ValueError, match="coordinates = 'round'; expected"):
        augmentation.augment(images, labels, generator, "round")


def test_augmentation_repeats_with_its_generator():
    images = torch.from_numpy(phantoms(4).images)
    first, second = (
        augmentation.augment(images, images, torch.Generator().manual_seed(3))[0] for _ in range(2)
    )
    assert torch.equal(first, second)


def test_varied_masks_keep_depth_and_mirror_sides():
    labels = np.zeros((1, 1, 32, 32), np.uint8)
    labels[..., 16:, :] = 1  # deep
    labels[..., :16, :16] = 2  # shallow, left
    varied = augmentation.vary_masks(labels, 60, 0)[:, 0]
    assert (varied[:, -2, 8:24] == 1).all()  # tilted by 15 degrees at most
    left = (varied[:, 2, 4] == 2).mean()
    assert 0.25 < left < 0.75  # a fair coin, 60 throws, 4 standard deviations
