"""Resampling between Cartesian and polar grids, in torch, differentiable.

An intravascular image is recorded as echo lines around the catheter and then scan-converted; its
speckle is regular in (radius, angle), so the layer works there (paper, 'Speckle layer', Fig. 2).
The polar grid covers the disc inscribed in the image: row i lies at radius (i + 1/2) / R of half
the image width, column j at the angle 2 pi j / A. The angle is periodic, so there is no seam.
"""

from functools import lru_cache

import torch

from specklegan.speckle import _resampling, checks


def to_polar(image: torch.Tensor, shape: tuple[int, int] | None = None) -> torch.Tensor:
    """Resample Cartesian images onto the polar grid of their inscribed disc.

    Parameters
    ----------
    image : torch.Tensor, float32 or float64, shape (..., H, W) with H = W
        Cartesian images; x is the column and y the row, the centre lies between pixels.
    shape : tuple of int, optional
        Numbers of radii and angles (R, A); (H, W) where not given.

    Returns
    -------
    torch.Tensor, shape (..., R, A)
        Bilinear samples; rows are radii (inside to outside), columns angles in [0, 2 pi).

    Raises
    ------
    TypeError
        If `image` is not a floating-point tensor.
    ValueError
        If `image` has fewer than two axes, is not square or (on the CPU) not finite, or `shape`
        is not two positive integers.
    """
    checks.image(image, "image")
    height, width = image.shape[-2:]
    if height != width:
        raise ValueError(f"image must be square (H = W), found {height} x {width}")
    radii, angles = shape or (height, width)
    radii, angles = checks.count(radii, "radii"), checks.count(angles, "angles")
    return polar_unchecked(image, radii, angles)


def polar_unchecked(image: torch.Tensor, radii: int, angles: int) -> torch.Tensor:
    """Resample square images as :func:`to_polar`, trusting their values."""
    plan = _to_polar(image.shape[-1], radii, angles, image.dtype, image.device)
    return _sample(image, plan)


def to_cartesian(polar: torch.Tensor, size: int | None = None) -> torch.Tensor:
    """Scan-convert polar images to square Cartesian ones; zero outside the disc.

    Parameters
    ----------
    polar : torch.Tensor, float32 or float64, shape (..., R, A)
        Polar images as :func:`to_polar` lays them out.
    size : int, optional
        Height and width N of the result in pixels; R where not given.

    Returns
    -------
    torch.Tensor, shape (..., N, N)
        Bilinear samples, periodic in angle; pixels whose centre is outside the disc are 0.

    Raises
    ------
    TypeError
        If `polar` is not a floating-point tensor.
    ValueError
        If `polar` has fewer than two axes or is (on the CPU) not finite, or `size` is not a
        positive integer.
    """
    checks.image(polar, "polar")
    size = polar.shape[-2] if size is None else checks.count(size, "size")
    return cartesian_unchecked(polar, size)


def cartesian_unchecked(polar: torch.Tensor, size: int) -> torch.Tensor:
    """Scan-convert polar images as :func:`to_cartesian`, trusting their values."""
    plan = _to_cartesian(*polar.shape[-2:], size, polar.dtype, polar.device)
    return _sample(polar, plan)


def disc(size: int, device: torch.device | str | None = None) -> torch.Tensor:
    """Return the boolean mask, shape (size, size), of pixels whose centre is in the disc."""
    return (_pixels(size)[0] <= 1).to(device)


def _sample(image, plan):
    maps = image[(None,) * max(0, 4 - image.ndim)].flatten(1, -3)  # (B, M, H, W)
    out = _resampling.resample(maps, plan)
    return out.reshape(*image.shape[:-2], *out.shape[-2:])


@lru_cache(maxsize=16)
def _to_polar(size, radii, angles, dtype, device):
    """Plan of a square image's samples on the polar grid."""
    r = (torch.arange(radii, dtype=torch.float64) + 0.5) * (size / (2 * radii))  # pixels
    theta = torch.arange(angles, dtype=torch.float64) * (2 * torch.pi / angles)
    rows, columns = (r[:, None] * along + (size - 1) / 2 for along in (theta.sin(), theta.cos()))
    return _resampling.bilinear((size, size), rows, columns).to(dtype, device)


@lru_cache(maxsize=16)
def _to_cartesian(radii, angles, size, dtype, device):
    """Plan of a polar image's samples at Cartesian pixels."""
    r, theta = _pixels(size)
    rows, columns = r * radii - 0.5, theta * (angles / (2 * torch.pi))
    plan = _resampling.bilinear((radii, angles), rows, columns, periodic=True, inside=r <= 1)
    return plan.to(dtype, device)


def _pixels(size):
    """Radius, in units of half the width, and angle in [0, 2 pi] of an image's pixels."""
    axis = (torch.arange(size, dtype=torch.float64) + 0.5) * (2 / size) - 1
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.hypot(x, y), torch.atan2(y, x).remainder(2 * torch.pi)
