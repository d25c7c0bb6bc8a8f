"""Laws of the simulated scanner: speckle, pulse, beam, gain, compression, scan conversion."""

import numpy as np
import pytest
from scipy import signal

from specklegan.laws import measured
from specklegan.phantom import scanner

QUARTER = np.pi / 2


@pytest.fixture(scope="module")
def uniform():
    """Echoes of 30 pictures of uniform tissue at 20 MHz, and the scanner."""
    machine = scanner.scanner_for(256)
    strength = np.random.default_rng(0).standard_normal((30, machine.lines, 520))
    return scanner.echo(strength, machine), machine


def test_echo_of_uniform_tissue_is_fully_developed_speckle(uniform):
    echo, machine = uniform
    amplitude, power = abs(echo), abs(echo) ** 2
    rows = [
        (1.0, power.mean((1, 2))),
        (measured.RAYLEIGH_SNR, measured.amplitude_snr(amplitude)),
        (measured.LOG_STD_DB, measured.log_std(power)),
    ]
    beams = 2 * np.pi / machine.beam_width
    cells = beams * 520 * machine.step / machine.cell  # bias of one picture: one part in these
    for law, values in rows:
        mean, error = measured.mean_and_error(values)
        assert abs(mean - law) < 4 * error + law / cells


def test_amplitude_follows_a_rayleigh_law(uniform):
    echo, machine = uniform
    apart = echo[:, :: round(machine.lines * machine.beam_width / np.pi), ::50]
    assert measured.fit_rayleigh(abs(apart)).pvalue > 1e-3  # two beams and four cells apart


def test_grain_is_the_pulse_and_the_beam(uniform):
    echo, machine = uniform
    power = abs(echo) ** 2
    grains = np.array([measured.grain_size(p, power.mean()) for p in power])  # (30, 2) line, depth
    grains *= [2 * np.pi / machine.lines, machine.step]
    mean, error = measured.mean_and_error(grains)
    assert np.all(abs(mean - [machine.beam_width, machine.cell]) < 4 * error)


def test_pulse_is_band_limited(uniform):
    echo, _ = uniform
    spectrum = abs(np.fft.fft(echo[0], axis=1)).max(0)
    cycles = np.fft.fftfreq(echo.shape[-1]) * 4
    assert spectrum[cycles <= 0].max() < 1e-9 * spectrum.max()  # analytic: no negative side
    assert spectrum[cycles > 1.6].max(initial=0) < 1e-9 * spectrum.max()
    half = cycles[spectrum > spectrum.max() / 2]
    # Amplitude FWHM of a Gaussian's spectrum: 4 ln 2 / (pi w), w the pulse in carrier cycles.
    expected = 4 * np.log(2) / (np.pi * scanner.PULSE_CYCLES)
    assert half.max() - half.min() == pytest.approx(expected, rel=0.3)


def test_envelope_agrees_with_direct_convolution_and_hilbert_transform():
    machine = scanner.scanner_for(256)
    lines, depths = 240, 512
    scatterers = np.zeros((lines, depths))
    scatterers[0, [100, 107, 300]] = [1.0, -0.7, 2.0]
    r = np.arange(-depths // 2, depths // 2 + 1) * machine.step
    theta = np.arange(-lines // 2, lines // 2) * 2 * np.pi / lines
    carrier = np.cos(4 * np.pi * machine.frequency / scanner.SPEED_OF_SOUND * r)
    pulse = carrier * np.exp(-4 * np.log(2) * (r / machine.cell) ** 2)
    beam = np.exp(-4 * np.log(2) * (theta / machine.beam_width) ** 2)
    rf = np.outer(np.roll(beam, lines // 2), signal.fftconvolve(scatterers[0], pulse, "same"))
    expected = abs(signal.hilbert(rf))
    found = abs(scanner.echo(scatterers, machine))
    # The pulse is real here and one-sided there: they differ by what of a Gaussian of 28 %
    # bandwidth reaches zero frequency, below 1e-3.
    np.testing.assert_allclose(found / found.max(), expected / expected.max(), atol=3e-3)


def test_noise_has_the_power_asked_for():
    machine = scanner.scanner_for(64)
    silence = np.zeros((40, machine.lines, 208))
    hiss = scanner.echo(silence, machine, np.random.default_rng(1), 0.3)
    mean, error = measured.mean_and_error((abs(hiss) ** 2).mean((1, 2)))
    assert abs(mean - 0.3) < 4 * error
    quieter = abs(scanner.echo(silence, machine, np.random.default_rng(1), 0.003)) ** 2
    assert quieter.mean() == pytest.approx(abs(hiss**2).mean() / 100)


def test_noise_without_a_generator_is_refused():
    machine = scanner.scanner_for(64)
    with pytest.raises(ValueError, match="noise needs a generator"):
        scanner.echo(np.zeros((machine.lines, machine.depths)), machine, noise=1.0)


@pytest.mark.parametrize("size", [32, 64, 100, 160, 256, 384, 512])
def test_axial_cell_spans_two_pixels(size):
    machine = scanner.scanner_for(size)
    pixels = machine.cell * size / (2 * scanner.FIELD)
    assert pixels >= 2 - 1e-9
    assert machine.frequency == 20e6 or pixels == pytest.approx(2)
    # The aperture stays: the beam widens as the wavelength.
    assert machine.beam_width * machine.frequency == pytest.approx(scanner.BEAM_WIDTH * 20e6)
    assert machine.radius[-1] > scanner.FIELD


def test_geometry_is_the_clinical_one():
    pixel, wavelength = 2 * scanner.FIELD / 384, scanner.SPEED_OF_SOUND / 20e6
    assert pixel == pytest.approx(0.026e-3)
    assert wavelength == pytest.approx(77e-6)
    assert scanner.scanner_for(384).frequency == 20e6


@pytest.mark.parametrize(
    ("size", "frequency", "message"),
    [
        (64, 8, r"frequency is 8 Hz; expected 1e6 to 60e6"),
        (64, 0, r"frequency is 0 Hz; expected"),
        (64, float("nan"), r"frequency is nan Hz; expected"),
        (15, None, r"size is 15; expected at least 16 pixels"),
    ],
)
def test_absurd_scanner_is_refused(size, frequency, message):
    with pytest.raises(ValueError, match=message):
        scanner.scanner_for(size, frequency)


def test_depth_gain_makes_up_for_the_attenuation_it_stands_for():
    machine = scanner.scanner_for(256)
    # dB/cm/MHz, one way: 2 alpha f r there and back.
    slope = np.polyfit(machine.radius * 100, scanner.depth_gain(machine), 1)[0]
    assert slope / 2 / 20 == pytest.approx(scanner.DEPTH_GAIN * 1e4)


def test_ring_down_fades_and_is_silent_inside_the_catheter():
    machine = scanner.scanner_for(384)
    echo = scanner.ring_down(machine)
    assert np.all(echo[machine.radius <= scanner.CATHETER] == 0)
    near, far = (abs(echo[(machine.radius > r) & (machine.radius < r + 0.1e-3)]).max()
                 for r in (0.5e-3, 0.86e-3))  # fmt: skip
    assert far / near == pytest.approx(np.exp(-3), rel=0.2)  # three lengths of 0.12 mm


def test_grey_levels_are_the_clipped_logarithm():
    black, white = scanner.BLACK_LEVEL, scanner.BLACK_LEVEL + scanner.DYNAMIC_RANGE
    power = 10 ** (np.array([black - 50, black, (black + white) / 2, white, white + 9]) / 10)
    np.testing.assert_allclose(scanner.grey_levels(power), [0, 0, 127.5, 255, 255], atol=1e-9)
    assert scanner.grey_levels(np.zeros(1)) == 0  # no echo at all is black, not an error


def _field(size):
    axis = np.arange(size) - (size - 1) / 2
    x, y = np.meshgrid(axis, axis)
    radius = np.hypot(x, y) * 2 * scanner.FIELD / size
    return radius, np.arctan2(y, x), (radius < scanner.FIELD) & (radius > scanner.CATHETER)


def test_scan_conversion_has_no_seam_and_turns_with_the_lines():
    lines, depths, size = 80, 60, 65
    angle = np.arange(lines)[:, None] * 2 * np.pi / lines
    rays = np.broadcast_to(2 + np.cos(angle), (lines, depths))
    step = scanner.FIELD / 50
    picture = scanner.scan_convert(rays, size, step)
    _, turn, shown = _field(size)
    # Linear interpolation of a cosine between samples h apart errs by at most h^2 / 8.
    expected = np.where(shown, 2 + np.cos(turn), 0)
    assert abs(picture - expected).max() <= (2 * np.pi / lines) ** 2 / 8 + 1e-12
    rays = np.random.default_rng(0).random((lines, depths))
    quarter = scanner.scan_convert(np.roll(rays, lines // 4, axis=0), size, step)
    straight = scanner.scan_convert(rays, size, step)
    np.testing.assert_allclose(quarter, np.rot90(straight, -1), atol=1e-9)


def test_uneven_rotation_draws_lines_where_the_catheter_was_thought_to_point():
    lines, size = 720, 64
    angle = np.arange(lines)[:, None] * 2 * np.pi / lines
    rays = np.broadcast_to(np.cos(angle), (lines, 60))
    grid = np.arange(360) * 2 * np.pi / 360
    picture = scanner.scan_convert(rays, size, scanner.FIELD / 50, 0.3 * np.sin(2 * grid))
    _, turn, shown = _field(size)
    expected = np.where(shown, np.cos(turn + 0.3 * np.sin(2 * turn)), 0)
    assert abs(picture - expected).max() < 2e-4  # interpolation of two curves, h^2 / 8 each
    rays = np.random.default_rng(0).random((80, 60))
    turned = scanner.scan_convert(rays, size, scanner.FIELD / 50, np.full(360, QUARTER))
    straight = scanner.scan_convert(rays, size, scanner.FIELD / 50)
    np.testing.assert_allclose(turned, np.rot90(straight), atol=1e-9)
