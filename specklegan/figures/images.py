"""Figures of images and their masks: overlays, outlines, one scan line, grey levels a class."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from specklegan import grey
from specklegan.figures.style import COLOURS, WIDTH, image_row, labelled_grid

CLASS_COLOURS = ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#F0E442", "#0072B2"]


def colour_mask(mask: npt.ArrayLike, classes: int, background: int | None = None) -> np.ndarray:
    """Paint a mask: class k in the k-th class colour.

    Parameters
    ----------
    mask : int array (H, W)
        Labels 0..classes-1.
    classes : int
        Number K of classes; beyond seven the colours repeat.
    background : int, optional
        A class to paint light grey.

    Returns
    -------
    float array (H, W, 3)
        Red, green, blue in [0, 1].
    """
    colours = [CLASS_COLOURS[k % len(CLASS_COLOURS)] for k in range(classes)]
    if background is not None:
        colours[background] = "#DDDDDD"
    return np.array([mpl.colors.to_rgb(colour) for colour in colours])[np.asarray(mask)]


def image_mask_overlay(image: np.ndarray, mask: np.ndarray, class_names: Sequence[str]) -> Figure:
    """Draw an image, its mask, and both on top of each other, as the paper's Fig. 4.

    Parameters
    ----------
    image : array (H, W)
        Grey levels in [-1, 1].
    mask : int array (H, W)
        Labels; the commonest class counts as background and is not painted over the image.
    class_names : sequence of str
        Names for the legend.

    Returns
    -------
    matplotlib.figure.Figure
    """
    mask, classes = np.asarray(mask), len(class_names)
    background = int(np.bincount(mask.ravel(), minlength=classes).argmax())
    colours = colour_mask(mask, classes, background)
    plain = np.repeat(grey.to_unit(np.asarray(image)[..., None]), 3, axis=-1)
    mixed = np.where((mask == background)[..., None], plain, 0.65 * plain + 0.35 * colours)
    figure = image_row([plain, colours, mixed], ["image", "mask", "overlay"], columns=3)
    _class_legend(figure, class_names, background)
    return figure


def mask_rows(
    rows: Mapping[str, np.ndarray], class_names: Sequence[str], background: int
) -> Figure:
    """Draw up to four masks a row, one row for each source.

    Parameters
    ----------
    rows : dict of str to int array (N, H, W)
        Masks by what they are called.
    class_names : sequence of str
        Names for the legend.
    background : int
        The class to paint light grey.

    Returns
    -------
    matplotlib.figure.Figure
    """
    classes = len(class_names)
    shown = [(name, mask) for name, masks in rows.items() for mask in masks[:4]]
    pictures = [colour_mask(mask, classes, background) for _, mask in shown]
    figure = image_row(pictures, [name for name, _ in shown])
    _class_legend(figure, class_names, background)
    return figure


def _class_legend(figure, class_names, background):
    """Put one coloured patch a class below a figure."""
    classes = len(class_names)
    keys = colour_mask(np.arange(classes)[None], classes, background)[0]
    patches = [mpl.patches.Patch(fc=key, ec="0.4") for key in keys]
    figure.legend(patches, class_names, loc="outside lower center", ncols=3, fontsize=9)


def echo_line(
    depth: np.ndarray, strength: np.ndarray, signal: np.ndarray, level: np.ndarray
) -> Figure:
    """Draw one scan line on its way from scatterers to grey levels.

    Parameters
    ----------
    depth : array (D,)
        Millimetres.
    strength : array (D,)
        Scatterer strengths.
    signal : complex array (D,)
        Analytic radio-frequency echo.
    level : array (D,)
        Grey levels, 0 to 255.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(3, 1, figsize=(WIDTH, 4.4), sharex=True)
    axes[0].plot(depth, strength, lw=0.5, color=COLOURS["real"])
    axes[1].plot(depth, signal.real, lw=0.8, color=COLOURS["light"], label="RF")
    axes[1].plot(depth, np.abs(signal), lw=1.2, color=COLOURS["baseline"], label="envelope")
    axes[1].legend(fontsize=9, ncols=2, loc="upper right")
    axes[2].plot(depth, level, lw=1.2, color=COLOURS["speckle"])
    for axis, name in zip(axes, ["scatterers", "echo", "grey level"], strict=True):
        axis.set_ylabel(name)
    axes[2].set_xlabel("depth / mm")
    return figure


def grey_histogram(shares: np.ndarray, class_names: Sequence[str]) -> Figure:
    """Draw one curve a class: how its pixels spread over the grey levels.

    Parameters
    ----------
    shares : array (K, B)
        Share of a class's pixels in each of B equal bins of the 256 grey levels.
    class_names : sequence of str
        Names for the legend.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.2))
    edges = np.linspace(0, 256, np.shape(shares)[1] + 1)
    for k, (share, name) in enumerate(zip(shares, class_names, strict=True)):
        colour = CLASS_COLOURS[k % len(CLASS_COLOURS)]
        axis.stairs(100 * np.asarray(share), edges, color=colour, lw=1.8, label=name)
    axis.set(xlabel="grey level", ylabel="pixels of the class / %", xlim=(0, 256))
    figure.legend(loc="outside lower center", ncols=3, fontsize=9)
    return figure


def outlines(
    images: Sequence[np.ndarray] | np.ndarray,
    masks: Mapping[str, Sequence[np.ndarray] | np.ndarray],
    titles: Sequence[str],
    class_names: Mapping[int, str],
) -> Figure:
    """Draw the outlines of masks over images, one row for each kind of mask.

    Parameters
    ----------
    images : sequence of array (H, W)
        Grey levels in [-1, 1], at most three.
    masks : dict of sequence of int array (H, W)
        For each row name one mask for each image.
    titles : sequence of str
        One for each image.
    class_names : dict of str
        Labels to outline, each in its colour, and their names.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = labelled_grid(list(masks), titles, 0.8)
    keys = {k: CLASS_COLOURS[k % len(CLASS_COLOURS)] for k in class_names}
    for row, labels in zip(axes, masks.values(), strict=True):
        for axis, image, mask in zip(row, images, labels, strict=True):
            axis.imshow(image, vmin=-1, vmax=1)
            for k, key in reversed(keys.items()):
                if (mask == k).any() and not (mask == k).all():
                    axis.contour(mask == k, [0.5], colors=[key], linewidths=1.2)
    lines = [mpl.lines.Line2D([], [], color=key) for key in keys.values()]
    figure.legend(lines, class_names.values(), loc="outside lower center", ncols=3, fontsize=9)
    return figure


def framed(
    images: Sequence[np.ndarray] | np.ndarray,
    titles: Sequence[str],
    contours: Sequence[tuple[np.ndarray, np.ndarray]] | None = None,
    columns: int = 4,
) -> Figure:
    """Draw grey images in a grid, each with the contours of lumen and media over it.

    Parameters
    ----------
    images : sequence of uint8 array (S, S)
        Grey levels.
    titles : sequence of str
        One for each image.
    contours : sequence of (array (M, 2), array (M, 2)), optional
        Lumen and media of each image, x and y in pixels.
    columns : int
        Images in one row.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = image_row(images, titles, vmin=0, vmax=255, columns=columns)
    for axis, pair in zip(figure.axes, contours or [], strict=False):
        for contour, key in zip(pair, CLASS_COLOURS, strict=False):
            axis.plot(*np.transpose(contour), color=key, lw=0.8)
    return figure


def grain_by_radius(
    radius: np.ndarray, grain: np.ndarray, error: np.ndarray, ranges: np.ndarray
) -> Figure:
    """Draw the grain along depth and across over the radius, on the ranges of a real frame.

    Parameters
    ----------
    radius : array (R,)
        Middle of each ring in pixels.
    grain, error : array (R, 2)
        Means in pixels along and degrees across, and their standard errors.
    ranges : array (2, 2)
        Lowest and highest value of the real frame, along and across.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 2.6))
    for axis, name, values, spread, real in zip(
        axes, ["along / px", "across / degrees"], grain.T, error.T, ranges, strict=True
    ):
        axis.axhspan(*real, color=COLOURS["warm"], alpha=0.5, lw=0, label="real frame")
        axis.errorbar(radius, values, 2 * spread, fmt="o", ms=4, capsize=3, label="phantoms")
        axis.set(xlabel="distance from the centre / px", ylabel=f"grain {name}")
        axis.set_ylim(np.mean(real) * 0.8, np.mean(real) * 1.2)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=9)
    return figure


def quantiles(percent: npt.ArrayLike, real: np.ndarray, simulated: np.ndarray) -> Figure:
    """Draw quantiles of grey levels: one real frame over many simulated ones.

    Parameters
    ----------
    percent : array (Q,)
        Which quantiles.
    real : array (Q,)
        Grey levels of the real frame.
    simulated : array (N, Q)
        Grey levels of each simulated frame.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.0))
    low, middle, high = np.percentile(simulated, [2.5, 50, 97.5], axis=0)
    axis.fill_between(
        percent, low, high, color=COLOURS["light"], alpha=0.4, label="95 % of phantoms"
    )
    axis.plot(percent, middle, color=COLOURS["speckle"], label="median phantom")
    axis.plot(percent, real, "o", color=COLOURS["real"], ms=5, label="real frame")
    axis.set(xlabel="share of the disc's pixels below / %", ylabel="grey level", ylim=(0, 255))
    figure.legend(loc="outside lower center", ncols=3, fontsize=9)
    return figure
