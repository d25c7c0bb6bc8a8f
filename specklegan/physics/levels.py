"""Grey levels of each place: their distribution, the rank of a pixel in it, and the way back.

A place is what `places` tells of a pixel. Knows no speckle.
"""

import numpy as np

from specklegan.physics import places

QUANTILES = 65  # of each distribution
FEWEST = 200  # pixels behind a distribution: where a place has fewer, its neighbours lend theirs


def tabulate(images: np.ndarray, where: tuple[np.ndarray, ...], classes: int) -> np.ndarray:
    """Tabulate the distribution of grey levels at each place.

    Parameters
    ----------
    images : float array (N, 1, H, W)
        Grey levels.
    where : tuple of int array (N, H, W)
        From `places.find_places`.
    classes : int
        Number K of labels.

    Returns
    -------
    float32 array (K, K, LAYERS, DEPTHS, QUANTILES)
        Quantiles for each label, nearest other label, layer and depth. Labels that are nowhere
        neighbours have those of the label beside whatever it is; a label that is nowhere, nan. A
        depth that shows one level alone, as the catheter does, shows it in every tissue.
    """
    known = _one_level(images, where)
    inside = np.isnan(np.append(known, 0))[where[3]]
    label, other, layer, depth = (index[inside] for index in where)
    grey = images[:, 0][inside]
    shape = classes, classes, places.LAYERS, places.DEPTHS, QUANTILES
    table = np.full(shape, np.nan, dtype=np.float32)
    for k in np.unique(label):
        own = label == k
        table[k] = _quantiles(grey[own], layer[own], depth[own])
        for j in np.unique(other[own]):
            pair = own & (other == j)
            table[k, j] = _quantiles(grey[pair], layer[pair], depth[pair])
    for k in np.unique(where[0]):
        table[k] = np.where(np.isnan(known)[:, None], table[k], known[:, None])
    return table


def _one_level(images, where):
    """Return the level (DEPTHS,) of each depth that has one alone, nan of the others."""
    inside = where[3] < places.DEPTHS
    low, high = np.full(places.DEPTHS, np.inf), np.full(places.DEPTHS, -np.inf)
    np.minimum.at(low, where[3][inside], images[:, 0][inside])
    np.maximum.at(high, where[3][inside], images[:, 0][inside])
    return np.where(low == high, low, np.nan)


def _quantiles(grey, layer, depth):
    """Return the quantiles (LAYERS, DEPTHS, QUANTILES) of pixels of one kind."""
    cell = layer * places.DEPTHS + depth
    order = np.argsort(cell, kind="stable")
    cells = np.arange(1, places.LAYERS * places.DEPTHS)
    parts = np.split(grey[order], np.searchsorted(cell[order], cells))
    counts = np.array([len(part) for part in parts]).reshape(places.LAYERS, places.DEPTHS)
    found = np.empty((*counts.shape, QUANTILES), dtype=np.float32)
    for place in np.ndindex(counts.shape):
        rows, columns = _neighbourhood(counts, place)
        near = [parts[a * places.DEPTHS + b] for a in rows for b in columns]
        found[place] = np.quantile(np.concatenate(near), np.linspace(0, 1, QUANTILES))
    return found


def _neighbourhood(counts, place):
    """Return the smallest box of cells round `place` with enough pixels, layers and depths.

    It grows fastest over depths, whose bins are finer than the layers of a tissue.
    """
    enough = min(FEWEST, counts.sum())
    for reach in range(4 * max(counts.shape)):
        ends = zip(place, (reach // 4, reach), counts.shape, strict=True)
        rows, columns = (range(max(0, at - r), min(size, at + r + 1)) for at, r, size in ends)
        if counts[rows.start : rows.stop, columns.start : columns.stop].sum() >= enough:
            break
    return rows, columns


def rank(images: np.ndarray, where: tuple[np.ndarray, ...], table: np.ndarray) -> np.ndarray:
    """Return the rank of every pixel in the distribution of its place, float (N, H, W) in (0, 1).

    Of equal levels the middle rank: 1/2 where a place knows one level alone, and outside.
    """
    found = np.full(images[:, 0].shape, 0.5)
    for k, image in enumerate(images[:, 0]):  # one at a time: a row of quantiles for each pixel
        inside = where[3][k] < places.DEPTHS
        known = table[tuple(index[k][inside] for index in where)]  # (P, QUANTILES)
        grey = image[inside][:, None]
        below = (known < grey).sum(1) + (known <= grey).sum(1)
        found[k][inside] = (below / 2).clip(0.5, QUANTILES - 0.5) / QUANTILES
    return found


def level(ranks: np.ndarray, where: tuple[np.ndarray, ...], table: np.ndarray) -> np.ndarray:
    """Return the grey levels (N, 1, H, W) of ranks (N, H, W) at their places; -1 outside."""
    found = np.full(ranks.shape, -1, dtype=np.float32)
    inside = where[3] < places.DEPTHS
    cells = tuple(index[inside] for index in where)
    at = ranks[inside] * (QUANTILES - 1)
    left = np.minimum(at.astype(np.int64), QUANTILES - 2)
    low, high = table[*cells, left], table[*cells, left + 1]
    found[inside] = low + (at - left) * (high - low)
    return found[:, None]
