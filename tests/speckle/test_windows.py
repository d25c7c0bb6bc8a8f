"""How the edge of a spectral window gets a gradient: values, derivatives, bad input."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from specklegan.speckle.windows import WINDOWS, entry_order, keep_inside, spectral_window

SIZES = st.integers(2, 40)
SOFT = [("ramp", 1.0), ("ramp", 3.0), ("sigmoid", 1.0), ("sigmoid", 4.0)]
BOTH = [*SOFT, ("hard", 1.0), ("straight-through", 1.0), ("straight-through", 5.0)]


def double(value, requires_grad=False):
    return torch.tensor(value, dtype=torch.float64, requires_grad=requires_grad)


def hard_window(edge, size):
    """Centred rectangular window of `edge` bins, built with fftshift: independent of ours."""
    window = np.zeros(size)
    start = size // 2 - edge // 2
    window[start : start + edge] = 1
    return np.fft.ifftshift(window)


@pytest.mark.parametrize(("kind", "width"), [("ramp", 1.0), *BOTH[4:]])
@given(SIZES, st.data())
@settings(max_examples=40, deadline=None)
def test_window_equals_the_hard_one_at_integers(kind, width, size, data):
    edge = data.draw(st.integers(1, size))
    window = spectral_window(edge, size, kind, width)
    np.testing.assert_array_equal(window.numpy(), hard_window(edge, size))


@given(SIZES, st.floats(0.01, 1.0))
@settings(max_examples=60, deadline=None)
def test_the_ramp_sums_to_its_edge(size, fraction):
    edge = double(fraction * size)
    assert spectral_window(edge, size).sum().item() == pytest.approx(edge.item(), abs=1e-12)


@given(st.integers(8, 40), st.integers(1, 8), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_a_wider_ramp_sums_to_its_edge_away_from_the_ends(size, width, share):
    edge = double(width / 2 + share * (size - width))
    window = spectral_window(edge, size, "ramp", width)
    assert window.sum().item() == pytest.approx(edge.item(), abs=1e-12)


@given(SIZES, st.floats(0.01, 1.0))
@settings(max_examples=60, deadline=None)
def test_the_hard_window_sums_to_its_rounded_edge(size, fraction):
    edge = fraction * size
    total = spectral_window(double(edge), size, "hard").sum().item()
    assert total == max(0, math.ceil(edge - 0.5))  # a half is rounded down


@pytest.mark.parametrize(("kind", "width"), BOTH)
@given(SIZES, st.floats(0.01, 1.0), st.floats(0.01, 1.0))
@settings(max_examples=30, deadline=None)
def test_weights_lie_in_the_unit_interval_and_grow_with_the_edge(kind, width, size, a, b):
    small, large = sorted([a * size, b * size])
    before = spectral_window(double(small), size, kind, width)
    after = spectral_window(double(large), size, kind, width)
    assert before.min() >= 0
    assert after.max() <= 1
    assert (after >= before).all()


@given(SIZES)
@settings(max_examples=20, deadline=None)
def test_the_bins_enter_from_low_to_high_frequency(size):
    order = entry_order(size).numpy()
    frequency = np.rint(np.fft.fftfreq(size) * size)
    entering = frequency[np.argsort(order)]
    np.testing.assert_array_equal(np.sort(order), np.arange(size))
    assert (np.diff(np.abs(entering)) >= 0).all()
    assert list(entering[:3]) == [0, -1, 1][:size]


@pytest.mark.parametrize(("kind", "width"), SOFT)
def test_the_weight_in_the_middle_of_its_rise_is_a_half_with_slope_one_over_width(kind, width):
    edge = double(7.5, requires_grad=True)
    weight = spectral_window(edge, 32, kind, width)[entry_order(32) == 7]
    assert weight.item() == 0.5
    assert torch.autograd.grad(weight, edge)[0].item() == pytest.approx(1 / width)


@pytest.mark.parametrize(("kind", "width"), SOFT)
def test_derivatives_agree_with_differences_away_from_integers(kind, width):
    edge = double([2.3, 7.6], requires_grad=True)
    assert torch.autograd.gradcheck(lambda d: spectral_window(d, 16, kind, width), edge)


def test_derivative_of_the_ramp_is_one_also_at_integers():
    edge = double([3.4, 7.0, 16.0], requires_grad=True)
    spectral_window(edge, 16).sum().backward()
    # Full size: the last bin has just opened and no other is there to follow.
    np.testing.assert_allclose(edge.grad, [1.0, 1.0, 0.5])


def test_derivative_of_the_ramp_at_integers_is_the_mean_from_both_sides():
    edge = double([5.0], requires_grad=True)
    found = torch.autograd.functional.jacobian(lambda d: spectral_window(d, 16)[0], edge)[:, 0]
    left = (spectral_window(edge, 16) - spectral_window(edge - 0.25, 16)) / 0.25
    right = (spectral_window(edge + 0.25, 16) - spectral_window(edge, 16)) / 0.25
    torch.testing.assert_close(found, ((left + right) / 2)[0].detach())
    assert torch.autograd.gradcheck(lambda d: spectral_window(d, 16), edge)


@pytest.mark.parametrize("width", [1.0, 5.0])
def test_straight_through_has_the_derivative_of_the_ramp(width):
    gradients = []
    probe = torch.rand(2, 16, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for kind in ("straight-through", "ramp"):
        edge = double([4.3, 9.8], requires_grad=True)
        (spectral_window(edge, 16, kind, width) * probe).sum().backward()
        gradients.append(edge.grad)
    torch.testing.assert_close(*gradients)
    assert gradients[0].min() > 0


def test_the_hard_window_has_a_gradient_and_it_is_zero():
    edge = double([4.3, 9.8], requires_grad=True)
    spectral_window(edge, 16, "hard").sum().backward()
    assert edge.grad.abs().max() == 0


def test_edges_outside_are_brought_inside_and_find_the_way_back():
    edge = double([0.5, 0.5, 4.0, 9.0, 9.0], requires_grad=True)
    inside = keep_inside(edge, 1, 8)
    assert inside.tolist() == [1, 1, 4, 8, 8]
    inside.backward(double([1.0, -1.0, 3.0, 1.0, -1.0]))  # descent goes against the gradient
    assert edge.grad.tolist() == [0, -1, 3, 1, 0]


def test_weights_keep_the_type_and_the_axes_of_the_edges():
    for kind in WINDOWS:
        assert spectral_window(double([[3.0], [4.0]]), 8, kind).dtype == torch.float64
        assert spectral_window(double([[3.0], [4.0]]), 8, kind).shape == (2, 1, 8)
        assert spectral_window(3, 8, kind).dtype == torch.float32


@pytest.mark.parametrize("edge", [0, -1, 17, math.nan, math.inf])
@pytest.mark.parametrize("as_tensor", [False, True])
def test_window_rejects_edges_out_of_range(edge, as_tensor):
    edge = torch.tensor([4.0, edge]) if as_tensor else edge
    with pytest.raises(ValueError, match=r"edges must be in \(0, 16\], found"):
        spectral_window(edge, 16)


def test_window_rejects_what_is_no_edge_size_or_window():
    with pytest.raises(TypeError, match=r"floating-point torch tensor, found torch\.int64"):
        spectral_window(torch.tensor(5), 16)
    with pytest.raises(TypeError, match="edges must be numbers, found 'wide'"):
        spectral_window("wide", 16)
    for size in (0, -4, 16.5, "16"):
        with pytest.raises(ValueError, match="size must be an integer of at least 1, found"):
            spectral_window(1.0, size)
    with pytest.raises(ValueError, match=r"window must be one of ramp, hard, .* found 'gauss'"):
        spectral_window(5, 16, "gauss")
    for width in (0.5, 0, -1, math.nan, math.inf):
        with pytest.raises(ValueError, match="width of the window must be at least 1 bin, found"):
            spectral_window(5, 16, "ramp", width)
