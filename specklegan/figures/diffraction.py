"""Figures of diffraction: geometry of Eq. 1 and of imaging, error maps, fields in a plane.

Arrays in, Figure out; lengths come in metres and are drawn in millimetres. Nothing here computes a
result.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator

from specklegan.figures.style import COLOURS, WIDTH, arrow


def diffraction_geometry() -> Figure:
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


def _draw_aperture(axis):
    aperture = _plane(axis, 2.4, "aperture plane $(x_1, y_1)$", hole=True)
    screen = _plane(axis, 7.8, "plane of observation $(x_0, y_0)$")
    source, target = aperture(0.15, 0.15), screen(-0.1, 0.45)
    for height in (1.9, 2.4, 2.9):
        arrow(axis, (0.3, height), (1.4, height), COLOURS["warm"])
    axis.text(0.25, 3.15, "light", fontsize=9, color=COLOURS["warm"])
    normal = (source[0] + 1.7, source[1])
    arrow(axis, source, normal, "0.45")
    axis.text(normal[0] + 0.1, normal[1] - 0.15, r"$\mathbf{n}$")
    arrow(axis, source, target, COLOURS["speckle"], lw=1.6)
    axis.text(4.7, 3.25, r"$\mathbf{r}_{01}$", color=COLOURS["speckle"])
    axis.plot(*zip(source, target, strict=True), "o", color=COLOURS["speckle"], ms=4)
    axis.text(*aperture(-0.33, -0.3), r"$\Sigma$")
    arrow(axis, (2.4, 0.75), (7.8, 0.75), "0.45", "<|-|>")
    axis.text(5.1, 0.9, "$z$", ha="center")


def _draw_imaging_system(axis):
    height = np.linspace(0.9, 3.7, 60)
    rough = 1.6 + 0.09 * np.sin(9 * height) + 0.07 * np.sin(23 * height + 1)
    axis.fill_betweenx(height, 1.2, rough, color="0.75")
    axis.plot(rough, height, color="0.35")
    axis.text(1.4, 0.5, "rough object", ha="center", va="top", fontsize=9)
    for y in (1.5, 2.3, 3.1):
        arrow(axis, (0.2, y), (1.1, y), COLOURS["warm"])
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
    axis.plot(
        8.5 + 1.2 * grain / grain.max(),
        np.linspace(0.8, 3.8, 120),
        color=COLOURS["speckle"],
    )
    axis.text(8.6, 0.5, "speckle", ha="center", va="top", fontsize=9)


def error_maps(
    maps: Mapping[str, np.ndarray],
    wavelengths: np.ndarray,
    numbers: np.ndarray,
    level: float,
    criteria: Mapping[str, tuple[np.ndarray, np.ndarray]],
) -> Figure:
    """Draw where approximations hold: relative errors over distance and Fresnel number.

    Parameters
    ----------
    maps : dict of str to array, shape (len(numbers), len(wavelengths))
        Name of each approximation to its relative error, above 0.
    wavelengths, numbers : array
        Distance over the wavelength, and Fresnel number: logarithmic axes.
    level : float
        Error at which a solid contour is drawn.
    criteria : dict of str to (array, array)
        Name of the approximation to the points of its textbook criterion, drawn dashed.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(1, len(maps), figsize=(WIDTH, 3.4), sharey=True)
    for axis, (name, error) in zip(axes, maps.items(), strict=True):
        scale = LogNorm(1e-6, 1)
        mesh = axis.pcolormesh(wavelengths, numbers, error, norm=scale, cmap="viridis")
        axis.contour(wavelengths, numbers, error, [level], colors="white", linewidths=2)
        axis.plot(*criteria[name], "--", color="black", lw=1.5)
        axis.set(xscale="log", yscale="log", title=name, xlabel=r"$z/\lambda$")
        axis.set(xlim=wavelengths[[0, -1]], ylim=numbers[[0, -1]])
        axis.xaxis.set_major_locator(LogLocator(1000, numticks=9))
    axes[0].set_ylabel("Fresnel number $N_F$")
    bar = figure.colorbar(mesh, ax=axes, orientation="horizontal", extend="both", aspect=40)
    bar.set_label("relative error of $U$")
    return figure


def planes(
    intensities: Sequence[np.ndarray] | np.ndarray,
    titles: Sequence[str],
    spacing: float,
    columns: int = 3,
    vmax: float | None = None,
) -> Figure:
    """Draw intensities in planes across the beam, each on a grid with its origin in the middle.

    Parameters
    ----------
    intensities : sequence of array, each (N, N)
        Drawn from 0 to `vmax`, or to each plane's own maximum.
    titles : sequence of str
        One title a plane.
    spacing : float
        Sample distance of every plane, metres.
    columns : int
        Planes in one row.
    vmax : float, optional
        Intensity drawn white.

    Returns
    -------
    matplotlib.figure.Figure
    """
    columns = min(columns, len(intensities))
    rows = -(-len(intensities) // columns)
    size = (WIDTH, WIDTH / columns * rows + 0.45)
    figure, axes = plt.subplots(
        rows, columns, figsize=size, sharex=True, sharey=True, squeeze=False
    )
    for axis, plane, title in zip(axes.flat, intensities, titles, strict=True):
        half = len(plane) * spacing / 2 * 1e3
        axis.imshow(plane, extent=(-half, half, half, -half), vmin=0, vmax=vmax)
        axis.set_title(title, fontsize=9)
        axis.xaxis.set_major_locator(MaxNLocator(3))
        axis.yaxis.set_major_locator(MaxNLocator(4))
    for axis in axes[-1]:
        axis.set_xlabel("$x$ / mm")
    for axis in axes[:, 0]:
        axis.set_ylabel("$y$ / mm")
    return figure


def carpet(
    intensity: np.ndarray, spacing: float, distances: np.ndarray, marks: Mapping[str, float]
) -> Figure:
    """Draw the intensity between an object and a distant plane: x upwards, distance to the right.

    Parameters
    ----------
    intensity : array, shape (N, Z)
        Samples along x at each of Z distances.
    spacing : float
        Sample distance along x, metres.
    distances : array, shape (Z,)
        Metres, evenly spaced.
    marks : dict of str to float
        Names of distances, metres, drawn as dashed lines.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 2.9))
    half = len(intensity) * spacing / 2 * 1e3
    extent = (distances[0] * 1e3, distances[-1] * 1e3, -half, half)
    shown = axis.imshow(intensity, extent=extent, aspect="auto", origin="lower", cmap="magma")
    for name, distance in marks.items():
        axis.axvline(distance * 1e3, color="white", ls="--", lw=1)
        axis.annotate(name, (distance * 1e3, half), (0, 4), textcoords="offset points", ha="center")
    axis.set(xlabel="distance $z$ / mm", ylabel="$x$ / mm")
    figure.colorbar(shown, ax=axis, label="intensity")
    return figure
