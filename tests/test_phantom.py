"""Laws of the simulated scanner and shape of the simulated vessels."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import signal

from specklegan import anatomy, laws, masks, phantom

CLINICAL_QUANTILES = {25: 51, 50: 93, 75: 126, 95: 168, 99: 201}  # one 20 MHz frame


@pytest.fixture(scope="module")
def uniform():
    """Echoes of 30 pictures of uniform tissue at 20 MHz, and the scanner."""
    scanner = phantom.scanner_for(256)
    generator = np.random.default_rng(0)
    strength = generator.standard_normal((30, scanner.lines, 520))
    return np.array([phantom.echo(s, scanner, generator) for s in strength]), scanner


@pytest.fixture(scope="module")
def frames():
    return phantom.simulate_pullbacks(60, 64, 0)


def test_echo_of_uniform_tissue_is_fully_developed_speckle(uniform):
    echo, scanner = uniform
    amplitude, power = abs(echo), abs(echo) ** 2
    rows = [
        (1.0, power.mean((1, 2))),
        (laws.RAYLEIGH_SNR, laws.amplitude_snr(amplitude)),
        (laws.LOG_STD_DB, laws.log_std(power)),
    ]
    cells = 360 / 6 * 520 * scanner.step / scanner.cell  # bias of one picture: one part in these
    for law, values in rows:
        mean, error = laws.mean_and_error(values)
        assert abs(mean - law) < 4 * error + law / cells


def test_grain_is_the_pulse_and_the_beam(uniform):
    echo, scanner = uniform
    power = abs(echo) ** 2
    grains = np.array([laws.grain_size(p, power.mean()) for p in power])  # (30, 2) line, depth
    grains *= [2 * np.pi / scanner.lines, scanner.step]
    mean, error = laws.mean_and_error(grains)
    assert np.all(abs(mean - [scanner.beam_width, scanner.cell]) < 4 * error)


def test_envelope_agrees_with_direct_convolution_and_hilbert_transform():
    scanner = phantom.scanner_for(256)
    lines, depths = 240, 512
    scatterers = np.zeros((lines, depths))
    scatterers[0, [100, 107, 300]] = [1.0, -0.7, 2.0]
    r = np.arange(-depths // 2, depths // 2 + 1) * scanner.step
    theta = np.arange(-lines // 2, lines // 2) * 2 * np.pi / lines
    carrier = np.cos(4 * np.pi * scanner.frequency / phantom.SPEED_OF_SOUND * r)
    pulse = carrier * np.exp(-4 * np.log(2) * (r / scanner.cell) ** 2)
    beam = np.exp(-4 * np.log(2) * (theta / scanner.beam_width) ** 2)
    rf = np.outer(np.roll(beam, lines // 2), signal.fftconvolve(scatterers[0], pulse, "same"))
    expected = abs(signal.hilbert(rf))
    found = abs(phantom.echo(scatterers, scanner, None))
    # The pulse is real here and one-sided there: they differ by what of a Gaussian of 27 %
    # bandwidth reaches zero frequency, below 1e-3.
    np.testing.assert_allclose(found / found.max(), expected / expected.max(), atol=2e-3)


def test_noise_has_the_power_asked_for():
    scanner = phantom.scanner_for(64)
    generator = np.random.default_rng(1)
    silence = np.zeros((scanner.lines, 208))
    power = [(abs(phantom.echo(silence, scanner, generator, 0.3)) ** 2).mean() for _ in range(40)]
    mean, error = laws.mean_and_error(power)
    assert abs(mean - 0.3) < 4 * error


@pytest.mark.parametrize("size", [32, 64, 100, 160, 256, 384])
def test_axial_cell_spans_two_pixels(size):
    scanner = phantom.scanner_for(size)
    pixels = scanner.cell * size / (2 * anatomy.FIELD)
    assert pixels >= 2 - 1e-9
    assert scanner.frequency == 20e6 or pixels == pytest.approx(2)
    assert np.rad2deg(scanner.beam_width) * scanner.frequency == pytest.approx(6 * 20e6)


def test_absurd_frequency_is_refused():
    with pytest.raises(ValueError, match=r"frequency is 8 Hz; expected 1e6 to 60e6"):
        phantom.scanner_for(64, 8)
    with pytest.raises(ValueError, match=r"n = 0, size = 64; expected"):
        phantom.simulate(0, 64, 0)


def test_scan_conversion_has_no_seam_and_turns_with_the_lines():
    lines, depths, size = 80, 60, 65
    angle = np.arange(lines)[:, None] * 2 * np.pi / lines
    rays = np.broadcast_to(2 + np.cos(angle), (lines, depths))
    step = anatomy.FIELD / 50
    picture = phantom.scan_convert(rays, size, step)
    centre = np.arange(size) - size // 2
    x, y = np.meshgrid(centre, centre)
    radius = np.hypot(x, y) * 2 * anatomy.FIELD / size
    shown = (radius < anatomy.FIELD) & (radius > anatomy.CATHETER)
    expected = np.where(shown, 2 + np.cos(np.arctan2(y, x)), 0)
    # Linear interpolation of a cosine between samples h apart errs by at most h^2 / 8.
    assert abs(picture - expected).max() <= (2 * np.pi / lines) ** 2 / 8 + 1e-12
    rays = np.random.default_rng(0).random((lines, depths))
    quarter = phantom.scan_convert(np.roll(rays, lines // 4, axis=0), size, step)
    straight = phantom.scan_convert(rays, size, step)
    np.testing.assert_allclose(quarter, np.rot90(straight, -1), atol=1e-9)


def test_nothing_shines_outside_the_disc_or_on_the_catheter(frames):
    centre = np.arange(64) - 31.5
    radius = np.hypot(centre[:, None], centre) * 2 * anatomy.FIELD / 64
    hidden = (radius >= anatomy.FIELD) | (radius <= anatomy.CATHETER)
    assert frames.grey[:, hidden].max() == 0
    assert frames.grey[:, ~hidden].mean() > 60


def test_grey_levels_resemble_the_clinical_frame(frames):
    centre = np.arange(64) - 31.5
    disc = np.hypot(centre[:, None], centre) < 32
    found = np.percentile(frames.grey[:, disc], list(CLINICAL_QUANTILES))
    # One frame against many vessels by a coarser scanner: within 10 % of the grey scale.
    assert abs(found - list(CLINICAL_QUANTILES.values())).max() < 25


def test_seed_decides_everything(frames):
    again = phantom.simulate_pullbacks(60, 64, 0)
    np.testing.assert_array_equal(again.grey, frames.grey)
    np.testing.assert_array_equal(again.lumen, frames.lumen)
    other = phantom.simulate_pullbacks(60, 64, 1)
    assert (other.grey != frames.grey).mean() > 0.5


def test_simulate_returns_the_contract():
    images, labels = phantom.simulate(5, 32, 3)
    assert images.shape == labels.shape == (5, 1, 32, 32)
    assert (images.dtype, labels.dtype) == (np.float32, np.uint8)
    assert images.min() == -1
    assert images.max() <= 1
    grey = (images + 1) * 127.5
    assert abs(grey - np.rint(grey)).max() < 1e-4  # 8-bit levels
    assert set(np.unique(labels)) == {0, 1, 2}


def test_lumen_lies_in_media_and_holds_the_catheter():
    vessel = anatomy.pullback(np.random.default_rng(5), 200)
    assert vessel.lumen.min() > anatomy.CATHETER
    assert (vessel.media - vessel.lumen).min() >= 0.15e-3 - 1e-12
    assert vessel.media.max() <= anatomy.FIELD


def test_mask_is_the_contours(frames):
    expected = masks.from_contours(frames.lumen[7], frames.media[7], (64, 64))
    np.testing.assert_array_equal(frames.labels()[7], expected)
    # Shoelace area of the contour against counted pixels: both err by the boundary only.
    x, y = frames.media[7].T
    area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    boundary = np.hypot(*np.diff(frames.media[7], axis=0).T).sum()
    assert abs((expected < 2).sum() - area) < boundary / 2


def test_neighbouring_frames_share_their_anatomy_but_not_their_speckle():
    frames = phantom.simulate_pullbacks(80, 32, 2, patients=4)
    assert list(np.unique(frames.patients, return_counts=True)[1]) == [20] * 4
    radius = np.hypot(*(frames.media - 15.5).transpose(2, 0, 1))  # (N, 360)
    step = np.abs(np.diff(radius, axis=0)).mean(1)
    same = np.diff(frames.patients) == 0
    assert step[same].mean() < 0.5 * step[~same].mean()
    inside = radius.min() > 0
    pairs = [
        np.corrcoef(a.ravel(), b.ravel())[0, 1]
        for a, b in zip(frames.grey, frames.grey[1:], strict=False)
    ]
    assert inside
    assert max(pairs) < 0.95


def test_patients_default_to_ten_or_more():
    assert len(np.unique(phantom.simulate_pullbacks(24, 16, 0).patients)) == 10


def test_calcium_and_guide_wire_cast_shadows():
    generator = np.random.default_rng(0)
    vessel = anatomy.pullback(generator, 1)
    arc = ((anatomy.ANGLE > 2) & (anatomy.ANGLE < 3)).astype(float)[None]
    bare = replace(vessel, calcium=0 * arc, wire=np.zeros((1, 2)), branch=np.zeros((1, 3)))
    scanner = phantom.scanner_for(256)
    angle = np.arange(scanner.lines) * 2 * np.pi / scanner.lines

    def deep_level(scene, around):
        strength = phantom.scatterers(scene, 0, scanner, np.random.default_rng(1))
        deep = np.arange(strength.shape[1]) * scanner.step > vessel.media.max() + 0.2e-3
        return 10 * np.log10((strength[abs(angle - around) < 0.05][:, deep] ** 2).mean())

    for scene in (
        replace(bare, calcium=arc),
        replace(bare, wire=np.array([[2.5, 0.8e-3]])),
    ):
        # The scatterers are the same: the difference is the shadow, all but at its soft edge.
        assert deep_level(bare, 2.5) - deep_level(scene, 2.5) > 0.8 * phantom.SHADOW
        assert deep_level(bare, 5.0) == pytest.approx(deep_level(scene, 5.0), abs=0.1)


def test_side_branch_holds_blood():
    vessel = anatomy.pullback(np.random.default_rng(3), 1)
    still = replace(
        vessel, branch=np.zeros((1, 3)), wire=np.zeros((1, 2)), calcium=0 * vessel.calcium
    )
    reach = float(np.interp(1.0, anatomy.ANGLE, vessel.media[0])) + 0.6e-3
    open_branch = np.array([[reach * np.cos(1.0), reach * np.sin(1.0), 0.5e-3]])
    scanner = phantom.scanner_for(256)
    line = round(1.0 / (2 * np.pi / scanner.lines))
    depth = slice(int((reach - 0.3e-3) / scanner.step), int((reach + 0.3e-3) / scanner.step))
    levels = [
        (
            phantom.scatterers(scene, 0, scanner, np.random.default_rng(1))[
                line - 1 : line + 2, depth
            ]
            ** 2
        ).mean()
        for scene in (still, replace(still, branch=open_branch))
    ]
    assert levels[1] < 0.2 * levels[0]
