"""Lenses and coherent imaging: Fourier transforms, pupils, and the low-pass filter behind Eq. 2.

A lens takes a Fourier transform; a pupil keeps part of it; a second lens transforms back. What is
left is a low-pass filter of the object, and the paper's speckle layer is nothing else. Grids, phase
convention and errors as in `optics`; lengths in metres, windows in FFT bin order. Source, where
none is named: Goodman, *Introduction to Fourier Optics* (1968). Nothing here is random or learned:
the differentiable window is in `speckle`.
"""

# notation: f focal_length, z distance, L aperture, N size, d edge, Delta spacing

import numpy as np
import numpy.typing as npt

from specklegan.optics.grid import (
    check_field,
    check_lengths,
    check_size,
    coordinates,
    warn_undersampled,
)
from specklegan.optics.propagation import centred_transform


def lens_transform(
    field: npt.ArrayLike, wavelength: float, spacing: float, focal_length: float
) -> tuple[np.ndarray, float]:
    """Carry a field, shape (N, N), from the front to the back focal plane of a thin lens.

    Returns the Fourier transform of the field over j lambda f, complex, shape (N, N), without the
    constant phase exp(2 j k f), and its spacing in metres, lambda f / (N spacing).
    """
    field = check_field(field)
    check_lengths(wavelength=wavelength, spacing=spacing, focal_length=focal_length)
    out_spacing = wavelength * focal_length / (len(field) * spacing)
    scale = spacing**2 / (1j * wavelength * focal_length)
    return centred_transform(field) * scale, out_spacing


def thin_lens(
    field: npt.ArrayLike, wavelength: float, spacing: float, focal_length: float
) -> np.ndarray:
    """Return the field, shape (N, N), just behind a thin lens that fills the grid.

    The lens multiplies by exp(-j k (x^2 + y^2) / (2 f)). Warns above a spacing of
    lambda f / (N spacing), where that phase is undersampled at the edge. Lengths in metres.
    """
    field = check_field(field)
    check_lengths(wavelength=wavelength, spacing=spacing, focal_length=focal_length)
    limit = wavelength * focal_length / (len(field) * spacing) * (1 + 1e-9)  # the limit is allowed
    warn_undersampled("the lens's phase", "the spacing", spacing, limit)
    square = coordinates(len(field), spacing) ** 2
    return field * np.exp(-1j * np.pi / (wavelength * focal_length) * np.add.outer(square, square))


def pupil_edge(
    size: int, wavelength: float, spacing: float, distance: float, aperture: float
) -> float:
    """Return d = N spacing L / (lambda z): the frequency bins that an aperture passes an axis.

    `aperture` is its width L and `distance` z that from the aperture to the image, in metres. The
    edge may exceed `size`: then the lens resolves more than the grid.
    """
    check_size(size=size)
    check_lengths(wavelength=wavelength, spacing=spacing, distance=distance, aperture=aperture)
    return size * spacing * aperture / (wavelength * distance)


def pupil_window(size: int, edge: float, shape: str = "square") -> np.ndarray:
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
    check_size(size=size)
    if not 0 < edge <= size:
        raise ValueError(f"edge must be in (0, {size}] bins, found {edge}")
    k = np.fft.ifftshift(np.arange(size) - size // 2)
    edge = np.round(edge, 9)  # lengths in metres give 16.999999999999996 for 17
    if shape == "square":
        inside = (k >= -edge / 2) & (k < edge / 2)
        return np.logical_and.outer(inside, inside)
    if shape == "circle":
        return np.hypot.outer(k, k) <= edge / 2
    raise ValueError(f"shape must be 'square' or 'circle', found {shape!r}")


def low_pass(field: npt.ArrayLike, window: np.ndarray) -> np.ndarray:
    """Filter fields (..., H, W) by a window (H, W) in FFT bin order: Eq. 2 before its modulus.

    Raises ValueError if the last two axes differ: a window never broadcasts unseen.
    """
    if np.ndim(field) < 2 or np.shape(field)[-2:] != np.shape(window):
        raise ValueError(
            f"field must end in the window's shape {np.shape(window)}, found {np.shape(field)}"
        )
    return np.fft.ifft2(np.fft.fft2(field) * window)


def coherent_image(
    field: npt.ArrayLike,
    wavelength: float,
    spacing: float,
    distance: float,
    aperture: float,
    shape: str = "square",
) -> np.ndarray:
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
        Object field without the frequencies beyond aperture / (2 lambda distance): Eq. 2 with the
        edge of :func:`pupil_edge`.

    Warns
    -----
    UserWarning
        If the pupil passes more than the grid holds: spacing > lambda distance / aperture.
    """
    field = check_field(field)
    size = len(field)
    edge = pupil_edge(size, wavelength, spacing, distance, aperture)
    limit = wavelength * distance / aperture * (1 + 1e-9)  # the limit itself is allowed
    warn_undersampled("coherent imaging", "the spacing", spacing, limit)
    return low_pass(field, pupil_window(size, min(size, edge), shape))


def periodic_sinc(edge: int, size: int) -> np.ndarray:
    """Return the impulse response of a window of `edge` bins, complex, shape (N,), from index 0.

    The paper's sinc_d (Eq. 4) on a periodic grid: sin(pi d x / N) / (N sin(pi x / N)). An even
    number of bins is not symmetric about 0, which adds the phase of half a bin.
    """
    check_size(size=size)
    if not 0 < edge <= size or edge != int(edge):
        raise ValueError(f"edge must be an integer in (0, {size}], found {edge}")
    x = np.arange(1, size)
    ratio = np.sin(np.pi * edge * x / size) / (size * np.sin(np.pi * x / size))
    half_bin = 0.5 if edge % 2 == 0 else 0.0
    return np.append(edge / size, ratio * np.exp(-2j * np.pi * half_bin * x / size))
