"""Measurements: known numbers, SciPy parity, invariances, standard errors, bad input."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from scipy import stats

from specklegan.laws import measured, predictions, widths
from specklegan.speckle import formation

SIZE, EDGE, IMAGES = 128, 16, 48


@pytest.fixture(scope="module")
def amplitude():
    source = torch.ones(IMAGES, SIZE, SIZE, dtype=torch.float64)
    generator = torch.Generator().manual_seed(11)
    return formation.form_speckle(source, float(EDGE), generator=generator).numpy()


def test_measurements_of_known_numbers():
    image = np.array([[1.0, 3.0], [1.0, 3.0]])  # mean 2, standard deviation 1
    assert measured.contrast(image) == pytest.approx(0.5)
    assert measured.amplitude_snr(image) == pytest.approx(2)
    assert measured.log_std(10**image) == pytest.approx(10)  # dB
    assert measured.contrast(np.stack([image, 2 * image])).tolist() == pytest.approx([0.5, 0.5])
    assert measured.contrast(np.stack([image, 2 * image]), None) > 0.5


@pytest.mark.parametrize(
    ("measure", "law", "expected"),
    [
        (measured.contrast, stats.expon(scale=3), 1),
        (measured.amplitude_snr, stats.rayleigh(scale=3), measured.RAYLEIGH_SNR),
        (measured.log_std, stats.expon(scale=3), measured.LOG_STD_DB),
        (measured.contrast, stats.gamma(4), 0.5),  # the mean of four exponential numbers
    ],
)
def test_measurements_of_scipy_samples(measure, law, expected):
    samples = law.rvs((400, 50, 50), random_state=3)
    mean, error = measured.mean_and_error(measure(samples))
    # 400 scatter-based errors, and the bias of one image of 2500 samples, 1 / 2500 relative.
    assert abs(mean - expected) < 4 * error + expected / 2500


def test_limits_are_burckhardt_and_fisher_tippett():
    law = stats.rayleigh()
    assert law.mean() / law.std() == pytest.approx(measured.RAYLEIGH_SNR, abs=1e-12)
    assert pytest.approx(1.9131, abs=1e-4) == measured.RAYLEIGH_SNR
    fisher_tippett = stats.gumbel_l().std()  # of the log of an exponential number
    assert measured.DECIBEL * fisher_tippett == pytest.approx(measured.LOG_STD_DB, abs=1e-12)
    assert pytest.approx(5.570, abs=1e-3) == measured.LOG_STD_DB


@settings(max_examples=30, deadline=None)
@given(
    scale=st.floats(1e-3, 1e3),
    shift=st.tuples(st.integers(0, 11), st.integers(0, 11)),
    seed=st.integers(0, 2**16),
)
def test_measurements_ignore_scale_and_place(scale, shift, seed):
    image = np.random.default_rng(seed).exponential(size=(12, 12)) + 1e-6
    moved = scale * np.roll(image, shift, axis=(0, 1))
    for measure in (measured.contrast, measured.amplitude_snr, measured.log_std):
        assert measure(moved) == pytest.approx(measure(image))
    np.testing.assert_allclose(
        measured.autocovariance(moved), measured.autocovariance(image), atol=1e-9
    )
    np.testing.assert_allclose(measured.grain_size(moved), measured.grain_size(image), rtol=1e-6)
    np.testing.assert_allclose(
        measured.grain_size(image.T), measured.grain_size(image)[::-1], rtol=1e-6
    )


def test_autocovariance_is_that_of_plain_sums():
    image = np.random.default_rng(2).exponential(size=(6, 5))
    centred = image - image.mean()
    plain = [[(centred * np.roll(centred, (-y, -x), (0, 1))).mean() for x in range(5)]
             for y in range(6)]  # fmt: skip
    np.testing.assert_allclose(measured.autocovariance(image), plain / image.var(), atol=1e-12)


def test_grain_size_tells_the_axes_apart():
    rows = np.sin(2 * np.pi * 3 * np.arange(64) / 64)[:, None] * np.ones(64)
    columns = np.sin(2 * np.pi * 8 * np.arange(64) / 64)
    # cos(2 pi f x / N) is one half at x = N / (6 f); the width is twice that.
    np.testing.assert_allclose(measured.grain_size(rows * columns), [64 / 9, 64 / 24], rtol=1e-9)


def test_grain_size_knows_an_even_spectrum_between_the_pixels():
    point = np.zeros((8, 8))
    point[3, 5] = 1
    x, k = np.linspace(0, 1, 10_001), np.arange(1, 4)[:, None]
    # All 64 frequencies but the mean have power 1: 7 in column 0, 8 in each other column.
    curve = 7 + 8 * (2 * np.cos(2 * np.pi * k * x / 8).sum(0) + np.cos(np.pi * x))
    width = 2 * x[np.argmax(curve < curve[0] / 2)]
    np.testing.assert_allclose(measured.grain_size(point), width, rtol=2e-4)


def test_grain_along_the_axes_is_the_grain_size(amplitude):
    vertical, horizontal = measured.grain_size(amplitude[:4], amplitude.mean())
    along = measured.grain_along(amplitude[:4], [0, np.pi / 2, np.pi], amplitude.mean())
    np.testing.assert_allclose(along, [horizontal, vertical, horizontal], rtol=1e-9)


def test_grain_along_a_diagonal_of_a_wave():
    y, x = np.mgrid[:64, :64]
    wave = np.cos(2 * np.pi * 4 * (x + y) / 64)  # sqrt(2) times the frequency along the diagonal
    across = measured.grain_along(wave, [0, np.pi / 4])
    np.testing.assert_allclose(across, [64 / 12, 64 / 12 / np.sqrt(2)], rtol=1e-9)
    with pytest.raises(ValueError, match="no grain"):
        measured.grain_along(wave, [-np.pi / 4])  # along its crests it never changes


def test_full_width_of_a_level():
    quarter = widths.full_width(np.array([0.1]), np.array([2.0]), reach=5, level=0.0)
    assert quarter == pytest.approx(5)  # cos falls to 0 after a quarter of 10 px, on both sides


def test_first_order_laws_hold_on_independent_samples(amplitude):
    sample = measured.independent_samples(amplitude, EDGE)
    assert sample.shape == (IMAGES, EDGE, EDGE)
    rayleigh, exponential = measured.fit_rayleigh(sample), measured.fit_exponential(sample**2)
    assert rayleigh.n == sample.size
    # The root of the sample size scales the distance; 1.95 is its 0.1 % point (Kolmogorov).
    assert max(rayleigh.distance, exponential.distance) < 1.95 / np.sqrt(sample.size)
    assert exponential.scale == pytest.approx(2 * rayleigh.scale**2)


def test_fits_are_those_of_scipy(amplitude):
    sample = measured.independent_samples(amplitude, EDGE).ravel()
    _, scale = stats.rayleigh.fit(sample, floc=0)
    assert measured.fit_rayleigh(sample).scale == pytest.approx(scale, rel=1e-6)
    _, scale = stats.expon.fit(sample**2, floc=0)
    assert measured.fit_exponential(sample**2).scale == pytest.approx(scale, rel=1e-6)


def test_fits_refuse_other_laws(amplitude):
    shifted = measured.independent_samples(amplitude, EDGE) + 0.1
    assert measured.fit_rayleigh(shifted).pvalue < 1e-6
    half_normal = np.abs(np.random.default_rng(0).normal(size=5000))  # one component of two
    assert measured.fit_rayleigh(half_normal).pvalue < 1e-6
    assert measured.fit_exponential(half_normal**2).pvalue < 1e-6


@pytest.mark.parametrize(
    ("pooled", "single", "power"),
    [
        (measured.pooled_contrast, measured.contrast, 2),
        (measured.pooled_snr, measured.amplitude_snr, 1),
    ],
)
def test_pooled_measurements_and_their_jackknife_errors(amplitude, pooled, single, power):
    images = amplitude**power
    value, error = pooled(images)
    assert value == pytest.approx(single(images, None), rel=1e-9)
    # The mean over images has nearly the same error, with its own spread of 1 / sqrt(2 * 47).
    _, scatter = measured.mean_and_error(single(images))
    assert error == pytest.approx(scatter, rel=0.15)


def test_jackknife_error_covers_the_truth():
    rng = np.random.default_rng(8)
    pulls = []
    for _ in range(300):
        value, error = measured.pooled_contrast(rng.exponential(size=(20, 12, 12)))
        pulls.append((value - 1) / error)
    # Pulls of 20 images follow Student's t, whose spread is sqrt(19 / 17) = 1.06; 300 tell 4 %.
    assert np.std(pulls) == pytest.approx(1.06, abs=0.17)


def test_check_counts_standard_errors():
    assert measured.Check("law", 1.0, 1.3, 0.1).holds
    assert measured.Check("law", 1.0, 1.3, 0.1).deviation == pytest.approx(3)
    assert not measured.Check("law", 1.0, 0.5, 0.1).holds
    assert not measured.Check("law", 1.0, float("nan"), 0.1).holds


FOUR = np.ones((4, 4))
NAN = np.full((4, 4), np.nan)


@pytest.mark.parametrize("measure", [measured.contrast, measured.amplitude_snr, measured.log_std])
@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.ones(4), ValueError, r"shape \(..., H, W\) with pixels, found \(4,\)"),
        (np.ones((0, 4)), ValueError, r"with pixels, found \(0, 4\)"),
        (NAN, ValueError, "must be finite"),
        (np.inf * FOUR, ValueError, "must be finite"),
        (-FOUR, ValueError, "not negative, found -1"),
        (1j * FOUR, TypeError, "complex numbers: take their magnitude"),
    ],
)
def test_bad_images_are_named(measure, image, error, message):
    with pytest.raises(error, match=message):
        measure(image)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: measured.contrast(0 * FOUR), "0 everywhere"),
        (lambda: measured.amplitude_snr(FOUR), "must vary"),
        (lambda: measured.log_std(0 * FOUR), "positive for a logarithm"),
        (lambda: measured.autocovariance(NAN), "must be finite"),
        (lambda: measured.autocovariance(np.ones((0, 0))), "with pixels"),
        (lambda: measured.grain_size(FOUR), "found a constant"),
        (lambda: measured.grain_size(0.1 * np.ones((9, 7))), "found a constant"),
        (lambda: measured.grain_size(np.ones(8)), r"found \(8,\)"),
        (lambda: measured.grain_size(np.arange(8.0) * np.ones((8, 1))), "no grain"),
        (lambda: measured.independent_samples(FOUR, 0), r"edge must be in \(0, 4\]"),
        (lambda: measured.independent_samples(FOUR, 5), r"edge must be in \(0, 4\]"),
        (lambda: measured.independent_samples(FOUR, np.nan), "found nan"),
        (lambda: measured.fit_rayleigh([]), "amplitude must have shape"),
        (lambda: measured.fit_rayleigh([1, np.nan]), "amplitude must be finite"),
        (lambda: measured.fit_exponential([1, -1]), "intensity must be not negative"),
        (lambda: measured.mean_and_error([1.0]), "at least 2"),
        (lambda: measured.mean_and_error(1.0), "a single number"),
        (lambda: measured.mean_and_error([1.0, np.nan]), "finite"),
        (lambda: measured.pooled_contrast(FOUR), r"\(R, H, W\)"),
        (lambda: measured.pooled_snr(FOUR[None]), "R > 1"),
        (lambda: measured.Check("law", 1.0, 1.0, 0.0), "law: error must be positive"),
        (lambda: measured.Check("law", 1.0, 1.0, np.nan), "error must be positive and finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_integers_are_measured_as_numbers():
    grey = np.arange(16, dtype=np.uint8).reshape(4, 4)
    assert measured.contrast(grey) == pytest.approx(measured.contrast(grey.astype(float)))
    assert measured.contrast(torch.arange(16).reshape(4, 4)) == pytest.approx(
        measured.contrast(grey)
    )


def test_predictions_and_measurements_meet(amplitude):
    """One law end to end; all the others are in test_predictions."""
    expected = predictions.contrast_of_window(EDGE, SIZE)
    error = predictions.contrast_error(EDGE, SIZE, IMAGES)
    assert measured.Check("contrast", expected, measured.contrast(amplitude**2, None), error).holds
