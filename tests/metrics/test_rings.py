"""The grain of pictures in rings: against speckle whose grain is known."""

import numpy as np
import pytest

from specklegan.metrics import local_speckle
from specklegan.phantom import scanner


def test_half_width_of_known_curves():
    lag = np.arange(60)
    gauss = np.exp(-4 * np.log(2) * (lag / 12.0) ** 2)
    assert local_speckle.half_width(gauss) == pytest.approx(12, rel=2e-3)  # linear between samples
    assert np.isnan(local_speckle.half_width(np.ones(5)))


def test_rings_find_pulse_and_beam_in_homogeneous_tissue():
    """Of power, not of its logarithm: there the grain is the pulse and the beam themselves."""
    machine = scanner.scanner_for(384)
    generator = np.random.default_rng(0)
    strength = generator.standard_normal((12, machine.lines, machine.depths))
    power = abs(scanner.echo(strength, machine)) ** 2
    images = [scanner.scan_convert(rays, 384, machine.step) for rays in power]
    grain = local_speckle.grain_in_rings(images).mean(0)  # (3, 2)
    pixel = 2 * scanner.FIELD / 384
    expected = np.array([machine.cell / pixel, np.rad2deg(machine.beam_width)])
    # The local mean that is removed narrows, interpolation widens: some per cent each. A ring of
    # 12 pictures holds 12 x 60 x 4 cells, an error of about 2 %.
    np.testing.assert_allclose(grain, np.broadcast_to(expected, (3, 2)), rtol=0.1)
    assert np.ptp(grain[:, 1]) < 0.07 * expected[1]  # constant in angle, whatever the radius


def test_logarithm_narrows_the_grain():
    """Why grey levels have a finer grain than the pulse: only deep minima are made wider."""
    machine = scanner.scanner_for(384)
    strength = np.random.default_rng(1).standard_normal((6, machine.lines, machine.depths))
    power = abs(scanner.echo(strength, machine)) ** 2
    linear, compressed = (
        local_speckle.grain_in_rings(
            [scanner.scan_convert(r, 384, machine.step) for r in rays]
        ).mean(0)
        for rays in (power, scanner.grey_levels(power))
    )
    assert np.all(compressed < 0.95 * linear)


def test_slow_changes_of_brightness_are_not_grain():
    noise = np.random.default_rng(0).standard_normal((2, 384, 384))
    slow = np.linspace(-1, 1, 384)
    plain, uneven = local_speckle.grain_in_rings(noise), local_speckle.grain_in_rings(noise + slow)
    np.testing.assert_allclose(uneven, plain, rtol=0.02)


@pytest.mark.parametrize(
    ("shape", "ring", "message"),
    [
        ((2, 30, 40), (125, 146), r"images must have shape \(N, S, S\), found \(2, 30, 40\)"),
        ((384, 384), (125, 146), r"found \(384, 384\)"),
        ((1, 384, 384), (150, 200), r"ring \(150, 200\) of a 384 px picture"),
        ((1, 32, 32), (125, 146), r"ring \(125, 146\) of a 32 px picture; expected 8 samples"),
    ],
)
def test_bad_pictures_and_rings_are_named(shape, ring, message):
    with pytest.raises(ValueError, match=message):
        local_speckle.grain_in_rings(np.zeros(shape), [ring])
