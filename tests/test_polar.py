"""Geometry of the polar resampling."""

import math

import numpy as np
import pytest
import torch

from specklegan import polar


def smooth_image(size, dtype=torch.float64):
    """A band-limited test image: a few cycles across, so that interpolation errs little."""
    axis = torch.linspace(0, 2 * math.pi, size, dtype=dtype)
    return 2 + torch.sin(axis)[:, None] * torch.cos(2 * axis)[None, :]


def test_round_trip_inside_the_disc():
    image, h = smooth_image(128), 2 * math.pi / 127
    error = (polar.to_cartesian(polar.to_polar(image)) - image).abs()
    axis = torch.arange(128) - 63.5
    radius = torch.hypot(axis[:, None], axis[None, :])
    # Linear interpolation errs by at most spacing^2 / 8 times the second derivative (at most
    # 5 h^2): spacing 1 px on the Cartesian grid, pi px between angles at the rim of the polar one.
    bound = (1 + 1 + math.pi**2) * 5 * h**2 / 8
    assert error[radius < 63].max() < bound
    # The outermost sample lies a quarter pixel inside the rim: half a pixel's slope (2 h) more.
    assert error[radius < 64].max() < h + bound


def test_corners_outside_the_disc_are_zero():
    back = polar.to_cartesian(torch.ones(32, 32))
    assert back[~polar.disc(32)].abs().max() == 0
    torch.testing.assert_close(back[polar.disc(32)], torch.ones(int(polar.disc(32).sum())))


def test_a_quarter_turn_is_a_shift_of_the_angles():
    image = torch.rand(48, 48, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    turned = polar.to_polar(image.rot90(-1, (0, 1)))  # clockwise with rows downwards: + 90 degrees
    torch.testing.assert_close(turned, polar.to_polar(image).roll(12, -1))


def test_no_seam_at_angle_zero():
    """A function smooth in angle must not jump where the angle wraps round."""
    size, angles = 128, 32
    theta = torch.arange(angles, dtype=torch.float64) * 2 * math.pi / angles
    image = polar.to_cartesian((2 + torch.sin(theta)).expand(size, angles), size)
    right = image[size // 2 - 8 : size // 2 + 8, -8]  # across angle 0, far from the centre
    steps = right.diff()
    # sin has slope 1 there: at radius 55.5 px one pixel is 1 / 55.5 radian.
    np.testing.assert_allclose(steps, 1 / 55.5, rtol=0.05)


def test_linear_and_adjoint_of_autograd():
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(16, 16, generator=generator, dtype=torch.float64, requires_grad=True)
    y = torch.rand(16, 16, generator=generator, dtype=torch.float64)
    out = polar.to_polar(x)
    (out * y).sum().backward()
    torch.testing.assert_close((out * y).sum().detach(), (x * x.grad).sum().detach())
    torch.testing.assert_close(polar.to_polar(3 * x), 3 * out)


def test_batch_order_is_kept():
    images = torch.rand(3, 2, 16, 16, generator=torch.Generator().manual_seed(0))
    together = polar.to_polar(images)
    for i in range(3):
        for j in range(2):
            torch.testing.assert_close(together[i, j], polar.to_polar(images[i, j]))


def test_shapes():
    assert polar.to_polar(torch.zeros(2, 16, 16), (5, 9)).shape == (2, 5, 9)
    assert polar.to_cartesian(torch.zeros(2, 5, 9), 12).shape == (2, 12, 12)
    assert polar.to_cartesian(torch.zeros(5, 9)).shape == (5, 5)


def test_bad_input():
    with pytest.raises(TypeError, match="floating-point"):
        polar.to_polar(torch.zeros(4, 4, dtype=torch.uint8))
    with pytest.raises(TypeError, match="ndarray"):
        polar.to_cartesian(np.zeros((4, 4)))
    with pytest.raises(ValueError, match="square"):
        polar.to_polar(torch.zeros(4, 6))
    with pytest.raises(ValueError, match="two axes"):
        polar.to_polar(torch.zeros(4))
    with pytest.raises(ValueError, match="at least 1"):
        polar.to_polar(torch.zeros(4, 4), (0, 3))
