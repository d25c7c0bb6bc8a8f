"""Resampling between Cartesian and polar grids, in torch, differentiable.

An intravascular image is recorded as echo lines around the catheter and then scan-converted; its
speckle is regular in (radius, angle), so the layer works there (paper, 'Speckle layer', Fig. 2).
The polar grid covers the disc inscribed in the image: row i lies at radius (i + 1/2) / R of half
the image width, column j at the angle 2 pi j / A. The angle is periodic, so there is no seam.
"""

from functools import lru_cache

import torch
import torch.nn.functional as F


def to_polar(image, shape=None):
    """Resample Cartesian images onto the polar grid of their inscribed disc.

    Parameters
    ----------
    image : torch.Tensor, floating point, shape (..., H, W) with H = W
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
        If `image` has fewer than two axes or is not square, or `shape` is not positive.
    """
    _check(image, "image")
    height, width = image.shape[-2:]
    if height != width:
        raise ValueError(f"image must be square (H = W), found {height} x {width}")
    radii, angles = _positive(shape or (height, width))
    grid = _polar_grid(radii, angles, image.device)
    return _sample(image, grid)


def to_cartesian(polar, size=None):
    """Scan-convert polar images to square Cartesian ones; zero outside the disc.

    Parameters
    ----------
    polar : torch.Tensor, floating point, shape (..., R, A)
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
        If `polar` has fewer than two axes, or `size` is not positive.
    """
    _check(polar, "polar")
    radii, angles = polar.shape[-2:]
    size, _ = _positive((size or radii, 1))
    # One column repeated on either side makes linear interpolation periodic.
    periodic = torch.cat([polar[..., -1:], polar, polar[..., :1]], dim=-1)  # (..., R, A + 2)
    grid, inside = _cartesian_grid(size, angles, polar.device)
    return _sample(periodic, grid) * inside.to(polar.dtype)


def disc(size, device=None):
    """Return the boolean mask, shape (size, size), of pixels whose centre is in the disc."""
    return _cartesian_grid(size, 1, device)[1]


def _check(image, name):
    if not torch.is_tensor(image) or not image.is_floating_point():
        raise TypeError(f"{name} must be a floating-point torch tensor, found {_kind(image)}")
    if image.ndim < 2:
        raise ValueError(f"{name} must have at least two axes (..., H, W), found {image.ndim}")


def _kind(value):
    return value.dtype if torch.is_tensor(value) else type(value).__name__


def _positive(shape):
    if min(shape) < 1:
        raise ValueError(f"grid sizes must be at least 1, found {tuple(shape)}")
    return shape


def _sample(image, grid):
    """Sample all leading axes with one grid, in parallel over the first of four or more axes."""
    batch = image.shape[0] if image.ndim > 3 else 1
    flat = image.reshape(batch, -1, *image.shape[-2:])  # (B, M, H, W)
    grid = grid.to(image.dtype).expand(batch, -1, -1, -1)
    out = F.grid_sample(flat, grid, mode="bilinear", padding_mode="border", align_corners=False)
    return out.reshape(*image.shape[:-2], *out.shape[-2:])


@lru_cache(maxsize=16)
def _polar_grid(radii, angles, device):
    """Cartesian positions of the polar samples, in the [-1, 1] of `grid_sample`."""
    r = (torch.arange(radii, dtype=torch.float64) + 0.5) / radii
    theta = torch.arange(angles, dtype=torch.float64) * (2 * torch.pi / angles)
    x, y = r[:, None] * theta.cos(), r[:, None] * theta.sin()
    return torch.stack([x, y], dim=-1).to(device)  # (R, A, 2)


@lru_cache(maxsize=16)
def _cartesian_grid(size, angles, device):
    """Polar positions of the Cartesian pixels on the padded grid, and the disc."""
    axis = (torch.arange(size, dtype=torch.float64) + 0.5) * (2 / size) - 1
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    r = torch.hypot(x, y)
    column = torch.atan2(y, x).remainder(2 * torch.pi) * (angles / (2 * torch.pi)) + 1
    u = (column + 0.5) * (2 / (angles + 2)) - 1
    return torch.stack([u, 2 * r - 1], dim=-1).to(device), (r <= 1).to(device)
