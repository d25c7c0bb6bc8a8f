"""Agreement of two masks: Dice and modified Hausdorff (paper, 'Segmentation evaluation').

Arrays in, numbers out.
"""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_erosion
from scipy.spatial import KDTree


def dice(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Compute the Dice coefficient of two boolean masks: 2 |a and b| / (|a| + |b|).

    Returns
    -------
    float
        1 for equal masks, two empty ones included; 0 where only one is empty.

    Raises
    ------
    ValueError
        Where the shapes differ or a value is NaN.
    """
    a, b = _truth(a), _truth(b)
    if a.shape != b.shape:
        raise ValueError(f"a, b: shapes {a.shape} and {b.shape}; expected equal")
    total = a.sum() + b.sum()
    return float(2 * (a & b).sum() / total) if total else 1.0


def modified_hausdorff(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Compute the modified Hausdorff distance of two outlines (Dubuisson & Jain 1994).

    Parameters
    ----------
    a, b : array (H, W), or array of numbers (M, 2)
        Masks, whose outermost pixels are their outlines (an image edge counts as outside), or
        points of a contour in pixels. A mask of a one-pixel line is that line.

    Returns
    -------
    float
        The larger of the two mean distances to the nearest point of the other outline, in pixels;
        0 for two empty masks, infinite where only one is empty.

    Raises
    ------
    ValueError
        Where two masks differ in shape, a mask holds NaN, a point is not finite, or an array is
        neither.
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape and not (_holds_points(a) or _holds_points(b)):
        raise ValueError(f"a, b: masks of shapes {a.shape} and {b.shape}; expected equal")
    a, b = _outline(a), _outline(b)
    if len(a) == 0 or len(b) == 0:
        return 0.0 if len(a) == len(b) else float("inf")
    return float(max(KDTree(a).query(b)[0].mean(), KDTree(b).query(a)[0].mean()))


def _holds_points(shape):
    return shape.dtype != bool and shape.ndim == 2 and shape.shape[1] == 2


def _truth(mask):
    """Return a mask as booleans; NaN, which is neither, would count as true."""
    mask = np.asarray(mask)
    if mask.dtype.kind == "f" and np.isnan(mask).any():
        raise ValueError("mask: found NaN; expected zeros and other numbers")
    return mask.astype(bool)


def _outline(shape):
    if _holds_points(shape):
        return shape
    if shape.ndim != 2:
        raise ValueError(f"mask: shape {shape.shape}; expected (H, W) or points (M, 2)")
    mask = _truth(shape)
    return np.argwhere(mask & ~binary_erosion(mask))
