"""Figures of data folders: what is wrong with files, pairs at a glance, populations of masks."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from specklegan.figures.images import CLASS_COLOURS
from specklegan.figures.style import COLOURS, WIDTH


def findings_sheet(thumbnails: Sequence[Any], columns: int = 4) -> Figure:
    """Draw the files that something is wrong with; a crossed box is a file that cannot be decoded.

    Parameters
    ----------
    thumbnails : sequence of survey.Thumbnail
        With `name`, `picture`, `curve` and `point`.
    columns : int
        Pictures in one row.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = _sheet(max(len(thumbnails), 1), columns)
    for axis, shown in zip(axes.flat, thumbnails, strict=False):
        axis.set_title(_shorten(shown.name), fontsize=9)
        axis.set(xlim=(0, 1), ylim=(1, 0), aspect="equal")
        if shown.picture is not None:
            axis.imshow(shown.picture, vmin=0, vmax=255, extent=(0, 1, 1, 0))
            axis.add_patch(mpl.patches.Rectangle((0, 0), 1, 1, fc="none", ec="0.4", clip_on=False))
        elif shown.curve is None:
            axis.add_patch(mpl.patches.Rectangle((0, 0), 1, 1, fc="0.95", ec="0.4"))
            axis.plot([0, 1, np.nan, 0, 1], [0, 1, np.nan, 1, 0], color="0.4", lw=1)
        if shown.curve is not None:
            closed = np.vstack([shown.curve, shown.curve[:1]])
            axis.plot(*closed.T, color=COLOURS["warm"], lw=1.2)
        if shown.point is not None:
            axis.plot(*shown.point, "o", ms=9, mfc="none", mec=COLOURS["baseline"], mew=2)
    return figure


def pair_sheet(
    images: Sequence[np.ndarray] | np.ndarray,
    masks: Sequence[np.ndarray] | np.ndarray,
    names: Sequence[str],
    class_names: Sequence[str],
    columns: int = 4,
) -> Figure:
    """Draw images with the outlines of their masks, to see whether the two belong together.

    Parameters
    ----------
    images : sequence of array (H, W)
        Grey levels in [-1, 1].
    masks : sequence of int array (H, W)
        Labels; the commonest class counts as background and is not outlined.
    names : sequence of str
        One title a pair.
    class_names : sequence of str
        Names for the legend.
    columns : int
        Pairs in one row.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = _sheet(len(images), columns)
    background = int(np.bincount(np.ravel(masks), minlength=len(class_names)).argmax())
    drawn = [k for k in range(len(class_names)) if k != background]
    keys = {k: CLASS_COLOURS[k % len(CLASS_COLOURS)] for k in drawn}
    for axis, image, mask, name in zip(axes.flat, images, masks, names, strict=False):
        axis.imshow(image, vmin=-1, vmax=1)
        axis.set_title(_shorten(name), fontsize=9)
        for k, key in reversed(keys.items()):  # inner outlines over outer ones
            if 0 < (mask == k).sum() < mask.size:
                axis.contour(mask == k, [0.5], colors=[key], linewidths=1.2)
    lines = [mpl.lines.Line2D([], [], color=key) for key in keys.values()]
    known = [class_names[k] for k in drawn]
    figure.legend(lines, known, loc="outside lower center", ncols=3, fontsize=9)
    return figure


def populations(
    first: Mapping[str, np.ndarray],
    second: Mapping[str, np.ndarray],
    names: tuple[str, str],
    quantities: Sequence[str],
) -> Figure:
    """Draw the cumulative distributions of several quantities in two populations.

    Parameters
    ----------
    first, second : dict of str to array (N,)
        As `masks.shape_statistics` gives them.
    names : (str, str)
        What to call the populations.
    quantities : sequence of str
        Which quantities, one panel each, three in a row.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = -(-len(quantities) // 3)
    size = (WIDTH, 1.45 * rows + 0.5)
    figure, axes = plt.subplots(rows, 3, figsize=size, sharey=True, squeeze=False)
    for axis in axes.flat[len(quantities) :]:
        axis.axis("off")
    styles = [(COLOURS["real"], "-"), (COLOURS["speckle"], "--")]
    for axis, quantity in zip(axes.flat, quantities, strict=False):
        for one, name, (colour, style) in zip((first, second), names, styles, strict=True):
            x = np.sort(one[quantity])
            share = np.arange(1, len(x) + 1) / len(x)
            axis.plot(x, 100 * share, style, color=colour, lw=1.5, label=name)
        axis.set_xlabel(quantity, fontsize=9)
        axis.tick_params(labelsize=9)
    for axis in axes[:, 0]:
        axis.set_ylabel("masks / %", fontsize=9)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=9)
    return figure


def _sheet(count, columns):
    """Axes without frames for `count` square pictures."""
    columns = min(columns, count)
    rows = -(-count // columns)
    size = (WIDTH, WIDTH / columns * rows * 1.15 + 0.3)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for axis in axes.flat:
        axis.axis("off")
    return figure, axes


def _shorten(name, most=17):
    """Keep the end of a name, which tells files apart."""
    return name if len(name) <= most else "…" + name[1 - most :]
