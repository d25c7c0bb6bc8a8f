"""Diffraction: closed forms, invariances, linearity, adjoints, aliasing and its warnings."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from specklegan.optics import apertures, propagation
from specklegan.optics.grid import coordinates

WAVELENGTH = 633e-9  # metres
SPACING = 4e-6
SEEDS = st.integers(0, 2**32 - 1)
DISTANCES = st.floats(0, 1.5e-3)  # metres: within the reach of 16 samples
METHODS = pytest.mark.parametrize("method", [propagation.angular_spectrum, propagation.fresnel])


def noise(size, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))


def gaussian(size, waist, spacing=SPACING):
    x = coordinates(size, spacing)
    return np.exp(-np.add.outer(x**2, x**2) / waist**2)


def gaussian_beam(size, waist, distance, spacing=SPACING):
    """Paraxial beam in closed form: exact under the Fresnel approximation."""
    x = coordinates(size, spacing)
    complex_square = waist**2 + 2j * distance * WAVELENGTH / (2 * np.pi)
    spread = np.exp(-np.add.outer(x**2, x**2) / complex_square)
    return np.exp(2j * np.pi * distance / WAVELENGTH) * waist**2 / complex_square * spread


def inner(a, b):
    return np.vdot(a, b)


# closed forms


def test_fresnel_spreads_a_gaussian_beam_as_the_closed_form_says():
    waist, distance = 60e-6, 20e-3
    field = propagation.fresnel(gaussian(256, waist), WAVELENGTH, SPACING, distance)
    assert propagation.relative_error(field, gaussian_beam(256, waist, distance)) < 1e-6


def test_fraunhofer_transforms_a_gaussian_into_a_gaussian():
    size, waist, distance = 64, 24e-6, 0.2
    far, spacing = propagation.fraunhofer(gaussian(size, waist), WAVELENGTH, SPACING, distance)
    assert spacing == pytest.approx(WAVELENGTH * distance / (size * SPACING))
    x = coordinates(size, spacing)
    square = np.add.outer(x**2, x**2)
    wave = np.exp(2j * np.pi / WAVELENGTH * (distance + square / (2 * distance)))
    width = WAVELENGTH * distance / (np.pi * waist)
    closed = np.pi * waist**2 / (1j * WAVELENGTH * distance) * wave * np.exp(-square / width**2)
    assert propagation.relative_error(far, closed) < 1e-6


@pytest.mark.parametrize("order", [1, 3, 7])
def test_a_plane_wave_gains_the_phase_of_its_inclination(order):
    size, distance = 64, 3e-3
    x = np.arange(size) / size
    wave = np.exp(2j * np.pi * order * np.add.outer(2 * x, x))
    f = order / (size * SPACING)
    exact = np.exp(2j * np.pi * distance * np.sqrt(WAVELENGTH**-2 - 5 * f**2))
    parabola = np.exp(2j * np.pi * distance * (1 / WAVELENGTH - WAVELENGTH * 5 * f**2 / 2))
    for method, phase in ((propagation.angular_spectrum, exact), (propagation.fresnel, parabola)):
        field = method(wave, WAVELENGTH, SPACING, distance, periodic=True)
        np.testing.assert_allclose(field, wave * phase, atol=1e-9)  # 5000 wavelengths of phase


def test_angular_spectrum_agrees_with_direct_integration_of_equation_1():
    field, distance = gaussian(64, 20e-6), 4e-3
    x = coordinates(64, SPACING)[::9]
    points = np.meshgrid(x, x)
    direct = propagation.rayleigh_sommerfeld(field, WAVELENGTH, SPACING, distance, *points)
    fast = propagation.angular_spectrum(field, WAVELENGTH, SPACING, distance)[::9, ::9]
    # Eq. 1 neglects 1 / (k z) = 3e-5; the rest is light that leaves the 64-sample window.
    assert propagation.relative_error(fast, direct) < 1e-3


@pytest.mark.parametrize(("near_term", "tolerance"), [(True, 6e-3), (False, 0.02)])
def test_obliquity_and_near_term_at_wide_angles(near_term, tolerance):
    spacing, distance = WAVELENGTH / 3, 20 * WAVELENGTH
    field = gaussian(160, 0.6 * WAVELENGTH, spacing)
    x = coordinates(160, spacing)[80:140:6]  # up to 42 degrees
    fast = propagation.angular_spectrum(field, WAVELENGTH, spacing, distance)[80, 80:140:6]
    direct = propagation.rayleigh_sommerfeld(
        field, WAVELENGTH, spacing, distance, x, 0 * x, near_term=near_term
    )
    # The cosine falls to 0.74. Light that leaves the window costs 0.4 %, the near term that
    # Eq. 1 neglects 1 / (k z) = 0.8 %.
    assert propagation.relative_error(fast, direct) < tolerance


def test_direct_integration_does_not_depend_on_how_it_is_cut_into_blocks(monkeypatch):
    field, x = noise(8, 0), np.linspace(-1e-5, 1e-5, 7)
    whole = propagation.rayleigh_sommerfeld(field, WAVELENGTH, SPACING, 1e-3, x, x[::-1])
    monkeypatch.setattr(propagation, "BLOCK", 100)  # one point at a time, 64 sources
    cut = propagation.rayleigh_sommerfeld(field, WAVELENGTH, SPACING, 1e-3, x, x[::-1])
    np.testing.assert_allclose(cut, whole, rtol=1e-12)
    dark = propagation.rayleigh_sommerfeld(np.zeros((4, 4)), WAVELENGTH, SPACING, 1e-3, x, x)
    np.testing.assert_array_equal(dark, np.zeros(7))


# invariances


@METHODS
@given(SEEDS, DISTANCES, st.integers(-8, 8), st.integers(-8, 8))
@settings(max_examples=20, deadline=None)
def test_shifting_the_object_shifts_the_field(method, seed, distance, down, right):
    field = np.zeros((32, 32), complex)
    field[8:24, 8:24] = noise(16, seed)
    shift = ((down, right), (0, 1))
    still = method(field, WAVELENGTH, SPACING, distance)
    moved = method(np.roll(field, *shift), WAVELENGTH, SPACING, distance)
    inside = np.ones_like(still, bool)  # where the rolled field was on the grid before
    inside[8:24, 8:24] = False
    inside = np.roll(~inside, *shift)
    np.testing.assert_allclose(moved[inside], np.roll(still, *shift)[inside], atol=1e-9)
    endless = method(field, WAVELENGTH, SPACING, distance, periodic=True)
    rolled = method(np.roll(field, *shift), WAVELENGTH, SPACING, distance, periodic=True)
    np.testing.assert_allclose(rolled, np.roll(endless, *shift), atol=1e-9)


@METHODS
@given(SEEDS, DISTANCES)
@settings(max_examples=20, deadline=None)
def test_propagating_waves_keep_their_energy(method, seed, distance):
    field = noise(16, seed)  # spacing > wavelength: no evanescent waves on the grid
    far = method(field, WAVELENGTH, SPACING, distance, periodic=True)
    assert np.linalg.norm(far) == pytest.approx(np.linalg.norm(field), rel=1e-9)
    kept = method(field, WAVELENGTH, SPACING, distance)
    assert np.linalg.norm(kept) <= np.linalg.norm(field) * (1 + 1e-9)  # some light leaves


def test_fraunhofer_and_angular_spectrum_keep_the_energy_of_a_beam():
    field = gaussian(128, 50e-6)
    near = propagation.angular_spectrum(field, WAVELENGTH, SPACING, 6e-3)
    assert np.sum(np.abs(near) ** 2) == pytest.approx(np.sum(field**2), rel=1e-6)
    far, spacing = propagation.fraunhofer(field, WAVELENGTH, SPACING, 2.0)
    power = np.sum(np.abs(far) ** 2) * spacing**2
    assert power == pytest.approx(np.sum(field**2) * SPACING**2, rel=1e-12)  # Parseval


@METHODS
@given(SEEDS, st.floats(0, 0.01), st.floats(0, 0.01))
@settings(max_examples=20, deadline=None)
def test_distances_add_up_and_none_changes_nothing(method, seed, first, second):
    field, place = noise(16, seed), (WAVELENGTH, SPACING)
    once = method(field, *place, first + second, periodic=True)
    twice = method(method(field, *place, first, periodic=True), *place, second, periodic=True)
    np.testing.assert_allclose(twice, once, atol=1e-9)
    np.testing.assert_allclose(method(field, *place, 0), field, atol=1e-12)


def test_evanescent_waves_decay():
    spacing = 0.24 * WAVELENGTH  # the grid holds frequencies beyond 1 / lambda
    field = np.zeros((32, 32))
    field[16, 16] = 1
    propagating = np.hypot.outer(*[np.fft.fftfreq(32, spacing)] * 2) < 1 / WAVELENGTH
    evanescent = []  # power at 0, 1 and 10 wavelengths
    for distance in (0, WAVELENGTH, 10 * WAVELENGTH):
        near = propagation.angular_spectrum(field, WAVELENGTH, spacing, distance, periodic=True)
        evanescent.append(np.sum(np.abs(near) ** 2) - propagating.mean())
    assert evanescent[0] == pytest.approx(1 - propagating.mean())
    assert 0 < evanescent[1] < 0.1 * evanescent[0]
    assert abs(evanescent[2]) < 1e-2 * evanescent[1] + 1e-9


# linearity and adjoints


def steps():
    x, y = np.random.default_rng(1).uniform(-2e-5, 2e-5, (2, 16, 16))
    lengths = (WAVELENGTH, SPACING, 1e-3)
    return {
        "angular spectrum": lambda u: propagation.angular_spectrum(u, *lengths),
        "periodic": lambda u: propagation.angular_spectrum(u, *lengths, periodic=True),
        "fresnel": lambda u: propagation.fresnel(u, *lengths),
        "fraunhofer": lambda u: propagation.fraunhofer(u, *lengths)[0],
        "direct": lambda u: propagation.rayleigh_sommerfeld(u, *lengths, x, y),
    }


@pytest.mark.parametrize("name", steps())
@given(SEEDS, st.complex_numbers(max_magnitude=10), st.complex_numbers(max_magnitude=10))
@settings(max_examples=10, deadline=None)
def test_every_step_is_linear(name, seed, a, b):
    step, u, v = steps()[name], noise(16, seed), noise(16, seed + 1)
    np.testing.assert_allclose(step(a * u + b * v), a * step(u) + b * step(v), atol=1e-8)


def adjoints():
    """Each step with its adjoint by physics: travel back, that is, propagate the conjugate."""
    lengths = (WAVELENGTH, SPACING, 1e-3)
    far = WAVELENGTH * 1e-3 / (16 * SPACING)
    back = {name: lambda v, s=step: np.conj(s(np.conj(v))) for name, step in steps().items()}
    axis = coordinates(16, far)
    front = np.exp(1j * np.pi / (WAVELENGTH * 1e-3) * np.add.outer(axis**2, axis**2))

    def fraunhofer_back(v):  # F^H D^H = D' F^H D^H D'': the wavefront is taken off first
        flat = np.conj(propagation.fraunhofer(v.conj() * front, *lengths)[0])
        return flat * front

    x = coordinates(16, SPACING)
    grid = np.meshgrid(x, x)  # sources and points are one grid: r is symmetric in them
    direct = {"direct": lambda u: propagation.rayleigh_sommerfeld(u, *lengths, *grid)}
    pairs = {name: (step, back[name]) for name, step in (steps() | direct).items()}
    pairs["direct"] = (direct["direct"], lambda v: np.conj(direct["direct"](np.conj(v))))
    pairs["fraunhofer"] = (steps()["fraunhofer"], fraunhofer_back)
    return pairs


@pytest.mark.parametrize("name", adjoints())
@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_the_adjoint_of_propagation_propagates_the_conjugate(name, seed):
    step, adjoint = adjoints()[name]
    u, v = noise(16, seed), noise(16, seed + 1)
    scale = np.linalg.norm(step(u)) * np.linalg.norm(v)
    assert abs(inner(v, step(u)) - inner(adjoint(v), u)) < 1e-9 * scale


# aliasing


def test_band_limit_removes_aliases_at_long_distance():
    size, distance = 128, 0.1
    field = apertures.square_aperture(size, SPACING, 21 * SPACING)
    x = coordinates(size, SPACING)
    closed = apertures.square_near_field(x[None], x[:, None], 21 * SPACING, WAVELENGTH, distance)
    limited = propagation.angular_spectrum(field, WAVELENGTH, SPACING, distance)
    with pytest.warns(UserWarning, match="undersampled.*limit"):
        aliased = propagation.angular_spectrum(
            field, WAVELENGTH, SPACING, distance, band_limit=False
        )
    error = propagation.relative_error(limited, closed)
    assert error < 0.15
    assert propagation.relative_error(aliased, closed) > 3 * error


@METHODS
def test_band_limit_is_where_the_phase_turns_by_half_a_cycle(method):
    size, distance = 64, 0.02
    point = np.zeros((size, size))
    point[size // 2, size // 2] = 1
    spectrum = np.fft.fft2(method(point, WAVELENGTH, SPACING, distance), (2 * size,) * 2)
    f = np.fft.fftshift(np.fft.fftfreq(2 * size, SPACING))
    if method is propagation.fresnel:
        phase = np.pi * WAVELENGTH * distance * f**2
    else:
        phase = -2 * np.pi * distance * np.sqrt(WAVELENGTH**-2 - f**2)
    steep = np.abs(np.gradient(phase)) > np.pi  # turn from one frequency to the next
    power = np.fft.fftshift(np.abs(spectrum[0]) ** 2)
    # Cutting to the window spreads the spectrum by a sample or two; the rest is dark.
    outside = np.convolve(steep, np.ones(9), "same") == 9
    assert power[outside].mean() < 0.02 * power[~steep].mean()


@METHODS
def test_warnings_name_the_limit_and_come_from_the_callers_line(method):
    field, reach = np.ones((64, 64)), (64 * SPACING) ** 2 / (4 * WAVELENGTH)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        method(field, WAVELENGTH, SPACING, 0.99 * reach)
        method(field, WAVELENGTH, SPACING, 10 * reach, periodic=True)
        method(field, WAVELENGTH, SPACING, 1e-4, band_limit=False)
        method(field, WAVELENGTH, SPACING, 0, band_limit=False)
    with pytest.warns(UserWarning, match=f"the distance is .* the limit is {reach:.3g} m") as seen:
        method(field, WAVELENGTH, SPACING, 1.01 * reach)
    assert seen[0].filename == __file__
    with pytest.warns(UserWarning, match="transfer function is undersampled.* /m") as seen:
        method(field, WAVELENGTH, SPACING, reach, band_limit=False)
    assert seen[0].filename == __file__


def test_direct_integration_warns_of_coarse_samples():
    field, x = np.ones((64, 64)), np.zeros(1)
    with pytest.warns(UserWarning, match="direct integration is undersampled.*spacing is 4e-06 m"):
        propagation.rayleigh_sommerfeld(field, WAVELENGTH, SPACING, 1e-4, x, x)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        propagation.rayleigh_sommerfeld(field, WAVELENGTH, SPACING, 0.1, x, x)
