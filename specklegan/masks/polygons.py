"""Closed polygons on a grid of pixels: what they hold, their border and their area.

The centre of the pixel in row i and column j lies at x = j, y = i.
"""

import numpy as np
import numpy.typing as npt
from skimage.measure import find_contours


def inside(contour: npt.ArrayLike, shape: tuple[int, int], name: str = "contour") -> np.ndarray:
    """Tell which pixel centres a closed polygon holds (even-odd rule).

    The same pixels as scikit-image's `draw.polygon`, whose test of every pixel against every edge
    takes some thirty times as long: here each edge is met once in each row that it crosses.

    Parameters
    ----------
    contour : array (M, 2)
        Points x, y in pixels; may leave the picture.
    shape : (int, int)
        Height and width in pixels.
    name : str
        What to call the contour in an error.

    Returns
    -------
    bool array `shape`
    """
    points = np.asarray(contour, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3:
        raise ValueError(f"{name} has shape {points.shape}; expected (M, 2) with M >= 3 points")
    if not np.isfinite(points).all():
        raise ValueError(f"{name} has points that are not finite numbers")
    (x0, y0), (x1, y1) = points.T, np.roll(points, -1, axis=0).T
    rows = np.arange(shape[0])[:, None]
    row, edge = np.nonzero((y0 <= rows) != (y1 <= rows))  # edges that cross the row's centre line
    slope = (x1 - x0)[edge] / (y1 - y0)[edge]
    column = np.ceil(x0[edge] + (row - y0[edge]) * slope).clip(0, shape[1]).astype(int)
    crossings = np.zeros((shape[0], shape[1] + 1), dtype=np.int64)
    np.add.at(crossings, (row, column), 1)
    return crossings.cumsum(axis=1)[:, :-1] % 2 == 1


def outline(region: npt.ArrayLike) -> np.ndarray:
    """Trace the border of the largest piece of a region: x, y (M, 2), midway between pixels."""
    padded = np.pad(region, 1).astype(float)  # a piece that meets the edge is closed there
    curves = find_contours(padded, 0.5, fully_connected="low")
    return max((curve[:-1, ::-1] - 1 for curve in curves), key=lambda points: abs(area(points)))


def area(contour: np.ndarray) -> float:
    """Signed area of a closed polygon (M, 2) in square pixels (shoelace formula)."""
    x, y = (contour - contour[0]).T
    return 0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1))
