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
        (lambda: equations.convolve(np.ones((4, 4)), np.ones((4, 5))), r"\(4, 4\), \(4, 5\)"),
        (lambda: equations.convolve(np.ones(4), np.ones(4)), r"shape \(H, W\)"),
        (lambda: equations.convolve_axes(np.ones((4, 5)), np.ones(4)), r"\(N, N\) and \(N,\)"),
        (lambda: equations.convolve_axes(np.ones((4, 4)), np.ones((4, 4))), r"\(N,\), found"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
