"""Scalar diffraction in numpy float64: the diffraction integral (paper, Eq. 1) and its fast forms.

Every function takes SI units and a square grid whose origin is at index N // 2. A field is a
complex amplitude; its phase grows as exp(+j k z) along the direction of travel. A length that is
not positive, a negative distance and a field that is not of shape (N, N) raise ValueError. The last
functions treat imaging as a low-pass filter, which is how Eq. 1 becomes Eq. 2. Nothing here is
random and nothing is learned. Source, where none is named: Goodman, *Introduction to Fourier
Optics* (1968).
"""

# notation: U field, k wave number, lambda wavelength, z distance, L width, N size, d edge

import warnings

import numpy as np
from scipy.special import fresnel as fresnel_integrals


def coordinates(size, spacing):
    """Return the sample positions of one axis in metres, shape (size,), 0 at index size // 2."""
    _positive(spacing=spacing)
    return (np.arange(size) - size // 2) * spacing


def square_aperture(size, spacing, width):
    """Return a unit plane wave behind a square hole of `width` metres, shape (size, size).

    A width of an odd number of samples is exact: each stands for a square of side `spacing`.
    """
    _positive(width=width)
    inside = np.abs(coordinates(size, spacing)) < width / 2
    return np.outer(inside, inside).astype(float)


def fresnel_number(half_width, wavelength, distance):
    """Return a^2 / (lambda z) for the half width a of an aperture; all lengths in metres."""
    _positive(half_width=half_width, wavelength=wavelength, distance=distance)
    return half_width**2 / (wavelength * distance)


def relative_error(field, reference):
    """Return the root of the power of the difference over the power of the reference."""
    return float(np.linalg.norm(np.subtract(field, reference)) / np.linalg.norm(reference))


def rayleigh_sommerfeld(field, wavelength, spacing, distance, x, y):
    """Sum the diffraction integral (paper, Eq. 1) directly: slow, the reference for the rest.

    Parameters
    ----------
    field : array, shape (N, N)
        Field in the aperture plane; only samples that are not 0 cost time.
    wavelength, spacing, distance : float
        Metres. The planes are parallel, so that cos(n, r) = z / r.
    x, y : array, one shape
        Points of the plane of observation in metres.

    Returns
    -------
    complex array, shape of `x`
        Field at the points. Eq. 1 neglects 1 / (k r) against 1: it needs z of many wavelengths.

    Raises
    ------
    ValueError
        If `x` and `y` differ in shape; see also the top of this file.

    Warns
    -----
    UserWarning
        If the phase turns by more than half a cycle from one sample to the next, which happens
        above a spacing of lambda / (2 sin(theta)) for the largest angle theta.
    """
    size = _check(field, wavelength, spacing, distance)
    _positive(distance=distance)
    x, y = np.asarray(x, float), np.asarray(y, float)
    if x.shape != y.shape:
        raise ValueError(f"x and y must have one shape, found {x.shape} and {y.shape}")
    rows, columns = np.nonzero(field)
    axis, sources = coordinates(size, spacing), np.asarray(field)[rows, columns]
    x1, y1 = axis[columns], axis[rows]
    reach = max(np.abs(a).max() + np.abs(b).max(initial=0) for a, b in ((x, x1), (y, y1)))
    limit = wavelength / 2 * np.hypot(1, distance / reach) if reach else np.inf
    _warn_above(spacing, limit, "the spacing", "direct integration")
    result = np.empty(x.size, complex)
    for i, (x0, y0) in enumerate(zip(x.flat, y.flat, strict=True)):  # r has shape (sources,)
        r = np.sqrt((x0 - x1) ** 2 + (y0 - y1) ** 2 + distance**2)
        result[i] = (sources * np.exp(2j * np.pi / wavelength * r) * distance / r**2).sum()
    return result.reshape(x.shape) * spacing**2 / (1j * wavelength)


def angular_spectrum(field, wavelength, spacing, distance, band_limit=True):
    """Propagate a field to a parallel plane as a sum of plane waves, without approximation.

    Parameters
    ----------
    field : array, shape (N, N)
        Field in the first plane; zeros are added around it up to 2 N, so that nothing wraps.
    wavelength, spacing, distance : float
        Metres; `distance` may be 0.
    band_limit : bool
        Drop the frequencies at which the transfer function is undersampled, above
        1 / (lambda sqrt((2 df z)^2 + 1)) (Matsushima & Shimobaba, Opt. Express 17, 2009). Their
        light would leave the padded window; kept, it comes back as aliases.

    Returns
    -------
    complex array, shape (N, N)
        Field in the second plane on the same grid.

    Warns
    -----
    UserWarning
        Without band limit, if the grid's highest frequency exceeds the limit.
    """
    size = _check(field, wavelength, spacing, distance)
    step = 1 / (2 * size * spacing)  # df, cycles per metre
    limit = 1 / (wavelength * np.hypot(2 * step * distance, 1))

    def transfer(squared):
        return np.exp(2j * np.pi * distance * np.emath.sqrt(wavelength**-2 - squared))

    return _propagate(field, spacing, transfer, limit, band_limit)


def fresnel(field, wavelength, spacing, distance, band_limit=True):
    """Propagate a field in the Fresnel approximation: parabolas instead of spheres.

    Arguments, result, errors and warning as in :func:`angular_spectrum`; the limit is
    1 / (2 df lambda z). Valid near the axis, where the wave's fourth-order phase
    pi r^4 / (4 lambda z^3) is small.
    """
    size = _check(field, wavelength, spacing, distance)
    limit = size * spacing / (wavelength * distance) if distance else np.inf

    def transfer(squared):
        phase = 2 * np.pi * distance / wavelength - np.pi * wavelength * distance * squared
        return np.exp(1j * phase)

    return _propagate(field, spacing, transfer, limit, band_limit)


def lens_transform(field, wavelength, spacing, focal_length):
    """Carry a field, shape (N, N), from the front to the back focal plane of a thin lens.

    Returns the Fourier transform of the field over j lambda f, complex, shape (N, N), without the
    constant phase exp(2 j k f), and its spacing in metres, lambda f / (N spacing).
    """
    size = _check(field, wavelength, spacing, focal_length)
    _positive(focal_length=focal_length)
    spectrum = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(field)))
    out_spacing = wavelength * focal_length / (size * spacing)
    return spectrum * spacing**2 / (1j * wavelength * focal_length), out_spacing


def fraunhofer(field, wavelength, spacing, distance):
    """Propagate a field to the far zone: a Fourier transform on a curved wavefront.

    Arguments and results as in :func:`lens_transform`, the distance in place of the focal length.
    Valid where the Fresnel number of the aperture is far below 1. The magnitude is right on the
    whole grid; the wavefront's phase is sampled finely enough up to z = N spacing^2 / lambda only.
    """
    far, out_spacing = lens_transform(field, wavelength, spacing, distance)
    square = coordinates(len(far), out_spacing) ** 2
    path = distance + np.add.outer(square, square) / (2 * distance)  # metres
    return far * np.exp(2j * np.pi / wavelength * path), out_spacing


def thin_lens(field, wavelength, spacing, focal_length):
    """Return the field, shape (N, N), just behind a thin lens that fills the grid.

    The lens multiplies by exp(-j k (x^2 + y^2) / (2 f)). Warns above a spacing of
    lambda f / (N spacing), where that phase is undersampled at the edge. Lengths in metres.
    """
    size = _check(field, wavelength, spacing, focal_length)
    _positive(focal_length=focal_length)
    limit = wavelength * focal_length / (size * spacing) * (1 + 1e-9)  # allow the limit itself
    _warn_above(spacing, limit, "the spacing", "the lens's phase")
    square = coordinates(size, spacing) ** 2
    return field * np.exp(-1j * np.pi / (wavelength * focal_length) * np.add.outer(square, square))


def square_near_field(x, y, width, wavelength, distance):
    """Return the Fresnel field of a uniformly lit square aperture in closed form.

    Points x, y (arrays that broadcast) and lengths in metres; complex.
    """
    _positive(width=width, wavelength=wavelength, distance=distance)

    def factor(u):
        scale = np.sqrt(2 / (wavelength * distance))
        s_right, c_right = fresnel_integrals(scale * (width / 2 - u))
        s_left, c_left = fresnel_integrals(scale * (-width / 2 - u))
        return (c_right - c_left) + 1j * (s_right - s_left)

    carrier = np.exp(2j * np.pi * distance / wavelength) / 2j
    return carrier * factor(np.asarray(x, float)) * factor(np.asarray(y, float))


def square_far_field(x, y, width, wavelength, distance):
    """Return the Fraunhofer field of a uniformly lit square aperture in closed form.

    Arguments as in :func:`square_near_field`; the first zeros are at lambda z / L.
    """
    _positive(width=width, wavelength=wavelength, distance=distance)
    scale = width / (wavelength * distance)
    path = distance + (np.square(x) + np.square(y)) / (2 * distance)  # metres
    wave = np.exp(2j * np.pi / wavelength * path) * width * scale / 1j
    return wave * np.sinc(scale * np.asarray(x)) * np.sinc(scale * np.asarray(y))


def pupil_window(size, edge, shape="square"):
    """Return the transfer function of a clear pupil, bool, shape (N, N), in FFT bin order.

    Parameters
    ----------
    size : int
        Samples N of an axis.
    edge : float
        Edge length, or diameter, in frequency bins (cycles per field of view), in (0, N].
    shape : {"square", "circle"}
        "square" holds the bins -edge / 2 <= k < edge / 2, exactly `edge` of them an axis if it
        is an integer; "circle" those with |k| <= edge / 2. Anything else raises ValueError.
    """
    if not 0 < edge <= size:
        raise ValueError(f"edge must be in (0, {size}] bins, found {edge}")
    k = np.fft.ifftshift(np.arange(size) - size // 2)
    if shape == "square":
        edge = np.round(edge, 9)  # lengths in metres give 16.999999999999996 for 17
        inside = (k >= -edge / 2) & (k < edge / 2)
        return np.logical_and.outer(inside, inside)
    if shape == "circle":
        return np.hypot.outer(k, k) <= edge / 2
    raise ValueError(f"shape must be 'square' or 'circle', found {shape!r}")


def low_pass(field, window):
    """Filter fields (..., H, W) by a window (H, W) in FFT bin order: Eq. 2 before its modulus."""
    return np.fft.ifft2(np.fft.fft2(field) * window)


def coherent_image(field, wavelength, spacing, distance, aperture, shape="square"):
    """Image a coherently lit object through a lens aperture, at magnification 1 and upright.

    Parameters
    ----------
    field : array, shape (N, N)
        Field in the object plane.
    wavelength, spacing, distance, aperture : float
        Metres; `distance` from aperture to image, `aperture` the width of the pupil.
    shape : {"square", "circle"}
        Shape of the pupil.

    Returns
    -------
    complex array, shape (N, N)
        Object field without the frequencies beyond aperture / (2 lambda distance): Eq. 2 with
        d = N spacing aperture / (lambda distance).

    Warns
    -----
    UserWarning
        If the pupil passes more than the grid holds: spacing > lambda distance / aperture.
    """
    size = _check(field, wavelength, spacing, distance)
    _positive(distance=distance, aperture=aperture)
    limit = wavelength * distance / aperture
    _warn_above(spacing, limit, "the spacing", "coherent imaging")
    return low_pass(field, pupil_window(size, min(size, size * spacing / limit), shape))


def periodic_sinc(edge, size):
    """Return the impulse response of a window of `edge` bins, complex, shape (N,), from index 0.

    The paper's sinc_d (Eq. 4) on a periodic grid: sin(pi d x / N) / (N sin(pi x / N)). An even
    number of bins is not symmetric about 0, which adds the phase of half a bin.
    """
    if not 0 < edge <= size or edge != int(edge):
        raise ValueError(f"edge must be an integer in (0, {size}], found {edge}")
    x = np.arange(1, size)
    ratio = np.sin(np.pi * edge * x / size) / (size * np.sin(np.pi * x / size))
    half_bin = 0.5 if edge % 2 == 0 else 0.0
    return np.append(edge / size, ratio * np.exp(-2j * np.pi * half_bin * x / size))


def _propagate(field, spacing, transfer, limit, band_limit):
    """Multiply the zero-padded spectrum by `transfer(fx^2 + fy^2)`, cut at `limit` per axis."""
    size = len(field)
    f = np.fft.fftfreq(2 * size, spacing)  # cycles per metre
    window = transfer(np.add.outer(f**2, f**2))
    if band_limit:
        window = window * np.logical_and.outer(np.abs(f) <= limit, np.abs(f) <= limit)
    else:
        _warn_above(1 / (2 * spacing), limit, "1 / (2 spacing)", "the transfer function", 4)
    return low_pass(np.pad(field, (0, size)), window)[:size, :size]


def _check(field, wavelength, spacing, distance):
    """Return the size of a square field after checking it and the lengths."""
    _positive(wavelength=wavelength, spacing=spacing)
    if not distance >= 0:
        raise ValueError(f"distance must not be negative, found {distance} m")
    shape = np.shape(field)
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ValueError(f"field must have shape (N, N), found {shape}")
    return shape[0]


def _positive(**lengths):
    for name, value in lengths.items():
        if not value > 0:
            raise ValueError(f"{name} must be positive, found {value} m")


def _warn_above(value, limit, name, what, level=3):
    if value > limit:
        message = f"{what} is undersampled: {name} is {value:.3g}, the limit is {limit:.3g} (SI)"
        warnings.warn(message, stacklevel=level)
