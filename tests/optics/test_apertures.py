"""Apertures: areas, closed forms against direct integration and SciPy, classics, bad input."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import integrate, special

from specklegan.optics import apertures, grid, propagation

WAVELENGTH = 633e-9  # metres
SPACING = 4e-6


def at_fresnel_number(number, width):
    return (width / 2) ** 2 / (WAVELENGTH * number)


# shapes


@given(st.integers(8, 65), st.floats(0.05, 1))
@settings(max_examples=30, deadline=None)
def test_square_has_its_area_and_stays_on_the_axis(size, fraction):
    width = fraction * (size - 1) * SPACING
    hole = apertures.square_aperture(size, SPACING, width)
    assert hole.sum() * SPACING**2 == pytest.approx(width**2)
    assert 0 <= hole.min() <= hole.max() <= 1
    x = grid.coordinates(size, SPACING)
    assert np.sum(hole * x) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("samples", [4, 5])
def test_even_and_odd_widths(samples):
    hole = apertures.square_aperture(9, SPACING, samples * SPACING)
    edge = 0.5 if samples == 4 else 1.0  # an even width covers half a sample at each side
    np.testing.assert_allclose(hole[4], [0, 0, edge, 1, 1, 1, edge, 0, 0], atol=1e-9)


@given(st.floats(6, 60))
@settings(max_examples=30, deadline=None)
def test_circle_has_its_area(samples):
    diameter = samples * SPACING
    hole = apertures.circular_aperture(65, SPACING, diameter)
    area = np.pi * diameter**2 / 4
    assert hole.sum() * SPACING**2 == pytest.approx(area, rel=2 / samples**1.5)  # lattice points
    np.testing.assert_allclose(hole, hole.T)


@pytest.mark.parametrize("opening", [0.1, 0.25, 0.5, 0.9])
def test_grating_repeats_and_lets_its_opening_through(opening):
    lines = apertures.grating(60, SPACING, 12 * SPACING, opening)
    np.testing.assert_allclose(lines, np.roll(lines, 12, axis=1), atol=1e-9)
    assert lines.mean() == pytest.approx(opening)
    assert lines[0, 30] == 1  # a slit on the axis
    np.testing.assert_array_equal(lines, lines[:1].repeat(60, axis=0))


# closed forms


@pytest.mark.parametrize("number", [8.0, 1.0, 0.1])
def test_square_aperture_in_closed_form_equals_direct_integration(number):
    width = 151 * SPACING
    distance = at_fresnel_number(number, width)
    x = np.linspace(-width, width, 41)
    field = apertures.square_aperture(201, SPACING, width)
    direct = propagation.rayleigh_sommerfeld(field, WAVELENGTH, SPACING, distance, x, 0 * x)
    closed = apertures.square_near_field(x, 0, width, WAVELENGTH, distance)
    # Midpoint rule: the error grows with the phase step, and is 2 % where the steps are largest.
    assert propagation.relative_error(closed, direct) < (2e-2 if number > 1 else 2e-3)


def test_quadrature_is_exact_once_its_nodes_resolve_the_phase():
    width = 600e-6
    distance = at_fresnel_number(4, width)
    x = np.linspace(0, width, 9)
    place = (width, WAVELENGTH, distance)
    fine = apertures.square_direct(x, 0.3 * x, *place, nodes=160)
    enough = apertures.square_direct(x, 0.3 * x, *place, nodes=48)  # 2 a cycle, of 24 at most
    assert propagation.relative_error(enough, fine) < 1e-9
    fresnel = apertures.square_near_field(x, 0.3 * x, *place)
    assert propagation.relative_error(fresnel, fine) < 1e-3  # fourth-order phase
    with pytest.warns(UserWarning, match="quadrature is undersampled.*limit is 12.7 cycles"):
        apertures.square_direct(x, 0 * x, *place, nodes=20)


def test_square_near_field_is_the_integral_of_its_parabolas():
    width, distance, x = 300e-6, 0.05, 80e-6
    phase = np.pi / (WAVELENGTH * distance)
    real, imaginary = (
        integrate.quad(lambda s, f=f: f(phase * (s - x) ** 2), -width / 2, width / 2, limit=200)[0]
        for f in (np.cos, np.sin)
    )
    line = (real + 1j * imaginary) / np.sqrt(WAVELENGTH * distance)
    middle = apertures.square_near_field(0, 0, width, WAVELENGTH, distance)
    carrier = np.exp(2j * np.pi * distance / WAVELENGTH) / 1j
    off = apertures.square_near_field(x, 0, width, WAVELENGTH, distance)
    on_axis_line = np.sqrt(middle / carrier + 0j)
    on_axis_line *= np.sign(on_axis_line.real)
    assert off == pytest.approx(carrier * line * on_axis_line, rel=1e-9)


def test_far_field_of_a_square_is_a_sinc_and_first_vanishes_at_lambda_z_over_width():
    width, size = 21 * SPACING, 210
    distance = at_fresnel_number(0.005, width)
    field = apertures.square_aperture(size, SPACING, width)
    field, spacing = propagation.fraunhofer(field, WAVELENGTH, SPACING, distance)
    x = grid.coordinates(size, spacing)[90:121]
    closed = apertures.square_far_field(x[None], x[:, None], width, WAVELENGTH, distance)
    near = apertures.square_near_field(x[None], x[:, None], width, WAVELENGTH, distance)
    assert propagation.relative_error(field[90:121, 90:121], closed) < 5e-3  # sampled aperture
    assert propagation.relative_error(closed, near) < 2 * np.pi * 0.005  # first neglected phase
    zero = round(WAVELENGTH * distance / width / spacing)
    assert zero == 10
    assert abs(field[105, 105 + zero]) < 1e-12 * abs(field[105, 105])


@pytest.mark.parametrize("distance", [2e-6, 1e-4, 0.02])
def test_axis_of_a_round_hole_is_the_integral_over_its_rings(distance):
    diameter = min(4 * distance, 400e-6)
    node, weight = np.polynomial.legendre.leggauss(600)
    rings = (node + 1) * diameter / 4  # radii; each ring has length 2 pi r
    sources = weight * diameter / 4 * 2 * np.pi * rings
    zero = np.zeros(())
    summed = propagation.spherical_waves(
        sources, rings, 0 * rings, WAVELENGTH, distance, zero, zero, near_term=True
    )
    closed = apertures.circular_on_axis(diameter, WAVELENGTH, distance)
    assert summed == pytest.approx(closed, abs=1e-8)


def test_axis_is_dark_at_even_and_bright_at_odd_fresnel_numbers():
    distances = at_fresnel_number(np.arange(1, 7), 600e-6)
    intensity = np.abs(apertures.circular_on_axis(600e-6, WAVELENGTH, distances)) ** 2
    np.testing.assert_allclose(intensity, [4, 0, 4, 0, 4, 0], atol=2e-3)  # 1 - z / R


def test_round_hole_far_away_is_airys_pattern():
    diameter, r = 41 * SPACING, np.linspace(0, 20e-3, 60)
    distance = at_fresnel_number(0.01, diameter)
    hole = apertures.circular_aperture(45, SPACING, diameter)
    direct = propagation.rayleigh_sommerfeld(hole, WAVELENGTH, SPACING, distance, r, 0 * r)
    airy = apertures.circular_far_field(r, diameter, WAVELENGTH, distance)
    assert propagation.relative_error(airy, direct) < np.pi * 0.01  # the neglected phase
    ring = apertures.AIRY_ZERO * WAVELENGTH * distance / diameter
    assert abs(apertures.circular_far_field(ring, diameter, WAVELENGTH, distance)) < 1e-12
    assert pytest.approx(1.2197, abs=1e-4) == apertures.AIRY_ZERO
    assert pytest.approx(0.8378, abs=1e-4) == apertures.AIRY_POWER


def test_power_inside_airys_ring():
    diameter, distance = 200e-6, 2.0
    ring = apertures.AIRY_ZERO * WAVELENGTH * distance / diameter
    r = np.linspace(0, ring, 2001)
    field = apertures.circular_far_field(r, diameter, WAVELENGTH, distance)
    power = integrate.simpson(np.abs(field) ** 2 * 2 * np.pi * r, x=r)
    assert power / (np.pi * diameter**2 / 4) == pytest.approx(apertures.AIRY_POWER, rel=1e-6)


@pytest.mark.parametrize("distance", [0.01, 0.1, 1.0])
def test_aragos_spot_is_as_bright_as_the_light_without_the_disc(distance):
    diameter = 604e-6
    spot = apertures.disc_shadow(0, diameter, WAVELENGTH, distance)
    hole = apertures.circular_on_axis(diameter, WAVELENGTH, distance)
    assert spot + hole == pytest.approx(np.exp(2j * np.pi * distance / WAVELENGTH), abs=1e-9)
    assert abs(spot) ** 2 == pytest.approx(1, abs=(diameter / distance) ** 2)


def test_shadow_near_the_axis_is_the_wave_of_the_edge():
    diameter = 151 * SPACING
    distance = at_fresnel_number(3, diameter)
    hole = apertures.circular_aperture(160, SPACING, diameter)
    r = np.linspace(0, 20e-6, 9)  # k r^2 / 2 z = 0.04
    through = propagation.rayleigh_sommerfeld(
        hole, WAVELENGTH, SPACING, distance, r, 0 * r, near_term=True
    )
    shadow = np.exp(2j * np.pi * distance / WAVELENGTH) - through
    law = apertures.disc_shadow(r, diameter, WAVELENGTH, distance)
    assert propagation.relative_error(law, shadow) < 0.05
    assert abs(law[-1]) ** 2 < 0.5 * abs(law[0]) ** 2  # it is a spot


@pytest.mark.parametrize("opening", [0.2, 0.3])
def test_talbot_images(opening):
    period, size = 32 * SPACING, 64
    slits = apertures.grating(size, SPACING, period, opening)
    length = apertures.talbot_length(period, WAVELENGTH)
    assert length == pytest.approx(2 * period**2 / WAVELENGTH)
    light = {
        part: np.abs(propagation.fresnel(slits, WAVELENGTH, SPACING, part * length, periodic=True))
        ** 2
        for part in (0.25, 0.5, 1, 2)
    }
    shifted = np.roll(slits, 16, axis=1)
    np.testing.assert_allclose(light[1], slits**2, atol=1e-9)
    np.testing.assert_allclose(light[2], slits**2, atol=1e-9)
    np.testing.assert_allclose(light[0.5], shifted**2, atol=1e-9)
    np.testing.assert_allclose(light[0.25], (slits**2 + shifted**2) / 2, atol=1e-9)


def test_special_functions_are_scipys():
    """Fresnel's integrals at infinity give half a wave from each edge: the field is undisturbed."""
    s, c = special.fresnel(1e6)
    assert (s, c) == (pytest.approx(0.5, abs=1e-6), pytest.approx(0.5, abs=1e-6))
    wide = apertures.square_near_field(0.0, 0.0, 1.0, WAVELENGTH, 1e-3)
    assert wide == pytest.approx(np.exp(2j * np.pi * 1e-3 / WAVELENGTH), abs=1e-4)


# bad input


@pytest.mark.parametrize("shape", [apertures.square_aperture, apertures.circular_aperture])
def test_shapes_refuse_what_does_not_fit(shape):
    with pytest.raises(ValueError, match=r"the grid is 3\.2e-05 m wide, found an aperture"):
        shape(8, SPACING, 1.0)
    for width in (0, -1e-6, float("nan")):
        with pytest.raises(ValueError, match="must be positive and finite"):
            shape(8, SPACING, width)
    with pytest.raises(ValueError, match="spacing must be positive"):
        shape(8, 0.0, SPACING)
    with pytest.raises(TypeError, match="size must be an integer, found"):
        shape(8.0, SPACING, SPACING)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"opening": 0}, "opening must be between 0 and 1, found 0"),
        ({"opening": float("nan")}, "opening must be between 0 and 1, found nan"),
        ({"period": SPACING}, "period must be at least 2 spacings"),
        ({"period": 0.0}, "period must be positive"),
    ],
)
def test_grating_refuses(change, message):
    with pytest.raises(ValueError, match=message):
        apertures.grating(**({"size": 8, "spacing": SPACING, "period": 4 * SPACING} | change))


CLOSED = [
    lambda *lengths: apertures.square_near_field(0.0, 0.0, *lengths),
    lambda *lengths: apertures.square_far_field(0.0, 0.0, *lengths),
    lambda *lengths: apertures.square_direct(0.0, 0.0, *lengths),
    lambda *lengths: apertures.circular_far_field(0.0, *lengths),
    lambda *lengths: apertures.disc_shadow(0.0, *lengths),
    apertures.circular_on_axis,
]


@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.parametrize("position", range(3))
@pytest.mark.parametrize("value", [0, -1e-3, float("nan"), "1 mm"])
def test_closed_forms_refuse_a_wrong_length(closed, position, value):
    lengths = [1e-4, WAVELENGTH, 0.1]
    lengths[position] = value
    with pytest.raises((TypeError, ValueError), match="must be"):
        closed(*lengths)


def test_no_warning_where_nothing_is_wrong():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert apertures.circular_far_field(0.0, 1e-4, WAVELENGTH, 0.1) != 0  # 2 J1(v) / v at 0
        apertures.square_direct(0.0, 0.0, 1e-4, WAVELENGTH, 0.1)
    with pytest.raises(TypeError, match="nodes must be an integer"):
        apertures.square_direct(0.0, 0.0, 1e-4, WAVELENGTH, 0.1, nodes=8.5)
    with pytest.raises(ValueError, match="one shape"):
        apertures.square_direct(np.zeros(2), 0.0, 1e-4, WAVELENGTH, 0.1)
