"""Figures of results: distances, samples beside each other, spectra, intervals."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from specklegan.figures.style import COLOURS, LABELS, WIDTH, labelled_grid


def distance_by_n(
    panels: Mapping[str, tuple[Mapping[str, Sequence[tuple[float, float, float, float]]], float]],
) -> Figure:
    """Draw distances against the number of training examples, with intervals and a floor.

    Parameters
    ----------
    panels : dict of (dict, float)
        For each panel, by its vertical axis's label: for each model a list of (n, value, low,
        high), and the distance of real images from real images.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(WIDTH, 3.0), squeeze=False)
    for axis, (label, (models, floor)) in zip(axes.flat, panels.items(), strict=True):
        counts = sorted({point[0] for points in models.values() for point in points})
        for shift, (model, points) in zip((-0.06, 0.06, 0.0), models.items(), strict=False):
            _, value, low, high = np.array(sorted(points), dtype=float).T
            place = [counts.index(point[0]) + shift for point in sorted(points)]
            style = {"color": COLOURS[model], "label": LABELS[model], "capsize": 3}
            axis.errorbar(place, value, (value - low, high - value), fmt="o-", **style)
        axis.axhline(floor, color=COLOURS["real"], linestyle=":", label="real against real")
        axis.set_xticks(range(len(counts)), counts)
        axis.set(xlabel="training examples n", ylabel=label, xlim=(-0.5, len(counts) - 0.5))
        axis.set_ylim(bottom=0)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def sample_grid(
    rows: Mapping[str, Sequence[np.ndarray | None] | np.ndarray], column_titles: Sequence[str]
) -> Figure:
    """Draw named rows of grey images, some places empty.

    Parameters
    ----------
    rows : dict of sequence
        For each row name its images (H, W) in [-1, 1]; None leaves a place empty.
    column_titles : sequence of str
        At most four.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = labelled_grid(list(rows), column_titles, 0.3)
    for axis in axes.flat:
        axis.spines[:].set_visible(False)
    for row, images in zip(axes, rows.values(), strict=True):
        for axis, image in zip(row, images, strict=False):
            if image is not None:
                axis.imshow(image, vmin=-1, vmax=1)
    return figure


def spectra(frequency: np.ndarray, profiles: Mapping[str, np.ndarray]) -> Axes:
    """Draw radially averaged log power spectra of real and generated images.

    Parameters
    ----------
    frequency : array (M,)
        Cycles per field of view.
    profiles : dict of array (M,)
        Mean ln power, by name; known models get their colour, others are real images.

    Returns
    -------
    matplotlib.axes.Axes
    """
    _, axis = plt.subplots(figsize=(WIDTH, 3.2))
    real = iter(["-", ":", "--"])
    for name, profile in profiles.items():
        if name in LABELS:
            axis.plot(frequency, profile, color=COLOURS[name], label=LABELS[name])
        else:
            axis.plot(frequency, profile, next(real), color=COLOURS["real"], label=name)
    axis.set(xlabel="spatial frequency (cycles per field of view)", ylabel="mean ln power (nats)")
    axis.legend()
    return axis


def interval_rows(
    groups: Mapping[str, Mapping[str, tuple[float, float, float]]], xlabel: str
) -> Axes:
    """Draw intervals around means, one named row each, beside a line at zero.

    Parameters
    ----------
    groups : dict of dict of (float, float, float)
        For each group, drawn in one colour (and, of more than seven, marker), its rows: mean,
        lower and upper end by name.
    xlabel : str
        Quantity with its unit.

    Returns
    -------
    matplotlib.axes.Axes
    """
    names = list(dict.fromkeys(name for rows in groups.values() for name in rows))
    many = max(len(groups), 3)
    size = WIDTH, 1.4 + 0.55 * len(names) * many / 3 + 0.2 * (many - 3)
    figure, axis = plt.subplots(figsize=size)
    order = ["baseline", "speckle", "accent", "none", "warm", "light", "real"]
    for k, (group, rows) in enumerate(groups.items()):
        mean, low, high = np.array(list(rows.values())).T
        away = 0.6 / many * (k - (len(groups) - 1) / 2)
        place = np.array([names.index(name) for name in rows]) + away
        ends, colour, marker = (mean - low, high - mean), COLOURS[order[k % 7]], "osD^"[k // 7 % 4]
        axis.errorbar(mean, place, xerr=ends, fmt=marker, color=colour, label=group, capsize=3)
    axis.axvline(0, color="0.5", linewidth=0.8)
    axis.set_yticks(range(len(names)), names)
    axis.invert_yaxis()
    axis.set_xlabel(xlabel)
    if len(groups) > 1:
        figure.legend(loc="outside upper left", fontsize=9)
    return axis


def fault_steps(
    panels: Mapping[str, Mapping[str, Sequence[float]]], limit: str = "seen above"
) -> Figure:
    """Draw how distances grow with the steps of known faults, a panel a fault.

    Parameters
    ----------
    panels : dict of str to dict of str to sequence of float
        For each fault, by the name of each distance, its values at the steps 0 (no fault), 1, 2,
        ..., over what it must exceed to see the fault. What is below 0.3 (an unbiased distance may
        be negative) or above 30 is drawn there.
    limit : str
        Name of the line at 1.

    Returns
    -------
    matplotlib.figure.Figure
    """
    columns, lowest, highest = 3, 0.3, 30
    rows = -(-len(panels) // columns)
    size = (WIDTH, 1.25 * rows + 0.9)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False, sharey=True)
    for axis in axes.flat[len(panels) :]:
        axis.axis("off")
    for axis, (fault, lines) in zip(axes.flat, panels.items(), strict=False):
        axis.axhline(1, color="0.5", linewidth=0.8, linestyle=":", label=limit)
        for (name, values), colour in zip(lines.items(), COLOURS.values(), strict=False):
            values = np.clip(values, lowest, highest)
            axis.plot(values, "o-", color=colour, label=name, ms=3, lw=1.2)
        axis.set_title(fault, fontsize=9)
        axis.set(yscale="log", ylim=(lowest * 0.8, highest * 1.2), xticks=range(len(values)))
    figure.supxlabel("step of the fault", fontsize=10)
    figure.supylabel("distance / upper end of its floor", fontsize=10)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2, fontsize=9)
    return figure
