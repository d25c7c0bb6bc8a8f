"""Random fields on the grid of the scan lines: speckle by Eq. 2, and slow changes of brightness.

Speckle is the logarithm of an intensity behind a spectral window with one edge for each axis: the
pulse sets one, the beam the other. The slow field is Gaussian, stationary across (the angle, or the
columns) and not along depth: shadows reach outwards. Polar grids are four times as wide as deep,
so that no line of the picture is lost at the rim. Knows no image.
"""

import numpy as np
import torch
from scipy.special import roots_hermitenorm
from torch.nn import functional as F

from specklegan.speckle import formation, polar, windows

SLOW_DEPTHS = 16  # of the grid of the slow field
MEAN, DEVIATION = -np.euler_gamma, np.pi / np.sqrt(6)  # of ln I of speckle, I of mean 1
PERIOD = 1.25  # depths on which speckle forms, over those that are kept: Eq. 2 is periodic
NODES = 31  # of the quadrature in `Mixture`
FAINTEST = 1e-12  # intensity, over its mean, that still has a logarithm


def grid_of(size: tuple[int, int], coordinates: str) -> tuple[int, int]:
    """Return the numbers of depths and directions of the fields of a picture (H, W)."""
    height, width = size
    return (width, 4 * width) if coordinates == "polar" else (height, width)


def slow_grid(coordinates: str) -> tuple[int, int]:
    """Return the numbers of depths and directions of the slow field."""
    return grid_of((SLOW_DEPTHS, SLOW_DEPTHS), coordinates)


def to_grid(pictures: torch.Tensor, coordinates: str) -> torch.Tensor:
    """Put pictures (..., H, W) on the grid of the scan lines (..., depths, directions)."""
    if coordinates == "cartesian":
        return pictures
    height, width = pictures.shape[-2:]
    return polar.to_polar(pictures, grid_of((height, width), coordinates))


def to_picture(field: torch.Tensor, coordinates: str) -> torch.Tensor:
    """Scan-convert a field (..., depths, directions) to a picture (..., H, W)."""
    return field if coordinates == "cartesian" else polar.to_cartesian(field)


def log_speckle(
    edges: tuple[float, float], grid: tuple[int, int], generator: torch.Generator
) -> torch.Tensor:
    """Return the logarithm of speckle's intensity, standardised to mean 0 and deviation 1.

    Eq. 2 of a uniform source, as `speckle.form_speckle`, but with an edge of its own for each
    axis. ln I of a mean intensity 1 has mean -0.577 (Euler's constant) and deviation
    pi / sqrt(6) (Goodman, Speckle Phenomena in Optics, 2007).

    Parameters
    ----------
    edges : (float, float)
        Edges of the window along depth and across, in cycles per depth and per turn (or width),
        above 0 and at most as many as `grid` has samples.
    grid : (int, int)
        Depths and directions.
    generator : torch.Generator
        Source of the phases.

    Returns
    -------
    torch.Tensor, float32, `grid`

    Raises
    ------
    ValueError
        If an edge is outside its range.
    """
    rows = round(grid[0] * PERIOD)
    down = windows.spectral_window(float(edges[0]) * rows / grid[0], rows)
    across = windows.spectral_window(float(edges[1]), grid[1])
    window = down[:, None] * across
    phase = formation.random_phase(torch.empty(rows, grid[1]), generator)
    source = torch.polar(torch.ones_like(phase), phase)
    amplitude = torch.fft.ifft2(torch.fft.fft2(source) * window).abs()
    intensity = amplitude[: grid[0]] ** 2 / (window**2).mean()
    return (intensity.clamp(min=FAINTEST).log() - MEAN) / DEVIATION


def slow_field(
    roots: np.ndarray, grid: tuple[int, int], generator: torch.Generator
) -> torch.Tensor:
    """Draw a slow field.

    Parameters
    ----------
    roots : array (M, R, R)
        For each frequency across, 0 to M - 1, a root of the covariance over depth.
    grid : (int, int)
        Depths and directions of the result.
    generator : torch.Generator
        Source of chance.

    Returns
    -------
    torch.Tensor, float32, `grid`
    """
    count, depths, _ = roots.shape
    real, imaginary = torch.randn(2, count, depths, 1, generator=generator).numpy()
    noise = (real + 1j * imaginary) / np.sqrt(2)
    noise[[0, -1]] = real[[0, -1]]  # mean and highest frequency of a real field are real
    directions = 2 * (count - 1)
    spectrum = (roots @ noise)[..., 0].T * np.sqrt(directions)  # (R, M)
    coarse = np.fft.irfft(spectrum, axis=-1).astype(np.float32)
    return refine(torch.from_numpy(coarse), grid)


def coarsen(field: torch.Tensor, grid: tuple[int, int]) -> torch.Tensor:
    """Average fields (N, depths, directions) over the cells of the slow grid."""
    return F.adaptive_avg_pool2d(field[:, None], grid)[:, 0]


def refine(coarse: torch.Tensor, grid: tuple[int, int]) -> torch.Tensor:
    """Interpolate fields (..., R, A) on the slow grid to `grid`, without a seam across."""
    lead, (depths, directions) = coarse.shape[:-2], coarse.shape[-2:]
    fields = coarse.reshape(-1, 1, depths, directions)
    fields = torch.cat([fields, fields, fields], -1)  # what lies beyond the seam, on both sides
    fine = F.interpolate(fields, (grid[0], 3 * grid[1]), mode="bicubic")
    return fine[..., grid[1] : 2 * grid[1]].reshape(*lead, *grid)


class Mixture:
    """The law of sqrt(s) times standardised log speckle plus sqrt(1 - s) times a normal variable.

    Parameters
    ----------
    share : float
        The share s of the variance that is speckle's, above 0 and at most 1.
    """

    def __init__(self, share: float) -> None:
        nodes, weights = roots_hermitenorm(NODES)
        self._values = np.linspace(-9, 6, 1501)
        speckle = (self._values[:, None] - np.sqrt(1 - share) * nodes) / np.sqrt(share)
        below = -np.expm1(-np.exp(np.minimum(MEAN + DEVIATION * speckle, 50)))
        self._ranks = below @ (weights / weights.sum())

    def rank(self, values: np.ndarray) -> np.ndarray:
        """Return the probability of smaller values."""
        return np.interp(values, self._values, self._ranks)

    def value(self, ranks: np.ndarray) -> np.ndarray:
        """Return the value of each rank: the inverse of `rank`."""
        return np.interp(ranks, self._ranks, self._values)
