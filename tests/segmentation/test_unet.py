"""The U-Net: its maps, its weights, its start."""

import torch

from specklegan.segmentation import unet


def test_unet_doubles_its_maps_up_to_the_maximum():
    model = unet.UNet(classes=3, maximum=256)
    assert [block.conv1.out_channels for block in model.down] == [64, 128, 256]
    assert [block.conv1.out_channels for block in model.up] == [128, 64, 32]
    assert model(torch.zeros(2, 1, 32, 24)).shape == (2, 3, 32, 24)


def test_every_weight_learns():
    model = unet.build_unet(3, 16, seed=0)
    model(torch.randn(2, 1, 16, 16)).square().mean().backward()
    assert all(p.grad.abs().sum() > 0 for p in model.parameters())


def test_initial_weights_depend_on_the_seed_alone():
    state = torch.get_rng_state()
    first, again, other = (unet.build_unet(2, 8, seed) for seed in (0, 0, 1))
    assert torch.equal(first.stem.weight, again.stem.weight)
    assert not torch.equal(first.stem.weight, other.stem.weight)
    assert torch.equal(torch.get_rng_state(), state)
