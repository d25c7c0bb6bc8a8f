"""Resampling by a plan of weighted pixels: parity with dense matrices and with `grid_sample`."""

import pytest
import torch
import torch.nn.functional as F

from specklegan.speckle._resampling import bilinear, plan, resample

DOUBLE = torch.float64


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def random_positions(shape, low, high, seed=0):
    return torch.rand(shape, generator=seeded(seed), dtype=DOUBLE) * (high - low) + low


def test_equals_the_sparse_matrix_written_out_with_its_transpose():
    index = torch.randint(12, (10, 3), generator=seeded())
    weight = torch.rand(10, 3, generator=seeded(1), dtype=DOUBLE)
    weight[2] = 0  # a sample of nothing
    dense = torch.zeros(10, 12, dtype=DOUBLE)
    dense.index_put_((torch.arange(10)[:, None].expand_as(index), index), weight, accumulate=True)
    maps = torch.rand(2, 4, 3, 4, generator=seeded(2), dtype=DOUBLE, requires_grad=True)
    out = resample(maps, plan((3, 4), (5, 2), index, weight))
    torch.testing.assert_close(out.flatten(2), maps.flatten(2) @ dense.T)
    arriving = torch.rand(out.shape, generator=seeded(3), dtype=DOUBLE)
    (gradient,) = torch.autograd.grad(out, maps, arriving)
    torch.testing.assert_close(gradient.flatten(2), arriving.flatten(2) @ dense)


def test_bilinear_equals_grid_sample_with_repeated_borders():
    source, target = (6, 9), (7, 5)
    rows, columns = random_positions(target, -2, 8), random_positions(target, -2, 11, seed=1)
    maps = torch.rand(2, 3, *source, generator=seeded(2), dtype=DOUBLE)
    grid = torch.stack([(columns + 0.5) * 2 / 9 - 1, (rows + 0.5) * 2 / 6 - 1], dim=-1)
    expected = F.grid_sample(
        maps, grid.expand(2, -1, -1, -1), padding_mode="border", align_corners=False
    )
    torch.testing.assert_close(resample(maps, bilinear(source, rows, columns)), expected)


def test_periodic_columns_have_no_seam():
    source, rows = (3, 8), torch.ones(1, 33, dtype=DOUBLE)
    columns = torch.linspace(-8, 8, 33, dtype=DOUBLE)[None]
    maps = torch.rand(1, 1, *source, generator=seeded(), dtype=DOUBLE)
    out = resample(maps, bilinear(source, rows, columns, periodic=True))[0, 0, 0]
    torch.testing.assert_close(out[:16], out[16:32])  # one period apart
    torch.testing.assert_close(out[1], (maps[0, 0, 1, 0] + maps[0, 0, 1, 1]) / 2)
    torch.testing.assert_close(out[15], (maps[0, 0, 1, 7] + maps[0, 0, 1, 0]) / 2)


def test_samples_outside_are_zero_and_get_no_gradient():
    inside = torch.tensor([[True, False]])
    rows, columns = torch.zeros(1, 2, dtype=DOUBLE), torch.tensor([[0.0, 1.0]], dtype=DOUBLE)
    maps = torch.full((1, 1, 2, 2), 5.0, dtype=DOUBLE, requires_grad=True)
    out = resample(maps, bilinear((2, 2), rows, columns, inside=inside))
    out.sum().backward()
    assert out.flatten().tolist() == [5, 0]
    assert maps.grad.flatten().tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_formats_change_nothing_and_are_kept(memory_format):
    rows, columns = random_positions((6, 6), 0, 4), random_positions((6, 6), 0, 4, seed=1)
    turn = bilinear((5, 5), rows, columns).to(torch.float32, "cpu")
    maps = torch.rand(2, 3, 5, 5, generator=seeded(2))
    expected = resample(maps, turn)
    maps = maps.contiguous(memory_format=memory_format).requires_grad_()
    out = resample(maps, turn)
    (gradient,) = torch.autograd.grad(out.square().sum(), maps)
    torch.testing.assert_close(out, expected, rtol=0, atol=0)
    assert out.dtype == torch.float32
    assert out.is_contiguous(memory_format=torch.channels_last)
    assert gradient.is_contiguous(memory_format=memory_format)


def test_gradcheck():
    rows, columns = random_positions((4, 3), -1, 5), random_positions((4, 3), -1, 5, seed=1)
    turn = bilinear((4, 5), rows, columns, periodic=True)
    maps = torch.rand(1, 2, 4, 5, generator=seeded(), dtype=DOUBLE, requires_grad=True)
    assert torch.autograd.gradcheck(lambda maps: resample(maps, turn), maps)


def test_maps_of_another_size_are_refused():
    turn = bilinear((4, 4), *2 * [torch.zeros(2, 2, dtype=DOUBLE)])
    with pytest.raises(ValueError, match=r"expected maps \(B, M, \*\(4, 4\)\), found"):
        resample(torch.zeros(1, 1, 4, 5), turn)
