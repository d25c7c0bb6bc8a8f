"""EfficientNet-Lite0: weights that know what they see, and are what they should be."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from skimage import data

from specklegan.metrics import distances, efficientnet
from specklegan.metrics.efficientnet import EfficientNet

IMAGES = np.random.default_rng(0).uniform(-1, 1, (5, 1, 32, 32))


@pytest.fixture(scope="module")
def small():
    return EfficientNet(32)


@pytest.fixture(scope="module")
def weights():
    return Path(efficientnet._packages()[2].get_model_file_path())


@pytest.mark.parametrize(
    ("picture", "label"),
    [("chelsea", 285), ("coffee", 967), ("camera", 872)],  # Egyptian cat, espresso, tripod
)
def test_weights_know_pictures(picture, label):
    network = EfficientNet(224)._model
    picture = torch.as_tensor(getattr(data, picture)()).float()
    picture = picture.expand(3, -1, -1) if picture.ndim == 2 else picture.movedim(-1, 0)
    picture = torch.nn.functional.interpolate(picture[None], (224, 224), mode="bilinear")
    with torch.inference_mode():
        assert network((picture - 127) / 128).argmax() == label


def test_features_are_those_of_grey_levels_in_three_equal_channels(small):
    levels = torch.as_tensor((IMAGES + 1) * 127.5, dtype=torch.float32).expand(-1, 3, -1, -1)
    with torch.inference_mode():
        expected = small._model.extract_features((levels - 127) / 128).mean(dim=(2, 3))
    found = small(IMAGES)
    assert found.shape == (5, 1280)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)  # single precision


def test_features_do_not_depend_on_batch_or_run_or_random_numbers(small):
    torch.manual_seed(1)
    state = torch.get_rng_state()
    again = EfficientNet(32)
    assert torch.equal(state, torch.get_rng_state())
    found = small(IMAGES)
    np.testing.assert_array_equal(found, again(IMAGES))
    np.testing.assert_allclose(found, small(IMAGES, batch=2), rtol=1e-4, atol=1e-5)
    assert distances.frechet_distance(found, found) == pytest.approx(0, abs=1e-6)


def test_larger_images_are_reduced_without_aliasing(small):
    """Stripes of one pixel look like their mean once the image is halved."""
    stripes = np.ones((1, 1, 128, 128)) * np.where(np.arange(128) % 2, 0.5, -0.5)
    inner = small(stripes), small(np.zeros((1, 1, 32, 32)))
    far = small(stripes[..., :32, :32])
    assert np.abs(inner[0] - inner[1]).mean() < 0.2 * np.abs(far - inner[1]).mean()


def test_damaged_or_missing_weights_are_refused(tmp_path, weights):
    with pytest.raises(FileNotFoundError, match=r"weights\.pth: not found"):
        EfficientNet(weights=tmp_path / "weights.pth")
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "weights.pth").write_bytes(content)
    with pytest.raises(ValueError, match="damaged or other file"):
        EfficientNet(weights=tmp_path / "weights.pth")


def test_wrong_sizes_and_shapes_are_named(small):
    with pytest.raises(ValueError, match="found 100, expected a multiple of 32"):
        EfficientNet(100)
    with pytest.raises(ValueError, match=r"\(5, 32, 32\); expected \(N, 1, H, W\)"):
        small(IMAGES[:, 0])


def test_missing_packages_name_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "efficientnet_lite_pytorch", None)
    with pytest.raises(ImportError, match="extra `book`"):
        EfficientNet()


def test_importing_the_file_loads_no_network():
    code = "import sys, specklegan.metrics.efficientnet, specklegan.metrics.comparison\n"
    code += "print({'torch', 'efficientnet_lite_pytorch'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "set()"
