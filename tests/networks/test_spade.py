"""SPADE: the paper's equation, and the look-up of neighbourhoods against plain convolutions."""

import pytest
import torch

from specklegan.networks.spade import MaskPyramid, Spade, neighbourhoods


def seeded_mask(size=12, classes=3, batch=2):
    """Random blocks of 3 x 3 pixels, so that neighbourhoods repeat but edges are everywhere."""
    random = torch.Generator().manual_seed(0)
    coarse = torch.randint(classes, (batch, 1, size // 3, size // 3), generator=random)
    return coarse.repeat_interleave(3, 2).repeat_interleave(3, 3)


def outputs_and_gradients(spade, x, masks):
    out = spade(x, masks)
    return out, torch.autograd.grad(out.square().sum(), [x, *spade.parameters()])


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_look_up_equals_convolution_with_all_its_gradients(classes):
    torch.manual_seed(0)
    spade, mask = Spade(5).double().eval(), seeded_mask(classes=classes)
    x = torch.randn(2, 5, 12, 12, dtype=torch.float64, requires_grad=True)
    looked_up, plain = (MaskPyramid(mask, torch.float64) for _ in range(2))
    resized, found = looked_up.at((12, 12))
    assert found is not None
    plain.levels[12, 12] = resized, None
    out, gradients = outputs_and_gradients(spade, x, looked_up)
    expected, expected_gradients = outputs_and_gradients(spade, x, plain)
    torch.testing.assert_close(out, expected)
    for gradient, wanted in zip(gradients, expected_gradients, strict=True):
        torch.testing.assert_close(gradient, wanted)


def test_neighbourhoods_rebuild_the_padded_mask():
    mask = seeded_mask()
    found = neighbourhoods(mask, torch.float64)
    padded = torch.nn.functional.pad(mask.double(), (2, 2, 2, 2))
    patches = padded.unfold(2, 5, 1).unfold(3, 5, 1)[:, 0]  # (B, H, W, 5, 5)
    windows = patches.unfold(3, 3, 1).unfold(4, 3, 1).flatten(5).flatten(3, 4)  # (B, H, W, 9, 9)
    torch.testing.assert_close(found.windows[found.index], windows)
    assert len(found.windows) < mask.numel()


@pytest.mark.parametrize("value", [4, -1])
def test_neighbourhoods_give_way_to_convolution(value):
    mask = seeded_mask()
    mask[0, 0, 0, 0] = value  # a fifth class, or no class: not coded in 64 bits
    assert neighbourhoods(mask) is None
    assert Spade(2)(torch.randn(2, 2, 12, 12), MaskPyramid(mask, torch.float32)).isfinite().all()


def test_spade_is_gamma_times_normalised_plus_beta():
    torch.manual_seed(0)
    spade, mask = Spade(3), seeded_mask()
    x = torch.randn(2, 3, 12, 12) * 5 + 2
    with torch.no_grad():
        spade.affine.bias[:3] = 2.0
        spade.affine.bias[3:] = -1.0
        spade.shared.bias[:] = -99.0  # the first convolution's maps are 0 after the ReLU
    normalised = (x - x.mean((0, 2, 3), keepdim=True)) / x.std((0, 2, 3), False, keepdim=True)
    out = spade(x, MaskPyramid(mask, x.dtype))
    torch.testing.assert_close(out, 2 * normalised - 1, rtol=1e-4, atol=1e-4)


def test_a_new_layer_differs_by_class_only_through_its_weights():
    torch.manual_seed(0)
    spade, x = Spade(3).eval(), torch.ones(1, 3, 12, 12)
    out = spade(x, MaskPyramid(torch.zeros(1, 1, 12, 12), x.dtype))
    assert out[0, :, 4:8, 4:8].std((1, 2)).max() < 1e-6  # one class, away from the border
