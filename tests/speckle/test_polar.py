"""Geometry of the polar resampling."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from scipy.ndimage import map_coordinates

from specklegan.speckle import polar

SEEDS = st.integers(0, 2**20)
SIDES = st.integers(3, 24)


def uniform(seed, *shape):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def smooth_image(size, dtype=torch.float64):
    """A band-limited test image: a few cycles across, so that interpolation errs little."""
    axis = torch.linspace(0, 2 * math.pi, size, dtype=dtype)
    return 2 + torch.sin(axis)[:, None] * torch.cos(2 * axis)[None, :]


def blobs(size, turn):
    """Two Gaussian blobs off the centre, turned by `turn` radians about it."""
    axis = torch.arange(size, dtype=torch.float64) - (size - 1) / 2
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    width, image = size / 8, torch.zeros(size, size, dtype=torch.float64)
    for angle, radius in ((0.3, size / 4), (2.5, size / 6)):
        centre = radius * math.cos(angle + turn), radius * math.sin(angle + turn)
        image += torch.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (2 * width**2))
    return image


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


@given(SIDES, SIDES, SIDES, SEEDS)
@settings(max_examples=20, deadline=None)
def test_to_polar_equals_scipy_at_independent_positions(size, radii, angles, seed):
    image = uniform(seed, size, size)
    r = (np.arange(radii) + 0.5) * (size / 2 / radii)  # pixels from the centre
    theta = np.arange(angles) * 2 * np.pi / angles
    centre = (size - 1) / 2
    places = np.array([centre + np.outer(r, np.sin(theta)), centre + np.outer(r, np.cos(theta))])
    expected = map_coordinates(image.numpy(), places, order=1, mode="nearest")
    np.testing.assert_allclose(polar.to_polar(image, (radii, angles)), expected, atol=1e-12)


@given(SIDES, SIDES, SIDES, SEEDS)
@settings(max_examples=20, deadline=None)
def test_to_cartesian_equals_scipy_at_independent_positions(size, radii, angles, seed):
    image = uniform(seed, radii, angles)
    axis = (np.arange(size) + 0.5) / (size / 2) - 1
    y, x = np.meshgrid(axis, axis, indexing="ij")
    r, theta = np.hypot(x, y), np.arctan2(y, x)
    places = np.array([r * radii - 0.5, theta * angles / (2 * np.pi) + angles])
    thrice = np.tile(image.numpy(), (1, 3))  # periodic in angle by repetition
    expected = map_coordinates(thrice, places, order=1, mode="nearest")
    # On the rim itself rounding decides whether a pixel is inside.
    clear = np.abs(r - 1) > 1e-9
    found = polar.to_cartesian(image, size).numpy()
    np.testing.assert_allclose(found[clear], np.where(r <= 1, expected, 0)[clear], atol=1e-12)


def test_corners_outside_the_disc_are_zero():
    back = polar.to_cartesian(torch.ones(32, 32))
    assert back[~polar.disc(32)].abs().max() == 0
    torch.testing.assert_close(back[polar.disc(32)], torch.ones(int(polar.disc(32).sum())))


@given(st.integers(2, 24), st.integers(1, 8), st.integers(0, 3), SEEDS)
@settings(max_examples=25, deadline=None)
def test_a_quarter_turn_is_a_shift_of_the_angles(half, quarter, turns, seed):
    size, angles = 2 * half, 4 * quarter
    image, shape = uniform(seed, size, size), (size, angles)
    turned = image.rot90(-turns, (0, 1))  # clockwise with rows downwards: + 90 degrees
    shifted = polar.to_polar(image, shape).roll(turns * quarter, -1)
    torch.testing.assert_close(polar.to_polar(turned, shape), shifted)
    # And back: a shift of the angles is a turn of the image.
    pattern = uniform(seed + 1, size, angles)
    expected = polar.to_cartesian(pattern, size).rot90(-turns, (0, 1))
    torch.testing.assert_close(
        polar.to_cartesian(pattern.roll(turns * quarter, -1), size), expected
    )


@given(st.integers(0, 63))
@settings(max_examples=20, deadline=None)
def test_any_turn_of_a_smooth_image_is_a_shift_of_the_angles(columns):
    size, angles = 64, 64
    turned = polar.to_polar(blobs(size, columns * 2 * math.pi / angles), (size, angles))
    shifted = polar.to_polar(blobs(size, 0.0), (size, angles)).roll(columns, -1)
    # Bilinear interpolation errs by at most 1 / 8 of the second derivative along each axis, which
    # is 1 / width^2 = 1 / 64 for a blob; two axes, two blobs, and both sides err.
    assert (turned - shifted).abs().max() < 2 * 2 * 2 / 8 / 64


@pytest.mark.parametrize("angles", [32, 37])
def test_no_seam_at_angle_zero(angles):
    """A function smooth in angle must not jump where the angle wraps round."""
    size = 128
    theta = torch.arange(angles, dtype=torch.float64) * 2 * math.pi / angles
    image = polar.to_cartesian((2 + torch.sin(theta)).expand(size, angles), size)
    right = image[size // 2 - 8 : size // 2 + 8, -8]  # across angle 0, far from the centre
    steps = right.diff()
    # sin has slope 1 there: at radius 55.5 px one pixel is 1 / 55.5 radian.
    np.testing.assert_allclose(steps, 1 / 55.5, rtol=0.05)


@given(SIDES, SIDES, SIDES, SEEDS)
@settings(max_examples=20, deadline=None)
def test_gradients_are_the_adjoints_by_inner_products(size, radii, angles, seed):
    pairs = [
        (lambda x: polar.to_polar(x, (radii, angles)), (size, size), (radii, angles)),
        (lambda x: polar.to_cartesian(x, size), (radii, angles), (size, size)),
    ]
    for resample, source, target in pairs:
        x, y = uniform(seed, *source), uniform(seed + 1, *target)
        # Of a linear map the gradient of <A v, y> at any v is the adjoint applied to y.
        elsewhere = uniform(seed + 2, *source).requires_grad_()
        (adjoint,) = torch.autograd.grad((resample(elsewhere) * y).sum(), elsewhere)
        torch.testing.assert_close((resample(x) * y).sum(), (x * adjoint).sum())


@given(SIDES, SIDES, st.floats(-3, 3), SEEDS)
@settings(max_examples=20, deadline=None)
def test_resampling_is_linear_and_stays_between_the_extremes(size, angles, factor, seed):
    a, b = uniform(seed, size, size), uniform(seed + 1, size, size)
    shape = (size, angles)
    for resample in (lambda x: polar.to_polar(x, shape), lambda x: polar.to_cartesian(x, size)):
        together = resample(a + factor * b)
        torch.testing.assert_close(together, resample(a) + factor * resample(b))
    assert a.min() - 1e-12 <= polar.to_polar(a, shape).min()
    assert polar.to_polar(a, shape).max() <= a.max() + 1e-12
    assert polar.to_cartesian(a, size).max() <= a.max() + 1e-12


def test_gradients_agree_with_differences():
    image = uniform(0, 6, 6).requires_grad_()
    assert torch.autograd.gradcheck(polar.to_polar, image)
    assert torch.autograd.gradcheck(polar.to_cartesian, image)


def test_batch_order_is_kept():
    images = uniform(0, 3, 2, 16, 16)
    for resample in (polar.to_polar, polar.to_cartesian):
        together = resample(images)
        for i in range(3):
            for j in range(2):
                torch.testing.assert_close(together[i, j], resample(images[i, j]))


def test_shapes_and_types():
    assert polar.to_polar(torch.zeros(2, 16, 16), (5, 9)).shape == (2, 5, 9)
    assert polar.to_cartesian(torch.zeros(2, 5, 9), 12).shape == (2, 12, 12)
    assert polar.to_cartesian(torch.zeros(5, 9)).shape == (5, 5)
    for dtype in (torch.float32, torch.float64):
        assert polar.to_cartesian(polar.to_polar(torch.zeros(4, 4, dtype=dtype))).dtype == dtype


@pytest.mark.parametrize("resample", [polar.to_polar, polar.to_cartesian])
def test_bad_images_are_refused(resample):
    with pytest.raises(TypeError, match=r"floating-point .* found torch\.uint8"):
        resample(torch.zeros(4, 4, dtype=torch.uint8))
    with pytest.raises(TypeError, match=r"float32 or float64.* found torch\.float16"):
        resample(torch.zeros(4, 4, dtype=torch.float16))
    with pytest.raises(TypeError, match="ndarray"):
        resample(np.zeros((4, 4)))
    with pytest.raises(ValueError, match=r"two axes \(..., H, W\), found 1"):
        resample(torch.zeros(4))
    with pytest.raises(ValueError, match="must have pixels, found shape"):
        resample(torch.zeros(2, 0, 4))
    for value in (math.nan, math.inf):
        with pytest.raises(ValueError, match="must be finite, found NaN or infinity"):
            resample(torch.tensor([[1.0, 2.0], [3.0, value]]))


def test_bad_sizes_are_refused():
    with pytest.raises(ValueError, match=r"square \(H = W\), found 4 x 6"):
        polar.to_polar(torch.zeros(4, 6))
    with pytest.raises(ValueError, match="radii must be an integer of at least 1, found 0"):
        polar.to_polar(torch.zeros(4, 4), (0, 3))
    with pytest.raises(ValueError, match=r"angles must be an integer of at least 1, found 2\.5"):
        polar.to_polar(torch.zeros(4, 4), (4, 2.5))
    with pytest.raises(ValueError, match="size must be an integer of at least 1, found 0"):
        polar.to_cartesian(torch.zeros(4, 4), 0)
