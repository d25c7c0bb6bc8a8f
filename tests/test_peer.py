"""The independent generator beside ours: what it makes, and that it can be as fine as ours."""

import numpy as np
import pytest
import torch

pytest.importorskip("monai", reason="MONAI is not installed: the peer needs the extra 'peer'")
from benchmarks.peer import Peer


def test_peer_makes_an_image_for_each_mask_as_fine_as_its_pixels():
    torch.manual_seed(0)
    peer = Peer(16, 3, (8, 8), 4)
    masks = np.random.default_rng(0).integers(0, 3, (5, 1, 16, 16))
    images = peer.generate(masks, seed=1, batch=2)
    assert images.shape == masks.shape
    assert np.abs(images).max() < 1
    assert np.allclose(images, peer.generate(masks, seed=1, batch=5), atol=1e-5)  # rounding
    assert not np.allclose(images, peer.generate(masks, seed=2))
    # 2 x 2 blocks of one value would be an image of half the size
    assert np.abs(images[..., ::2] - images[..., 1::2]).mean() > 1e-4
