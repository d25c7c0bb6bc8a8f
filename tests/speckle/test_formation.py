"""Laws of Eq. 2: speckle formation."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from specklegan.speckle.formation import form_speckle, random_phase
from specklegan.speckle.windows import WINDOWS, spectral_window

SIDES = st.integers(2, 20)
SEEDS = st.integers(0, 2**20)
KINDS = st.sampled_from([(kind, width) for kind in WINDOWS for width in (1.0, 3.0)])


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def uniform(seed, *shape):
    return torch.rand(shape, generator=seeded(seed), dtype=torch.float64)


def low_pass(field, rows, columns):
    """The linear step of Eq. 2, written out: complex (..., H, W) by real weights (H,), (W,)."""
    window = rows[:, None] * columns[None, :]
    return torch.fft.ifft2(torch.fft.fft2(field) * window)


def windows_of(edge, shape, kind, width):
    edge = torch.tensor(edge, dtype=torch.float64)
    return [spectral_window(edge, size, kind, width) for size in shape]


@st.composite
def sources(draw):
    """An image, its phase, an edge that fits, and a window."""
    height, width, seed = draw(SIDES), draw(SIDES), draw(SEEDS)
    edge = draw(st.floats(0.6, 1.0)) * draw(st.floats(1.0, min(height, width)))
    image, phase = (
        uniform(seed, 2, height, width),
        2 * math.pi * uniform(seed + 1, 2, height, width),
    )
    return image, phase, edge, draw(KINDS)


def test_speckle_equals_equation_two_written_out_in_numpy():
    random = np.random.default_rng(0)
    image, phase = random.random((32, 32)), random.uniform(0, 2 * np.pi, (32, 32))
    rect = np.zeros((32, 32))
    rect[12:21, 12:21] = 1  # 9 bins around zero frequency, which fftshift puts at index 16
    field = np.fft.fftshift(np.fft.fft2(image * np.exp(1j * phase)))
    expected = np.abs(np.fft.ifft2(np.fft.ifftshift(field * rect)))
    found = form_speckle(torch.from_numpy(image), 9, phase=torch.from_numpy(phase))
    np.testing.assert_allclose(found, expected, atol=1e-14)


@given(sources())
@settings(max_examples=40, deadline=None)
def test_speckle_is_the_magnitude_of_the_low_pass_whatever_the_window(source):
    image, phase, edge, (kind, width) = source
    weights = windows_of(edge, image.shape[-2:], kind, width)
    expected = low_pass(image * torch.exp(1j * phase), *weights).abs()
    found = form_speckle(image, edge, phase, window=kind, window_width=width)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("kind", WINDOWS)
@pytest.mark.parametrize("width", [1.0, 7.0])
def test_gradients_equal_those_of_the_low_pass_written_out(kind, width):
    image, phase, probe = uniform(0, 3, 24, 20)
    found = []
    for written_out in (False, True):
        source = image.clone().requires_grad_()
        edge = torch.tensor(8.3, dtype=torch.float64, requires_grad=True)
        if written_out:
            weights = [spectral_window(edge, size, kind, width) for size in image.shape]
            out = low_pass(source * torch.exp(6j * phase), *weights).abs()
        else:
            out = form_speckle(source, edge, 6 * phase, window=kind, window_width=width)
        found.append(torch.autograd.grad((out * probe).sum(), (source, edge)))
    torch.testing.assert_close(*found)


@given(sources())
@settings(max_examples=40, deadline=None)
def test_energy_is_what_the_window_passes_of_the_spectrum(source):
    image, phase, edge, (kind, width) = source
    rows, columns = windows_of(edge, image.shape[-2:], kind, width)
    spectrum = np.fft.fft2(image.numpy() * np.exp(1j * phase.numpy()), norm="ortho")
    passed = np.abs(spectrum) ** 2 * np.outer(rows, columns) ** 2  # Parseval
    found = form_speckle(image, edge, phase, window=kind, window_width=width).square()
    np.testing.assert_allclose(found.sum((1, 2)), passed.sum((1, 2)), rtol=1e-9, atol=1e-12)
    assert found.sum() <= image.square().sum() * (1 + 1e-12)


@given(sources(), st.integers(-9, 9), st.integers(-9, 9))
@settings(max_examples=40, deadline=None)
def test_shifting_object_and_phase_shifts_the_speckle(source, down, right):
    image, phase, edge, (kind, width) = source

    def form(shift):
        moved = [part.roll(shift, (-2, -1)) for part in (image, phase)]
        return form_speckle(moved[0], edge, moved[1], window=kind, window_width=width)

    torch.testing.assert_close(form((down, right)), form((0, 0)).roll((down, right), (-2, -1)))


@given(sources(), st.floats(-6, 6), st.floats(0.1, 10))
@settings(max_examples=40, deadline=None)
def test_a_common_phase_is_invisible_and_a_common_factor_passes(source, turn, factor):
    image, phase, edge, _ = source
    expected = factor * form_speckle(image, edge, phase)
    torch.testing.assert_close(form_speckle(factor * image, edge, phase + turn), expected)


@given(st.permutations(range(4)), SEEDS)
@settings(max_examples=20, deadline=None)
def test_batch_order_is_kept(order, seed):
    image, phase = uniform(seed, 4, 2, 9, 12), 2 * math.pi * uniform(seed + 1, 4, 2, 9, 12)
    edges = torch.tensor([3.5, 8.0], dtype=torch.float64)
    together = form_speckle(image, edges, phase)  # (B, C, K, H, W)
    order = list(order)
    torch.testing.assert_close(form_speckle(image[order], edges, phase[order]), together[order])
    alone = form_speckle(image[1, 0], 8.0, phase[1, 0])
    torch.testing.assert_close(together[1, 0, 1], alone)


@given(SIDES, SIDES, KINDS, SEEDS)
@settings(max_examples=30, deadline=None)
def test_the_low_pass_is_its_own_adjoint(height, width, kind, seed):
    parts = uniform(seed, 4, height, width) - 0.5
    a, b = torch.complex(parts[0], parts[1]), torch.complex(parts[2], parts[3])
    weights = windows_of(0.7 * min(height, width), (height, width), *kind)
    there = torch.vdot(low_pass(a, *weights).flatten(), b.flatten())
    back = torch.vdot(a.flatten(), low_pass(b, *weights).flatten())
    torch.testing.assert_close(there, back)


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
    image = uniform(0, 1, 16, 16)
    torch.testing.assert_close(form_speckle(image, 16, generator=seeded()), image)


@pytest.mark.parametrize(("kind", "width"), [("ramp", 1.0), ("ramp", 5.0), ("sigmoid", 3.0)])
@pytest.mark.parametrize("normalize", [False, True])
def test_mean_intensity_is_the_passed_power(normalize, kind, width):
    size, edge, patterns = 128, 24, 32
    image = torch.ones(patterns, size, size, dtype=torch.float64)
    form = {"normalize": normalize, "window": kind, "window_width": width}
    intensity = form_speckle(image, edge, generator=seeded(1), **form).square()
    power = spectral_window(torch.tensor(24.0), size, kind, width).square().sum().item()
    if kind == "ramp" and width == 1:
        assert power == edge
    expected = 1.0 if normalize else (power / size) ** 2
    # Passed energy: a mean over patterns * d^2 nearly independent exponentials; 4 sigma.
    assert intensity.mean().item() / expected == pytest.approx(1, abs=4 / edge / patterns**0.5)


def test_several_edges_share_one_phase_and_equal_single_calls():
    image = uniform(0, 2, 3, 16, 16)
    phase = random_phase(image, seeded(1))
    edges = torch.tensor([4.5, 9.0], dtype=torch.float64)
    both = form_speckle(image, edges, phase=phase, normalize=True)
    assert both.shape == (2, 3, 2, 16, 16)
    for k, edge in enumerate((4.5, 9.0)):
        single = form_speckle(image, edge, phase=phase, normalize=True)
        torch.testing.assert_close(both[:, :, k], single)


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize(
    ("kind", "width", "edges"),
    [
        ("ramp", 1.0, [2.3, 5.6]),
        ("ramp", 1.0, [2.0, 5.0]),  # integers: central differences are the mean of both sides
        ("ramp", 3.0, [2.3, 5.6]),
        ("sigmoid", 3.0, [2.3, 5.6]),
    ],
)
def test_gradients_of_image_and_edge(kind, width, edges, normalize):
    image = uniform(0, 1, 6, 7).requires_grad_()
    phase = random_phase(image.detach(), seeded(1))
    edges = torch.tensor(edges, dtype=torch.float64, requires_grad=True)
    form = {"normalize": normalize, "window": kind, "window_width": width}
    assert torch.autograd.gradcheck(
        lambda image, edges: form_speckle(image, edges, phase, **form), (image, edges)
    )


def test_speckle_rejects_images_that_are_none():
    with pytest.raises(TypeError, match=r"floating-point .* found torch\.int64"):
        form_speckle(torch.ones(4, 4, dtype=torch.long), 2)
    with pytest.raises(TypeError, match=r"image must be a floating-point .* found ndarray"):
        form_speckle(np.ones((4, 4)), 2)
    with pytest.raises(ValueError, match="two axes"):
        form_speckle(torch.ones(4), 2)
    with pytest.raises(ValueError, match="image must be finite"):
        form_speckle(torch.full((4, 4), math.nan), 2)


@pytest.mark.parametrize(
    "edge", [0, -1.0, 5, math.nan, torch.tensor(4.5), torch.tensor([2.0, 9.0])]
)
def test_speckle_rejects_edges_that_do_not_fit_the_shorter_side(edge):
    with pytest.raises(ValueError, match=r"edges must be in \(0, 4\], found"):
        form_speckle(torch.ones(4, 6), edge)


def test_speckle_rejects_edges_of_another_kind():
    with pytest.raises(TypeError, match="edges must be a floating-point torch tensor"):
        form_speckle(torch.ones(4, 4), torch.tensor([2]))
    with pytest.raises(ValueError, match=r"edges must have shape \(\) or \(K,\), found \(1, 2\)"):
        form_speckle(torch.ones(4, 4), torch.ones(1, 2))


def test_speckle_rejects_a_phase_that_does_not_fit():
    image = torch.ones(4, 4)
    with pytest.raises(ValueError, match=r"phase must have the image's shape .* found \(4, 5\)"):
        form_speckle(image, 2, phase=torch.zeros(4, 5))
    with pytest.raises(ValueError, match=r"type torch\.float32, found .* torch\.float64"):
        form_speckle(image, 2, phase=torch.zeros(4, 4, dtype=torch.float64))
    with pytest.raises(TypeError, match="phase must be a floating-point"):
        form_speckle(image, 2, phase=torch.zeros(4, 4, dtype=torch.long))
    with pytest.raises(ValueError, match="phase must be finite"):
        form_speckle(image, 2, phase=torch.full((4, 4), math.inf))
