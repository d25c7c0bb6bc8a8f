"""Figures of speckle: random walks of phasors."""

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
    colours = (
        COLOURS["speckle"],
        COLOURS["baseline"],
        COLOURS["none"],
        COLOURS["accent"],
    )
    for walk, colour in zip(walks, colours, strict=False):
        axis.plot(walk.real, walk.imag, color=colour, lw=0.8, alpha=0.7)
        arrow(axis, (0, 0), (walk[-1].real, walk[-1].imag), colour, lw=2)
    reach = 1.05 * max(np.abs(walks.real).max(), np.abs(walks.imag).max())
    axis.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axis.set(xlabel="real part of the sum", ylabel="imaginary part of the sum")
    return figure
