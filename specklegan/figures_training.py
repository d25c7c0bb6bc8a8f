"""Figures of networks and of their training."""

import matplotlib.pyplot as plt
import numpy as np

from specklegan.figures import COLOURS, WIDTH


def architecture(columns, highlight="speckle"):
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


def learning_curves(history, smooth=5):
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


def edges_over_time(images_seen, edges):
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
