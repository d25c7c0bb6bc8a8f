"""The independent generator beside ours: what it makes, and that its head has maps to work with."""

import numpy as np
import pytest
import torch

pytest.importorskip("monai", reason="MONAI is not installed: the peer needs the extra 'peer'")
from benchmarks.peer import Peer
from specklegan.networks.generator import LATENT


def test_peer_makes_an_image_for_each_mask():
    torch.manual_seed(0)
    peer = Peer(16, 3, (8, 8), 4)
    masks = np.random.default_rng(0).integers(0, 3, (5, 1, 16, 16))
    images = peer.generate(masks, seed=1, batch=2)
    assert images.shape == masks.shape
    assert np.abs(images).max() < 1
    assert np.allclose(images, peer.generate(masks, seed=1, batch=5), atol=1e-5)  # rounding
    assert not np.allclose(images, peer.generate(masks, seed=2))
    seg, z = torch.zeros(1, 3, 16, 16), torch.zeros(1, LATENT)
    assert peer.decoder(seg, z).shape == (1, 4, 16, 16)  # one map would hold no fine texture
