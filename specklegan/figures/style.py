"""Figures: arrays in, Axes out, one function per figure.

One style for the whole book: Okabe-Ito colours, which people with colour-blindness can tell
apart, text of at least 9 points and figures of at most 5.2 inches, so that they stay readable on
a telephone; and one style for its tables. Nothing here computes a result. The subjects' own
figures are in the other files of this package.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler

COLOURS = {
    "speckle": "#0072B2",
    "baseline": "#D55E00",
    "none": "#009E73",
    "real": "#000000",
    "accent": "#CC79A7",
    "light": "#56B4E9",
    "warm": "#E69F00",
}


LABELS = {"speckle": "SpeckleGAN", "baseline": "baseline GAN", "none": "no pre-training"}
LABELS |= {"peer": "MONAI SPADE"}
ARMS = LABELS | {  # of the segmentation; elsewhere `real` is real images, whatever they are for
    "real": "same images again",
    "augmented": "same images varied",
    "physics": "fitted physics",
    "simulator": "fresh phantoms",
}


WIDTH = 5.2  # inches


def use_style() -> None:
    """Set matplotlib's defaults for the book: fonts, colours, resolution, white background."""
    mpl.rcParams.update(
        {
            "axes.prop_cycle": mpl.rcsetup.cycler(color=list(COLOURS.values())[:3]),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "figure.dpi": 150,
            "figure.facecolor": "white",
            "figure.figsize": (WIDTH, 3.2),
            "figure.constrained_layout.use": True,
            "font.size": 10,
            "image.cmap": "gray",
            "image.interpolation": "nearest",
            "legend.frameon": False,
            "savefig.dpi": 150,
        }
    )


def image_row(
    images: Sequence[npt.ArrayLike] | np.ndarray,
    titles: Sequence[str],
    vmin: float | None = None,
    vmax: float | None = None,
    columns: int = 4,
) -> Figure:
    """Draw grey images in a grid of at most `columns` columns.

    Parameters
    ----------
    images : sequence of array, each (H, W)
        Grey images.
    titles : sequence of str
        One title an image.
    vmin, vmax : float, optional
        Grey scale; each image's own range where not given.
    columns : int
        Images in one row.

    Returns
    -------
    matplotlib.figure.Figure
    """
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    size = (WIDTH, WIDTH / columns * rows * 1.12)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for axis in axes.flat:
        axis.axis("off")
    for axis, image, title in zip(axes.flat, images, titles, strict=False):
        axis.imshow(np.asarray(image), vmin=vmin, vmax=vmax)
        axis.set_title(title, fontsize=9)
    return figure


def labelled_grid(
    rows: Sequence[str], columns: Sequence[str], extra: float
) -> tuple[Figure, np.ndarray]:
    """Make square axes without ticks, named at the left and on top.

    Parameters
    ----------
    rows, columns : sequence of str
        Names; at most four columns.
    extra : float
        Height beside that of the images, in inches: for titles and legends.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : array of matplotlib.axes.Axes (rows, columns)
    """
    size = (WIDTH, (WIDTH - 0.3) / len(columns) * len(rows) + extra)
    figure, axes = plt.subplots(len(rows), len(columns), figsize=size, squeeze=False)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
    for axis, name in zip(axes[:, 0], rows, strict=True):
        axis.set_ylabel(name)
    for axis, name in zip(axes[0], columns, strict=True):
        axis.set_title(name, fontsize=9)
    return figure, axes


def table(
    frame: "pd.DataFrame",
    formats: dict[str, Any] | None = None,
    precision: int | None = None,
    missing: str = "-",
) -> "Styler":
    """Style a table as all chapters show theirs.

    Levels of the index that have a name become columns; an index of bare row numbers is hidden,
    one of names stays at the left. Cells and headings that are a key of `LABELS` show its label.

    Parameters
    ----------
    frame : pandas.DataFrame
        What the table shows; it stays as it is.
    formats : dict, optional
        Column, as in `frame` or as shown, to a format string or a function of its cells.
    precision : int, optional
        Decimals of numbers in all other columns; pandas' own six where not given.
    missing : str
        Shown for a missing value.

    Returns
    -------
    pandas.io.formats.style.Styler

    Raises
    ------
    ValueError
        Where `formats` names a column that the table does not have.
    """
    if named := [level for level in frame.index.names if level is not None]:
        frame = frame.reset_index(named)
    shown = frame.replace(LABELS).rename(index=LABELS, columns=LABELS)
    formats = {LABELS.get(column, column): form for column, form in (formats or {}).items()}
    if unknown := [column for column in formats if column not in shown]:
        raise ValueError(f"formats for columns {unknown}, found only {list(shown)}")
    style = shown.style.format(formats, precision=precision, na_rep=missing)
    return style.hide(axis="index") if shown.index.dtype.kind in "iuf" else style


def arrow(
    axis: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str = "0.2",
    style: str = "-|>",
    **options: Any,
) -> None:
    """Draw an arrow from `start` to `end` in the axis' units; options are matplotlib's."""
    axis.annotate("", end, start, arrowprops={"arrowstyle": style, "color": colour, **options})


def profiles(
    panels: Mapping[str, Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike, str]]],
    xlabel: str,
    ylabel: str,
) -> Figure:
    """Draw curves over one axis in panels stacked above each other.

    Parameters
    ----------
    panels : dict of str to dict of str to (array, array, str)
        Title of each panel to its curves: name to abscissa, ordinate and matplotlib's format.
    xlabel, ylabel : str
        Quantity with its unit.

    Returns
    -------
    matplotlib.figure.Figure
    """
    height = 1.0 + 1.45 * len(panels)
    figure, axes = plt.subplots(len(panels), 1, figsize=(WIDTH, height), sharex=True, squeeze=False)
    for axis, (title, curves) in zip(axes.flat, panels.items(), strict=True):
        for name, (x, y, style) in curves.items():
            axis.plot(x, y, style, label=name, ms=3, lw=1.5)
        axis.set_title(title, fontsize=10)
        axis.set_ylabel(ylabel)
    axes[-1, 0].set_xlabel(xlabel)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=9)
    return figure


def curves(
    series: Mapping[
        str,
        tuple[npt.ArrayLike, npt.ArrayLike, str]
        | tuple[npt.ArrayLike, npt.ArrayLike, str, npt.ArrayLike],
    ],
    xlabel: str,
    ylabel: str,
    log: str = "",
    reference: float | None = None,
) -> Figure:
    """Draw named curves in one panel.

    Parameters
    ----------
    series : dict of str to (array, array, str) or (array, array, str, array)
        Name to abscissa, ordinate, matplotlib's format and, for measurements, standard errors.
    xlabel, ylabel : str
        Quantity with its unit.
    log : {"", "x", "y", "xy"}
        Logarithmic axes.
    reference : float, optional
        Level of a thin horizontal line.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    for name, (x, y, style, *error) in series.items():
        spread = error[0] if error else None
        axis.errorbar(x, y, spread, fmt=style, label=name, ms=4, lw=1.5, capsize=2)
    if reference is not None:
        axis.axhline(reference, color="0.6", lw=0.8, zorder=0)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.set_xscale("log" if "x" in log else "linear")
    axis.set_yscale("log" if "y" in log else "linear")
    figure.legend(loc="outside lower center", ncols=2, fontsize=9)
    return figure


def histograms(
    panels: Mapping[str, tuple[npt.ArrayLike, np.ndarray, np.ndarray, str]], bins: int = 50
) -> Figure:
    """Draw histograms of samples as densities, each with a law over it.

    Parameters
    ----------
    panels : dict of str to (array, array, array, str)
        Quantity on the axis to samples, abscissa and density of the law, and the law's name.
    bins : int
        Bars of each histogram over the range of the law's abscissa.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(WIDTH, 2.9), squeeze=False)
    for axis, (quantity, panel) in zip(axes.flat, panels.items(), strict=True):
        samples, x, density, name = panel
        span = (x[0], x[-1])
        axis.hist(np.ravel(samples), bins, span, density=True, color=COLOURS["light"], alpha=0.6)
        axis.plot(x, density, color="black", lw=1.5, label=name)
        axis.set(xlabel=quantity, yticks=[], xlim=span)
        axis.legend(loc="upper right", fontsize=9)
    axes[0, 0].set_ylabel("density")
    return figure
