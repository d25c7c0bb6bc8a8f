"""Scalar diffraction in numpy float64: the diffraction integral (paper, Eq. 1) and its fast forms.

Every function takes SI units and a field of shape (N, N) on a grid as `grid` defines it. A field
is a complex amplitude; its phase grows as exp(+j k z) along the direction of travel. A length that
is not positive, a negative distance, and a field of wrong shape or with NaN raise ValueError, a
field of integers TypeError. Apertures and their closed forms are in `apertures`, lenses in
`imaging`. Nothing here is random and nothing is learned. Source, where none is named: Goodman,
*Introduction to Fourier Optics* (1968).
"""

# notation: U field, k wave number, lambda wavelength, z distance, a half_width, N size

import numpy as np
import numpy.typing as npt

from specklegan.optics.grid import (
    check_distance,
    check_field,
    check_lengths,
    check_points,
    coordinates,
    warn_undersampled,
)

BLOCK = 2**18  # pairs of source and target summed at a time: 4 MiB of complex numbers


def fresnel_number(half_width: float, wavelength: float, distance: float) -> float:
    """Return a^2 / (lambda z) for the half width a of an aperture; all lengths in metres."""
    check_lengths(half_width=half_width, wavelength=wavelength, distance=distance)
    return half_width**2 / (wavelength * distance)


def relative_error(field: npt.ArrayLike, reference: npt.ArrayLike) -> float:
    """Return the root of the power of the difference over the power of the reference."""
    return float(np.linalg.norm(np.subtract(field, reference)) / np.linalg.norm(reference))


def spherical_waves(
    sources: np.ndarray,
    x1: np.ndarray,
    y1: np.ndarray,
    wavelength: float,
    distance: float,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    near_term: bool = False,
) -> np.ndarray:
    """Sum the spherical waves of point sources: the sum inside the diffraction integral.

    Parameters
    ----------
    sources : array, shape (S,)
        Amplitude times area of each source, square metres.
    x1, y1 : array, shape (S,)
        Positions of the sources in the aperture plane, metres.
    wavelength, distance : float
        Metres. The planes are parallel, so that cos(n, r) = z / r.
    x, y : array, one shape
        Points of the plane of observation, metres.
    near_term : bool
        Keep the factor 1 + j / (k r) of the first Rayleigh-Sommerfeld solution, which Eq. 1
        drops because it is 1 at distances of many wavelengths.

    Returns
    -------
    complex array, shape of `x`
        Field at the points. The time grows with S times the number of points.
    """
    check_lengths(wavelength=wavelength, distance=distance)
    x, y = check_points(x, y)
    k = 2 * np.pi / wavelength
    points = np.column_stack([x.ravel(), y.ravel()])
    result, step = np.zeros(len(points), complex), max(1, BLOCK // max(1, len(x1)))
    for start in range(0, len(points), step):
        x0, y0 = points[start : start + step, :, None].swapaxes(0, 1)
        r = np.sqrt((x0 - x1) ** 2 + (y0 - y1) ** 2 + distance**2)  # (points, S)
        wave = np.exp(1j * k * r) * (distance / r**2)
        if near_term:
            wave *= 1 + 1j / (k * r)
        result[start : start + step] = wave @ sources
    return result.reshape(x.shape) / (1j * wavelength)


def rayleigh_sommerfeld(
    field: npt.ArrayLike,
    wavelength: float,
    spacing: float,
    distance: float,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    near_term: bool = False,
) -> np.ndarray:
    """Sum the diffraction integral (paper, Eq. 1) directly: slow, the reference for the rest.

    Parameters
    ----------
    field : array, shape (N, N)
        Field in the aperture plane; only samples that are not 0 cost time.
    wavelength, spacing, distance : float
        Metres.
    x, y : array, one shape
        Points of the plane of observation, metres.
    near_term : bool
        As in :func:`spherical_waves`.

    Returns
    -------
    complex array, shape of `x`
        Field at the points, by the midpoint rule: its error falls with spacing^2.

    Warns
    -----
    UserWarning
        If the phase turns by more than half a cycle from one sample to the next, which happens
        above a spacing of lambda / (2 sin(theta)) for the largest angle theta.
    """
    field = check_field(field)
    check_lengths(wavelength=wavelength, spacing=spacing, distance=distance)
    x, y = check_points(x, y)
    rows, columns = np.nonzero(field)
    axis = coordinates(len(field), spacing)
    x1, y1 = axis[columns], axis[rows]
    reach = max(_reach(x, x1), _reach(y, y1))
    limit = wavelength / 2 * np.hypot(1, distance / reach) if reach else np.inf
    warn_undersampled("direct integration", "the spacing", spacing, limit)
    sources = field[rows, columns] * spacing**2
    return spherical_waves(sources, x1, y1, wavelength, distance, x, y, near_term)


def angular_spectrum(
    field: npt.ArrayLike,
    wavelength: float,
    spacing: float,
    distance: float,
    band_limit: bool = True,
    periodic: bool = False,
) -> np.ndarray:
    """Propagate a field to a parallel plane as a sum of plane waves, without approximation.

    Parameters
    ----------
    field : array, shape (N, N)
        Field in the first plane; zeros are added around it up to 2 N, so that nothing wraps.
    wavelength, spacing, distance : float
        Metres; `distance` may be 0.
    band_limit : bool
        Drop the frequencies at which the transfer function is undersampled, above
        1 / (lambda sqrt((2 df z)^2 + 1)) with df = 1 / (2 N spacing) along each axis (Matsushima &
        Shimobaba, Opt. Express 17, 2009). Their light leaves the grid; kept, it returns as aliases.
    periodic : bool
        Take the field for one period of an endless one. Then nothing leaves, a sum over the
        grid's frequencies is exact at every distance, and no limit applies.

    Returns
    -------
    complex array, shape (N, N)
        Field in the second plane on the same grid.

    Warns
    -----
    UserWarning
        Without band limit, if the grid's highest frequency exceeds the limit. With it, if the
        distance exceeds (N spacing)^2 / (4 lambda), the Fresnel number 1 of the grid itself:
        beyond, too few frequencies are left (use :func:`fraunhofer`, or a wider grid).
    """
    field = check_field(field)
    limit = _alias_free(field, wavelength, spacing, distance, band_limit, periodic, paraxial=False)

    def transfer(squared):
        return np.exp(2j * np.pi * distance * np.emath.sqrt(wavelength**-2 - squared))

    return _convolve(field, spacing, transfer, limit, periodic)


def fresnel(
    field: npt.ArrayLike,
    wavelength: float,
    spacing: float,
    distance: float,
    band_limit: bool = True,
    periodic: bool = False,
) -> np.ndarray:
    """Propagate a field in the Fresnel approximation: parabolas instead of spheres.

    Arguments, result, errors and warnings as in :func:`angular_spectrum`; the band limit is
    1 / (2 df lambda z). Valid near the axis, where the wave's fourth-order phase
    pi r^4 / (4 lambda z^3) is small.
    """
    field = check_field(field)
    limit = _alias_free(field, wavelength, spacing, distance, band_limit, periodic, paraxial=True)

    def transfer(squared):
        phase = 2 * np.pi * distance / wavelength - np.pi * wavelength * distance * squared
        return np.exp(1j * phase)

    return _convolve(field, spacing, transfer, limit, periodic)


def fraunhofer(
    field: npt.ArrayLike, wavelength: float, spacing: float, distance: float
) -> tuple[np.ndarray, float]:
    """Propagate a field to the far zone: a Fourier transform on a curved wavefront.

    Parameters
    ----------
    field : array, shape (N, N)
        Field in the aperture plane.
    wavelength, spacing, distance : float
        Metres. Valid where the Fresnel number of the aperture is far below 1.

    Returns
    -------
    field : complex array, shape (N, N)
        Field in the far plane. Every sample is right; between samples the phase of the curved
        wavefront turns by less than half a cycle up to z = N spacing^2 / lambda only.
    spacing : float
        Sample distance in the far plane, lambda z / (N spacing), metres.
    """
    field = check_field(field)
    check_lengths(wavelength=wavelength, spacing=spacing, distance=distance)
    far = centred_transform(field) * spacing**2 / (1j * wavelength * distance)
    out_spacing = wavelength * distance / (len(field) * spacing)
    square = coordinates(len(field), out_spacing) ** 2
    path = distance + np.add.outer(square, square) / (2 * distance)  # metres
    return far * np.exp(2j * np.pi / wavelength * path), out_spacing


def centred_transform(field: npt.ArrayLike) -> np.ndarray:
    """Return the discrete Fourier transform, shape (N, N), both origins at index N // 2."""
    return np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(check_field(field))))


def _alias_free(field, wavelength, spacing, distance, band_limit, periodic, paraxial):
    """Check the lengths, warn, and return the frequency limit to apply."""
    check_lengths(wavelength=wavelength, spacing=spacing)
    check_distance(distance)
    width = len(field) * spacing  # half the padded width: 1 / (2 df)
    slope = distance / width  # 2 df z
    turns = wavelength * (slope if paraxial else np.hypot(slope, 1))
    if periodic or turns == 0:
        return np.inf
    limit = 1 / turns  # cycles per metre
    if band_limit:
        reach = width**2 / (4 * wavelength)
        warn_undersampled("the field", "the distance", distance, reach, level=4)
        return limit
    highest = 1 / (2 * spacing)
    warn_undersampled("the transfer function", "1 / (2 spacing)", highest, limit, " /m", level=4)
    return np.inf


def _convolve(field, spacing, transfer, limit, periodic):
    """Multiply the (zero-padded) spectrum by `transfer(fx^2 + fy^2)`, cut at `limit` per axis."""
    size = len(field)
    total = size if periodic else 2 * size
    f = np.fft.fftfreq(total, spacing)  # cycles per metre
    kept = np.abs(f) <= limit
    window = transfer(np.add.outer(f**2, f**2)) * np.logical_and.outer(kept, kept)
    return np.fft.ifft2(np.fft.fft2(field, (total, total)) * window)[:size, :size]


def _reach(targets, sources):
    """Return an upper bound of the distance between targets and sources along one axis."""
    return np.abs(targets).max(initial=0) + np.abs(sources).max(initial=0)
