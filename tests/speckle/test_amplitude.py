"""Eq. 2 by pruned transforms: the same numbers as full transforms, and their exact gradients."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from benchmarks.plain import amplitudes as written_out
from specklegan.speckle import _amplitude, _matrix_dft
from specklegan.speckle._amplitude import windowed_amplitude
from specklegan.speckle.windows import spectral_window


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def case(shape=(2, 3, 12, 10), edges=(3.4, 5.0, 7.7), dtype=torch.float64, seed=0):
    """Image, phase, rows and columns; rows and columns differ, so that no axis can be mistaken."""
    random = seeded(seed)
    image = torch.rand(shape, generator=random, dtype=dtype)
    phase = torch.rand(shape, generator=random, dtype=dtype) * 6.3
    edges = torch.tensor(edges, dtype=dtype)
    return image, phase, spectral_window(edges, shape[-2]), spectral_window(edges - 1, shape[-1])


@given(height=st.integers(1, 17), width=st.integers(1, 17), data=st.data())
@settings(max_examples=60, deadline=None)
def test_equals_numpy_for_any_size_and_weights(height, width, data):
    random = np.random.default_rng(data.draw(st.integers(0, 999)))
    image, phase = random.random((height, width)), random.uniform(0, 7, (height, width))
    rows, columns = (random.random((2, n)) * (random.random((2, n)) < 0.5) for n in image.shape)
    field = np.fft.fft2(image * np.exp(1j * phase))
    expected = np.abs(np.fft.ifft2(field * rows[:, :, None] * columns[:, None, :]))
    found = windowed_amplitude(*map(torch.from_numpy, (image, phase, rows, columns)))
    np.testing.assert_allclose(found, expected, atol=1e-13)


def gradients(way, image, phase, rows, columns, weight):
    inputs = [each.detach().clone().requires_grad_() for each in (image, rows, columns)]
    out = way(inputs[0], phase, *inputs[1:])
    return out.detach(), *torch.autograd.grad((out * weight).sum(), inputs)


@pytest.mark.parametrize("shape", [(12, 10), (3, 9, 11), (2, 3, 12, 7), (2, 1, 2, 8, 8)])
def test_gradients_equal_those_of_full_transforms(shape):
    image, phase, rows, columns = case(shape)
    weight = torch.randn(*shape[:-2], 3, *shape[-2:], generator=seeded(1), dtype=torch.float64)
    found = gradients(windowed_amplitude, image, phase, rows, columns, weight)
    expected = gradients(written_out, image, phase, rows, columns, weight)
    torch.testing.assert_close(found[:2], expected[:2])
    # Weights have gradients up to one bin outside their window; further out none is asked for.
    for ours, theirs, weights in zip(found[2:], expected[2:], (rows, columns), strict=True):
        kept = torch.tensor(_amplitude._reaches(weights, None))
        size = weights.shape[-1]
        frequency = torch.minimum(torch.arange(size), size - torch.arange(size))
        inside = frequency <= kept[:, None]
        torch.testing.assert_close(ours[inside], theirs[inside])
        assert ours[~inside].abs().sum() == 0


@pytest.mark.parametrize("edge", [4.0, 4.5, 5.0, 12.0])
def test_edge_has_the_gradient_of_full_transforms_also_at_integers(edge):
    image, phase, _, _ = case((2, 12, 12))
    found = []
    for way in (windowed_amplitude, written_out):
        d = torch.tensor([edge], dtype=torch.float64, requires_grad=True)
        window = spectral_window(d, 12)
        (gradient,) = torch.autograd.grad(way(image, phase, window, window).sum(), d)
        found.append(gradient)
    torch.testing.assert_close(*found)
    assert found[0].abs() > 1e-3


def test_scale_multiplies_the_amplitudes_and_has_a_gradient():
    image, phase, rows, columns = case((2, 3, 12, 10))
    scale = torch.rand(2, 3, 3, generator=seeded(2), dtype=torch.float64) + 0.5
    weight = torch.rand(2, 3, 3, 12, 10, generator=seeded(1), dtype=torch.float64)
    found = []
    for inside in (True, False):
        inputs = [each.clone().requires_grad_() for each in (image, rows, columns, scale)]
        if inside:
            out = windowed_amplitude(inputs[0], phase, *inputs[1:3], scale=inputs[3])
        else:
            out = windowed_amplitude(inputs[0], phase, *inputs[1:3]) * inputs[3][..., None, None]
        found.append((out.detach(), *torch.autograd.grad((out * weight).sum(), inputs)))
    torch.testing.assert_close(*found)


@pytest.mark.parametrize("shape", [(2, 7, 6), (1, 6, 9)])
def test_gradcheck_by_finite_differences(shape):
    image, phase, rows, columns = case(shape, edges=(3.4, 5.0))
    rows, columns = rows + 0.1, columns + 0.1  # all bins pass, also that at half the sampling rate
    inputs = [each.requires_grad_() for each in (image, rows, columns)]
    assert torch.autograd.gradcheck(lambda i, r, c: windowed_amplitude(i, phase, r, c), inputs)


def test_single_precision_is_within_1e_5_of_double():
    image, phase, rows, columns = case((2, 2, 96, 96), edges=(11.3, 17.0, 24.6))
    weight = torch.rand(2, 2, 3, 96, 96, generator=seeded(1), dtype=torch.float64)
    exact = gradients(written_out, image, phase, rows, columns, weight)
    single = [each.float() for each in (image, phase, rows, columns, weight)]
    exact_phase = gradients(written_out, image, single[1].double(), rows, columns, weight)
    for found, expected in zip(gradients(windowed_amplitude, *single), exact_phase, strict=True):
        kept = found != 0  # see above: no gradient for weights further out
        assert (found - expected)[kept].norm() <= 1e-5 * expected[kept].norm()
    assert (exact[0] - exact_phase[0]).norm() > 0  # single precision does round the phase


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradient_is_zero_where_the_field_is(dtype):
    image, phase, rows, columns = case(dtype=dtype)
    image[0] = 0
    out, *found = gradients(
        windowed_amplitude, image, phase, rows, columns, torch.ones(()).to(dtype)
    )
    assert out[0].abs().max() == 0
    assert found[0][0].abs().max() == 0
    assert all(each.isfinite().all() for each in found)


def test_a_shared_phase_is_used_once_and_changes_nothing():
    image, phase, rows, columns = case()
    one = phase[:, :1].expand_as(phase)
    weight = torch.rand(2, 3, 3, 12, 10, generator=seeded(1), dtype=torch.float64)
    repeated = gradients(windowed_amplitude, image, one.contiguous(), rows, columns, weight)
    torch.testing.assert_close(
        gradients(windowed_amplitude, image, one, rows, columns, weight), repeated
    )
    assert _amplitude._without_repeats(one)[0].shape == (2, 12, 10)
    assert _amplitude._without_repeats(phase[:1, :1].expand_as(phase))[1] == 6
    assert _amplitude._without_repeats(phase)[1] == 1


@pytest.mark.parametrize("block", [1, 120, 500])
def test_blocks_change_nothing(monkeypatch, block):
    image, phase, rows, columns = case((3, 3, 12, 10))
    weight = torch.rand(3, 3, 3, 12, 10, generator=seeded(1), dtype=torch.float64)
    for phases in (phase, phase[:, :1].expand_as(phase)):
        expected = gradients(windowed_amplitude, image, phases, rows, columns, weight)
        with monkeypatch.context() as patch:
            patch.setattr(_amplitude, "CPU_BLOCK", block)
            found = gradients(windowed_amplitude, image, phases, rows, columns, weight)
        torch.testing.assert_close(found, expected)


def test_reach_leaves_out_higher_frequencies():
    image, phase, rows, columns = case((12, 12), edges=(3.4, 9.0))
    full = windowed_amplitude(image, phase, rows, columns)
    torch.testing.assert_close(windowed_amplitude(image, phase, rows, columns, reach=5), full)
    frequency = torch.minimum(torch.arange(12), 12 - torch.arange(12))
    cut = [weights * (frequency <= 2) for weights in (rows, columns)]
    torch.testing.assert_close(
        windowed_amplitude(image, phase, rows, columns, reach=2), written_out(image, phase, *cut)
    )


def test_reach_gives_weights_further_out_their_gradient():
    image, phase, rows, columns = case((12, 12), edges=(3.0,))
    weight = torch.ones((), dtype=torch.float64)

    def all_bins(*inputs):
        return windowed_amplitude(*inputs, reach=6)

    expected = gradients(written_out, image, phase, rows, columns, weight)
    torch.testing.assert_close(gradients(all_bins, image, phase, rows, columns, weight), expected)


def test_no_value_is_read_off_the_cpu():
    """Tensors of the meta device hold no values: whatever asks for one fails, as it would wait."""
    image, phase, rows, columns = (each.to("meta") for each in case())
    inputs = [each.requires_grad_() for each in (image, rows, columns)]
    out = windowed_amplitude(inputs[0], phase, *inputs[1:])
    out.sum().backward()
    assert out.shape == (2, 3, 3, 12, 10)
    assert all(each.grad.shape == each.shape for each in inputs)
    assert _amplitude._reaches(rows, None) == [6, 6, 6]


@pytest.mark.filterwarnings("ignore:Dynamo detected a call to a `functools.lru_cache`")
def test_it_compiles_as_one_graph():
    image, phase, rows, columns = case((1, 12, 10), edges=(3.4,))
    weight = torch.rand(1, 1, 12, 10, generator=seeded(1), dtype=torch.float64)

    def bounded(*inputs):
        return windowed_amplitude(*inputs, reach=5)

    compiled = torch.compile(bounded, backend="aot_eager", fullgraph=True)
    found = gradients(compiled, image, phase, rows, columns, weight)
    torch.testing.assert_close(found, gradients(bounded, image, phase, rows, columns, weight))


def test_autocast_leaves_it_alone():
    image, phase, rows, columns = case(dtype=torch.float32)
    inputs = [each.requires_grad_() for each in (image, rows, columns)]
    expected = torch.autograd.grad(windowed_amplitude(image, phase, rows, columns).sum(), inputs)
    with torch.autocast("cpu", torch.bfloat16):
        out = windowed_amplitude(image, phase, rows, columns)
        found = torch.autograd.grad(out.sum(), inputs)
    assert out.dtype == torch.float32
    torch.testing.assert_close(found, expected)


def test_little_is_kept_for_the_backward_pass():
    image, phase, rows, columns = case((4, 8, 64, 64), edges=(7.1, 8.5, 10.2, 12.0))
    phase = phase[:, :1].expand_as(phase)
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(
        lambda t: kept.append(t.nbytes) or t, lambda t: t
    ):
        out = windowed_amplitude(image.requires_grad_(), phase, rows, columns)
    assert 0 < sum(kept) < 0.1 * out.nbytes


def test_an_empty_batch_gives_an_empty_result():
    _, _, rows, columns = case()
    image = torch.zeros(0, 3, 12, 10, dtype=torch.float64, requires_grad=True)
    out = windowed_amplitude(image, torch.zeros_like(image), rows, columns)
    out.sum().backward()
    assert out.shape == (0, 3, 3, 12, 10)
    assert image.grad.shape == image.shape


def test_wrong_inputs_are_named():
    image, phase, rows, columns = case()
    with pytest.raises(ValueError, match=r"phase, rows, columns must have shapes .*found"):
        windowed_amplitude(image, phase, columns, rows)
    with pytest.raises(ValueError, match=r"phase, rows, columns must have shapes .*found"):
        windowed_amplitude(image, phase[:1], rows, columns)
    with pytest.raises(ValueError, match=r"scale must have shape \(2, 3, 3\), found \(3,\)"):
        windowed_amplitude(image, phase, rows, columns, scale=torch.ones(3))
    with pytest.raises(ValueError, match="phase must not need a gradient"):
        windowed_amplitude(image, phase.requires_grad_(), rows, columns)


@pytest.mark.parametrize(("size", "reach"), [(8, 4), (8, 3), (9, 4), (1, 0), (5, 0)])
def test_analysis_equals_the_discrete_fourier_transform(size, reach):
    random = np.random.default_rng(0)
    field = random.standard_normal((2, 2, size, 6))
    found = _matrix_dft.analyse(torch.from_numpy(field), (reach, 2))
    expected = np.fft.fft2(field[:, 0] + 1j * field[:, 1])
    rows, columns = _matrix_dft.bins(size, reach), _matrix_dft.bins(6, 2)
    np.testing.assert_allclose(
        found, expected[:, rows.numpy()[:, None], columns.numpy()], atol=1e-12
    )


@pytest.mark.parametrize("shape", [(8, 6), (7, 8), (5, 9)])
def test_synthesis_of_all_bins_is_the_inverse_of_analysis(shape):
    field = torch.randn(3, 2, *shape, generator=seeded(), dtype=torch.float64)
    reach = tuple(n // 2 for n in shape)
    counts = (_matrix_dft.share(n, m, field.dtype) for n, m in zip(shape, reach, strict=True))
    down, across = counts
    spectrum = _matrix_dft.analyse(field, reach) * (down[:, None] * across)
    again = _matrix_dft.synthesise(_matrix_dft.amplitudes(spectrum), shape) / (shape[0] * shape[1])
    torch.testing.assert_close(again, field)
