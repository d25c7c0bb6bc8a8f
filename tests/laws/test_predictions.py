"""Predictions: closed forms against sums, SciPy and the layer's speckle; errors against scatter.

Every tolerance on speckle is 4 standard errors from sampling theory (about d^2 samples an image).
"""

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from scipy import stats
from scipy.special import j1

from specklegan import SpeckleLayer
from specklegan.laws import measured, predictions
from specklegan.laws.measured import (
    LOG_STD_DB,
    RAYLEIGH_SNR,
    Check,
    amplitude_snr,
    autocovariance,
    grain_along,
    grain_size,
    log_std,
    mean_and_error,
)
from specklegan.speckle import formation, windows

SIZE, EDGE, IMAGES = 128, 16, 48


def realise(edge=EDGE, size=SIZE, images=IMAGES, seed=11):
    source = torch.ones(images, size, size, dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    return formation.form_speckle(source, float(edge), generator=generator).numpy()


def realise_weights(weights, images=IMAGES, seed=5):
    phase = np.random.default_rng(seed).uniform(0, 2 * np.pi, (images, *weights.shape))
    return np.abs(np.fft.ifft2(np.fft.fft2(np.exp(1j * phase)) * weights))


def bins(size):
    return np.fft.ifftshift(np.arange(size) - size // 2)


def square(edge, size=SIZE):
    k = bins(size)
    inside = (k >= -edge / 2) & (k < edge / 2)
    return np.outer(inside, inside)


def circle(diameter, size=SIZE):
    k = bins(size)
    return np.hypot.outer(k, k) <= diameter / 2


def gaussian(deviation, size=SIZE):
    k = bins(size)
    return np.exp(-np.add.outer(k**2, k**2) / (4 * deviation**2))  # power has that deviation


WINDOWS = {"square": square(EDGE), "circle": circle(18), "gaussian": gaussian(5)}


@pytest.fixture(scope="module")
def amplitude():
    return realise()


@pytest.fixture(scope="module", params=WINDOWS)
def seen(request):
    """One of the three windows, and the amplitude behind it."""
    return WINDOWS[request.param], realise_weights(WINDOWS[request.param])


# Exact statements


@settings(max_examples=60, deadline=None)
@given(data=st.data(), size=st.integers(1, 96))
def test_closed_forms_are_those_of_the_weights(data, size):
    edge = data.draw(st.integers(1, size))
    window = square(edge, size)
    cell = predictions.cell_of_window(edge, size)
    assert predictions.cell_of_weights(window) == pytest.approx(cell, rel=1e-9)
    assert cell * (1 + 1e-12) >= 1
    mean = predictions.mean_intensity_of_window(edge, size)
    assert predictions.mean_intensity_of_weights(window) == pytest.approx(mean)
    contrast = predictions.contrast_of_window(edge, size)
    assert predictions.contrast_of_weights(window) == pytest.approx(contrast, abs=1e-6)
    error = predictions.mean_intensity_error(edge, size)
    assert predictions.mean_intensity_error_of_weights(window) == pytest.approx(error, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**16), size=st.integers(2, 12), scale=st.floats(0.1, 10))
def test_moments_behind_any_window_are_exact_sums(seed, size, scale):
    """<I> and <I^2> of sum h_j exp(i phi_j), by the sums over all pairs of pixels."""
    weights = scale * np.random.default_rng(seed).random((size, size))
    power = np.abs(np.fft.ifft2(weights).ravel()) ** 2
    pairs = np.outer(power, power)
    second = pairs.sum() + pairs.sum() - pairs.trace()  # j = k and l = m, or j = m and l = k
    contrast = np.sqrt(second / power.sum() ** 2 - 1)
    assert predictions.contrast_of_weights(weights) == pytest.approx(contrast, abs=1e-6)
    assert predictions.mean_intensity_of_weights(weights) == pytest.approx(power.sum())


def test_contrast_falls_with_the_edge_from_one_to_nothing():
    for edge, size in [(28, 256), (48, 256), (128, 256), (5, 9), (1, 4)]:
        r = (2 * edge**2 + 1) / (3 * edge * size)
        assert predictions.contrast_of_window(edge, size) == pytest.approx(np.sqrt(1 - r**2))
    assert predictions.contrast_of_window(28, 256) == pytest.approx(0.9973, abs=5e-5)
    assert predictions.contrast_of_window(48, 256) == pytest.approx(0.9922, abs=5e-5)
    assert predictions.contrast_of_window(128, 256) == pytest.approx(0.9428, abs=5e-5)
    assert predictions.contrast_of_window(256, 256) == 0
    falling = [predictions.contrast_of_window(edge, 64) for edge in range(1, 65)]
    assert (np.diff(falling) < 0).all()
    assert measured.contrast(realise(64, 64, 2) ** 2) == pytest.approx([0, 0], abs=1e-12)


def test_narrow_windows_are_burckhardt_and_fisher_tippett():
    assert predictions.amplitude_snr_of_window(4, 100_000) == pytest.approx(RAYLEIGH_SNR)
    assert predictions.log_std_of_window(4, 100_000) == pytest.approx(LOG_STD_DB)


def test_share_above_the_mean_amplitude_with_few_phasors():
    """At n = 36 the term in 1 / n counts: without it the law is off by more than the scatter."""
    edge, size = 16, 64
    amplitude = realise(edge, size, images=6000)[:, :: size // edge, :: size // edge]
    share = (amplitude > amplitude.mean()).mean()
    law = predictions.share_above_mean_amplitude(edge, size)
    error = np.sqrt(law * (1 - law) / amplitude.size)
    assert share == pytest.approx(law, abs=4 * error)
    wide = predictions.share_above_mean_amplitude(4, 100_000)
    assert wide == pytest.approx(np.exp(-np.pi / 4))
    assert abs(share - wide) > 4 * error


@pytest.mark.parametrize("patterns", [1, 2, 4, 16])
def test_compounded_amplitude_is_nakagami(patterns):
    law = stats.nakagami(patterns)  # the root of a gamma distributed mean
    snr = predictions.amplitude_snr_of_window(4, 100_000, patterns)
    assert snr == pytest.approx(law.mean() / law.std())
    intensity = stats.gamma(patterns)
    assert predictions.compounded_contrast(patterns) == pytest.approx(
        intensity.std() / intensity.mean()
    )


def test_grain_has_the_widths_of_sinc_squared():
    # sinc^2(u) is one half at u = 0.44295, and 0.526, half of the amplitude's, at 0.42765.
    assert predictions.grain_of_window(16, 1024) == pytest.approx(0.8859 * 64, rel=2e-3)
    assert predictions.grain_of_window(16, 1024, "amplitude") == pytest.approx(
        0.8553 * 64, rel=2e-3
    )
    assert predictions.grain_of_window(28, 256) == pytest.approx(8.09, abs=0.01)


def test_grain_of_a_circle_and_of_a_gaussian():
    # [2 J1(u) / u]^2 is one half at u = 1.6163: a width of 1.029 N / D.
    grains = predictions.grain_of_weights(circle(40, 512), angles=[0, np.pi / 8, np.pi / 4])
    diameter = 2 * np.sqrt(circle(40, 512).sum() / np.pi)
    np.testing.assert_allclose(grains, 1.029 * 512 / diameter, rtol=5e-3)
    # |mu|^2 = exp(-(2 pi s x / N)^2) for a power of deviation s.
    width = 2 * np.sqrt(np.log(2)) * 512 / (2 * np.pi * 12)
    assert predictions.grain_of_weights(gaussian(12, 512))[0] == pytest.approx(width, rel=5e-3)


def test_diagonal_grain_of_a_square_is_the_longer():
    # Along the diagonal sinc^4(u / sqrt 2), one half at u = 0.4511.
    axis, diagonal = predictions.grain_of_weights(square(16, 512), angles=[0, np.pi / 4])
    assert diagonal / axis == pytest.approx(0.9023 / 0.8859, rel=2e-3)


def test_amplitude_autocovariance_has_its_ends_and_a_simulation_between():
    assert predictions.amplitude_autocovariance(0.0) == 0
    assert predictions.amplitude_autocovariance(1.0) == pytest.approx(1)
    z = np.random.default_rng(4).normal(size=(2, 3, 2, 200_000, 2)) @ [1, 1j]
    first, second = z[0, 0], 0.8 * z[0, 0] + 0.6 * z[1, 0]  # |mu|^2 = 0.64; (2, 200000)
    for patterns in (1, 2):
        a, b = (np.sqrt((np.abs(f[:patterns]) ** 2).mean(0)) for f in (first, second))
        expected = predictions.amplitude_autocovariance(0.64, patterns)
        # A correlation coefficient of 200 000 pairs is known to (1 - rho^2) / sqrt(n) = 0.0013.
        assert np.corrcoef(a, b)[0, 1] == pytest.approx(expected, abs=4 * 0.0014)


# Speckle of Eq. 2


def test_mean_intensity(amplitude):
    predicted = predictions.mean_intensity_of_window(EDGE, SIZE)
    error = predicted * predictions.mean_intensity_error(EDGE, SIZE, IMAGES)
    assert abs((amplitude**2).mean() - predicted) < 4 * error


@pytest.mark.parametrize("edge", [8, 16, 40, 64, 100])
def test_contrast_is_that_of_the_finite_window(edge):
    size = 64 if edge < 50 else SIZE
    intensity = realise(edge, size) ** 2
    error = predictions.contrast_error(edge, size, IMAGES)
    expected = predictions.contrast_of_window(edge, size)
    assert abs(measured.contrast(intensity, None) - expected) < 4 * error


@pytest.mark.parametrize("edge", [16, 48])  # 48 of 128: n = 16, where the corrections count
def test_amplitude_snr_and_log_compression(edge):
    amplitude = realise(edge)
    predicted = predictions.amplitude_snr_of_window(edge, SIZE)
    error = predictions.amplitude_snr_error(edge, SIZE, IMAGES)
    assert abs(amplitude_snr(amplitude, None) - predicted) < 4 * error
    _, error = mean_and_error(log_std(amplitude**2))
    predicted = predictions.log_std_of_window(edge, SIZE)
    assert abs(log_std(amplitude**2, None) - predicted) < 4 * error


@pytest.mark.parametrize("of", ["intensity", "amplitude"])
def test_grain_along_both_axes(amplitude, of):
    image = amplitude**2 if of == "intensity" else amplitude
    _, error = mean_and_error([grain_size(one, image.mean()) for one in image])
    measured = grain_size(image, image.mean())
    assert (np.abs(measured - predictions.grain_of_window(EDGE, SIZE, of)) < 4 * error).all()


@pytest.mark.parametrize("patterns", [4, 16])
def test_compounding(amplitude, patterns):
    mean = (amplitude**2).reshape(-1, patterns, SIZE, SIZE).mean(1)
    predicted = predictions.compounded_contrast(patterns) * predictions.contrast_of_window(
        EDGE, SIZE
    )
    error = predictions.contrast_error(EDGE, SIZE, len(mean), patterns)
    assert abs(measured.contrast(mean, None) - predicted) < 4 * error
    predicted = predictions.amplitude_snr_of_window(EDGE, SIZE, patterns)
    error = predictions.amplitude_snr_error(EDGE, SIZE, len(mean), patterns)
    assert abs(amplitude_snr(np.sqrt(mean), None) - predicted) < 4 * error


def test_any_window(seen):
    weights, amplitude = seen
    error = predictions.contrast_error_of_weights(weights, IMAGES)
    expected = predictions.contrast_of_weights(weights)
    assert abs(measured.contrast(amplitude**2, None) - expected) < 4 * error
    error = predictions.amplitude_snr_error_of_weights(weights, IMAGES)
    expected = predictions.amplitude_snr_of_weights(weights)
    assert abs(amplitude_snr(amplitude, None) - expected) < 4 * error
    angles = [0, np.pi / 4, np.pi / 2]
    for of, image in (("intensity", amplitude**2), ("amplitude", amplitude)):
        grains = [grain_along(one, angles, image.mean()) for one in image]
        mean, error = mean_and_error(grains)
        expected = predictions.grain_of_weights(weights, of, angles=angles)
        assert (np.abs(mean - expected) < 4 * error + 0.01 * expected).all()  # bias of one width


def test_autocovariance_behind_a_circle_is_jinc_squared():
    diameter = 20
    intensity = realise_weights(circle(diameter), 60) ** 2
    measured = autocovariance(intensity, intensity.mean())[0, 1:6]
    argument = np.pi * diameter * np.arange(1, 6) / SIZE
    jinc = (2 * j1(argument) / argument) ** 2
    # One shift's error is below 1 / d an image; 60 images of diameter 20 give 0.007.
    np.testing.assert_allclose(measured, jinc, atol=4 * 0.007)
    predicted = predictions.coherence_of_weights(circle(diameter))[0, 1:6]
    np.testing.assert_allclose(predicted, jinc, atol=0.02)  # a circle of square bins


@pytest.mark.parametrize("edge", [14.0, 20.4, 24.6])
def test_the_layer_at_any_edge(edge):
    """`SpeckleLayer` itself, float32, edges between integers: mean, contrast and SNR."""
    layer = SpeckleLayer(1, (edge,), 64, coordinates="cartesian", attention=None)
    images = torch.ones(200, 1, 64, 64)
    with torch.no_grad():
        amplitude = layer(images, torch.Generator().manual_seed(2))[:, 0].double().numpy()
    window = windows.spectral_window(edge, 64).double().numpy()
    weights = np.outer(window, window)
    error = predictions.contrast_error_of_weights(weights, 200)
    expected = predictions.contrast_of_weights(weights)
    assert abs(measured.contrast(amplitude**2, None) - expected) < 4 * error
    error = predictions.amplitude_snr_error_of_weights(weights, 200)
    expected = predictions.amplitude_snr_of_weights(weights)
    assert abs(amplitude_snr(amplitude, None) - expected) < 4 * error
    error = predictions.mean_intensity_error_of_weights(weights, 200)
    assert abs((amplitude**2).mean() - 1) < 4 * error


def test_standard_errors_are_the_scatter_of_repetitions():
    amplitude, wide = realise(8, 64, 600), realise(48, 64, 300)
    fours = (amplitude**2).reshape(150, 4, 64, 64).mean(1)
    # The scatter of 600 (150) repetitions is itself known to 3 (6) %; second orders come on top.
    for values, predicted in [
        (measured.contrast(amplitude**2), predictions.contrast_error(8, 64)),
        (measured.contrast(fours), predictions.contrast_error(8, 64, 1, 4)),
        (amplitude_snr(amplitude), predictions.amplitude_snr_error(8, 64)),
        (amplitude_snr(np.sqrt(fours)), predictions.amplitude_snr_error(8, 64, 1, 4)),
        ((amplitude**2).mean((1, 2)) * 64, predictions.mean_intensity_error(8, 64)),
        (
            (wide**2).mean((1, 2)) / predictions.mean_intensity_of_window(48, 64),
            predictions.mean_intensity_error(48, 64),
        ),
    ]:
        assert values.std() == pytest.approx(predicted, rel=0.15)


def test_broken_speckle_breaks_the_laws():
    error = predictions.contrast_error(EDGE, SIZE, IMAGES)
    smooth = torch.ones(IMAGES, SIZE, SIZE, dtype=torch.float64)  # no random phase at all
    flat = formation.form_speckle(smooth, float(EDGE), phase=smooth).numpy()
    assert measured.contrast(flat**2, None) < 0.1
    real = np.random.default_rng(0).normal(size=(IMAGES, SIZE, SIZE)) ** 2  # contrast sqrt(2)
    assert not Check("one real component", 1, measured.contrast(real, None), error).holds
    slim = realise(EDGE - 1) ** 2  # a window that is one bin too narrow
    expected = predictions.mean_intensity_of_window(EDGE, SIZE)
    error = expected * predictions.mean_intensity_error(EDGE, SIZE, IMAGES)
    assert not Check("mean intensity", expected, slim.mean(), error).holds


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: predictions.contrast_of_window(2.5, 8), "integer"),
        (lambda: predictions.contrast_of_window(9, 8), r"\(0, 8\]"),
        (lambda: predictions.contrast_of_window(0, 8), r"\(0, 8\]"),
        (lambda: predictions.contrast_of_window(np.nan, 8), "found nan"),
        (lambda: predictions.contrast_of_window(1, 0), "size must be a positive integer"),
        (lambda: predictions.contrast_of_window(1, 2.5), "size must be a positive integer"),
        (lambda: predictions.mean_intensity_of_window(-1, 8), r"\(0, 8\]"),
        (lambda: predictions.compounded_contrast(0), "at least 1"),
        (lambda: predictions.compounded_contrast(2.5), "patterns must be an integer"),
        (lambda: predictions.contrast_error(4, 8, images=0), "images must be an integer"),
        (lambda: predictions.grain_of_window(3, 8, "phase"), "'intensity' or 'amplitude'"),
        (lambda: predictions.grain_of_window(1, 8), "no grain"),
        (lambda: predictions.grain_of_window(8, 8), "no speckle, no grain"),
        (lambda: predictions.grain_of_window(8, 8, "amplitude"), "no speckle, no grain"),
        (lambda: predictions.cell_of_weights(np.ones(8)), r"\(H, W\), found \(8,\)"),
        (lambda: predictions.cell_of_weights(np.ones((0, 8))), r"found \(0, 8\)"),
        (lambda: predictions.contrast_of_weights(np.zeros((8, 8))), "not 0 everywhere"),
        (lambda: predictions.contrast_of_weights(np.full((8, 8), np.nan)), "finite"),
        (lambda: predictions.amplitude_autocovariance(1.5), r"\[0, 1\]"),
        (lambda: predictions.amplitude_autocovariance(np.nan), r"\[0, 1\]"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
