"""The lowest frequencies of an image, to and fro, by products of real matrices.

A window of edge d leaves about d of the N frequencies of an axis. An FFT computes all of them; a
product with the N x d matrix of their cosines and sines computes these alone, at the speed of
matrix products, and reads and writes nothing else. With d of 256 between 28 and 48 that is several
times as fast as transforms of full size, on CPUs and GPUs; see `benchmarks/layer.py`.

With k = -m ... m, e^(ikx) = cos kx + i sin kx: two bins k and -k share one cosine and one sine, so
the matrices are real and the work is half of that with complex ones. The waves of an axis are
ordered sin mx ... sin x, 1, cos x ... cos mx, so that those of a smaller m are a slice.
"""

import math
from functools import lru_cache

import torch


def bins(size: int, reach: int, device: torch.device | None = None) -> torch.Tensor:
    """Return the DFT bins -m ... m, counted from 0 to `size` - 1 as an FFT does, shape (2 m + 1,).

    Parameters
    ----------
    size : int
        Number of samples N of the axis.
    reach : int
        Highest frequency m in cycles per axis, 0 to N // 2. At m = N / 2 the bin N / 2 comes
        twice, as m and as -m: see :func:`share`.
    """
    return torch.arange(-reach, reach + 1, device=device) % size


def share(
    size: int, reach: int, dtype: torch.dtype, device: torch.device | None = None
) -> torch.Tensor:
    """Return by how much each entry of :func:`bins` counts: 1/2 for a bin that comes twice."""
    part = torch.ones(2 * reach + 1, dtype=dtype, device=device)
    if 2 * reach == size:
        part[0] = part[-1] = 0.5
    return part


def analyse(field: torch.Tensor, reach: tuple[int, int]) -> torch.Tensor:
    """Return the coefficients of the lowest frequencies: the DFT sum, cut to |k| <= m.

    Parameters
    ----------
    field : torch.Tensor, floating point, shape (..., 2, H, W)
        Real and imaginary part of complex images.
    reach : tuple of int
        Highest frequencies m of rows and columns.

    Returns
    -------
    torch.Tensor, complex, shape (..., 2 m_H + 1, 2 m_W + 1)
        The sums over the image times e^(-i (k y + l x)), bins ordered as in :func:`bins`.
    """
    rows, columns = _matrices(field, field.shape[-2:], reach)
    products = rows.mT @ (field @ columns)  # (..., 2, 2 m_H + 1, 2 m_W + 1)
    found = torch.complex(products[..., 0, :, :], products[..., 1, :, :])
    down, across = _pairs(reach, found)
    return down.mH @ found @ across.conj()


def amplitudes(spectrum: torch.Tensor) -> torch.Tensor:
    """Turn coefficients of bins into those of waves, as :func:`synthesise` takes them.

    Parameters
    ----------
    spectrum : torch.Tensor, complex, shape (..., 2 m_H + 1, 2 m_W + 1)
        Coefficients, bins ordered as in :func:`bins`.

    Returns
    -------
    torch.Tensor, real, shape (..., 2, 2 m_H + 1, 2 m_W + 1)
        Real and imaginary parts of the coefficients of waves.
    """
    reach = tuple(count // 2 for count in spectrum.shape[-2:])
    down, across = _pairs(reach, spectrum)
    found = down @ spectrum @ across.mT
    return torch.stack([found.real, found.imag], dim=-3)


def synthesise(coefficients: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
    """Return the images that consist of these waves: the sum of an inverse DFT, not yet divided.

    Parameters
    ----------
    coefficients : torch.Tensor, real, shape (..., 2, 2 m_H + 1, 2 m_W + 1)
        From :func:`amplitudes`.
    shape : tuple of int
        Height and width H, W of the images.

    Returns
    -------
    torch.Tensor, shape (..., 2, H, W)
        Real and imaginary parts.
    """
    reach = tuple(count // 2 for count in coefficients.shape[-2:])
    rows, columns = _matrices(coefficients, shape, reach)
    return (rows @ coefficients) @ columns.mT


def _matrices(like, shape, reach):
    return (_waves(n, m, like.dtype, like.device) for n, m in zip(shape, reach, strict=True))


def _pairs(reach, like):
    return (_pairing(m, like.dtype, like.device) for m in reach)


@lru_cache(maxsize=64)
def _waves(size, reach, dtype, device):
    """Matrix (N, 2 m + 1) of sin mx ... sin x, 1, cos x ... cos mx at the samples x."""
    x = torch.arange(size, dtype=torch.float64)
    k = torch.arange(1, reach + 1, dtype=torch.float64)
    angle = (x[:, None] * k) % size * (2 * math.pi / size)  # (N, m), exact before the division
    waves = torch.cat([angle.sin().flip(1), torch.ones(size, 1), angle.cos()], dim=1)
    return waves.to(device, dtype)


@lru_cache(maxsize=64)
def _pairing(reach, dtype, device):
    """Matrix that turns coefficients of the bins -m ... m into those of the waves.

    a e^(ikx) + b e^(-ikx) = (a + b) cos kx + i (a - b) sin kx.
    """
    pairing = torch.zeros(2 * reach + 1, 2 * reach + 1, dtype=torch.complex128)
    pairing[reach, reach] = 1
    k = torch.arange(1, reach + 1)
    pairing[reach + k, reach + k] = pairing[reach + k, reach - k] = 1
    unit = torch.tensor(1j, dtype=torch.complex128)
    pairing[reach - k, reach + k], pairing[reach - k, reach - k] = unit, -unit
    return pairing.to(device, dtype)
