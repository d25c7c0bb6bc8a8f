"""Label masks of a vessel: from two contours and back.

The paper's three classes: 0 lumen, 1 intima and media, 2 adventitia and background. The centre of
the pixel in row i and column j lies at x = j, y = i. Nothing here looks at an image.
"""

import numpy as np
import numpy.typing as npt

from specklegan.masks.polygons import inside, outline

CLASS_NAMES = ("lumen", "intima/media", "adventitia/background")


def from_contours(lumen: npt.ArrayLike, media: npt.ArrayLike, shape: tuple[int, int]) -> np.ndarray:
    """Rasterise two closed contours; a pixel belongs to the contour that holds its centre.

    Parameters
    ----------
    lumen, media : array (M, 2)
        Points x (column), y (row) in pixels; closing the contour is not needed. Parts of the lumen
        outside the media count as lumen.
    shape : (int, int)
        Height and width in pixels.

    Returns
    -------
    uint8 array `shape`
        0 inside the lumen, 1 between lumen and media, 2 outside.

    Raises
    ------
    ValueError
        If a contour is not an array (M, 2) of at least three finite points.
    """
    mask = np.full(shape, 2, dtype=np.uint8)
    mask[inside(media, shape, "media")] = 1
    mask[inside(lumen, shape, "lumen")] = 0
    return mask


def to_contours(mask: npt.ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Trace the borders of lumen and media, the way back from `from_contours`.

    Points lie midway between pixel centres, where a mask of whole pixels can place them
    (marching squares, scikit-image's `find_contours`). Rasterised again they give the same mask,
    if lumen and vessel are one piece each without holes.

    Parameters
    ----------
    mask : int array (H, W)
        Labels as `from_contours` gives them.

    Returns
    -------
    lumen, media : float64 array (M, 2)
        Points x, y in pixels, not closed; of several pieces the largest.

    Raises
    ------
    ValueError
        If the mask is no array (H, W), or has no lumen or no wall.
    """
    mask = np.asarray(mask)
    if mask.ndim != 2:
        raise ValueError(f"mask has shape {mask.shape}; expected (H, W)")
    for label, name in enumerate(CLASS_NAMES[:2]):
        if not (mask == label).any():
            raise ValueError(f"mask has no {name} (label {label}); expected all of a vessel")
    return outline(mask == 0), outline(mask < 2)
