"""Laws of speckle: the layer's speckle obeys the predictions, and broken speckle does not."""

import numpy as np
import pytest
import torch
from scipy.special import j1

from specklegan import laws, optics, speckle

SIZE, EDGE, IMAGES = 128, 16, 48


def realise(edge=EDGE, size=SIZE, images=IMAGES, seed=11):
    source = torch.ones(images, size, size, dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    return speckle.form_speckle(source, float(edge), generator=generator).numpy()


@pytest.fixture(scope="module")
def amplitude():
    return realise()


def test_measurements_of_known_numbers():
    image = np.array([[1.0, 3.0], [1.0, 3.0]])  # mean 2, standard deviation 1
    assert laws.contrast(image) == pytest.approx(0.5)
    assert laws.amplitude_snr(image) == pytest.approx(2)
    assert laws.log_std(10**image) == pytest.approx(10)  # dB
    assert laws.contrast(np.stack([image, 2 * image])).tolist() == pytest.approx([0.5, 0.5])
    assert laws.contrast(np.stack([image, 2 * image]), None) > 0.5


# Every tolerance below is 4 standard errors from sampling theory (about d^2 samples an image).


def test_mean_intensity(amplitude):
    predicted = laws.mean_intensity_of_window(EDGE, SIZE)
    error = predicted * laws.mean_intensity_error(EDGE, SIZE, IMAGES)
    assert abs((amplitude**2).mean() - predicted) < 4 * error


@pytest.mark.parametrize("edge", [8, 16, 40, 64, 100])
def test_contrast_is_that_of_the_finite_window(edge):
    intensity = realise(edge, 64 if edge < 50 else SIZE) ** 2
    size = intensity.shape[-1]
    error = laws.contrast_error(edge, size, IMAGES)
    assert abs(laws.contrast(intensity, None) - laws.contrast_of_window(edge, size)) < 4 * error


def test_contrast_of_window_has_its_closed_form_and_vanishes_without_a_window():
    for edge, size in [(28, 256), (48, 256), (128, 256), (5, 9), (1, 4)]:
        r = (2 * edge**2 + 1) / (3 * edge * size)
        assert laws.contrast_of_window(edge, size) == pytest.approx(np.sqrt(1 - r**2), abs=1e-12)
    assert laws.contrast_of_window(28, 256) == pytest.approx(0.9973, abs=5e-5)
    assert laws.contrast_of_window(256, 256) == pytest.approx(0, abs=1e-6)
    assert laws.contrast(realise(64, 64, 2) ** 2) == pytest.approx([0, 0], abs=1e-12)


def test_amplitude_snr_and_log_compression(amplitude):
    predicted = laws.amplitude_snr_of_window(EDGE, SIZE)
    error = laws.amplitude_snr_error(EDGE, SIZE, IMAGES)
    assert abs(laws.amplitude_snr(amplitude, None) - predicted) < 4 * error
    _, error = laws.mean_and_error(laws.log_std(amplitude**2))
    assert abs(laws.log_std(amplitude**2, None) - laws.log_std_of_window(EDGE, SIZE)) < 4 * error


def test_limits_of_a_narrow_window_are_burckhardt_and_fisher_tippett():
    assert pytest.approx(1.9131, abs=1e-4) == laws.RAYLEIGH_SNR
    assert pytest.approx(5.570, abs=1e-3) == laws.LOG_STD_DB
    assert laws.amplitude_snr_of_window(4, 100_000) == pytest.approx(laws.RAYLEIGH_SNR, abs=1e-6)
    assert laws.log_std_of_window(4, 100_000) == pytest.approx(laws.LOG_STD_DB, abs=1e-6)


@pytest.mark.parametrize("of", ["intensity", "amplitude"])
def test_grain_size_along_both_axes(amplitude, of):
    image = amplitude**2 if of == "intensity" else amplitude
    widths = [laws.grain_size(one, image.mean()) for one in image]
    _, error = laws.mean_and_error(widths)
    measured = laws.grain_size(image, image.mean())
    assert (np.abs(measured - laws.grain_of_window(EDGE, SIZE, of)) < 4 * error).all()


def test_grain_of_window_has_the_widths_of_sinc_squared():
    # 0.8859 and 0.855 N / d in the limit of a small window on a large grid.
    assert laws.grain_of_window(64, 4096) == pytest.approx(0.8859 * 64, rel=2e-3)
    assert laws.grain_of_window(64, 4096, "amplitude") == pytest.approx(0.855 * 64, rel=2e-3)


def test_grain_size_tells_the_axes_apart():
    rows = np.sin(2 * np.pi * 3 * np.arange(64) / 64)[:, None] * np.ones(64)
    columns = np.sin(2 * np.pi * 8 * np.arange(64) / 64)
    # cos(2 pi f x / N) is one half at x = N / (6 f); the width is twice that.
    np.testing.assert_allclose(laws.grain_size(rows * columns), [64 / 9, 64 / 24], rtol=5e-3)


def test_grain_size_interpolates_an_even_spectrum_exactly():
    point = np.zeros((8, 8))
    point[3, 5] = 1
    x, k = np.linspace(0, 1, 10_001), np.arange(1, 4)[:, None]
    # All 64 frequencies but the mean have power 1: 7 in column 0, 8 in each other column.
    curve = 7 + 8 * (2 * np.cos(2 * np.pi * k * x / 8).sum(0) + np.cos(np.pi * x))
    width = 2 * x[np.argmax(curve < curve[0] / 2)]
    np.testing.assert_allclose(laws.grain_size(point), width, rtol=2e-3)


def test_autocovariance_of_circular_window_is_jinc_squared():
    size, diameter, images = 128, 20, 60
    rng = np.random.default_rng(5)
    field = np.exp(1j * rng.uniform(0, 2 * np.pi, (images, size, size)))
    intensity = np.abs(optics.low_pass(field, optics.pupil_window(size, diameter, "circle"))) ** 2
    measured = laws.autocovariance(intensity, intensity.mean())[0, 1:6]
    argument = np.pi * diameter * np.arange(1, 6) / size
    # One shift's error is below 1 / d an image; 60 images of diameter 20 give 0.007.
    np.testing.assert_allclose(measured, (2 * j1(argument) / argument) ** 2, atol=4 * 0.007)


@pytest.mark.parametrize("patterns", [4, 16])
def test_compounding_lowers_contrast_by_the_root_of_the_patterns(amplitude, patterns):
    mean = (amplitude**2).reshape(-1, patterns, SIZE, SIZE).mean(1)
    predicted = laws.compounded_contrast(patterns) * laws.contrast_of_window(EDGE, SIZE)
    error = laws.contrast_error(EDGE, SIZE, len(mean), patterns)
    assert abs(laws.contrast(mean, None) - predicted) < 4 * error


def test_first_order_laws_hold_on_independent_samples(amplitude):
    sample = laws.independent_samples(amplitude, EDGE)
    assert sample.shape == (IMAGES, EDGE, EDGE)
    rayleigh, exponential = laws.fit_rayleigh(sample), laws.fit_exponential(sample**2)
    assert rayleigh.n == sample.size
    # The root of the sample size scales the distance; 1.95 is its 0.1 % point (Kolmogorov).
    assert max(rayleigh.distance, exponential.distance) < 1.95 / np.sqrt(sample.size)
    assert exponential.scale == pytest.approx(2 * rayleigh.scale**2)


def test_standard_errors_are_the_scatter_of_repetitions():
    amplitude = realise(8, 64, 600)
    wide = realise(48, 64, 300)
    fours = (amplitude**2).reshape(150, 4, 64, 64).mean(1)
    # The scatter of 600 (150) repetitions is itself known to 3 (6) %; second orders come on top.
    for values, predicted in [
        (laws.contrast(amplitude**2), laws.contrast_error(8, 64)),
        (laws.contrast(fours), laws.contrast_error(8, 64, 1, 4)),
        (laws.amplitude_snr(amplitude), laws.amplitude_snr_error(8, 64)),
        ((amplitude**2).mean((1, 2)) * 64, laws.mean_intensity_error(8, 64)),
        (
            (wide**2).mean((1, 2)) / laws.mean_intensity_of_window(48, 64),
            laws.mean_intensity_error(48, 64),
        ),
    ]:
        assert values.std() == pytest.approx(predicted, rel=0.15)


def test_broken_speckle_breaks_the_laws():
    amplitude = realise()
    smooth = torch.ones(IMAGES, SIZE, SIZE, dtype=torch.float64)  # no random phase at all
    flat = speckle.form_speckle(smooth, float(EDGE), phase=smooth).numpy()
    assert laws.contrast(flat**2, None) < 0.1
    real = np.random.default_rng(0).normal(size=amplitude.shape) ** 2  # contrast sqrt(2)
    error = laws.contrast_error(EDGE, SIZE, IMAGES)
    assert not laws.Check("one real component", 1, laws.contrast(real, None), error).holds
    shifted = laws.fit_rayleigh(laws.independent_samples(amplitude + 0.1, EDGE))
    assert shifted.pvalue < 1e-6


def test_check_counts_standard_errors():
    assert laws.Check("law", 1.0, 1.3, 0.1).holds
    assert laws.Check("law", 1.0, 1.3, 0.1).deviation == pytest.approx(3)
    assert not laws.Check("law", 1.0, 0.5, 0.1).holds
    assert not laws.Check("law", 1.0, float("nan"), 0.1).holds


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: laws.contrast(np.ones(4)), r"shape \(..., H, W\), found \(4,\)"),
        (lambda: laws.contrast(-np.ones((4, 4))), "not negative"),
        (lambda: laws.amplitude_snr(np.full((4, 4), np.nan)), "finite"),
        (lambda: laws.log_std(np.zeros((4, 4))), "positive for a logarithm"),
        (lambda: laws.grain_size(np.ones((8, 8))), "found a constant"),
        (lambda: laws.grain_size(np.ones(8)), r"found \(8,\)"),
        (lambda: laws.contrast_of_window(2.5, 8), "integer"),
        (lambda: laws.contrast_of_window(9, 8), r"\(0, 8\]"),
        (lambda: laws.compounded_contrast(0), "at least 1"),
        (lambda: laws.grain_of_window(3, 8, "phase"), "'intensity' or 'amplitude'"),
        (lambda: laws.mean_and_error([1.0]), "at least 2"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
