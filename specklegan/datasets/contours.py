"""Contours drawn by hand: a text file of x,y a line, read and checked.

x is the column and y the row, in pixels whose centres have whole numbers. What is wrong is a
`BadFile` that names file and line. Pens shake: loops below a pixel's area, points a pixel beyond
the frame, and a lumen two pixels beyond the media (less than half a resolution cell of 0.125 mm
at 0.026 mm a pixel) are taken as drawn.
"""

import re
from pathlib import Path

import numpy as np
from skimage.measure import points_in_poly

from specklegan.datasets.entries import BadFile, read_text
from specklegan.masks.polygons import area

MOST_POINTS = 3000
SMALLEST_AREA = 1.0  # pixels: what is smaller is neither a loop nor a vessel
MARGIN = 1.0  # pixels beyond the outermost pixel centres: coordinates may count 0..N
TOUCH = 2.0  # pixels that a lumen may reach beyond the media
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_LINE = re.compile(rf"\s*({_NUMBER})\s*,\s*({_NUMBER})\s*", re.ASCII)


def read_contour(path: Path, first_pixel: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Read the points of a contour.

    Parameters
    ----------
    path : pathlib.Path
        Text, `x,y` or `x, y` a line; empty lines are skipped. Closed or not.
    first_pixel : int
        Coordinate that the file gives to the centre of the first pixel, 0 or 1.

    Returns
    -------
    points : float64 array (M, 2)
        x, y in pixels from 0; the closing point is dropped.
    lines : int array (M,)
        Line of the file in which each stands, from 1.

    Raises
    ------
    BadFile
        If a line is not two finite numbers, or there are fewer than three different points.
    """
    points, lines, bad = [], [], []
    for number, text in enumerate(read_text(path).split("\n"), 1):
        found = _LINE.fullmatch(text)
        if found:
            points.append((float(found[1]), float(found[2])))
            lines.append(number)
        elif text.strip():
            bad.append((number, text))
    if bad:
        more = f" (and {len(bad) - 1} more such lines)" if bad[1:] else ""
        text = f"{bad[0][1][:40]!a}; expected x,y as two numbers{more}"
        raise BadFile(path, text, bad[0][0])
    points, lines = np.array(points) - first_pixel, np.array(lines)
    new = (points != np.roll(points, 1, axis=0)).any(1)  # not the point before, nor the closing
    if new.sum() < 3:
        text = f"{max(new.sum(), 1)} different points; expected three or more"
        raise BadFile(path, text, lines[-1])
    if len(points) > MOST_POINTS:
        raise BadFile(path, f"{len(points)} points; expected at most {MOST_POINTS}", lines[-1])
    return points[new], lines[new]


def check_contour(
    path: Path, points: np.ndarray, lines: np.ndarray, shape: tuple[int, int]
) -> None:
    """Refuse a contour that leaves the frame, crosses itself or encloses nothing.

    Parameters
    ----------
    path, points, lines
        As `read_contour` takes and gives them.
    shape : (int, int)
        Height and width of the frame in pixels.

    Raises
    ------
    BadFile
    """
    low, high = points.min(1) < -MARGIN, (points > np.array(shape[::-1]) - 1 + MARGIN).any(1)
    outside = np.flatnonzero(low | high)
    if len(outside):
        x, y = points[outside[0]]
        found = f"point {x:g}, {y:g} is outside the frame ({len(outside)} such points)"
        expected = f"expected x in 0..{shape[1] - 1}, y in 0..{shape[0] - 1}"
        raise BadFile(path, f"{found}; {expected}", lines[outside[0]])
    crossing = first_crossing(points)
    if crossing:
        first, second = lines[list(crossing)]
        raise BadFile(path, f"crosses itself at line {second}; expected a simple curve", first)
    if abs(area(points)) < SMALLEST_AREA:
        raise BadFile(path, f"encloses {abs(area(points)):.2g} pixels; expected a closed curve")


def check_nested(
    lumen: tuple[Path, np.ndarray, np.ndarray], media: tuple[Path, np.ndarray, np.ndarray]
) -> None:
    """Refuse a lumen that reaches beyond the media by more than `TOUCH` pixels.

    Parameters
    ----------
    lumen, media : (path, points, lines)
        As `read_contour` takes and gives them.

    Raises
    ------
    BadFile
        Naming the line of the lumen's farthest point.
    """
    points, owner = _densely(lumen[1])
    out = ~points_in_poly(points, media[1])
    if not out.any():
        return
    some = np.flatnonzero(out)[:: 1 + out.sum() // 1000]  # bounded work for absurd contours
    beyond = distance_to(points[some], media[1])
    if beyond.max() > TOUCH:
        line = lumen[2][owner[some][beyond.argmax()]]
        found = f"the lumen lies {beyond.max():.1f} pixels outside the media of {media[0].name}"
        raise BadFile(lumen[0], f"{found}; expected it inside", line)


def first_crossing(points: np.ndarray) -> tuple[int, int] | None:
    """Find where a closed polygon crosses itself: indices of two of its points, or None.

    Edges cross where each has the other's ends on both sides; a point that returns counts too.
    Loops below `SMALLEST_AREA` are a pen's shaking and do not count.

    Parameters
    ----------
    points : array (M, 2)
        Successive points differ.

    Returns
    -------
    (int, int) or None
        Starts of the two crossing edges.
    """
    x, y = points.T
    along = np.roll(points, -1, axis=0) - points
    # side[i, j]: on which side of edge i point j lies; exactly 0 at the ends of edge i
    side = along[:, :1] * (y - y[:, None]) - along[:, 1:] * (x - x[:, None])
    sign = np.sign(side).astype(np.int8)
    straddles = sign * np.roll(sign, -1, axis=1) < 0
    pairs = np.argwhere(np.triu(straddles & straddles.T))
    _, same = np.unique(points, axis=0, return_inverse=True)
    order = np.argsort(same.ravel(), kind="stable")
    again = np.flatnonzero(np.diff(same.ravel()[order]) == 0)
    pairs = [*pairs.tolist(), *np.stack([order[again], order[again + 1]], 1).tolist()]
    for i, j in pairs[:100]:
        if len(pairs) > 100 or _smaller_loop(points, i, j) > SMALLEST_AREA:
            return i, j
    return None


def _smaller_loop(points, i, j):
    """Area of the smaller of the two loops into which a crossing of edges i < j cuts a polygon."""
    p, r = points[i], points[(i + 1) % len(points)] - points[i]
    q, s = points[j], points[(j + 1) % len(points)] - points[j]
    turn = r[0] * s[1] - r[1] * s[0]
    meet = p
    if (p != q).any() and turn:  # else the polygon returns to its point i
        meet = p + r * ((q - p)[0] * s[1] - (q - p)[1] * s[0]) / turn
    inner = np.vstack([meet, points[i + 1 : j + 1]])
    outer = np.vstack([meet, points[j + 1 :], points[: i + 1]])
    return min(abs(area(inner)), abs(area(outer)))


def _densely(points):
    """Points at most a pixel apart along a closed polygon, and the index of their edge."""
    along = np.roll(points, -1, axis=0) - points
    count = np.maximum(np.ceil(np.hypot(*along.T)).astype(int), 1)
    owner = np.repeat(np.arange(len(points)), count)
    step = np.arange(len(owner)) - np.repeat(count.cumsum() - count, count)
    return points[owner] + along[owner] * (step / count[owner])[:, None], owner


def distance_to(points: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """Distance of points (P, 2) to a closed polygon (M, 2): array (P,), in pixels."""
    along = np.roll(polygon, -1, axis=0) - polygon
    away = points[:, None] - polygon  # (P, M, 2)
    share = np.clip((away * along).sum(-1) / (along**2).sum(-1), 0, 1)
    return np.hypot(*np.moveaxis(away - share[..., None] * along, -1, 0)).min(1)
