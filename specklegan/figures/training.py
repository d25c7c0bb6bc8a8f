"""Figures of networks and of their training."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from specklegan.figures.style import COLOURS, WIDTH


def architecture(
    columns: Mapping[str, Sequence[dict[str, Any]]], highlight: str = "speckle"
) -> Figure:
    """Draw networks as columns of boxes, data flowing downwards (counterpart of Fig. 3).

    Parameters
    ----------
    columns : dict of str to list of dict
        For each network its rows with `title`, `channels`, `size` and `name`.
    highlight : str
        Name of the module to colour.

    Returns
    -------
    matplotlib.figure.Figure
    """
    longest = max(map(len, columns.values()))
    figure, axes = plt.subplots(1, len(columns), figsize=(WIDTH, 0.62 * longest + 0.5))
    for axis, (title, rows) in zip(axes, columns.items(), strict=True):
        axis.set(xlim=(0, 1), ylim=(longest - 0.3, -0.6), title=title)
        axis.axis("off")
        for k, row in enumerate(rows):
            colour = COLOURS["light"] if row["name"] == highlight else "#eeeeee"
            box = {"boxstyle": "round,pad=0.35", "facecolor": colour, "edgecolor": "#666666"}
            size = f"{row['size']} x {row['size']} px" if row["size"] > 1 else "vector"
            text = f"{row['title']} ({row['channels']})\n{size}"
            axis.text(0.5, k, text, ha="center", va="center", fontsize=9, bbox=box)
            if k:
                arrow = {"arrowstyle": "-|>", "color": "#666666"}
                axis.annotate("", (0.5, k - 0.27), (0.5, k - 0.73), arrowprops=arrow)
    return figure


def learning_curves(history: Mapping[str, np.ndarray], smooth: int = 5) -> Figure:
    """Draw losses and the discriminator's probabilities against the images seen.

    Parameters
    ----------
    history : dict of str to array
        `images_seen`, `loss_d`, `loss_g` in nats, `p_real`, `p_fake`.
    smooth : int
        Entries of the running mean.

    Returns
    -------
    matplotlib.figure.Figure
    """

    def mean(key):
        return np.convolve(history[key], np.ones(smooth) / smooth, "valid")

    seen = np.asarray(history["images_seen"])[smooth - 1 :]
    figure, (losses, probabilities) = plt.subplots(2, 1, figsize=(WIDTH, 4.6), sharex=True)
    losses.plot(seen, mean("loss_d"), label="discriminator", color=COLOURS["none"])
    losses.plot(seen, mean("loss_g"), label="generator", color=COLOURS["accent"])
    losses.axhline(2 * np.log(2), color="#666666", lw=1, ls=":")
    losses.set_ylabel("loss (nats)")
    probabilities.plot(seen, mean("p_real"), label="real images", color=COLOURS["real"])
    probabilities.plot(seen, mean("p_fake"), label="generated", color=COLOURS["warm"], ls="--")
    probabilities.axhline(0.5, color="#666666", lw=1, ls=":")
    probabilities.set(xlabel="images seen", ylabel="probability 'real'", ylim=(0, 1))
    losses.legend()
    probabilities.legend()
    return figure


def edges_over_time(images_seen: npt.ArrayLike, edges: npt.ArrayLike) -> Axes:
    """Draw the window edges d, shape (T, K) in cycles per field of view, while they are learned."""
    _, axis = plt.subplots(figsize=(WIDTH, 2.8))
    colours = [COLOURS[k] for k in ("speckle", "baseline", "none", "accent", "warm", "light")]
    images_seen = np.asarray(images_seen)
    for k, path in enumerate(np.asarray(edges).T):
        axis.plot(images_seen, path, color=colours[k % len(colours)])
        axis.annotate(f"$d_{k + 1}$", (images_seen[-1], path[-1]), xytext=(4, -3),
                      textcoords="offset points")  # fmt: skip
    axis.set(xlabel="images seen", ylabel="window edge d (cycles)")
    return axis


def validation(
    validated: Mapping[str, np.ndarray],
    others: Mapping[str, Mapping[str, np.ndarray]],
    name: str = "Fréchet wavelet distance",
) -> Axes:
    """Draw the distance of validation against the images seen, and mark the smallest.

    Parameters
    ----------
    validated : dict of str to array
        `images_seen` and `distance` of this training.
    others : dict of str to (dict of str to array)
        The same of other candidates, by name.
    name : str
        Of the distance.

    Returns
    -------
    matplotlib.axes.Axes
    """
    _, axis = plt.subplots(figsize=(WIDTH, 2.8))
    for name, other in others.items():
        axis.plot(other["images_seen"], other["distance"], ":", lw=1.2, label=name)
    seen, distance = np.asarray(validated["images_seen"]), np.asarray(validated["distance"])
    axis.plot(seen, distance, "o-", color=COLOURS["real"], label="this training")
    k = int(np.argmin(distance))
    axis.plot(seen[k], distance[k], "o", ms=12, mfc="none", mec=COLOURS["baseline"], mew=2)
    axis.set(xlabel="images seen", ylabel=name)
    axis.set_ylim(0, 1.15 * distance.max())
    if others:
        axis.legend(fontsize=9)
    return axis


def attention_over_time(images_seen: npt.ArrayLike, weights: npt.ArrayLike) -> Axes:
    """Draw attention weights while they are learned, one line with a band for each speckle size.

    Parameters
    ----------
    images_seen : array, shape (T,)
        Abscissa.
    weights : array, shape (T, C, K)
        Weights in [0, 1] of C maps and K sizes.

    Returns
    -------
    matplotlib.axes.Axes
    """
    _, axis = plt.subplots(figsize=(WIDTH, 2.8))
    weights, seen = np.asarray(weights), np.asarray(images_seen)
    colours = [COLOURS[k] for k in ("speckle", "baseline", "none", "accent", "warm", "light")]
    for k in range(weights.shape[2]):
        colour, size = colours[k % len(colours)], weights[:, :, k]
        axis.fill_between(seen, size.min(axis=1), size.max(axis=1), color=colour, alpha=0.15, lw=0)
        axis.plot(seen, size.mean(axis=1), color=colour, label=f"$d_{k + 1}$")
    axis.set(xlabel="images seen", ylabel="attention weight", ylim=(0, 1))
    axis.legend(ncols=weights.shape[2])
    return axis


def samples_over_time(
    samples: Sequence[np.ndarray] | np.ndarray, images_seen: Sequence[int]
) -> Figure:
    """Draw the same images at several times: a column a time, a row an image.

    Parameters
    ----------
    samples : sequence of array, each (R, H, W)
        Grey images, 0 to 255.
    images_seen : sequence of int
        The times.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows, columns = len(samples[0]), len(samples)
    size = (WIDTH, WIDTH * rows / columns + 0.3)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for (row, column), axis in np.ndenumerate(axes):
        axis.imshow(samples[column][row], vmin=0, vmax=255)
        axis.set_axis_off()
        if row == 0:
            axis.set_title(f"{images_seen[column]} seen", fontsize=9)
    return figure
