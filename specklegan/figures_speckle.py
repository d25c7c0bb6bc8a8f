"""Figures of speckle: random walks of phasors, autocovariance in two dimensions."""

import matplotlib.pyplot as plt
import numpy as np

from specklegan.figures import COLOURS, WIDTH, arrow


def phasor_sums(walks):
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


def autocovariance_maps(maps, reach, floor=-30):
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
