"""R1 by closed form; disguises that move pixels exactly, real and generated alike."""

import pytest
import torch

from specklegan.training.discriminator_augmentation import BRIGHTNESS, CONTRAST, disguise
from specklegan.training.losses import r1_penalty


def random(seed=0):
    return torch.Generator().manual_seed(seed)


def pairs(n=256, size=8):
    """Images whose masks are a function of them, so that a mismatch would show."""
    images = torch.rand(n, 1, size, size, generator=random(1))
    return images, (images * 3).to(torch.uint8)


def test_r1_of_a_linear_discriminator_is_its_squared_weights():
    weight = torch.randn(1, 4, 4, generator=random())
    images = torch.rand(6, 1, 4, 4, requires_grad=True)
    logits = (images * weight).sum((1, 2, 3))[:5] + 7  # the last is a generated one
    torch.testing.assert_close(r1_penalty(logits, images), weight.square().sum())


def test_r1_takes_the_mean_logit_of_patches():
    images = torch.rand(3, 1, 4, 4, requires_grad=True)
    logits = images[:, 0] * 2  # (B, 4, 4): D = mean of 2 x, gradient 2 / 16 in each pixel
    torch.testing.assert_close(r1_penalty(logits, images), torch.tensor(16 * (2 / 16) ** 2))


def test_r1_trains_the_discriminator():
    slope = torch.tensor(3.0, requires_grad=True)
    images = torch.rand(2, 1, 4, 4, requires_grad=True)
    r1_penalty((slope * images).sum((1, 2, 3)), images).backward()
    torch.testing.assert_close(slope.grad, torch.tensor(2 * 3.0 * 16))  # d/ds of 16 s^2


@pytest.mark.parametrize("kind", ["rotation", "flip"])
def test_turns_and_flips_move_whole_pixels_of_image_and_mask_together(kind):
    images, masks = pairs()
    out, labels = disguise(images, masks, [kind], random())
    assert torch.equal(labels, (out * 3).to(torch.uint8))
    for new, old in zip(out[:, 0], images[:, 0], strict=True):
        turned = [old.rot90(k) for k in range(4)]
        flips = [old, old.flip(0), old.flip(1), old.flip(0).flip(1)]
        assert any(torch.equal(new, x) for x in (turned if kind == "rotation" else flips))


@pytest.mark.parametrize("kind", ["rotation", "flip"])
def test_each_of_four_positions_is_equally_likely(kind):
    corner = torch.zeros(4000, 1, 2, 2)
    corner[:, :, 0, 0] = 1
    out, _ = disguise(corner, corner, [kind], random())
    share = out.mean(0).flatten()
    # 4000 draws with p = 1/4: standard deviation .0068; five of them
    assert (share - 0.25).abs().max() < 0.035


def test_cutouts_are_grey_squares_in_half_of_the_images_and_leave_the_mask():
    images = torch.ones(2000, 1, 16, 16)
    masks = torch.ones_like(images)
    out, labels = disguise(images, masks, ["cutout"], random())
    assert torch.equal(labels, masks)
    assert set(out.unique().tolist()) == {0.0, 1.0}
    cut = (out == 0).flatten(1).sum(1)
    assert ((cut > 0).float().mean() - 0.5).abs() < 5 * 0.5 / 2000**0.5
    assert cut.max() <= 8 * 8  # half the edge each way, less at the border
    first = out[cut.argmax(), 0] == 0
    assert first.any(0).sum() * first.any(1).sum() == first.sum()  # one full rectangle


def test_gain_changes_brightness_and_contrast_within_bounds_and_leaves_the_mask():
    images, masks = pairs(2000)
    out, labels = disguise(images, masks, ["gain"], random())
    assert torch.equal(labels, masks)
    shift = (out.mean((1, 2, 3)) - images.mean((1, 2, 3))) / BRIGHTNESS
    stretch = (out.std((1, 2, 3)) / images.std((1, 2, 3)) - 1) / CONTRAST
    for chance in (shift, stretch):  # uniform in [-1, 1]: deviation 3^-1/2
        assert chance.abs().max() < 1.001
        assert chance.abs().max() > 0.99
        assert chance.mean().abs() < 5 / (3 * 2000) ** 0.5
    assert torch.corrcoef(torch.stack([shift, stretch]))[0, 1].abs() < 5 / 2000**0.5
    flat = torch.stack([images.flatten(1), out.flatten(1)])
    assert torch.corrcoef(flat[:, 0])[0, 1] > 1 - 1e-5  # the picture itself is the same


def test_r1_of_groups_is_that_of_their_mean():
    images = torch.rand(3, 1, 4, 4, requires_grad=True)
    groups = images[:, 0] * 2, images.mean((1, 2, 3)) * 6  # D = (2 + 6) / 2 times the mean grey
    torch.testing.assert_close(r1_penalty(groups, images), torch.tensor(16 * (4 / 16) ** 2))


def test_gradients_pass_and_nothing_is_shifted():
    images = torch.rand(4, 1, 8, 8, requires_grad=True)
    out, _ = disguise(images, images, ["rotation", "flip"], random())
    out.sum().backward()
    assert torch.equal(images.grad, torch.ones_like(images))  # every pixel once: nothing left out


def test_no_kind_is_the_identity():
    images, masks = pairs(3)
    out, labels = disguise(images, masks, [], random())
    assert torch.equal(out, images)
    assert torch.equal(labels, masks)
