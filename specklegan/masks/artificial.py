"""Masks of no real vessel: two disturbed ellipses, lumen inside media (paper, 'GAN evaluation').

The paper evaluates generators on such masks and does not print their sizes; these are ours.
"""

import numpy as np
from scipy.ndimage import binary_dilation

from specklegan.masks.vessel import from_contours


def artificial_masks(n: int, size: int, seed: int) -> np.ndarray:
    """Invent masks from two disturbed ellipses, lumen inside media, as the paper's evaluation does.

    The media is an ellipse near the middle of the picture, the lumen a smaller one inside it,
    moved to one side as by eccentric plaque; both are randomly rotated, and disturbed by a few
    Fourier terms. The catheter, in the middle, always lies in the lumen. However coarse the mask,
    a wall of a pixel at least parts lumen and adventitia. Sizes and amounts are ours, close to
    the phantoms' (`shapes` compares them): the paper does not print its own.

    Parameters
    ----------
    n : int
        Masks.
    size : int
        Pixels along one side.
    seed : int
        The same seed gives the same masks.

    Returns
    -------
    uint8 array (n, 1, size, size)
        0 lumen, 1 intima/media, 2 adventitia/background.
    """
    if n < 1 or size < 8:
        raise ValueError(f"n = {n}, size = {size}; expected n >= 1 masks and size >= 8 pixels")
    generator = np.random.default_rng([seed, 0])
    contours = [_invent_contours(generator) for _ in range(n)]
    scaled = [[size / 2 * (contour + 1) - 0.5 for contour in pair] for pair in contours]
    masks = [_close_wall(from_contours(lumen, media, (size, size))) for lumen, media in scaled]
    return np.stack(masks)[:, None]


def _close_wall(mask):
    """Make background that touches the lumen, in rows and columns, part of the wall."""
    mask[binary_dilation(mask == 0) & (mask == 2)] = 1
    return mask


def _invent_contours(generator):
    """Lumen and media (360, 2) in units of half the picture, the catheter at the origin."""
    mean = generator.uniform(0.38, 0.68)
    media = _disturbed_ellipse(generator, mean, 0.12)
    burden = generator.beta(2, 3) * 0.65 + 0.05  # part of the diameter that plaque takes
    lumen = _disturbed_ellipse(generator, (mean - 0.07) * (1 - burden / 2), 0.1)
    side = 2 * np.pi * generator.random()
    away = np.array([np.cos(side), np.sin(side)])
    lumen = lumen + away * (mean - 0.07) * burden / 2
    # Nothing of the lumen reaches beyond the media less a thin wall, ray by ray from the middle.
    turn = np.arctan2(lumen[:, 1], lumen[:, 0])
    ray = np.arctan2(media[:, 1], media[:, 0])
    angles, radii = _by_angle(ray, np.hypot(*media.T))
    limit = np.interp(turn, angles, radii, period=2 * np.pi) - 0.05
    lumen = lumen * np.minimum(1, limit / np.hypot(*lumen.T))[:, None]
    centre = lumen.mean(0)
    room = max(np.hypot(*(lumen - centre).T).min() - 0.12, 0)
    turn = 2 * np.pi * generator.random()
    off = 0.75 * room * np.sqrt(generator.random())
    origin = centre + off * np.array([np.cos(turn), np.sin(turn)])
    return lumen - origin, media - origin


def _by_angle(angles, radii):
    """Sort samples of a closed curve by angle, for interpolation."""
    order = np.argsort(angles)
    return angles[order], radii[order]


def _disturbed_ellipse(generator, mean, amount):
    """Points (360, 2) of an ellipse of mean radius `mean`, turned at random, with ripples."""
    angle = np.arange(360) * 2 * np.pi / 360
    flattening = generator.uniform(0.8, 1.0)
    radius = mean / np.sqrt(flattening * np.cos(angle) ** 2 + np.sin(angle) ** 2 / flattening)
    orders = np.arange(2, 6)
    phase = 2 * np.pi * generator.random((4, 1))
    waves = np.cos(orders[:, None] * angle + phase)  # (4, 360)
    radius = radius * (1 + amount * (generator.normal(size=4) / orders**2) @ waves)
    turned = angle + 2 * np.pi * generator.random()
    return radius[:, None] * np.stack([np.cos(turned), np.sin(turned)], 1)
