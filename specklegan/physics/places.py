"""Where a pixel lies, as far as a mask tells: its tissue, the border it is next to, its depth.

What an image shows at a place, apart from chance, depends on the tissue, on how far the sound has
come, and on the layers that line a border: an intima, a media. The bins are the same for every
size of picture, so that what was fitted at one size can be drawn at another. Knows no image.
"""

import numpy as np
from scipy import ndimage

DEPTHS = 64  # bins from the catheter to the rim, or from the first row to the last
BORDERS = np.array([1, 2, 3, 4, 6, 9, 14])  # between layers along a border, in 1/64 of the width
LAYERS = len(BORDERS) + 1


def find_places(
    masks: np.ndarray, coordinates: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Find the place of every pixel.

    Parameters
    ----------
    masks : int array (N, 1, H, W)
        Labels 0..K-1.
    coordinates : {"polar", "cartesian"}
        Whether depth runs along the radius or down the rows.

    Returns
    -------
    tuple of int array, each (N, H, W)
        The pixel's label, the label of the nearest other tissue (its own where there is none), the
        layer 0..LAYERS-1 and the depth 0..DEPTHS-1; polar: DEPTHS outside the disc.
    """
    masks = masks[:, 0].astype(np.int64)
    others, layers = zip(*(_nearest_other(mask) for mask in masks), strict=True)
    depth = np.broadcast_to(_depths(masks.shape[1], masks.shape[2], coordinates), masks.shape)
    return masks, np.stack(others), np.stack(layers), depth


def _depths(height, width, coordinates):
    """Return the depth bin of each pixel of a picture, int (H, W)."""
    y, x = np.mgrid[:height, :width]
    if coordinates == "cartesian":
        return y * DEPTHS // height
    radius = np.hypot(y - (height - 1) / 2, x - (width - 1) / 2) / (width / 2)
    return np.where(radius <= 1, np.minimum(radius * DEPTHS, DEPTHS - 1), DEPTHS).astype(np.int64)


def _nearest_other(mask):
    """Return the nearest other label of one mask (H, W), and the layer that its distance makes."""
    labels = np.unique(mask)
    if len(labels) == 1:
        return mask, np.full(mask.shape, LAYERS - 1)
    away = np.stack([ndimage.distance_transform_edt(mask != label) for label in labels])
    away[np.searchsorted(labels, mask), *np.indices(mask.shape)] = np.inf  # its own tissue
    distance = (away.min(0) - 0.5) * 64 / mask.shape[1]  # pixel borders lie between centres
    return labels[away.argmin(0)], np.searchsorted(BORDERS, distance, side="right")
