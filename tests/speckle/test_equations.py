"""Eq. 2, 3 and 4 of the paper are one equation, in double precision, for any image and edge."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from scipy.signal import convolve2d

from specklegan.optics import imaging
from specklegan.speckle import equations, formation


@settings(max_examples=40, deadline=None)
@given(data=st.data(), size=st.integers(1, 16), seed=st.integers(0, 2**16))
def test_three_equations_agree_to_rounding(data, size, seed):
    edge = data.draw(st.integers(1, size))
    rng = np.random.default_rng(seed)
    image, phase = rng.normal(size=(size, size)), rng.uniform(0, 2 * np.pi, (size, size))
    source = image * np.exp(1j * phase)
    second = formation.form_speckle(
        torch.tensor(image), float(edge), phase=torch.tensor(phase)
    ).numpy()
    kernel = np.fft.ifft2(imaging.pupil_window(size, edge))
    third = equations.convolve(source, kernel)
    fourth = equations.convolve_axes(source, imaging.periodic_sinc(edge, size))
    np.testing.assert_allclose(third, second, atol=1e-13)
    np.testing.assert_allclose(fourth, second, atol=1e-13)


@pytest.mark.parametrize("shape", [(8, 8), (9, 9), (7, 12), (32, 31), (64, 64)])
def test_eq2_as_the_paper_writes_it_is_what_form_speckle_forms(shape):
    rng = np.random.default_rng(3)
    image, phase = rng.normal(size=shape), rng.uniform(0, 2 * np.pi, shape)
    for edge in range(1, min(shape) + 1):
        plain = equations.speckle_by_eq2(image, edge, phase)
        formed = formation.form_speckle(torch.tensor(image), edge, phase=torch.tensor(phase))
        # amplitudes up to about 1 in double precision, sums of 10^3 terms: some tens of 2^-53
        np.testing.assert_allclose(formed, plain, atol=1e-13)


def test_eq2_of_a_wave_beyond_the_window_is_dark_and_of_one_inside_is_bright():
    """Closed form: a phase of k cycles along a row is bin k and no other."""
    ramp = np.broadcast_to(2 * np.pi * np.arange(16) / 16, (12, 16))
    bright = {k: equations.speckle_by_eq2(np.ones((12, 16)), 4, k * ramp) for k in range(-4, 5)}
    for k, found in bright.items():
        np.testing.assert_allclose(found, float(-2 <= k < 2), atol=1e-13)


def test_convolution_is_that_of_scipy():
    rng = np.random.default_rng(1)
    source, kernel = rng.normal(size=(2, 7, 9)) + 1j * rng.normal(size=(2, 7, 9))
    periodic = np.pad(source, ((6, 0), (8, 0)), mode="wrap")
    expected = np.abs(convolve2d(periodic, kernel, mode="valid"))
    np.testing.assert_allclose(equations.convolve(source, kernel), expected, atol=1e-12)


def test_product_kernel_is_the_outer_product():
    rng = np.random.default_rng(2)
    source = rng.normal(size=(8, 8)) + 1j * rng.normal(size=(8, 8))
    kernel = rng.normal(size=8) + 1j * rng.normal(size=8)
    whole = equations.convolve(source, np.outer(kernel, kernel))
    np.testing.assert_allclose(equations.convolve_axes(source, kernel), whole, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: equations.speckle_by_eq2(np.ones((4, 5)), 3, np.ones((5, 4))),
            r"share \(H, W\), found \(4, 5\) and \(5, 4\)",
        ),
        (lambda: equations.speckle_by_eq2(np.ones(4), 3, np.ones(4)), r"\(H, W\), found \(4,\)"),
        (
            lambda: equations.speckle_by_eq2(np.ones((4, 5)), 5, np.ones((4, 5))),
            r"\[1, 4\], found 5",
        ),
        (lambda: equations.speckle_by_eq2(np.ones((4, 4)), 2.5, np.ones((4, 4))), "found 2.5"),
        (lambda: equations.convolve(np.ones((4, 4)), np.ones((4, 5))), r"\(4, 4\), \(4, 5\)"),
        (lambda: equations.convolve(np.ones(4), np.ones(4)), r"shape \(H, W\)"),
        (lambda: equations.convolve_axes(np.ones((4, 5)), np.ones(4)), r"\(N, N\) and \(N,\)"),
        (lambda: equations.convolve_axes(np.ones((4, 4)), np.ones((4, 4))), r"\(N,\), found"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
