"""Eq. 2 of the paper: spectral window, speckle formation, and the learnable `SpeckleLayer`.

A source image gets a random phase in every pixel, is Fourier transformed, cut to a window of edge
d around zero frequency, transformed back, and its magnitude is the speckled image. The grain is
about N / d pixels. d is continuous and has an exact derivative, so that a network can learn it.
This file knows neither networks nor training.
"""

import math

import torch
from torch import nn

from specklegan import polar


def spectral_window(edge, size):
    """Return the 1-D spectral window of edge d, with an exact derivative in d.

    w(k; d) = clamp(d - rho(k), 0, 1) with rho(k) = 2 |k| - [k < 0] for the integer DFT bin k:
    the bins enter in the order 0, -1, 1, -2, 2, ... At every integer d this is the hard centred
    window, it sums to d everywhere, and between integers one bin carries the fraction.

    Parameters
    ----------
    edge : float or torch.Tensor, shape (...)
        Edge length d in cycles per field of view, 0 < d <= `size`.
    size : int
        Number of samples N of the axis.

    Returns
    -------
    torch.Tensor, shape (..., size)
        Weights in [0, 1] in FFT bin order (zero frequency first).

    Raises
    ------
    ValueError
        If `size` is not positive, or an edge given as a number is outside (0, size] or NaN.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, found {size}")
    if not torch.is_tensor(edge):
        edge = _checked_edges(edge, size)
    rank = torch.arange(size, device=edge.device)
    k = torch.where(rank < (size + 1) // 2, rank, rank - size)
    rho = 2 * k.abs() - (k < 0).long()
    return (edge[..., None] - rho).clamp(0, 1)


def form_speckle(image, edge, phase=None, generator=None, normalize=False):
    """Form speckle by Eq. 2: the magnitude of a windowed, randomly phased spectrum.

    Parameters
    ----------
    image : torch.Tensor, floating point, shape (..., H, W)
        Source amplitude.
    edge : float or torch.Tensor of shape () or (K,)
        Edge length d in cycles per field of view, 0 < d <= min(H, W).
    phase : torch.Tensor, shape of `image`, optional
        Phase in radians; uniform in [0, 2 pi) where not given.
    generator : torch.Generator, optional
        Source of the random phase.
    normalize : bool
        Divide by the root of the fraction of power that the window passes, (d / N)^2 at integer
        d, so that the mean intensity of a uniform source does not depend on d.

    Returns
    -------
    torch.Tensor, shape (..., H, W), or (..., K, H, W) for K edges
        Speckled amplitude, not negative.

    Raises
    ------
    TypeError
        If `image` is not a floating-point tensor.
    ValueError
        If `image` has fewer than two axes, `phase` has another shape, or a number given as
        `edge` is outside (0, min(H, W)].
    """
    _check_image(image, phase)
    height, width = image.shape[-2:]
    if not torch.is_tensor(edge):
        edge = _checked_edges(edge, min(height, width)).to(image)
    if phase is None:
        phase = random_phase(image, generator)
    spectrum = torch.fft.fft2(torch.polar(image, phase))  # (..., H, W)
    rows, columns = spectral_window(edge, height), spectral_window(edge, width)
    window = rows[..., :, None] * columns[..., None, :]  # (H, W) or (K, H, W)
    if edge.ndim:
        spectrum = spectrum.unsqueeze(-3)  # (..., 1, H, W)
    passed = torch.view_as_real(spectrum) * window[..., None]  # real products: half the work
    amplitude = torch.fft.ifft2(torch.view_as_complex(passed)).abs()
    if normalize:
        power = rows.square().mean(-1) * columns.square().mean(-1)  # () or (K,)
        amplitude = amplitude * power.rsqrt()[..., None, None]
    return amplitude


def random_phase(image, generator=None):
    """Return phases uniform in [0, 2 pi), of the shape, type and device of `image`."""
    uniform = torch.rand(image.shape, generator=generator, dtype=image.dtype, device=image.device)
    return uniform * (2 * math.pi)


class SpeckleLayer(nn.Module):
    """Give every feature map speckle of K learnable sizes (paper, 'SpeckleGAN architecture').

    Each of C maps becomes K adjacent maps of the same morphology with different speckle sizes;
    channel attention, computed from the input maps, weights the C K results. The maps of one
    image share its random phases: they are views of one object. Phases of their own would make
    their speckle independent, and mixing M independent patterns divides the contrast by sqrt(M).

    Parameters
    ----------
    channels : int
        Number C of input maps.
    edges : sequence of float
        Initial window edges d in cycles per field of view, K of them, each in (0, `size`].
    size : int
        Height and width N of the maps in pixels.
    coordinates : {"polar", "cartesian"}
        Where the speckle is regular: "polar" resamples to (radius, angle) and back, as for
        intravascular images, and leaves the corners outside the disc 0.
    normalize : bool
        See :func:`form_speckle`; on by default, so that a map keeps its scale whatever d is.
    attention : bool
        Weight the results by channel attention; without it they pass unweighted.

    Attributes
    ----------
    fraction : torch.nn.Parameter, shape (K,)
        d / N. In this unit a step of Adam (about its learning rate) moves d by that times N.

    Raises
    ------
    ValueError
        If an argument is outside its range.
    """

    def __init__(
        self,
        channels=8,
        edges=(28, 34, 41, 48),
        size=256,
        coordinates="polar",
        normalize=True,
        attention=True,
    ):
        super().__init__()
        if channels < 1:
            raise ValueError(f"channels must be at least 1, found {channels}")
        if coordinates not in ("polar", "cartesian"):
            raise ValueError(f"coordinates must be 'polar' or 'cartesian', found {coordinates!r}")
        start = _checked_edges(list(edges), size)
        if start.numel() == 0:
            raise ValueError("edges must hold at least one edge, found none")
        self.channels, self.size = channels, size
        self.coordinates, self.normalize = coordinates, normalize
        self.fraction = nn.Parameter(start / size)
        self.attention = ChannelAttention(channels, channels * len(start)) if attention else None

    @property
    def edges(self):
        """Window edges d in cycles per field of view, shape (K,), within [1, size]."""
        return (self.fraction * self.size).clamp(1, self.size)

    def forward(self, x, generator=None):
        """Return the speckled maps, (B, C, H, W) to (B, C * K, H, W), K adjacent per map."""
        expected = (self.channels, self.size, self.size)
        if x.ndim != 4 or tuple(x.shape[1:]) != expected:
            raise ValueError(f"expected maps of shape (B, *{expected}), found {tuple(x.shape)}")
        with torch.autocast(x.device.type, enabled=False):  # no FFT in half precision
            maps = x.float() if x.dtype in (torch.bfloat16, torch.float16) else x
            out = self._speckle(maps, generator)
            if self.attention is not None:
                out = out * self.attention(maps)[..., None, None]
        return out.to(x.dtype)

    def _speckle(self, maps, generator):
        is_polar = self.coordinates == "polar"
        source = polar.to_polar(maps) if is_polar else maps
        edges = self.edges.to(maps.dtype)
        phase = random_phase(source[:, :1], generator).expand_as(source)  # one object an image
        out = form_speckle(source, edges, phase, normalize=self.normalize)
        out = out.flatten(1, 2)  # (B, C, K, H, W) -> (B, C * K, H, W)
        return polar.to_cartesian(out) if is_polar else out

    def extra_repr(self):
        """Show the current edges when the layer is printed."""
        edges = ", ".join(f"{d:.1f}" for d in self.edges.tolist())
        return f"{self.channels} maps, edges {edges} of {self.size}, {self.coordinates}"


class ChannelAttention(nn.Module):
    """Channel attention: global sum pooling, then two linear layers (paper, same section).

    The sum is divided by the number of pixels, a constant that the first linear layer could
    absorb, so that its input has the scale of a map. A sigmoid bounds the weights to (0, 1).
    """

    def __init__(self, channels_in, channels_out):
        super().__init__()
        self.hidden = nn.Linear(channels_in, channels_out)
        self.out = nn.Linear(channels_out, channels_out)

    def forward(self, x):
        """Return one weight an output map: (B, C, H, W) to (B, C * K)."""
        pooled = x.sum((2, 3)) / (x.shape[2] * x.shape[3])  # (B, C)
        return torch.sigmoid(self.out(torch.relu(self.hidden(pooled))))


def _check_image(image, phase):
    if not torch.is_tensor(image) or not image.is_floating_point():
        found = image.dtype if torch.is_tensor(image) else type(image).__name__
        raise TypeError(f"image must be a floating-point torch tensor, found {found}")
    if image.ndim < 2:
        raise ValueError(f"image must have at least two axes (..., H, W), found {image.ndim}")
    if phase is not None and phase.shape != image.shape:
        raise ValueError(f"phase must have the image's shape {tuple(image.shape)}, "
                         f"found {tuple(phase.shape)}")  # fmt: skip


def _checked_edges(edge, size):
    edge = torch.as_tensor(edge, dtype=torch.get_default_dtype())
    if not bool(((edge > 0) & (edge <= size)).all()):
        raise ValueError(f"edges must be in (0, {size}], found {edge.tolist()}")
    return edge
