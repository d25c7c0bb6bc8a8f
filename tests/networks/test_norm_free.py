"""A discriminator without normalisation: what it sees, what it judges, and that it can start."""

import pytest
import torch

from specklegan.networks.choice import build_discriminator
from specklegan.networks.discriminator import Discriminator
from specklegan.networks.norm_free import NormFreeDiscriminator
from specklegan.networks.settings import NormFreeSettings


def build(**changes):
    torch.manual_seed(0)
    sizes = {"size": 32, "widths": (8, 16), "whole_maps": 8}
    return NormFreeDiscriminator(NormFreeSettings(**sizes | changes))


def pairs(n=6, size=32):
    random = torch.Generator().manual_seed(1)
    images = torch.rand(n, 1, size, size, generator=random) * 2 - 1
    return images, torch.randint(0, 3, images.shape, generator=random).to(torch.uint8)


@pytest.mark.parametrize("fine", [True, False])
@pytest.mark.parametrize("radius", [True, False])
def test_local_logits_and_one_of_the_whole(fine, radius):
    network = build(fine=fine, radius=radius)
    local, whole = network(*pairs())
    assert local.shape == (6, 64 * (1 + fine))  # 8 x 8 patches, as many fine ones
    assert whole.shape == (6,)
    (local.mean() + whole.mean()).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())


def test_it_sees_each_class_in_a_map_of_its_own_and_the_radius():
    images, masks = pairs()
    seen = build()._seen(images, masks)
    assert torch.equal(seen[:, :1], images)
    assert torch.equal(seen[:, 1:4].argmax(1, keepdim=True), masks.long())
    assert torch.equal(seen[:, 1:4].sum(1), torch.ones(6, 32, 32))
    radius = seen[0, 4]
    assert torch.equal(radius, radius.rot90())
    assert radius[:, 0].min() == pytest.approx(1, rel=1e-3)  # the middle of a side: 1 + 1/31^2 / 2


def test_local_logits_know_nothing_of_other_images_and_the_whole_knows_the_deviation():
    network, (images, masks), deviations = build(), pairs(), []
    network.gather.register_forward_pre_hook(
        lambda _module, inputs: deviations.append(inputs[0][:, -1].unique().item())
    )
    local, whole = network(images, masks)
    alone, single = network(images[:1], masks[:1])
    torch.testing.assert_close(local[:1], alone, rtol=1e-5, atol=1e-6)
    assert (whole[0] - single[0]).abs() > 1e-3
    twice, of_two = network(images[:1].repeat(2, 1, 1, 1), masks[:1].repeat(2, 1, 1, 1))
    assert torch.allclose(of_two, single.expand(2), atol=1e-5)  # equal images deviate as one does
    torch.testing.assert_close(twice[1:], alone, rtol=1e-5, atol=1e-6)
    assert deviations[0] > 0.1
    assert deviations[1:] == pytest.approx([1e-4, 1e-4], rel=0.01)  # the root of 1e-8: none


def test_a_fine_logit_sees_six_pixels():
    network, (images, masks) = build(), pairs(1)
    images.requires_grad_()
    for k in range(0, 64, 7):
        local, _ = network(images, masks)
        (gradient,) = torch.autograd.grad(local[0, 64 + k], images)
        rows, columns = gradient[0, 0].nonzero().T
        assert rows.max() - rows.min() < 6
        assert columns.max() - columns.min() < 6


def test_fine_places_differ_and_have_no_period():
    places = build(size=64, widths=(4, 8, 16)).places
    assert len(places.unique()) == len(places) == 64
    rows, columns = places // 32, places % 32
    for axis in (rows, columns):
        assert len((axis % 4).unique()) == 4  # every phase of 8 pixels
        counts = torch.bincount(axis // 8, minlength=4)
        assert counts.min() >= 15  # 16 in each quarter, but for one on a border


def test_the_signal_neither_dies_nor_explodes_at_the_start():
    """He's start keeps the second moment from layer to layer; PyTorch's loses a tenth at each."""
    network = build(size=64, widths=(32, 64, 128), whole_maps=64)
    x = network._seen(*pairs(8, 64))
    start = x.square().mean()
    for block in network.blocks:
        x = block(x)
    # the mean of the maps adds to it; three blocks within a factor of 4 either way
    assert 0.25 < x.square().mean() / start < 4
    local, whole = network(*pairs(8, 64))
    assert 0.1 < local.std() < 10
    assert whole.abs().max() < 10


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"widths": ()}, "at least one block"),
        ({"classes": 0}, "classes must be at least 1, found 0"),
        ({"size": 36}, "size must be a multiple of 8 for 2 blocks, found 36"),
        ({"size": 0}, "size must be a multiple of 8 for 2 blocks, found 0"),
    ],
)
def test_wrong_settings_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        build(**changes)


def test_a_preset_names_its_discriminator():
    paper = build_discriminator("paper", [8, 16], 4, 32, polar=True)
    assert isinstance(paper, Discriminator)
    assert (paper.settings.widths, paper.settings.classes) == ((8, 16), 4)
    for polar in (True, False):
        other = build_discriminator("norm_free", [8, 16], 4, 32, polar)
        assert isinstance(other, NormFreeDiscriminator)
        assert other.settings == NormFreeSettings(32, (8, 16), 4, radius=polar)
    with pytest.raises(ValueError, match="must be paper or norm_free, found 'strong'"):
        build_discriminator("strong", [8, 16], 4, 32, polar=True)
