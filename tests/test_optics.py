"""Diffraction: closed forms, conservation laws, parity of independent methods, bad input."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from specklegan import optics, speckle

WAVELENGTH = 633e-9  # metres
SPACING = 4e-6


def gaussian(size, waist, spacing=SPACING):
    x = optics.coordinates(size, spacing)
    return np.exp(-np.add.outer(x**2, x**2) / waist**2)


def gaussian_beam(size, waist, distance, spacing=SPACING):
    """Paraxial beam in closed form: exact under the Fresnel approximation."""
    x = optics.coordinates(size, spacing)
    complex_square = waist**2 + 2j * distance * WAVELENGTH / (2 * np.pi)
    spread = np.exp(-np.add.outer(x**2, x**2) / complex_square)
    return np.exp(2j * np.pi * distance / WAVELENGTH) * waist**2 / complex_square * spread


def test_fresnel_spreads_a_gaussian_beam_as_the_closed_form_says():
    waist, distance = 60e-6, 20e-3
    field = optics.fresnel(gaussian(256, waist), WAVELENGTH, SPACING, distance)
    assert optics.relative_error(field, gaussian_beam(256, waist, distance)) < 1e-6


def test_angular_spectrum_agrees_with_direct_integration_of_equation_1():
    field, distance = gaussian(64, 20e-6), 4e-3
    x = optics.coordinates(64, SPACING)[::9]
    points = np.meshgrid(x, x)
    direct = optics.rayleigh_sommerfeld(field, WAVELENGTH, SPACING, distance, *points)
    fast = optics.angular_spectrum(field, WAVELENGTH, SPACING, distance)[::9, ::9]
    # Eq. 1 neglects 1 / (k z) = 3e-5; the rest is light that leaves the 64-sample window.
    assert optics.relative_error(fast, direct) < 1e-3


def test_obliquity_at_wide_angles():
    spacing, distance = WAVELENGTH / 3, 20 * WAVELENGTH
    field = gaussian(160, 0.6 * WAVELENGTH, spacing)
    x = optics.coordinates(160, spacing)[80:140:6]  # up to 42 degrees
    fast = optics.angular_spectrum(field, WAVELENGTH, spacing, distance)[80, 80:140:6]
    direct = optics.rayleigh_sommerfeld(field, WAVELENGTH, spacing, distance, x, 0 * x)
    # Eq. 1 neglects 1 / (k z) = 0.8 %; the cosine it contains falls to 0.74.
    assert optics.relative_error(fast, direct) < 0.03


def test_angular_spectrum_keeps_energy_and_adds_up_distances():
    field = gaussian(128, 50e-6)
    once = optics.angular_spectrum(field, WAVELENGTH, SPACING, 6e-3)
    first = optics.angular_spectrum(field, WAVELENGTH, SPACING, 2e-3)
    twice = optics.angular_spectrum(first, WAVELENGTH, SPACING, 4e-3)
    assert np.sum(np.abs(once) ** 2) == pytest.approx(np.sum(field**2), rel=1e-6)
    assert optics.relative_error(twice, once) < 1e-6
    none = optics.angular_spectrum(field, WAVELENGTH, SPACING, 0)
    assert optics.relative_error(none, field) < 1e-12


@pytest.mark.filterwarnings("ignore:the transfer function is undersampled")
def test_evanescent_waves_decay():
    spacing = 0.25 * WAVELENGTH  # the grid holds frequencies beyond 1 / lambda
    field = np.zeros((32, 32))
    field[16, 16] = 1
    near = optics.angular_spectrum(field, WAVELENGTH, spacing, WAVELENGTH, band_limit=False)
    propagating = np.hypot.outer(*[np.fft.fftfreq(64, spacing)] * 2) < 1 / WAVELENGTH
    assert np.sum(np.abs(near) ** 2) < 1.01 * propagating.mean()


@pytest.mark.parametrize("number", [8.0, 1.0, 0.1])
def test_square_aperture_in_closed_form_equals_direct_integration(number):
    width = 151 * SPACING
    distance = (width / 2) ** 2 / (WAVELENGTH * number)
    x = np.linspace(-width, width, 41)
    field = optics.square_aperture(201, SPACING, width)
    direct = optics.rayleigh_sommerfeld(field, WAVELENGTH, SPACING, distance, x, 0 * x)
    closed = optics.square_near_field(x, 0, width, WAVELENGTH, distance)
    # Midpoint rule: the error grows with the phase step, and is 2 % where the steps are largest.
    assert optics.relative_error(closed, direct) < (2e-2 if number > 1 else 2e-3)


def test_far_field_of_a_square_is_a_sinc_and_first_vanishes_at_lambda_z_over_width():
    width, size = 21 * SPACING, 210
    distance = width**2 / (4 * WAVELENGTH * 0.005)  # Fresnel number 0.005
    field = optics.square_aperture(size, SPACING, width)
    field, spacing = optics.fraunhofer(field, WAVELENGTH, SPACING, distance)
    x = optics.coordinates(size, spacing)[90:121]
    closed = optics.square_far_field(x[None], x[:, None], width, WAVELENGTH, distance)
    near = optics.square_near_field(x[None], x[:, None], width, WAVELENGTH, distance)
    assert optics.relative_error(field[90:121, 90:121], closed) < 5e-3  # sampled aperture
    assert optics.relative_error(closed, near) < 2 * np.pi * 0.005  # first neglected phase
    zero = round(WAVELENGTH * distance / width / spacing)
    assert zero == 10
    assert abs(field[105, 105 + zero]) < 1e-12 * abs(field[105, 105])


def test_lens_carries_the_front_focal_plane_to_its_fourier_transform():
    size = 128
    focal = size * SPACING**2 / WAVELENGTH  # both planes then have the same spacing
    x = optics.coordinates(size, SPACING)
    field = gaussian(size, 30e-6) * np.exp(2j * np.pi * 5 * x / (size * SPACING))
    step = optics.fresnel(field, WAVELENGTH, SPACING, focal)
    step = optics.thin_lens(step, WAVELENGTH, SPACING, focal)
    step = optics.fresnel(step, WAVELENGTH, SPACING, focal)
    transform, spacing = optics.lens_transform(field, WAVELENGTH, SPACING, focal)
    assert spacing == pytest.approx(SPACING)
    carrier = np.exp(4j * np.pi * focal / WAVELENGTH)
    assert optics.relative_error(step, transform * carrier) < 1e-5


def test_band_limit_removes_aliases_at_long_distance():
    size, distance = 128, 0.1
    field = optics.square_aperture(size, SPACING, 21 * SPACING)
    x = optics.coordinates(size, SPACING)
    closed = optics.square_near_field(x[None], x[:, None], 21 * SPACING, WAVELENGTH, distance)
    limited = optics.angular_spectrum(field, WAVELENGTH, SPACING, distance)
    with pytest.warns(UserWarning, match="undersampled.*limit"):
        aliased = optics.angular_spectrum(field, WAVELENGTH, SPACING, distance, band_limit=False)
    error = optics.relative_error(limited, closed)
    assert error < 0.15
    assert optics.relative_error(aliased, closed) > 3 * error


@pytest.mark.parametrize("size", [15, 16])
def test_pupil_is_the_layers_window_and_its_response_the_periodic_sinc(size):
    for edge in range(1, size + 1):
        window = optics.pupil_window(size, edge)
        axis = speckle.spectral_window(float(edge), size).numpy()
        np.testing.assert_array_equal(window, np.outer(axis, axis) == 1)
        np.testing.assert_allclose(optics.periodic_sinc(edge, size), np.fft.ifft(axis), atol=1e-12)


def test_circular_pupil_has_the_area_of_its_circle():
    window = optics.pupil_window(256, 100, "circle")
    assert window.sum() == pytest.approx(np.pi * 50**2, rel=0.01)  # lattice points in a circle


def test_coherent_image_of_a_rough_object_is_equation_2():
    size, distance, edge = 48, 0.1, 13
    rng = np.random.default_rng(3)
    source, phase = rng.random((size, size)), rng.uniform(0, 2 * np.pi, (size, size))
    aperture = edge * WAVELENGTH * distance / (size * SPACING)
    rough = source * np.exp(1j * phase)
    image = np.abs(optics.coherent_image(rough, WAVELENGTH, SPACING, distance, aperture))
    layer = speckle.form_speckle(torch.tensor(source), float(edge), phase=torch.tensor(phase))
    np.testing.assert_allclose(image, layer.numpy(), atol=1e-12)


def test_rounding_of_lengths_does_not_cost_a_frequency():
    noise = np.random.default_rng(1).normal(size=(48, 48))
    for edge in range(2, 48, 2):
        aperture = edge * WAVELENGTH * 0.1 / (48 * SPACING)
        image = optics.coherent_image(noise, WAVELENGTH, SPACING, 0.1, aperture)
        expected = optics.low_pass(noise, optics.pupil_window(48, edge))
        np.testing.assert_allclose(image, expected, atol=1e-12)


@given(st.integers(0, 15), st.integers(0, 15), st.integers(1, 16), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_imaging_commutes_with_shifts_and_is_a_projection(down, right, edge, seed):
    rng = np.random.default_rng(seed)
    field = rng.normal(size=(16, 16)) + 1j * rng.normal(size=(16, 16))
    window = optics.pupil_window(16, edge)
    image = optics.low_pass(field, window)
    shifted = optics.low_pass(np.roll(field, (down, right), (0, 1)), window)
    np.testing.assert_allclose(shifted, np.roll(image, (down, right), (0, 1)), atol=1e-12)
    np.testing.assert_allclose(optics.low_pass(image, window), image, atol=1e-12)
    assert np.sum(np.abs(image) ** 2) <= np.sum(np.abs(field) ** 2) + 1e-9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"wavelength": 0}, "wavelength must be positive"),
        ({"spacing": -1e-6}, "spacing must be positive"),
        ({"distance": -1.0}, "distance must not be negative"),
        ({"distance": float("nan")}, "distance must not be negative"),
        ({"field": np.ones(8)}, r"shape \(N, N\), found \(8,\)"),
        ({"field": np.ones((8, 6))}, r"found \(8, 6\)"),
    ],
)
@pytest.mark.parametrize("method", ["angular_spectrum", "fresnel", "fraunhofer"])
def test_bad_input_is_named(method, change, message):
    arguments = {"field": np.ones((8, 8)), "wavelength": 1e-6, "spacing": 1e-6, "distance": 1e-4}
    with pytest.raises(ValueError, match=message):
        getattr(optics, method)(**(arguments | change))


def test_each_undersampling_is_warned_of_with_its_limit():
    field = np.ones((64, 64))
    x = np.zeros(1)
    with pytest.warns(UserWarning, match="direct integration is undersampled"):
        optics.rayleigh_sommerfeld(field, WAVELENGTH, SPACING, 1e-4, x, x)
    with pytest.warns(UserWarning, match="lens's phase is undersampled"):
        optics.thin_lens(field, WAVELENGTH, SPACING, 1e-3)
    with pytest.warns(UserWarning, match="coherent imaging is undersampled"):
        optics.coherent_image(field, WAVELENGTH, SPACING, 0.01, 0.01)
    with pytest.warns(UserWarning, match="transfer function is undersampled"):
        optics.fresnel(field, WAVELENGTH, SPACING, 1.0, band_limit=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optics.angular_spectrum(field, WAVELENGTH, SPACING, 1.0)
        optics.rayleigh_sommerfeld(field, WAVELENGTH, SPACING, 0.1, x, x)


@pytest.mark.parametrize("edge", [0, -1, 17, float("nan")])
def test_pupil_refuses_edges_outside_the_grid(edge):
    with pytest.raises(ValueError, match=r"edge must be in \(0, 16\]"):
        optics.pupil_window(16, edge)
    with pytest.raises(ValueError, match="edge must be an integer"):
        optics.periodic_sinc(edge, 16)
    with pytest.raises(ValueError, match="'square' or 'circle'"):
        optics.pupil_window(16, 4, "hexagon")
