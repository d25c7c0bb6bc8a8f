"""Plain references: the same computations as the paper's formulas read, with nothing saved.

They share the weights and the random numbers of the module's networks, and give the same numbers to
rounding; only the way to compute them is the obvious one.
"""

import copy
import types

import torch
import torch.nn.functional as F

from specklegan.networks import Spade
from specklegan.speckle import SpeckleLayer, random_phase, spectral_window


def amplitudes(image, phase, rows, columns):
    """Eq. 2 written out per window: two transforms of full size for each."""
    results = []
    for row, column in zip(rows, columns, strict=True):
        spectrum = torch.fft.fft2(image * torch.exp(1j * phase))
        results.append(torch.fft.ifft2(spectrum * row[:, None] * column).abs())
    return torch.stack(results, dim=-3)


def to_polar(image):
    """Bilinear samples on the polar grid, by `grid_sample`."""
    size = image.shape[-1]
    steps = torch.arange(size, dtype=torch.float64, device=image.device)
    r, theta = (steps + 0.5) / size, steps * (2 * torch.pi / size)
    grid = torch.stack([r[:, None] * theta.cos(), r[:, None] * theta.sin()], dim=-1)
    return _sample(image, grid)


def to_cartesian(polar):
    """Bilinear samples on the Cartesian grid, by `grid_sample` of a periodically padded image."""
    size = polar.shape[-1]
    steps = torch.arange(size, dtype=torch.float64, device=polar.device)
    axis = (steps + 0.5) * (2 / size) - 1
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    r, theta = torch.hypot(x, y), torch.atan2(y, x).remainder(2 * torch.pi)
    column = (theta * (size / (2 * torch.pi)) + 1.5) * (2 / (size + 2)) - 1
    padded = torch.cat([polar[..., -1:], polar, polar[..., :1]], dim=-1)
    return _sample(padded, torch.stack([column, 2 * r - 1], dim=-1)) * (r <= 1)


def _sample(image, grid):
    grid = grid.to(image.dtype).expand(len(image), -1, -1, -1)
    return F.grid_sample(image, grid, padding_mode="border", align_corners=False)


def layer(self, x, generator=None):
    """Forward pass of a `SpeckleLayer` with normalisation and channel attention."""
    maps = x.float() if x.dtype == torch.bfloat16 else x
    source = to_polar(maps) if self.coordinates == "polar" else maps
    window = spectral_window(self.edges, self.size, self.window, self.window_width)
    phase = random_phase(source[:, :1], generator).expand_as(source)
    out = amplitudes(source, phase, window, window)  # (B, C, K, N, N)
    out = (out / window.square().mean(-1)[:, None, None]).flatten(1, 2)
    out = to_cartesian(out) if self.coordinates == "polar" else out
    return (out * self.attention(maps)[..., None, None]).to(x.dtype)


def spade(self, x, masks):
    """Forward pass of a `Spade`: a convolution each for the hidden maps, gamma and beta."""
    mask = F.interpolate(masks.mask, size=x.shape[-2:], mode="nearest")
    hidden = F.relu(self.shared(mask))
    weight, bias = self.affine.weight, self.affine.bias
    gamma, beta = (
        F.conv2d(hidden, w, b, padding=1)
        for w, b in zip(weight.chunk(2), bias.chunk(2), strict=True)
    )
    return gamma * self.normalize(x) + beta


def network(generator):
    """Return a copy of a generator that computes everything the plain way, in plain format."""
    plain = copy.deepcopy(generator).to(memory_format=torch.contiguous_format)
    for module in plain.modules():
        for kind, forward in ((Spade, spade), (SpeckleLayer, layer)):
            if isinstance(module, kind):
                module.forward = types.MethodType(forward, module)
    return plain
