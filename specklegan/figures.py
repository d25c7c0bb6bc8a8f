"""Figures: arrays in, Axes out, one function per figure.

One style for the whole book: Okabe-Ito colours, which people with colour-blindness can tell
apart, text of at least 9 points and figures of at most 5.2 inches, so that they stay readable on
a telephone. Nothing here computes a result.
"""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

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
WIDTH = 5.2  # inches


def use_style():
    """Set matplotlib's defaults for the book: fonts, colours, resolution, white background."""
    mpl.rcParams.update(
        {
            "axes.prop_cycle": mpl.cycler(color=list(COLOURS.values())[:3]),
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


def image_row(images, titles, vmin=None, vmax=None, columns=4):
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


def diffraction_geometry():
    """Draw the paper's Fig. 1: diffraction at an aperture, and an imaging system that speckles.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(WIDTH, 5.0))
    for axis, letter in ((top, "a"), (bottom, "b")):
        axis.set(xlim=(0, 10), ylim=(0, 4.6), aspect="equal")
        axis.axis("off")
        axis.text(0, 4.3, letter, weight="bold")
    _draw_aperture(top)
    _draw_imaging_system(bottom)
    return figure


def _plane(axis, x, label, hole=False):
    """Draw a plane seen at a slant, with its own x and y axes; return the mapping into it."""
    corners = np.array([(x - 0.8, 0.5), (x + 0.8, 1.3), (x + 0.8, 4.3), (x - 0.8, 3.5)])
    axis.add_patch(plt.Polygon(corners, fc="#e8eef3", ec="0.35"))
    axis.text(x, 0.25, label, ha="center", fontsize=9)

    def point(u, v):
        return x + 0.8 * u, 2.4 + 0.4 * u + 1.5 * v

    if hole:
        square = [point(u, v) for u, v in ((-0.4, -0.4), (0.4, -0.4), (0.4, 0.4), (-0.4, 0.4))]
        axis.add_patch(plt.Polygon(square, fc="white", ec="0.35"))
    return point


def _arrow(axis, start, end, colour="0.2", style="-|>", **options):
    axis.annotate("", end, start, arrowprops={"arrowstyle": style, "color": colour, **options})


def _draw_aperture(axis):
    aperture = _plane(axis, 2.4, "aperture plane $(x_1, y_1)$", hole=True)
    screen = _plane(axis, 7.8, "plane of observation $(x_0, y_0)$")
    source, target = aperture(0.15, 0.15), screen(-0.1, 0.45)
    for height in (1.9, 2.4, 2.9):
        _arrow(axis, (0.3, height), (1.4, height), COLOURS["warm"])
    axis.text(0.25, 3.15, "light", fontsize=9, color=COLOURS["warm"])
    normal = (source[0] + 1.7, source[1])
    _arrow(axis, source, normal, "0.45")
    axis.text(normal[0] + 0.1, normal[1] - 0.15, r"$\mathbf{n}$")
    _arrow(axis, source, target, COLOURS["speckle"], lw=1.6)
    axis.text(4.7, 3.25, r"$\mathbf{r}_{01}$", color=COLOURS["speckle"])
    axis.plot(*zip(source, target, strict=True), "o", color=COLOURS["speckle"], ms=4)
    axis.text(*aperture(-0.33, -0.3), r"$\Sigma$")
    _arrow(axis, (2.4, 0.75), (7.8, 0.75), "0.45", "<|-|>")
    axis.text(5.1, 0.9, "$z$", ha="center")


def _draw_imaging_system(axis):
    height = np.linspace(0.9, 3.7, 60)
    rough = 1.6 + 0.09 * np.sin(9 * height) + 0.07 * np.sin(23 * height + 1)
    axis.fill_betweenx(height, 1.2, rough, color="0.75")
    axis.plot(rough, height, color="0.35")
    axis.text(1.4, 0.5, "rough object", ha="center", va="top", fontsize=9)
    for y in (1.5, 2.3, 3.1):
        _arrow(axis, (0.2, y), (1.1, y), COLOURS["warm"])
        for end in (1.3, 2.3, 3.3):
            axis.plot([1.65, 5], [y, end], color=COLOURS["light"], lw=0.7)
            axis.plot([5, 8.4], [end, 4.6 - y], color=COLOURS["light"], lw=0.7)
    lens = 2.3 + 1.45 * np.linspace(-1, 1, 60)
    bulge = 0.28 * (1 - np.linspace(-1, 1, 60) ** 2)
    axis.fill_betweenx(lens, 5 - bulge, 5 + bulge, color=COLOURS["light"], alpha=0.5)
    axis.text(5, 0.5, "lens, aperture $L$", ha="center", va="top", fontsize=9)
    axis.plot([8.4, 8.4], [0.8, 3.8], color="0.35")
    rng = np.random.default_rng(1)
    grain = np.abs(np.fft.ifft(np.fft.fft(np.exp(2j * np.pi * rng.random(120)))[:14], 120))
    axis.plot(8.5 + 1.2 * grain / grain.max(), np.linspace(0.8, 3.8, 120), color=COLOURS["speckle"])
    axis.text(8.6, 0.5, "speckle", ha="center", va="top", fontsize=9)


def profiles(panels, xlabel, ylabel):
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


def curves(series, xlabel, ylabel, log="", reference=None):
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
        axis.errorbar(x, y, *error, fmt=style, label=name, ms=4, lw=1.5, capsize=2)
    if reference is not None:
        axis.axhline(reference, color="0.6", lw=0.8, zorder=0)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.set_xscale("log" if "x" in log else "linear")
    axis.set_yscale("log" if "y" in log else "linear")
    figure.legend(loc="outside lower center", ncols=2, fontsize=9)
    return figure


CLASS_COLOURS = ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#F0E442", "#0072B2"]


def colour_mask(mask, classes, background=None):
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


def image_mask_overlay(image, mask, class_names):
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
    grey = np.repeat((np.asarray(image)[..., None] + 1) / 2, 3, axis=-1)
    mixed = np.where((mask == background)[..., None], grey, 0.65 * grey + 0.35 * colours)
    figure = image_row([grey, colours, mixed], ["image", "mask", "overlay"], columns=3)
    _class_legend(figure, class_names, background)
    return figure


def mask_rows(rows, class_names, background):
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


def echo_line(depth, strength, signal, level):
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
        _arrow(axis, (0, 0), (walk[-1].real, walk[-1].imag), colour, lw=2)
    reach = 1.05 * max(np.abs(walks.real).max(), np.abs(walks.imag).max())
    axis.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axis.set(xlabel="real part of the sum", ylabel="imaginary part of the sum")
    return figure


def histograms(panels, bins=50):
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


def grey_histogram(shares, class_names):
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


def distance_by_n(panels):
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


def sample_grid(rows, column_titles):
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
    columns = len(column_titles)
    size = (WIDTH, (WIDTH - 0.3) / columns * len(rows) + 0.3)
    figure, axes = plt.subplots(len(rows), columns, figsize=size, squeeze=False)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
    for row, (name, images) in zip(axes, rows.items(), strict=True):
        row[0].set_ylabel(name)
        for axis, image in zip(row, images, strict=False):
            if image is not None:
                axis.imshow(image, vmin=-1, vmax=1)
    for axis, title in zip(axes[0], column_titles, strict=True):
        axis.set_title(title)
    return figure


def spectra(frequency, profiles):
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


def outlines(images, masks, titles, class_names):
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
    columns = len(images)
    size = (WIDTH, (WIDTH - 0.3) / columns * len(masks) + 0.8)
    figure, axes = plt.subplots(len(masks), columns, figsize=size, squeeze=False)
    keys = {k: CLASS_COLOURS[k % len(CLASS_COLOURS)] for k in class_names}
    for row, (name, labels) in zip(axes, masks.items(), strict=True):
        row[0].set_ylabel(name)
        for axis, image, mask in zip(row, images, labels, strict=True):
            axis.imshow(image, vmin=-1, vmax=1)
            for k, key in reversed(keys.items()):
                if (mask == k).any() and not (mask == k).all():
                    axis.contour(mask == k, [0.5], colors=[key], linewidths=1.2)
            axis.set(xticks=[], yticks=[])
    for axis, title in zip(axes[0], titles, strict=True):
        axis.set_title(title, fontsize=9)
    lines = [mpl.lines.Line2D([], [], color=key) for key in keys.values()]
    figure.legend(lines, class_names.values(), loc="outside lower center", ncols=3, fontsize=9)
    return figure


def interval_rows(groups, xlabel):
    """Draw intervals around means, one named row each, beside a line at zero.

    Parameters
    ----------
    groups : dict of dict of (float, float, float)
        For each group, drawn in one colour, its rows: mean, lower and upper end by name.
    xlabel : str
        Quantity with its unit.

    Returns
    -------
    matplotlib.axes.Axes
    """
    names = list(dict.fromkeys(name for rows in groups.values() for name in rows))
    figure, axis = plt.subplots(figsize=(WIDTH, 1.4 + 0.55 * len(names)))
    colours = [COLOURS[key] for key in ("baseline", "speckle", "accent")]
    for k, ((group, rows), colour) in enumerate(zip(groups.items(), colours, strict=False)):
        mean, low, high = np.array(list(rows.values())).T
        place = np.array([names.index(name) for name in rows]) + 0.2 * (k - 1)
        ends = (mean - low, high - mean)
        axis.errorbar(mean, place, xerr=ends, fmt="o", color=colour, label=group, capsize=3)
    axis.axvline(0, color="0.5", linewidth=0.8)
    axis.set_yticks(range(len(names)), names)
    axis.invert_yaxis()
    axis.set_xlabel(xlabel)
    figure.legend(loc="outside upper left", fontsize=9)
    return axis
