"""Eq. 2, 3 and 4 of the paper as it writes them: one equation, three ways to compute it.

Eq. 2 by Fourier transforms; Eq. 3 and 4 as a convolution, by plain sums, without a transform. They
exist to be read, and compared with `speckle.form_speckle` in value and in cost. For N x N pixels a
sum over all pixels for every pixel costs N^4 products; sinc_d is a product of two kernels, one for
rows and one for columns, and sums over one axis after the other cost 2 N^3.
"""

import numpy as np
import numpy.typing as npt
from scipy.linalg import circulant


def speckle_by_eq2(image: np.ndarray, edge: int, phase: np.ndarray) -> np.ndarray:
    """Form speckle as the paper writes it: I_sp = |F^-1{F{I e^(j phi)} rect_d}| (Eq. 2).

    Parameters
    ----------
    image : array, shape (H, W)
        Source amplitude I.
    edge : int
        Edge length d of the window in cycles per field of view, from 1 to min(H, W).
    phase : array, shape (H, W)
        Phase phi of each pixel in radians.

    Returns
    -------
    array, shape (H, W)
        Speckled amplitude I_sp, not negative; as `speckle.form_speckle` at integer d.

    Raises
    ------
    ValueError
        If the shapes are not two equal (H, W), or `edge` is no integer within them.
    """
    window = _rect(edge, np.shape(image), np.shape(phase))
    spectrum = np.fft.fft2(image * np.exp(1j * phase))
    passed = spectrum * window
    return np.abs(np.fft.ifft2(passed))


def _rect(edge, shape, phase_shape):
    """Return rect_d, bool (H, W) in FFT bin order: of each axis the bins -d/2 <= k < d/2."""
    if len(shape) != 2 or shape != phase_shape:
        raise ValueError(f"image and phase must share (H, W), found {shape} and {phase_shape}")
    if edge != int(edge) or not 1 <= edge <= min(shape):
        raise ValueError(f"edge must be an integer in [1, {min(shape)}], found {edge}")
    rows, columns = (np.fft.fftfreq(size, 1 / size).round() for size in shape)
    inside = [(k >= -edge / 2) & (k < edge / 2) for k in (rows, columns)]
    return np.logical_and.outer(*inside)


def convolve(source: npt.ArrayLike, kernel: npt.ArrayLike) -> np.ndarray:
    """Return the magnitude of a circular convolution (Eq. 3), summed over all shifts.

    Parameters
    ----------
    source, kernel : complex array, shape (H, W)
        Source with its phase, and the kernel from shift (0, 0), for Eq. 3 the inverse transform
        of the window.

    Returns
    -------
    array, shape (H, W)
        Amplitude, in H W products a pixel.

    Raises
    ------
    ValueError
        If the shapes are not two equal (H, W).
    """
    source, kernel = np.asarray(source, complex), np.asarray(kernel, complex)
    if source.ndim != 2 or source.shape != kernel.shape:
        raise ValueError(
            f"source and kernel must share a shape (H, W), found {source.shape}, {kernel.shape}"
        )
    field = np.zeros_like(source)
    for row, line in enumerate(kernel):
        moved = np.roll(source, row, axis=0)
        for column, weight in enumerate(line):
            field += weight * np.roll(moved, column, axis=1)
    return np.abs(field)


def convolve_axes(source: npt.ArrayLike, kernel: npt.ArrayLike) -> np.ndarray:
    """Return the magnitude of a circular convolution with a product of two kernels (Eq. 4).

    Parameters
    ----------
    source : complex array, shape (N, N)
        Source with its phase.
    kernel : complex array, shape (N,)
        Kernel along either axis from shift 0, for Eq. 4 the periodic sinc.

    Returns
    -------
    array, shape (N, N)
        Amplitude, in 2 N products a pixel.

    Raises
    ------
    ValueError
        If the shapes are not (N, N) and (N,).
    """
    source, kernel = np.asarray(source, complex), np.asarray(kernel, complex)
    if kernel.ndim != 1 or source.shape != 2 * kernel.shape:
        raise ValueError(
            f"source and kernel must have shapes (N, N) and (N,), "
            f"found {source.shape}, {kernel.shape}"
        )
    matrix = circulant(kernel)  # matrix @ column is the circular convolution
    return np.abs(matrix @ source @ matrix.T)
