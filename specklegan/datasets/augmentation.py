"""Turning and flipping images with their masks, so that a few pairs serve as many.

Bicubic weights for images, because bilinear ones blur: turned by any angle, they leave a third of
the power of the finest speckle (0.4 to 0.5 cycles a pixel), bicubic ones two thirds, and speckle is
what the networks have to learn. Nearest neighbour for labels. Knows no dataset.
"""

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F


def augment(
    images: torch.Tensor,
    labels: torch.Tensor,
    generator: torch.Generator,
    coordinates: str = "polar",
) -> tuple[torch.Tensor, torch.Tensor]:
    """Rotate and flip images and masks together, each pair in its own way.

    Polar data turn by any angle about the centre and flip both ways, as the paper does. Data of a
    linear probe only flip left and right: their depth points down, and must go on doing so.

    Parameters
    ----------
    images : torch.Tensor (B, 1, H, W)
        In [-1, 1]; black (-1) comes in from outside.
    labels : torch.Tensor (B, 1, H, W)
        Class indices of any type; the border's label comes in from outside.
    generator : torch.Generator
        Source of chance, on the CPU.
    coordinates : str
        `polar` or `cartesian`.

    Returns
    -------
    (torch.Tensor, torch.Tensor)
        Same shapes and types.
    """
    if coordinates not in ("polar", "cartesian"):
        raise ValueError(f"coordinates = {coordinates!r}; expected 'polar' or 'cartesian'")
    count = len(images)
    flip = (torch.rand(count, 2, generator=generator) < 0.5).float() * -2 + 1  # (B, 2) of +-1
    angle = 2 * math.pi * torch.rand(count, generator=generator)
    if coordinates == "cartesian":
        across = (flip[:, 0] < 0).to(images.device)[:, None, None, None]
        pair = [torch.where(across, array.flip(-1), array) for array in (images, labels)]
        return pair[0], pair[1]
    return turn(images, labels, angle, flip)


def turn(
    images: torch.Tensor, labels: torch.Tensor, angle: torch.Tensor, flip: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn images and masks about the centre of the picture, after flipping them.

    The centre lies between pixels, at (N - 1) / 2 of N, where the polar grid of the speckle layer
    has its own: radii stay radii, and a turn is a shift along the angle.

    Parameters
    ----------
    images, labels : torch.Tensor (B, 1, H, W)
        As in `augment`.
    angle : torch.Tensor (B,)
        Radians from the x axis (right) towards the y axis (down).
    flip : torch.Tensor (B, 2)
        -1 mirrors left and right (first) or up and down (second), 1 does not.

    Returns
    -------
    (torch.Tensor, torch.Tensor)
        Same shapes and types.
    """
    grid = _turned_grid(angle.to(images), flip.to(images), images.shape)
    turned = F.grid_sample(images + 1, grid, mode="bicubic", align_corners=False) - 1
    return turned.clamp(-1, 1), _sample_labels(labels, grid)


def draw(count: int, n: int, seed: int | np.random.Generator) -> np.ndarray:
    """Draw n of `count` things in turn, in a new order each round: int (n,).

    Parameters
    ----------
    count, n : int
        How many there are, at least 1, and how many to draw.
    seed : int or numpy.random.Generator
        Source of chance.

    Raises
    ------
    ValueError
        If there is nothing to draw from.
    """
    if count < 1:
        raise ValueError(f"count = {count}; expected at least 1 to draw from")
    chance = np.random.default_rng(seed)
    rounds = [chance.permutation(count) for _ in range(max(1, -(-n // count)))]
    return np.concatenate(rounds)[:n]


def vary_masks(labels: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Draw n masks in turn, flip them left and right and tilt them by up to 15 degrees.

    Parameters
    ----------
    labels : uint8 array (N, 1, H, W)
        Masks to draw from, each about equally often.
    n : int
        How many.
    seed : int
        The same seed gives the same masks.

    Returns
    -------
    uint8 array (n, 1, H, W)
    """
    chance = np.random.default_rng([seed, 3])
    drawn = torch.from_numpy(labels[draw(len(labels), n, chance)])
    angle = torch.from_numpy(np.deg2rad(chance.uniform(-15, 15, n))).float()
    flip = torch.ones(n, 2)
    flip[:, 0] = torch.from_numpy(chance.choice([-1.0, 1.0], n))
    return _sample_labels(drawn, _turned_grid(angle, flip, drawn.shape)).numpy()


def _turned_grid(angle, flip, shape):
    """Where each pixel of the result comes from, (B, H, W, 2): turned back, then flipped back."""
    cos, sin, none = angle.cos(), angle.sin(), torch.zeros_like(angle)
    rows = [torch.stack([cos, sin, none], 1), torch.stack([-sin, cos, none], 1)]
    return F.affine_grid(torch.stack(rows, 1) * flip[:, :, None], shape, align_corners=False)


def _sample_labels(labels, grid):
    how: dict[str, Any] = {"mode": "nearest", "padding_mode": "border", "align_corners": False}
    return F.grid_sample(labels.to(grid), grid, **how).to(labels.dtype)
