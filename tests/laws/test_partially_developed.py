"""Speckle that is not fully developed: closed forms, SciPy, and phasors that are really summed.

Tolerances are 4 standard errors: of sums from their own scatter, of images by the jackknife.
"""

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from scipy import integrate, stats

from specklegan.laws import measured, partially_developed, phasors, predictions
from specklegan.speckle import formation

SIZE, EDGE, IMAGES = 64, 12, 100


def form(source, edge=EDGE):
    """Form speckle of Eq. 2, by the code of the layer, from a complex source."""
    image, phase = torch.tensor(np.abs(source)), torch.tensor(np.angle(source))
    return formation.form_speckle(image, float(edge), phase=phase).numpy()


@settings(max_examples=40, deadline=None)
@given(ratio=st.floats(0, 50))
def test_steady_phasor_is_rician(ratio):
    law = stats.rice(np.sqrt(2 * ratio), scale=np.sqrt(0.5))  # mean intensity of speckle 1
    mean, fourth = law.moment(2), law.moment(4)
    assert mean == pytest.approx(1 + ratio)
    contrast = np.sqrt(fourth / mean**2 - 1)
    assert partially_developed.specular_contrast(ratio) == pytest.approx(contrast, rel=1e-5)


def test_no_steady_phasor_leaves_the_contrast_of_the_window():
    for edge in (5, 24, 60):
        cell = predictions.cell_of_window(edge, SIZE)
        expected = predictions.contrast_of_window(edge, SIZE)
        assert partially_developed.specular_contrast(0, cell) == pytest.approx(expected)


def test_steady_phasor_and_a_cell_of_few_phasors():
    diffuse = predictions.mean_intensity_of_window(32, SIZE)
    cell = predictions.cell_of_window(32, SIZE)
    source = phasors.steady(np.sqrt(0.2 * diffuse), (400, SIZE, SIZE), np.random.default_rng(6))
    contrast, error = measured.pooled_contrast(form(source, 32) ** 2)
    # n = 9: without its share of 1 / 9 the contrast would be 5 %, ten errors, larger.
    assert measured.Check(
        "contrast", partially_developed.specular_contrast(0.2, cell), contrast, error
    ).holds


@pytest.mark.parametrize("ratio", [0.0, 0.3, 4.0])
def test_contrast_of_speckle_with_a_steady_phasor(ratio):
    diffuse = predictions.mean_intensity_of_window(EDGE, SIZE)
    rng = np.random.default_rng(3)
    source = phasors.steady(np.sqrt(ratio * diffuse), (IMAGES, SIZE, SIZE), rng)
    amplitude = form(source)
    contrast, error = measured.pooled_contrast(amplitude**2)
    cell = predictions.cell_of_window(EDGE, SIZE)
    assert measured.Check(
        "contrast", partially_developed.specular_contrast(ratio, cell), contrast, error
    ).holds
    if ratio:  # the amplitude follows the whole law, not only its second moment
        sample = measured.independent_samples(amplitude, 16)[:, ::2, ::2].ravel()
        law = stats.rice(np.sqrt(2 * ratio), scale=np.sqrt(diffuse / 2))
        # n = 28 phasors a cell leave the law 1 / 28 / 8 from the Gaussian limit.
        assert stats.kstest(sample, law.cdf).statistic < 1.95 / np.sqrt(sample.size) + 0.005


@pytest.mark.parametrize("shape", [0.4, 1.0, 2.5, 40.0])
def test_k_density_is_an_exponential_law_with_a_gamma_distributed_mean(shape):
    texture = stats.gamma(shape, scale=1 / shape)
    for intensity in (0.05, 0.7, 3.0):
        mixed, _ = integrate.quad(
            lambda x, i=intensity: texture.pdf(x) * np.exp(-i / x) / x, 0, np.inf, limit=200
        )
        assert partially_developed.k_density(intensity, shape) == pytest.approx(mixed, rel=1e-6)
    moments = [
        integrate.quad(
            lambda i, k=k: i**k * partially_developed.k_density(i, shape), 0, np.inf, limit=200
        )[0]
        for k in range(3)
    ]
    np.testing.assert_allclose(moments, [1, 1, 2 * (1 + 1 / shape)], rtol=1e-6)
    assert partially_developed.scatterer_contrast(1e12, shape) == pytest.approx(
        np.sqrt(moments[2] - 1)
    )


def test_k_density_tends_to_the_exponential_law():
    intensity = np.array([0.1, 1.0, 4.0])
    np.testing.assert_allclose(
        partially_developed.k_density(intensity, 140), stats.expon.pdf(intensity), rtol=0.04
    )
    assert partially_developed.scatterer_contrast(1e12) == pytest.approx(1)


@pytest.mark.parametrize(("number", "shape"), [(0.5, np.inf), (3, np.inf), (10, 2.0), (4, 1.0)])
def test_contrast_of_sums_of_few_or_clustered_phasors(number, shape):
    rng = np.random.default_rng(17)
    sums = phasors.scatterers(number, (100, 40, 40), rng, shape)
    contrast, error = measured.pooled_contrast(np.abs(sums) ** 2)
    assert measured.Check(
        "K", partially_developed.scatterer_contrast(number, shape), contrast, error
    ).holds


def test_clustered_sums_follow_the_k_density():
    shape, number = 2.0, 300
    sums = phasors.scatterers(number, (8_000,), np.random.default_rng(1), shape)
    grid = np.linspace(1e-9, 80, 400_001)
    distribution = integrate.cumulative_trapezoid(
        partially_developed.k_density(grid, shape), grid, initial=0
    )
    intensity = np.abs(sums) ** 2 / number
    test = stats.kstest(intensity, lambda i: np.interp(i, grid, distribution))
    assert test.statistic < 1.95 / np.sqrt(8_000)


@pytest.mark.parametrize("density", [0.02, 0.2])
def test_few_scatterers_in_the_cell_of_a_window(density):
    """The window's cell counts the scatterers: the contrast of images, by the layer's code."""
    rng = np.random.default_rng(9)
    source = phasors.scatterers(density, (IMAGES, SIZE, SIZE), rng)
    contrast, error = measured.pooled_contrast(form(source) ** 2)
    number = density * predictions.cell_of_window(EDGE, SIZE)
    assert measured.Check(
        "few", partially_developed.scatterer_contrast(number), contrast, error
    ).holds


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: partially_developed.specular_contrast(-1),
            "ratio must be finite and not negative",
        ),
        (lambda: partially_developed.specular_contrast(np.nan), "found nan"),
        (lambda: partially_developed.specular_contrast(np.inf), "found inf"),
        (lambda: partially_developed.specular_contrast(1, cell=0), "cell must be at least 1"),
        (lambda: partially_developed.specular_contrast(1, cell=0.5), "cell must be at least 1"),
        (lambda: partially_developed.scatterer_contrast(0), "number must be positive"),
        (lambda: partially_developed.scatterer_contrast(3, -2), "shape must be positive"),
        (
            lambda: partially_developed.scatterer_contrast(np.nan),
            "number must be positive, found nan",
        ),
        (lambda: partially_developed.k_density(0.0, 2), "intensity must be positive"),
        (lambda: partially_developed.k_density([1, np.nan], 2), "intensity must be positive"),
        (lambda: partially_developed.k_density(1.0, 0), "shape must be positive and finite"),
        (lambda: partially_developed.k_density(1.0, np.inf), "shape must be positive and finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
