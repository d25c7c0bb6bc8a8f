"""Real pairs varied as practice varies them: turned, flipped, brightened and speckled anew."""

import numpy as np
import torch

from specklegan.datasets import augmentation
from specklegan.physics import fields
from specklegan.physics.model import check_masks, stream

GAIN = 0.1  # standard deviation of the logarithm of an image's gain
SPECKLE = 0.1  # that of the logarithm of the speckle that multiplies each pixel
EDGES = 0.25, 0.75  # range of the speckle's edges, over the picture's width


def vary_pairs(
    images: np.ndarray, masks: np.ndarray, n: int, seed: int, coordinates: str = "polar"
) -> tuple[np.ndarray, np.ndarray]:
    """Draw n pairs in turn and vary each: turn, flip, gain, speckle.

    Parameters
    ----------
    images : float32 array (N, 1, H, W)
        In [-1, 1]; black stays black.
    masks : uint8 array (N, 1, H, W)
        Labels.
    n : int
        How many.
    seed : int
        Not negative; the same seed gives the same pairs.
    coordinates : {"polar", "cartesian"}
        As of `datasets.augment`.

    Returns
    -------
    (float32 array, uint8 array), each (n, 1, H, W)

    Raises
    ------
    ValueError
        If there is no image or shapes differ.
    """
    masks = check_masks(masks, coordinates)
    if np.shape(images) != masks.shape or not len(masks):
        raise ValueError(f"images, masks: shapes {np.shape(images)} and {masks.shape}; expected "
                         "equal (N, 1, H, W), at least one image")  # fmt: skip
    chosen, generator = augmentation.draw(len(masks), n, seed), stream(seed)
    grey, labels = torch.from_numpy(images[chosen]), torch.from_numpy(masks[chosen])
    grey, labels = augmentation.augment(grey, labels, generator, coordinates)
    gain = GAIN * torch.randn(n, 1, 1, 1, generator=generator)
    light = torch.stack([_speckle(masks.shape[2:], generator) for _ in range(n)])[:, None]
    varied = (grey + 1) * (gain + SPECKLE * light).exp() - 1
    return varied.clamp(-1, 1).numpy(), labels.numpy()


def _speckle(size, generator):
    low, high = EDGES
    down, across = (low + (high - low) * torch.rand(2, generator=generator)).tolist()
    return fields.log_speckle((down * size[0], across * size[1]), size, generator)
