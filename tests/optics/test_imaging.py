"""Imaging: lenses transform, pupils filter, Eq. 2 follows; adjoints, bad input."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from specklegan.optics import grid, imaging, propagation
from specklegan.speckle import formation, windows

WAVELENGTH = 633e-9  # metres
SPACING = 4e-6
SEEDS = st.integers(0, 2**32 - 1)


def noise(size, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))


# lenses


def test_lens_carries_the_front_focal_plane_to_its_fourier_transform():
    size = 128
    focal = size * SPACING**2 / WAVELENGTH  # both planes then have the same spacing
    x = grid.coordinates(size, SPACING)
    tilt = np.exp(2j * np.pi * 5 * x / (size * SPACING))
    field = np.exp(-np.add.outer(x**2, x**2) / 30e-6**2) * tilt
    step = propagation.fresnel(field, WAVELENGTH, SPACING, focal)
    step = imaging.thin_lens(step, WAVELENGTH, SPACING, focal)
    step = propagation.fresnel(step, WAVELENGTH, SPACING, focal)
    transform, spacing = imaging.lens_transform(field, WAVELENGTH, SPACING, focal)
    assert spacing == pytest.approx(SPACING)
    carrier = np.exp(4j * np.pi * focal / WAVELENGTH)
    assert propagation.relative_error(step, transform * carrier) < 1e-5


@pytest.mark.parametrize("size", [15, 16])
def test_two_lenses_turn_the_object_upside_down(size):
    field = noise(size, 4)
    middle, spacing = imaging.lens_transform(field, WAVELENGTH, SPACING, 0.1)
    image, spacing = imaging.lens_transform(middle, WAVELENGTH, spacing, 0.1)
    assert spacing == pytest.approx(SPACING)
    mirror = (2 * (size // 2) - np.arange(size)) % size  # about the origin at size // 2
    np.testing.assert_allclose(-image, field[np.ix_(mirror, mirror)], atol=1e-9)  # (1 / j)^2


def test_lens_transform_keeps_the_energy():
    field = noise(16, 5)
    out, spacing = imaging.lens_transform(field, WAVELENGTH, SPACING, 0.1)
    assert np.linalg.norm(out) * spacing == pytest.approx(np.linalg.norm(field) * SPACING)


# pupils


@pytest.mark.parametrize("size", [15, 16])
def test_pupil_is_the_layers_window_and_its_response_the_periodic_sinc(size):
    for edge in range(1, size + 1):
        window = imaging.pupil_window(size, edge)
        axis = windows.spectral_window(float(edge), size).numpy()
        np.testing.assert_array_equal(window, np.outer(axis, axis) == 1)
        np.testing.assert_allclose(imaging.periodic_sinc(edge, size), np.fft.ifft(axis), atol=1e-12)


def test_circular_pupil_has_the_area_of_its_circle():
    window = imaging.pupil_window(256, 100, "circle")
    assert window.sum() == pytest.approx(np.pi * 50**2, rel=0.01)  # lattice points in a circle


def test_pupil_edge_counts_cycles_per_field_of_view():
    d = imaging.pupil_edge(512, WAVELENGTH, SPACING, 0.1, 5e-3)
    cut = 5e-3 / (2 * WAVELENGTH * 0.1)  # highest frequency that passes, cycles per metre
    assert d / 2 == pytest.approx(cut * 512 * SPACING)


def test_coherent_image_of_a_rough_object_is_equation_2():
    size, distance, edge = 48, 0.1, 13
    rng = np.random.default_rng(3)
    source, phase = rng.random((size, size)), rng.uniform(0, 2 * np.pi, (size, size))
    aperture = edge * WAVELENGTH * distance / (size * SPACING)
    rough = source * np.exp(1j * phase)
    image = np.abs(imaging.coherent_image(rough, WAVELENGTH, SPACING, distance, aperture))
    layer = formation.form_speckle(torch.tensor(source), float(edge), phase=torch.tensor(phase))
    np.testing.assert_allclose(image, layer.numpy(), atol=1e-12)


@pytest.mark.parametrize("shape", ["square", "circle"])
def test_rounding_of_lengths_does_not_cost_a_frequency(shape):
    field = noise(48, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for edge in range(2, 49, 2):
            aperture = edge * WAVELENGTH * 0.1 / (48 * SPACING)
            image = imaging.coherent_image(field, WAVELENGTH, SPACING, 0.1, aperture, shape)
            expected = imaging.low_pass(field, imaging.pupil_window(48, edge, shape))
            np.testing.assert_allclose(image, expected, atol=1e-12)


@given(st.integers(0, 15), st.integers(0, 15), st.integers(1, 16), SEEDS)
@settings(max_examples=25, deadline=None)
def test_imaging_commutes_with_shifts_and_is_a_projection(down, right, edge, seed):
    field, window = noise(16, seed), imaging.pupil_window(16, edge)
    image = imaging.low_pass(field, window)
    shifted = imaging.low_pass(np.roll(field, (down, right), (0, 1)), window)
    np.testing.assert_allclose(shifted, np.roll(image, (down, right), (0, 1)), atol=1e-12)
    np.testing.assert_allclose(imaging.low_pass(image, window), image, atol=1e-12)
    assert np.sum(np.abs(image) ** 2) <= np.sum(np.abs(field) ** 2) + 1e-9


def test_low_pass_treats_each_field_of_a_batch_alone():
    fields, window = np.stack([noise(8, seed) for seed in (0, 1, 2)]), imaging.pupil_window(8, 3)
    together = imaging.low_pass(fields, window)
    for field, image in zip(fields, together, strict=True):
        np.testing.assert_allclose(imaging.low_pass(field, window), image, atol=1e-12)
    np.testing.assert_allclose(imaging.low_pass(fields[::-1], window), together[::-1])


# adjoints


def pairs():
    """Each linear step with its adjoint: the conjugate wave through the same glass."""
    lengths = (WAVELENGTH, SPACING)
    window = np.random.default_rng(2).normal(size=(16, 16)) + 1j
    return {
        "lens": (
            lambda u: imaging.thin_lens(u, *lengths, 0.05),
            lambda v: np.conj(imaging.thin_lens(np.conj(v), *lengths, 0.05)),
        ),
        "lens transform": (
            lambda u: imaging.lens_transform(u, *lengths, 0.05)[0],
            lambda v: np.conj(imaging.lens_transform(np.conj(v), *lengths, 0.05)[0]),
        ),
        "filter": (
            lambda u: imaging.low_pass(u, window),
            lambda v: imaging.low_pass(v, np.conj(window)),
        ),
        "image": 2 * (lambda u: imaging.coherent_image(u, *lengths, 0.1, 5e-3, "circle"),),
    }


@pytest.mark.parametrize("name", pairs())
@given(SEEDS, st.complex_numbers(max_magnitude=10))
@settings(max_examples=15, deadline=None)
def test_steps_are_linear_and_have_their_adjoints(name, seed, a):
    step, adjoint = pairs()[name]
    u, v = noise(16, seed), noise(16, seed + 1)
    np.testing.assert_allclose(step(a * u + v), a * step(u) + step(v), atol=1e-9)
    scale = np.linalg.norm(step(u)) * np.linalg.norm(v)
    assert abs(np.vdot(v, step(u)) - np.vdot(adjoint(v), u)) < 1e-10 * scale


# bad input


def test_each_undersampling_is_warned_of_with_its_limit():
    field = np.ones((64, 64))
    limit = WAVELENGTH * 1e-3 / (64 * SPACING)
    with pytest.warns(UserWarning, match=f"lens's phase is under.*limit is {limit:.3g} m") as seen:
        imaging.thin_lens(field, WAVELENGTH, SPACING, 1e-3)
    assert seen[0].filename == __file__
    limit = WAVELENGTH * 0.01 / 0.01
    with pytest.warns(UserWarning, match=f"coherent imaging is under.*limit is {limit:.3g} m") as s:
        imaging.coherent_image(field, WAVELENGTH, SPACING, 0.01, 0.01)
    assert s[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        imaging.thin_lens(field, WAVELENGTH, SPACING, 64 * SPACING**2 / WAVELENGTH)


GOOD = {"wavelength": 1e-6, "spacing": 1e-6}
STEPS = {
    "thin_lens": {"focal_length": 1e-3},
    "lens_transform": {"focal_length": 1e-3},
    "coherent_image": {"distance": 0.1, "aperture": 0.01},
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("value", [0, -1.0, float("nan"), float("inf")])
def test_lengths_must_be_positive(name, value):
    for length in GOOD | STEPS[name]:
        lengths = GOOD | STEPS[name] | {length: value}
        with pytest.raises(ValueError, match=f"{length} must be positive and finite, found"):
            getattr(imaging, name)(np.ones((8, 8)), **lengths)


@pytest.mark.parametrize("name", STEPS)
def test_fields_must_be_square_and_floating(name):
    step = getattr(imaging, name)
    for shape in ((8,), (8, 6), (1, 8, 8)):
        with pytest.raises(ValueError, match=r"field must have shape \(N, N\)"):
            step(np.ones(shape), **GOOD, **STEPS[name])
    with pytest.raises(TypeError, match="floating or complex numbers, found int"):
        step(np.ones((8, 8), int), **GOOD, **STEPS[name])
    with pytest.raises(ValueError, match="field must be finite"):
        step(np.full((8, 8), np.inf), **GOOD, **STEPS[name])


@pytest.mark.parametrize("shape", [(8,), (8, 6), (6, 8), (2, 6, 6)])
def test_low_pass_refuses_another_size_than_its_windows(shape):
    with pytest.raises(ValueError, match=r"must end in the window's shape \(8, 8\), found"):
        imaging.low_pass(np.ones(shape), np.ones((8, 8)))


@pytest.mark.parametrize("edge", [0, -1, 17, float("nan")])
def test_pupil_refuses_edges_outside_the_grid(edge):
    with pytest.raises(ValueError, match=r"edge must be in \(0, 16\]"):
        imaging.pupil_window(16, edge)
    with pytest.raises(ValueError, match="edge must be an integer"):
        imaging.periodic_sinc(edge, 16)
    with pytest.raises(ValueError, match="'square' or 'circle'"):
        imaging.pupil_window(16, 4, "hexagon")
    with pytest.raises(TypeError, match=r"size must be an integer, found 16\.5"):
        imaging.pupil_window(16.5, 4)
