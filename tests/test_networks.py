"""Shapes, the one difference between SpeckleGAN and its baseline, and files."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch.nn.utils import parametrize

from specklegan.networks import Discriminator, Generator, GeneratorSettings

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


def test_baseline_differs_by_the_layer_and_the_width_that_follows_from_it():
    with_layer = {k: v.shape for k, v in small(True).state_dict().items()}
    without = {k: v.shape for k, v in small(False).state_dict().items()}
    assert with_layer.keys() - without.keys() == {k for k in with_layer if k.startswith("speckle.")}
    assert not without.keys() - with_layer.keys()
    changed = {k for k in without if without[k] != with_layer[k]}
    assert {k.split(".")[0] for k in changed} == {"last"}  # it takes 8 maps in place of 32


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
    generator.generate(masks, seed=3, batch=2, progress=lambda *d: done.append(d))
    assert done == [(2, 5), (4, 5), (5, 5)]


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
