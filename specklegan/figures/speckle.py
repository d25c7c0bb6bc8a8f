"""Figures of speckle and its layer: phasors, autocovariance, windows, errors of the polar grid."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from specklegan.figures.style import COLOURS, WIDTH, arrow

COLOUR = [COLOURS[name] for name in ("speckle", "baseline", "none", "accent")]
LINES = [
    {"color": colour, "ls": ls, "lw": 1.8}
    for colour, ls in zip(COLOUR, ("-", "--", "-.", ":"), strict=True)
]


def phasor_sums(walks: np.ndarray) -> Figure:
    """Draw random walks in the complex plane: phasors added head to tail, and their sums.

    Parameters
    ----------
    walks : complex array, shape (W, M + 1)
        Partial sums of M phasors, starting at 0.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(WIDTH * 0.8, WIDTH * 0.8))
    colours = (COLOURS["speckle"], COLOURS["baseline"], COLOURS["none"], COLOURS["accent"])
    for walk, colour in zip(walks, colours, strict=False):
        axis.plot(walk.real, walk.imag, color=colour, lw=0.8, alpha=0.7)
        arrow(axis, (0, 0), (walk[-1].real, walk[-1].imag), colour, lw=2)
    reach = 1.05 * max(np.abs(walks.real).max(), np.abs(walks.imag).max())
    axis.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axis.set(xlabel="real part of the sum", ylabel="imaginary part of the sum")
    return figure


def autocovariance_maps(maps: Mapping[str, np.ndarray], reach: int, floor: float = -30) -> Figure:
    """Draw autocovariances in two dimensions, in decibels, with zero shift in the middle.

    Parameters
    ----------
    maps : dict of str to array, shape (H, W)
        Title to autocovariance, zero shift at index (0, 0), 1 there.
    reach : int
        Largest shift shown, pixels.
    floor : float
        Level in dB from which on everything is black.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(1, len(maps), figsize=(WIDTH, 2.9), sharey=True, squeeze=False)
    near = np.arange(-reach, reach + 1)
    extent = (-reach - 0.5, reach + 0.5, reach + 0.5, -reach - 0.5)
    for axis, (title, covariance) in zip(axes.flat, maps.items(), strict=True):
        decibels = 10 * np.log10(np.maximum(covariance[np.ix_(near, near)], 10 ** (floor / 10)))
        image = axis.imshow(decibels, vmin=floor, vmax=0, extent=extent, cmap="magma")
        axis.set(title=title, xlabel="shift / pixels")
    axes[0, 0].set_ylabel("shift / pixels")
    figure.colorbar(image, ax=axes, label="autocovariance / dB", shrink=0.8)
    return figure


def window_family(
    x: np.ndarray,
    weights: Mapping[str, np.ndarray],
    edges: np.ndarray,
    passed: Mapping[str, np.ndarray],
) -> Figure:
    """Draw weights over the distance from the edge, and below them what each window passes.

    Parameters
    ----------
    x : array, shape (X,)
        Distance x of the edge from the middle of a bin, in bins.
    weights : dict of str to array, shape (X,)
        Name of the window to its weight at x.
    edges : array, shape (D,)
        Edges d in bins.
    passed : dict of str to array, shape (D,)
        Name of the window to the power that it passes at each edge, in bins.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (above, below) = plt.subplots(2, 1, figsize=(WIDTH, 5.2))
    for (name, weight), line in zip(weights.items(), LINES, strict=False):
        above.plot(x, weight, label=name, **line)
        below.plot(edges, passed[name], **line)
    above.set(xlabel="distance x of the edge from the bin / bins", ylabel="weight of the bin")
    below.set(xlabel="edge d / bins", ylabel="passed power / bins")
    below.set_xticks(np.unique(np.round(edges)))
    below.grid(color="0.9")
    figure.legend(loc="outside lower center", ncols=2, fontsize=9)
    return figure


def learning(panels: Mapping[str, np.ndarray], truth: float) -> Figure:
    """Draw how far edges are from the true one while they are learned, one panel a window.

    Parameters
    ----------
    panels : dict of str to array, shape (T, S)
        Name of the window to its edges over T steps from S starts, in bins.
    truth : float
        True edge in bins; the line at 0.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = -(-len(panels) // 2)
    size = (WIDTH, 0.8 + 1.5 * rows)
    figure, axes = plt.subplots(rows, 2, figsize=size, sharex=True, sharey=True, squeeze=False)
    for axis, (name, paths) in zip(axes.flat, panels.items(), strict=False):
        for path, line in zip(paths.T, LINES, strict=False):
            label = f"from {path[0]:.3g}" if axis is axes[0, 0] else None
            axis.plot(path - truth, label=label, **line)
        axis.axhline(0, color="0.6", lw=0.8, zorder=0)
        axis.set_title(name, fontsize=10)
    for left in axes[:, 0]:
        left.set_ylabel("error / bins")
    for bottom in axes[-1]:
        bottom.set_xlabel("step")
    figure.legend(loc="outside lower center", ncols=paths.shape[1], fontsize=9)
    return figure


def error_map(
    frequency: np.ndarray, radius: np.ndarray, error: np.ndarray, limit: np.ndarray
) -> Figure:
    """Draw a relative error over spatial frequency and radius.

    Parameters
    ----------
    frequency : array, shape (F,)
        Spatial frequencies in cycles per pixel.
    radius : array, shape (R,)
        Radii in pixels.
    error : array, shape (R, F)
        Relative error, positive.
    limit : array, shape (F,)
        Radius in pixels up to which the grid samples each frequency; drawn as a line.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.6))
    norm = LogNorm(1e-3, 1)
    image = axis.pcolormesh(frequency, radius, error, norm=norm, cmap="cividis", shading="gouraud")
    lines = axis.contour(frequency, radius, error, [0.01, 0.1], colors="white", linewidths=1)
    axis.clabel(lines, fmt=lambda level: f"{level:.0%}", fontsize=9)
    axis.plot(frequency, limit, "k--", lw=1.5)
    axis.set(xscale="log", ylim=(radius[0], radius[-1]), xlim=(frequency[0], frequency[-1]))
    axis.set(xlabel="spatial frequency / cycles per pixel", ylabel="radius / pixels")
    figure.colorbar(image, label="relative error", extend="min")
    return figure
