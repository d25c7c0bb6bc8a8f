"""Power spectra: closed forms, sampling error, what has no answer."""

import numpy as np
import pytest

from specklegan.metrics import spectra


def test_power_spectrum_error_closed_forms():
    images = np.random.default_rng(0).normal(0, 0.2, (6, 1, 16, 16))
    # a texture twice as strong: ln 4 at every frequency; brightness and position do not count
    assert spectra.spectral_error(images, 2 * images) == pytest.approx(np.log(4))
    moved = np.roll(images, 3, axis=-1) + 0.3
    assert spectra.spectral_error(images, moved) == pytest.approx(0, abs=1e-9)
    assert np.isfinite(spectra.spectral_error(images, np.zeros_like(images)))


def test_power_spectrum_error_of_equal_textures_is_sampling_alone():
    generator = np.random.default_rng(1)
    a, b = generator.normal(size=(100, 1, 32, 32)), generator.normal(size=(50, 1, 32, 32))
    # ln of an exponential variable: standard deviation pi / sqrt(6); about 512 independent
    # frequencies fix the root mean square to 1 / sqrt(1024) = 3 %: 4 standard errors
    expected = np.pi / np.sqrt(6) * np.sqrt(1 / 100 + 1 / 50)
    assert spectra.spectral_error(a, b) == pytest.approx(expected, rel=0.125)


def test_radial_profile_of_a_ring():
    bins = np.fft.fftfreq(32) * 32
    spectrum = np.rint(np.hypot(*np.meshgrid(bins, bins)))
    spectrum[0, 0] = np.nan
    frequency, profile = spectra.radial_profile(spectrum)
    np.testing.assert_allclose(profile, frequency)
    assert frequency[-1] == 16


def test_images_without_structure_have_equal_spectra():
    assert spectra.spectral_error(np.zeros((2, 1, 8, 8)), np.zeros((3, 1, 8, 8))) == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: spectra.log_power(np.zeros((0, 1, 8, 8))), "images: shape"),
        (lambda: spectra.log_power(np.zeros((2, 3, 8, 8))), r"shape \(2, 3, 8, 8\)"),
        (lambda: spectra.log_power(np.full((1, 1, 8, 8), np.inf)), "finite"),
        (lambda: spectra.spectral_error(np.zeros((2, 1, 8, 8)), np.zeros((2, 1, 9, 9))), "pixels"),
    ],
)
def test_what_has_no_answer_is_an_error(call, words):
    with pytest.raises(ValueError, match=words):
        call()
