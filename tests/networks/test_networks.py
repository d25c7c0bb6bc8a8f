"""Shapes, the one difference between SpeckleGAN and its baseline, and files."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch.nn.utils import parametrize

from specklegan.networks.discriminator import Discriminator
from specklegan.networks.generator import Generator
from specklegan.networks.inspection import LayerMonitor, vary_noise
from specklegan.networks.settings import DiscriminatorSettings, GeneratorSettings
from specklegan.training.loop import train
from specklegan.training.settings import TrainingSettings

SMALL = {"size": 16, "widths": (16, 8), "last_width": 4, "edges": (4, 6)}


def small(speckle=True, **changes):
    torch.manual_seed(0)
    return Generator(GeneratorSettings(**{**SMALL, "speckle": speckle, **changes}))


def small_masks(n=3):
    return np.random.default_rng(0).integers(0, 3, (n, 1, 16, 16)).astype(np.uint8)


@pytest.mark.parametrize("speckle", [True, False])
@pytest.mark.parametrize("coordinates", ["polar", "cartesian"])
def test_generator_and_discriminator_shapes_ranges_and_gradients(speckle, coordinates):
    generator, masks = small(speckle, coordinates=coordinates), torch.from_numpy(small_masks())
    discriminator = Discriminator((8, 16))
    image = generator(torch.randn(3, 128), masks)
    assert image.shape == (3, 1, 16, 16)
    assert image.abs().max() < 1
    logits = discriminator(image, masks)
    assert logits.shape == (3, 4, 4)  # one a patch
    logits.sum().backward()
    for name, parameter in [*generator.named_parameters(), *discriminator.named_parameters()]:
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name


def test_paper_generator_has_the_stated_sizes():
    generator = Generator()
    assert generator.settings.size == 256
    assert generator.speckle.channels == 8
    assert len(generator.speckle.fraction) == 4
    assert generator.last.spade1.normalize.num_features == 32
    assert generator.speckle.edges.tolist() == pytest.approx([28, 34, 41, 48], abs=1e-4)
    assert {m.shared.out_channels for m in generator.modules() if hasattr(m, "shared")} == {64}


@pytest.mark.parametrize("place", [-1, -2])
@pytest.mark.parametrize("edges", [(4, 6), (3, 4, 5)])
def test_baseline_differs_by_the_layer_and_the_width_that_follows_from_it(place, edges):
    changes = {"place": place, "edges": edges}
    with_layer = {k: v.shape for k, v in small(True, **changes).state_dict().items()}
    without = {k: v.shape for k, v in small(False, **changes).state_dict().items()}
    assert with_layer.keys() - without.keys() == {k for k in with_layer if k.startswith("speckle.")}
    assert not without.keys() - with_layer.keys()
    changed = {k for k in without if without[k] != with_layer[k]}
    behind = "last" if place == -1 else "blocks.1"
    assert {k.removesuffix(k.split(behind)[1]) for k in changed} == {behind}
    maps = 8 if place == -1 else 16
    assert without[f"{behind}.conv1.parametrizations.weight.original"][1] == maps
    assert with_layer[f"{behind}.conv1.parametrizations.weight.original"][1] == maps * len(edges)


def test_baseline_and_speckle_gan_start_from_equal_weights_before_the_layer():
    ours, theirs = small(True).state_dict(), small(False).state_dict()
    before = [name for name in theirs if name.startswith(("reshape", "blocks"))]
    assert before
    assert all(torch.equal(ours[name], theirs[name]) for name in before)


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"place": -2}, lambda layer: (layer.channels, layer.size) == (16, 8)),
        ({"edges": (3, 4, 5)}, lambda layer: len(layer.edges) == 3),
        ({"coordinates": "cartesian"}, lambda layer: layer.coordinates == "cartesian"),
        ({"layer": {"window": "sigmoid"}}, lambda layer: layer.window == "sigmoid"),
        ({"layer": {"window": "hard"}}, lambda layer: layer.window == "hard"),
        ({"layer": {"learn_edges": False}}, lambda layer: not layer.fraction.requires_grad),
        ({"layer": {"attention": None}}, lambda layer: layer.attention is None),
        ({"layer": {"attention": "spatial"}}, lambda layer: "Spatial" in str(layer.attention)),
        ({"layer": {"normalize": False}}, lambda layer: not layer.normalize),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_each_option_of_the_layer_reaches_it_and_trains(changes, check, tmp_path):
    generator = small(**changes)
    assert check(generator.speckle)
    images = np.random.default_rng(0).uniform(-1, 1, (4, 1, 16, 16)).astype(np.float32)
    before = generator.speckle.edges.tolist()
    settings = TrainingSettings(steps=2, batch=2)
    trained, _ = train(generator, Discriminator((4,)), images, small_masks(4), settings)
    fixed = changes.get("layer", {}).get("learn_edges") is False
    gradient = changes.get("layer", {}).get("window") != "hard"
    assert (trained.speckle.edges.tolist() == before) == (fixed or not gradient)
    trained.save(tmp_path / "g.safetensors")
    again = Generator.load(tmp_path / "g.safetensors")
    assert again.settings == trained.settings
    np.testing.assert_array_equal(
        again.generate(small_masks(2), 0), trained.generate(small_masks(2), 0)
    )


def test_one_plus_gamma_is_the_papers_gamma_that_starts_at_one():
    """A bias that starts at 1 is 1 + gamma with a bias that starts at 0, also in training."""
    images = np.random.default_rng(0).uniform(-1, 1, (4, 1, 16, 16)).astype(np.float32)
    made = []
    for gamma in ("paper", "one_plus"):
        generator, settings = small(gamma=gamma), TrainingSettings(steps=2, batch=2)
        torch.manual_seed(1)
        trained, _ = train(generator, Discriminator((4,)), images, small_masks(4), settings)
        made.append(trained.generate(small_masks(2), seed=0))
    bias = generator.last.spade1.affine.parametrizations.bias.original
    assert bias[: len(bias) // 2].abs().max() < 0.01  # of gamma: 0 at the start, not 1
    np.testing.assert_allclose(*made, atol=1e-4)


def test_wrong_options_are_named():
    with pytest.raises(ValueError, match=r"layer: \{'windows': 'ramp'\}: .*windows"):
        small(layer={"windows": "ramp"})
    with pytest.raises(ValueError, match=r"place must be in \[-2, -1\], found 0"):
        small(place=0)
    with pytest.raises(ValueError, match="gamma must be one of paper, one_plus, found 'two'"):
        small(gamma="two")
    with pytest.raises(ValueError, match="at least one block"):
        DiscriminatorSettings(widths=())
    with pytest.raises(ValueError, match="classes must be at least 1, found 0"):
        Discriminator((4,), classes=0)


def test_monitor_follows_edges_and_the_attention_of_training_batches():
    generator, masks = small(), torch.from_numpy(small_masks())
    monitor = LayerMonitor(generator.speckle)
    assert monitor() == {"edges": pytest.approx([4, 6])}
    seen = []
    generator.speckle.attention.register_forward_hook(lambda m, i, out: seen.append(out))
    generator(torch.randn(3, 128), masks)
    generator.eval()(torch.randn(3, 128), masks)  # validation images do not count
    mean = torch.tensor(monitor()["attention"])
    assert mean.shape == (8, 2)  # maps, sizes
    torch.testing.assert_close(mean.flatten(), seen[0].mean(0))
    spatial = small(layer={"attention": "spatial"})
    monitor = LayerMonitor(spatial.speckle)
    spatial(torch.randn(3, 128), masks)
    assert torch.tensor(monitor()["attention"]).shape == (8, 2)


def test_every_convolution_and_linear_layer_but_attention_has_unit_spectral_norm():
    for network in (small(), Discriminator((8, 16))):
        for name, module in network.named_modules():
            weighted = isinstance(module, torch.nn.Conv2d | torch.nn.Linear)
            if weighted and not name.startswith("speckle."):
                assert parametrize.is_parametrized(module, "weight"), name


def test_generate_is_deterministic_in_any_mode_and_batch():
    generator, masks = small(), small_masks(5)
    first = generator.train().generate(masks, seed=3)
    assert generator.training
    torch.rand(7)  # the global state must not matter
    np.testing.assert_array_equal(first, generator.eval().generate(masks, seed=3))
    assert np.abs(first - generator.generate(masks, seed=4)).max() > 0
    done = []
    again = generator.generate(masks, seed=3, batch=2, progress=lambda *d: done.append(d))
    assert done == [(2, 5), (4, 5), (5, 5)]
    np.testing.assert_allclose(again, first, atol=1e-5)  # rounding of sums in another order


def test_n_images_take_the_masks_in_turn():
    generator, masks = small(), small_masks(3)
    made = generator.generate(masks, n=7, seed=0, batch=2)
    assert made.shape == (7, 1, 16, 16)
    np.testing.assert_allclose(made[:3], generator.generate(masks, seed=0), atol=1e-5)
    used = np.concatenate([part for _, part in generator.batches(masks, seed=0, n=7, batch=2)])
    np.testing.assert_array_equal(used, masks[[0, 1, 2, 0, 1, 2, 0]])
    assert generator.generate(masks, n=0, seed=0).shape == (0, 1, 16, 16)
    with pytest.raises(ValueError, match="n = 2, batch = 32 and 0 masks"):
        generator.generate(masks[:0], n=2, seed=0)


def test_half_precision_halves_the_file_and_keeps_the_images(tmp_path):
    generator, masks = small(), small_masks()
    generator.save(tmp_path / "whole.safetensors")
    generator.save(tmp_path / "half.safetensors", torch.float16)
    sizes = [(tmp_path / f"{name}.safetensors").stat().st_size for name in ("half", "whole")]
    assert sizes[0] < 0.62 * sizes[1]  # the header, names and shapes, is not halved
    again = Generator.load(tmp_path / "half.safetensors")
    assert again.image.bias.dtype == torch.float32
    # 11 bits of mantissa: about 2^-11 of each weight, summed up over the layers
    np.testing.assert_allclose(again.generate(masks, 0), generator.generate(masks, 0), atol=0.01)


def test_the_mask_conditions_the_image():
    generator = small(False)
    zero = generator.generate(np.zeros((1, 1, 16, 16), np.uint8), seed=0)
    one = generator.generate(np.ones((1, 1, 16, 16), np.uint8), seed=0)
    assert np.abs(zero - one).max() > 1e-3


def test_generate_rejects_masks_of_another_size():
    with pytest.raises(ValueError, match=r"\(N, 1, 16, 16\)"):
        small().generate(np.zeros((1, 1, 8, 8), np.uint8), seed=0)


def test_save_and_load(tmp_path):
    generator, masks = small(), small_masks()
    generator.save(tmp_path / "generator.safetensors")
    again = Generator.load(tmp_path / "generator.safetensors")
    np.testing.assert_array_equal(again.generate(masks, 0), generator.generate(masks, 0))
    assert not list(tmp_path.glob("*.tmp"))


def test_load_names_what_is_wrong(tmp_path):
    path = tmp_path / "generator.safetensors"
    with pytest.raises(FileNotFoundError, match=r"generator\.safetensors: not found"):
        Generator.load(path)
    small().save(path)
    settings = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps({**settings, "last_width": 8}))
    with pytest.raises(ValueError, match="not a generator of these settings"):
        Generator.load(path)
    path.with_suffix(".json").write_text(json.dumps(settings))
    save_file({"other": torch.zeros(1)}, path)
    with pytest.raises(ValueError, match="not a generator of these settings"):
        Generator.load(path)
    path.write_bytes(b"half a file")
    with pytest.raises(ValueError, match="not a generator of these settings"):
        Generator.load(path)
    path.with_suffix(".json").unlink()
    with pytest.raises(FileNotFoundError, match=r"generator\.json: not found"):
        Generator.load(path)


def test_settings_must_end_at_the_image_size():
    with pytest.raises(ValueError, match="2 blocks, which end at 16 px; expected the image size"):
        GeneratorSettings(size=64, widths=(8, 8))


@pytest.mark.parametrize("speckle", [True, False])
def test_images_that_differ_by_z_alone(speckle):
    generator, mask = small(speckle).eval(), small_masks(1)[0]
    made = vary_noise(generator, mask, n=3, seed=4)
    assert made.shape == (3, 1, 16, 16)
    assert np.abs(made[0] - made[1]).max() > 1e-3
    deaf = torch.nn.Linear(128, generator.reshape.out_features)
    generator.reshape = deaf.requires_grad_(False)
    deaf.weight.zero_()
    np.testing.assert_array_equal(*vary_noise(generator, mask, n=2, seed=4))
