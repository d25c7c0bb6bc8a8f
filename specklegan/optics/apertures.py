"""Apertures and what is known of them in closed form: square, circle, disc, grating.

Shapes come as amplitudes on a grid, float64, shape (N, N): samples at an edge hold the covered
fraction, so that a width need not be a whole number of samples. Closed forms give the field of a
unit plane wave behind the shape at any points, complex, in the phase convention of `optics`. All
lengths are metres; what is not positive raises ValueError. Nothing here propagates a sampled field.
"""

# notation: L width, D diameter, a radius, z distance, r distance from the axis, R edge to axis

import numpy as np
import numpy.typing as npt
from scipy.special import fresnel as fresnel_integrals, j0, j1, jn_zeros

from specklegan.optics.grid import (
    check_lengths,
    check_points,
    check_size,
    coordinates,
    warn_undersampled,
)
from specklegan.optics.propagation import spherical_waves

AIRY_ZERO = jn_zeros(1, 1)[0] / np.pi  # 1.22: the first zero of J1 lies at this times lambda z / D
AIRY_POWER = 1 - j0(np.pi * AIRY_ZERO) ** 2  # 0.838: the fraction of the power inside it


def square_aperture(size: int, spacing: float, width: float) -> np.ndarray:
    """Return a square hole, shape (size, size): 1 inside, 0 outside, covered fraction at edges.

    Each sample stands for a square of side `spacing`; the sum times spacing^2 is width^2 exactly.
    Raises ValueError if the hole is wider than the grid.
    """
    inside = _coverage(np.abs(coordinates(size, spacing)), width / 2, spacing)
    _check_fits(width, size, spacing)
    return np.outer(inside, inside)


def circular_aperture(size: int, spacing: float, diameter: float) -> np.ndarray:
    """Return a round hole, shape (size, size), softened over one sample at its edge.

    The covered fraction is taken along the radius, which gives the area to about
    (spacing / diameter)^2. Raises ValueError if the hole is wider than the grid.
    """
    x = coordinates(size, spacing)
    _check_fits(diameter, size, spacing)
    return _coverage(np.hypot.outer(x, x), diameter / 2, spacing)


def grating(size: int, spacing: float, period: float, opening: float = 0.5) -> np.ndarray:
    """Return a grating of slits along y, shape (size, size), one slit centred on the axis.

    Parameters
    ----------
    size : int
        Samples of an axis.
    spacing, period : float
        Metres; at least two samples a period, else ValueError. The grating continues over the
        edges of the grid only if the period divides its width.
    opening : float
        Width of a slit over the period, in (0, 1).
    """
    check_lengths(period=period)
    if not 0 < opening < 1:
        raise ValueError(f"opening must be between 0 and 1, found {opening}")
    if period < 2 * spacing:
        raise ValueError(f"period must be at least 2 spacings, {2 * spacing} m, found {period} m")
    x = coordinates(size, spacing)
    from_slit = np.abs((x + period / 2) % period - period / 2)
    line = _coverage(from_slit, opening * period / 2, spacing)
    return np.tile(line, (size, 1))


def square_direct(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    width: float,
    wavelength: float,
    distance: float,
    nodes: int = 64,
    near_term: bool = False,
) -> np.ndarray:
    """Integrate Eq. 1 over a uniformly lit square by Gauss-Legendre quadrature.

    Parameters
    ----------
    x, y : array, one shape
        Points of the plane of observation, metres.
    width, wavelength, distance : float
        Metres.
    nodes : int
        Nodes of an axis. Once they resolve the phase, the error falls faster than any power of
        their number: the reference with which other methods are compared.
    near_term : bool
        As in :func:`spherical_waves`.

    Returns
    -------
    complex array, shape of `x`

    Warns
    -----
    UserWarning
        If there are fewer than pi / 2 nodes a cycle of the steepest phase: two samples a cycle
        where Gauss-Legendre nodes are rarest.
    """
    check_size(nodes=nodes)
    check_lengths(width=width, wavelength=wavelength, distance=distance)
    x, y = check_points(x, y)
    reach = width / 2 + max(np.abs(x).max(initial=0), np.abs(y).max(initial=0))
    cycles = width / wavelength * reach / np.hypot(reach, distance)  # at the steepest phase
    warn_undersampled("quadrature", "the number of cycles", cycles, 2 * nodes / np.pi, " cycles")
    node, weight = np.polynomial.legendre.leggauss(nodes)
    x1, y1 = (axis.ravel() for axis in np.meshgrid(node * width / 2, node * width / 2))
    sources = np.outer(weight, weight).ravel() * (width / 2) ** 2
    return spherical_waves(sources, x1, y1, wavelength, distance, x, y, near_term)


def square_near_field(
    x: npt.ArrayLike, y: npt.ArrayLike, width: float, wavelength: float, distance: float
) -> np.ndarray:
    """Return the Fresnel field of a uniformly lit square aperture.

    Points x, y (arrays that broadcast) and lengths in metres; complex. The integral separates
    into one factor an axis, in the Fresnel integrals C and S (Goodman 1968, chapter 4).
    """
    check_lengths(width=width, wavelength=wavelength, distance=distance)

    def factor(u):
        scale = np.sqrt(2 / (wavelength * distance))
        s_right, c_right = fresnel_integrals(scale * (width / 2 - u))
        s_left, c_left = fresnel_integrals(scale * (-width / 2 - u))
        return (c_right - c_left) + 1j * (s_right - s_left)

    carrier = np.exp(2j * np.pi * distance / wavelength) / 2j
    return carrier * factor(np.asarray(x, float)) * factor(np.asarray(y, float))


def square_far_field(
    x: npt.ArrayLike, y: npt.ArrayLike, width: float, wavelength: float, distance: float
) -> np.ndarray:
    """Return the Fraunhofer field of a uniformly lit square aperture.

    Arguments as in :func:`square_near_field`; the first zeros are at lambda z / L.
    """
    check_lengths(width=width, wavelength=wavelength, distance=distance)
    scale = width / (wavelength * distance)
    path = distance + (np.square(x) + np.square(y)) / (2 * distance)  # metres
    wave = np.exp(2j * np.pi / wavelength * path) * width * scale / 1j
    return wave * np.sinc(scale * np.asarray(x)) * np.sinc(scale * np.asarray(y))


def circular_on_axis(
    diameter: npt.ArrayLike, wavelength: float, distance: npt.ArrayLike
) -> np.ndarray:
    """Return the field on the axis behind a uniformly lit round hole, exactly.

    exp(j k z) - (z / R) exp(j k R) with R = sqrt(z^2 + a^2): the first Rayleigh-Sommerfeld integral
    in full, at any distance (Osterberg & Smith, J. Opt. Soc. Am. 51, 1961). `diameter` and
    `distance` may be arrays of positive lengths that broadcast.
    """
    z, edge = _axis_and_edge(diameter, wavelength, distance)
    k = 2 * np.pi / wavelength
    return np.exp(1j * k * z) - z / edge * np.exp(1j * k * edge)


def circular_far_field(
    r: npt.ArrayLike, diameter: float, wavelength: float, distance: float
) -> np.ndarray:
    """Return the Fraunhofer field of a uniformly lit round hole: Airy's pattern.

    `r` is the distance from the axis, an array in metres. The first zero lies at
    AIRY_ZERO lambda z / D; a fraction AIRY_POWER of the light falls inside it.
    """
    check_lengths(diameter=diameter, wavelength=wavelength, distance=distance)
    r = np.asarray(r, float)
    v = np.pi * diameter * r / (wavelength * distance)
    shape = np.divide(2 * j1(v), v, out=np.ones_like(v), where=v != 0)
    wave = np.exp(2j * np.pi / wavelength * (distance + r**2 / (2 * distance)))
    return wave * shape * np.pi * diameter**2 / (4j * wavelength * distance)


def disc_shadow(
    r: npt.ArrayLike, diameter: npt.ArrayLike, wavelength: float, distance: npt.ArrayLike
) -> np.ndarray:
    """Return the field in the shadow of an opaque disc near its axis: Arago's spot.

    (z / R) exp(j k R) J0(k a r / R) with R = sqrt(z^2 + a^2): exact on the axis, where it is the
    plane wave less :func:`circular_on_axis` (Babinet); off it the waves of the edge have a path
    linear in r, which asks for r far below a and k r^2 / (2 z) far below 1. `r`, `diameter` and
    `distance` in metres may be arrays that broadcast.
    """
    z, edge = _axis_and_edge(diameter, wavelength, distance)
    k = 2 * np.pi / wavelength
    offset = np.asarray(r) * np.asarray(diameter) / 2
    return z / edge * np.exp(1j * k * edge) * j0(k * offset / edge)


def talbot_length(period: float, wavelength: float) -> float:
    """Return 2 p^2 / lambda, metres, after which a grating of period p repeats (paraxially)."""
    check_lengths(period=period, wavelength=wavelength)
    return 2 * period**2 / wavelength


def _coverage(from_centre, half_width, spacing):
    """Return the fraction, in [0, 1], of samples of side `spacing` within `half_width`."""
    check_lengths(width=half_width)
    upper = np.clip((half_width - from_centre) / spacing + 0.5, 0, 1)
    lower = np.clip((-half_width - from_centre) / spacing + 0.5, 0, 1)
    return upper - lower


def _check_fits(width, size, spacing):
    if width > size * spacing:
        raise ValueError(f"the grid is {size * spacing} m wide, found an aperture of {width} m")


def _axis_and_edge(diameter, wavelength, distance):
    """Return z and R as arrays after checking every length."""
    check_lengths(wavelength=wavelength)
    for name, value in (("diameter", diameter), ("distance", distance)):
        array = np.asarray(value)
        if array.dtype.kind not in "fiu":
            raise TypeError(f"{name} must be a number of metres, found {array.dtype}")
        check_lengths(**{name: float(array.min())})
        check_lengths(**{name: float(array.max())})
    return np.asarray(distance), np.hypot(distance, np.asarray(diameter) / 2)
