"""Wavelet packets: energy, one band a packet, parity with PyWavelets' own tree."""

import hashlib
import subprocess
import sys
from collections import OrderedDict
from importlib.util import find_spec

import numpy as np
import pytest
import pywt
import torch
from torch import nn

from specklegan.metrics import distances, features, inception as inception_file
from specklegan.metrics.inception import Inception, _check_hash, _download

RANDOM = np.random.default_rng(0).uniform(-1, 1, (3, 1, 32, 32))


@pytest.mark.parametrize("wavelet", ["haar", "db3"])
def test_packets_hold_the_energy_of_the_image(wavelet):
    packets = features.wavelet_packets(RANDOM, level=2, wavelet=wavelet)
    assert packets.shape == (16, 3, 64)
    energy = (((RANDOM + 1) / 2) ** 2).sum(axis=(1, 2, 3))
    np.testing.assert_allclose((packets**2).sum(axis=(0, 2)), energy, rtol=1e-12)


def test_packets_equal_the_tree_of_pywavelets():
    tree = pywt.WaveletPacket2D((RANDOM[1, 0] + 1) / 2, "haar", "periodization", maxlevel=2)
    expected = [node.data.ravel() for node in tree.get_level(2, order="natural")]
    found = features.wavelet_packets(RANDOM, level=2)[:, 1]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_constant_image_is_in_the_first_packet_only():
    packets = features.wavelet_packets(np.full((1, 1, 16, 16), 0.5), level=1)
    np.testing.assert_allclose(packets[0], 0.75 * 2)  # mean grey in [0, 1], times 2 a level
    np.testing.assert_allclose(packets[1:], 0, atol=1e-12)


def test_energy_of_a_scaled_texture_grows_by_its_square():
    texture = RANDOM / 4
    difference = features.packet_energies(2 * texture) - features.packet_energies(texture)
    # all packets but the first, which also holds the mean grey
    np.testing.assert_allclose(difference[:, 1:], np.log(4), rtol=1e-6)


@pytest.mark.parametrize(("size", "width", "count"), [(16, 2, 16), (64, 4, 64), (128, 8, 256)])
def test_energies_go_just_deep_enough_for_stripes_half_a_block_wide(size, width, count):
    """At 64 px, three levels: a block of 8 px holds one period of stripes 4 px wide."""
    stripes = np.where(np.arange(size) // width % 2, 1.0, -1.0)
    found = features.packet_energies(np.broadcast_to(stripes, (2, 1, size, size)))
    assert found.shape == (2, count)
    # mean and amplitude are 1/2 in [0, 1], times 2 a level: both coefficients equal the width
    np.testing.assert_allclose(np.sort(found)[:, -2:], np.log(width**2), rtol=1e-9)
    np.testing.assert_allclose(np.sort(found)[:, :-2], np.log(1e-12))  # what stands for ln 0


@pytest.mark.parametrize(("size", "level"), [(256, 4), (128, 3), (64, 2), (32, 1), (16, 1)])
def test_level_keeps_packets_of_16_pixels(size, level):
    assert features.packet_level(size) == level


def test_wrong_shapes_are_named():
    with pytest.raises(ValueError, match=r"\(3, 32, 32\); expected \(N, 1, H, W\)"):
        features.wavelet_packets(RANDOM[:, 0])
    with pytest.raises(ValueError, match="multiples"):
        features.wavelet_packets(RANDOM[..., :30, :30], level=2)


def test_inception_is_loaded_only_on_request():
    code = "import sys, specklegan.metrics.features\n"
    code += "print({'torch', 'torchvision'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "set()"


def test_inception_says_what_is_missing(tmp_path):
    if find_spec("torchvision") is None:
        with pytest.raises(ImportError, match="extra `fid`"):
            Inception()
    else:
        with pytest.raises(FileNotFoundError, match=r"weights\.pth"):
            Inception(tmp_path / "weights.pth")


def test_other_weights_are_refused(tmp_path):
    path = tmp_path / "weights.pth"
    path.write_bytes(b"abc")
    _check_hash(path, "ba7816bf")  # SHA-256 of 'abc'
    with pytest.raises(ValueError, match="expected 0cc3c7bd"):
        _check_hash(path, "0cc3c7bd")


def test_standardised_features_keep_their_difference():
    generator = np.random.default_rng(0)
    real = generator.normal(5, 3, (50, 4))
    real[:, 3] = 0.1  # a feature that never changes; its mean is off by rounding
    a, b = features.standardise(real, real + np.array([3, 3, 3, 1]))
    np.testing.assert_allclose(a.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(a.std(axis=0), [1, 1, 1, 0], atol=1e-12)
    np.testing.assert_allclose((b - a)[0, :3], 3 / real.std(axis=0)[:3])


class _SmallModels:
    """Stands in for torchvision where that cannot be imported: same call, same output width."""

    @staticmethod
    def inception_v3(weights, init_weights, transform_input):
        assert weights is None
        assert not transform_input  # grey values in [-1, 1] are what torchvision's weights expect
        layers = {"conv": nn.Conv2d(3, 2048, 3, 32), "pool": nn.AdaptiveAvgPool2d(1)}
        layers |= {"flat": nn.Flatten(), "fc": nn.Linear(2048, 1000)}
        return nn.Sequential(OrderedDict(layers))


def test_inception_features_from_random_weights(tmp_path, monkeypatch):
    try:
        from torchvision import models
    except (ImportError, RuntimeError):
        models = _SmallModels
    monkeypatch.setattr(inception_file, "_torchvision", lambda: (torch, models))
    torch.manual_seed(0)
    network = models.inception_v3(weights=None, init_weights=False, transform_input=False)
    path = tmp_path / "weights.pth"
    torch.save(network.state_dict(), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    images = np.random.default_rng(0).uniform(-1, 1, (3, 1, 64, 64))
    inception = Inception(path, sha256=digest)
    found = inception(images, batch=2)
    assert found.shape == (3, 2048)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, inception(images, batch=3), rtol=1e-4, atol=1e-5)
    assert distances.frechet_distance(found, found) == pytest.approx(0, abs=1e-6)
    with pytest.raises(ValueError, match="SHA-256"):
        Inception(path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match="SHA-256"):
        Inception(path, sha256=digest)


def test_inception_download_that_fails_names_the_way_out(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError("no route")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", refuse)
    with pytest.raises(FileNotFoundError, match="give its path as `weights`"):
        _download(torch)
    assert not list(tmp_path.rglob("*.pth"))
