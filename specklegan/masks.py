"""Label masks of a vessel: from two contours and back, or invented from disturbed ellipses.

The paper's three classes: 0 lumen, 1 intima and media, 2 adventitia and background. The centre of
the pixel in row i and column j lies at x = j, y = i. Nothing here looks at an image.
"""

import numpy as np
from scipy.ndimage import binary_dilation
from skimage.measure import find_contours

CLASS_NAMES = ("lumen", "intima/media", "adventitia/background")


def from_contours(lumen, media, shape):
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


def inside(contour, shape, name="contour"):
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


def to_contours(mask):
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


def outline(region):
    """Trace the border of the largest piece of a region: x, y (M, 2), midway between pixels."""
    padded = np.pad(region, 1).astype(float)  # a piece that meets the edge is closed there
    curves = find_contours(padded, 0.5, fully_connected="low")
    return max((curve[:-1, ::-1] - 1 for curve in curves), key=lambda points: abs(area(points)))


def area(contour):
    """Signed area of a closed polygon (M, 2) in square pixels (shoelace formula)."""
    x, y = (contour - contour[0]).T
    return 0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1))


def artificial_masks(n, size, seed):
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
    return np.stack([_close_wall(from_contours(*pair, (size, size))) for pair in scaled])[:, None]


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
    limit = np.interp(turn, *_by_angle(ray, np.hypot(*media.T)), period=2 * np.pi) - 0.05
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
