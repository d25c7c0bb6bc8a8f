"""Laws of the spectral window, of Eq. 2 and of the speckle layer."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from specklegan import SpeckleLayer
from specklegan.speckle import form_speckle, random_phase, spectral_window

SIZES = st.integers(2, 40)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def hard_window(edge, size):
    """Centred rectangular window of `edge` bins, built with fftshift: independent of ours."""
    window = np.zeros(size)
    start = size // 2 - edge // 2
    window[start : start + edge] = 1
    return np.fft.ifftshift(window)


@given(SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_window_equals_the_hard_one_at_integers(size, data):
    edge = data.draw(st.integers(1, size))
    np.testing.assert_array_equal(spectral_window(edge, size).numpy(), hard_window(edge, size))


@given(SIZES, st.floats(0.01, 1.0))
@settings(max_examples=60, deadline=None)
def test_window_sums_to_its_edge(size, fraction):
    edge = torch.tensor(fraction * size, dtype=torch.float64)
    assert spectral_window(edge, size).sum().item() == pytest.approx(edge.item(), abs=1e-12)


def test_window_has_derivative_one_in_its_edge():
    edge = torch.tensor([3.4, 7.2], dtype=torch.float64, requires_grad=True)
    spectral_window(edge, 16).sum().backward()
    np.testing.assert_allclose(edge.grad, 1.0)  # exactly one bin carries the fraction


@pytest.mark.parametrize("edge", [0, -1, 17, math.nan, math.inf])
def test_window_rejects_edges_out_of_range(edge):
    with pytest.raises(ValueError, match=r"edges must be in \(0, 16\]"):
        spectral_window(edge, 16)


def test_speckle_equals_equation_two_written_out_in_numpy():
    random = np.random.default_rng(0)
    image, phase = random.random((32, 32)), random.uniform(0, 2 * np.pi, (32, 32))
    window = np.fft.fftshift(np.outer(hard_window(9, 32), hard_window(9, 32)))
    field = np.fft.fftshift(np.fft.fft2(image * np.exp(1j * phase)))
    expected = np.abs(np.fft.ifft2(np.fft.ifftshift(field * window)))
    found = form_speckle(torch.from_numpy(image), 9, phase=torch.from_numpy(phase))
    np.testing.assert_allclose(found, expected, atol=1e-14)


@pytest.mark.parametrize("edge", [28, 48, 128])
def test_contrast_of_a_uniform_object_follows_the_finite_window_formula(edge):
    size, patterns = 256, 16
    image = torch.ones(patterns, size, size, dtype=torch.float64)
    intensity = form_speckle(image, edge, generator=seeded(edge)).square()
    contrast = (intensity.std((1, 2)) / intensity.mean((1, 2))).mean().item()
    ratio = (2 * edge**2 + 1) / (3 * edge * size)
    # One pattern's contrast spreads by about 0.7 / d (about d^2 independent grains); 4 sigma.
    assert contrast == pytest.approx(math.sqrt(1 - ratio**2), abs=4 * 0.7 / edge / patterns**0.5)


def test_a_window_of_full_size_forms_no_speckle():
    image = torch.rand(1, 16, 16, generator=seeded(), dtype=torch.float64)
    torch.testing.assert_close(form_speckle(image, 16, generator=seeded()), image)


@pytest.mark.parametrize("normalize", [False, True])
def test_mean_intensity(normalize):
    size, edge, patterns = 128, 24, 32
    image = torch.ones(patterns, size, size, dtype=torch.float64)
    intensity = form_speckle(image, edge, generator=seeded(1), normalize=normalize).square()
    expected = 1.0 if normalize else (edge / size) ** 2
    # Passed energy: a mean over patterns * d^2 nearly independent exponentials; 4 sigma.
    assert intensity.mean().item() / expected == pytest.approx(1, abs=4 / edge / patterns**0.5)


def test_shifting_object_and_phase_shifts_the_speckle():
    image = torch.rand(24, 24, generator=seeded(), dtype=torch.float64)
    phase = random_phase(image, seeded(1))
    moved = form_speckle(image.roll((5, -3), (0, 1)), 7.5, phase=phase.roll((5, -3), (0, 1)))
    torch.testing.assert_close(moved, form_speckle(image, 7.5, phase=phase).roll((5, -3), (0, 1)))


def test_several_edges_share_one_phase_and_equal_single_calls():
    image = torch.rand(2, 3, 16, 16, generator=seeded(), dtype=torch.float64)
    phase = random_phase(image, seeded(1))
    edges = torch.tensor([4.5, 9.0], dtype=torch.float64)
    both = form_speckle(image, edges, phase=phase, normalize=True)
    assert both.shape == (2, 3, 2, 16, 16)
    for k, edge in enumerate((4.5, 9.0)):
        single = form_speckle(image, edge, phase=phase, normalize=True)
        torch.testing.assert_close(both[:, :, k], single)


@pytest.mark.parametrize("normalize", [False, True])
def test_gradients_of_image_and_edge(normalize):
    image = torch.rand(2, 8, 8, generator=seeded(), dtype=torch.float64, requires_grad=True)
    phase = random_phase(image.detach(), seeded(1))
    edges = torch.tensor([2.3, 5.6], dtype=torch.float64, requires_grad=True)  # not integers

    def amplitude(image, edges):
        return form_speckle(image, edges, phase=phase, normalize=normalize)

    assert torch.autograd.gradcheck(amplitude, (image, edges))


@pytest.mark.parametrize("coordinates", ["polar", "cartesian"])
def test_layer_shapes_order_and_gradients(coordinates):
    layer = SpeckleLayer(3, (4.5, 8), 16, coordinates)
    x = torch.rand(2, 3, 16, 16, generator=seeded(), requires_grad=True)
    out = layer(x, seeded(1))
    assert out.shape == (2, 6, 16, 16)
    out.square().sum().backward()
    assert layer.fraction.grad.abs().min() > 0
    assert all(p.grad is not None and p.grad.isfinite().all() for p in layer.parameters())
    assert x.grad.abs().sum() > 0


def test_layer_keeps_the_sizes_of_one_map_adjacent():
    layer = SpeckleLayer(2, (3, 16), 16, "cartesian", normalize=False, attention=False)
    x = torch.zeros(1, 2, 16, 16)
    x[:, 1] = 1.0
    out = layer(x, seeded())
    assert out[0, :2].abs().max() == 0  # both sizes of the empty map
    torch.testing.assert_close(out[0, 3], x[0, 1])  # full window of the second map: no speckle


def test_layer_is_deterministic_by_generator_and_fresh_without():
    layer = SpeckleLayer(1, (5,), 16)
    x = torch.ones(1, 1, 16, 16)
    torch.testing.assert_close(layer(x, seeded(3)), layer(x, seeded(3)))
    assert not torch.equal(layer(x), layer(x))


def test_adam_moves_an_edge_by_about_its_rate_times_the_size():
    layer = SpeckleLayer(2, (14, 20), 64, "cartesian")
    optimizer = torch.optim.Adam([layer.fraction], lr=1e-2)
    before = layer.edges.detach().clone()
    layer(torch.ones(1, 2, 64, 64), seeded()).sum().backward()
    optimizer.step()
    moved = (layer.edges - before).abs()
    torch.testing.assert_close(moved, torch.full((2,), 0.64), rtol=1e-3, atol=0)


def test_attention_weights_lie_between_zero_and_one_and_depend_on_the_map():
    layer = SpeckleLayer(2, (3, 5), 8)
    torch.manual_seed(0)
    weights = layer.attention(torch.rand(4, 2, 8, 8) * 9)
    assert weights.shape == (4, 4)
    assert weights.min() > 0
    assert weights.max() < 1
    assert weights.std(0).min() > 0


def test_layer_runs_in_float32_under_bfloat16_autocast():
    layer = SpeckleLayer(1, (5,), 16)
    x = torch.rand(1, 1, 16, 16, generator=seeded())
    with torch.autocast("cpu", torch.bfloat16):
        half = layer(x.bfloat16(), seeded())
    assert half.dtype == torch.bfloat16
    torch.testing.assert_close(half.float(), layer(x, seeded()), rtol=0.02, atol=0.02)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"edges": (0,)}, "edges must be in"),
        ({"edges": (300,)}, "edges must be in"),
        ({"edges": ()}, "at least one edge"),
        ({"channels": 0}, "channels"),
        ({"coordinates": "spherical"}, "coordinates"),
    ],
)
def test_layer_rejects_bad_settings(arguments, message):
    with pytest.raises(ValueError, match=message):
        SpeckleLayer(**arguments)


@pytest.mark.parametrize("shape", [(1, 8, 32, 32), (1, 4, 16, 16), (8, 16, 16)])
def test_layer_rejects_maps_of_another_shape(shape):
    with pytest.raises(ValueError, match="expected maps of shape"):
        SpeckleLayer(8, (4,), 16)(torch.zeros(shape))


def test_speckle_rejects_integers_and_a_phase_of_another_shape():
    with pytest.raises(TypeError, match="floating-point"):
        form_speckle(torch.ones(4, 4, dtype=torch.long), 2)
    with pytest.raises(ValueError, match="phase must have"):
        form_speckle(torch.ones(4, 4), 2, phase=torch.zeros(4, 5))
    with pytest.raises(ValueError, match="two axes"):
        form_speckle(torch.ones(4), 2)


def test_the_maps_of_one_image_show_one_object_and_images_differ():
    layer = SpeckleLayer(2, (5,), 16, attention=False)
    out = layer(torch.ones(2, 2, 16, 16), seeded())
    torch.testing.assert_close(out[:, 0], out[:, 1])  # one phase a pixel, whatever the map
    assert not torch.allclose(out[0], out[1])
