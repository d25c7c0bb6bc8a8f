"""The learnable `SpeckleLayer` (paper, section 'SpeckleGAN architecture').

Every map becomes K maps of the same morphology with different grain. How d gets a gradient is the
business of `windows`; this file knows neither networks nor training.
"""

from collections.abc import Sequence

import torch
from torch import nn

from specklegan.speckle import checks, polar
from specklegan.speckle.attention import build_attention
from specklegan.speckle.formation import form_unchecked, random_phase
from specklegan.speckle.windows import check_window, keep_inside


class SpeckleLayer(nn.Module):
    """Give every feature map speckle of K learnable sizes (paper, 'SpeckleGAN architecture').

    Each of C maps becomes K adjacent maps of the same morphology with different speckle sizes;
    attention, computed from the input maps, weights the C K results. The maps of one image share
    its random phases: they are views of one object. Phases of their own would make their speckle
    independent, and mixing M independent patterns divides the contrast by sqrt(M).

    Parameters
    ----------
    channels : int
        Number C of input maps; 8 in the paper.
    edges : sequence of float
        Initial window edges d in cycles per field of view, K of them, each in [1, `size`]. The
        paper starts its 4 between 28 and 48 at 256 px.
    size : int
        Height and width N of the maps in pixels.
    coordinates : {"polar", "cartesian"}
        Where the speckle is regular: "polar" resamples to (radius, angle) and back, as for
        intravascular images, and leaves the corners outside the disc 0. The default, because the
        paper's images are intravascular.
    normalize : bool
        See :func:`form_speckle`; on by default, so that a map keeps its scale whatever d is and
        the gradient of d is about grain, not brightness.
    attention : {"channel", "spatial", None}
        Weights of the results: one a map, as in the paper, one a pixel and map, or none.
    window : {"ramp", "hard", "sigmoid", "straight-through"}
        How d gets its gradient; see :func:`spectral_window` for the default's reason.
    window_width : float
        Bins over which the window rises, 1 or more.
    learn_edges : bool
        Whether the edges are a parameter, as in the paper, or stay where they start.
    largest : float, optional
        Upper limit of the edges; `size` where not given. On a GPU it saves the frequencies beyond
        it, for windows that end (not the sigmoid, nor straight-through).

    Attributes
    ----------
    fraction : torch.nn.Parameter, or a buffer where not learned, shape (K,)
        d / N. In this unit a step of Adam (about its learning rate) moves d by that times N.

    Raises
    ------
    TypeError
        If `edges` are not numbers.
    ValueError
        If an argument is outside its range.
    """

    def __init__(
        self,
        channels: int = 8,
        edges: Sequence[float] | torch.Tensor = (28, 34, 41, 48),
        size: int = 256,
        coordinates: str = "polar",
        normalize: bool = True,
        attention: str | None = "channel",
        window: str = "ramp",
        window_width: float = 1.0,
        learn_edges: bool = True,
        largest: float | None = None,
    ) -> None:
        super().__init__()
        self.channels, self.size = checks.count(channels, "channels"), checks.count(size, "size")
        if coordinates not in ("polar", "cartesian"):
            raise ValueError(f"coordinates must be 'polar' or 'cartesian', found {coordinates!r}")
        check_window(window, window_width)
        self.largest = self.size if largest is None else largest
        if not 1 <= self.largest <= self.size:
            raise ValueError(f"largest must be in [1, {self.size}], found {largest}")
        start = _initial_edges(edges, self.largest)
        self.coordinates, self.normalize = coordinates, normalize
        self.window, self.window_width = window, window_width
        if learn_edges:
            self.fraction = nn.Parameter(start / size)
        else:
            self.register_buffer("fraction", start / size)
        self.attention = build_attention(attention, channels, channels * len(start))

    @property
    def edges(self) -> torch.Tensor:
        """Window edges d in cycles per field of view, shape (K,), within [1, largest]."""
        return keep_inside(self.fraction * self.size, 1, self.largest)

    @property
    def reach(self) -> int:
        """Highest frequency that a window of the largest edge can hold, and one beyond it."""
        return min(self.size // 2, int(self.largest + self.window_width) // 2 + 1)

    def forward(self, x: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
        """Return the speckled maps, (B, C, H, W) to (B, C K, H, W), K adjacent per map.

        Parameters
        ----------
        x : torch.Tensor, floating point, shape (B, C, N, N)
            Maps; half precision is calculated in float32.
        generator : torch.Generator, optional
            Source of the random phases, new in every call.

        Raises
        ------
        TypeError
            If `x` is not a floating-point tensor.
        ValueError
            If `x` has another shape or, on the CPU, values that are not finite.
        """
        expected = (self.channels, self.size, self.size)
        if x.ndim != 4 or tuple(x.shape[1:]) != expected:
            raise ValueError(f"expected maps of shape (B, *{expected}), found {tuple(x.shape)}")
        with torch.autocast(x.device.type, enabled=False):  # no FFT in half precision
            maps = x.float() if x.dtype in (torch.bfloat16, torch.float16) else x
            checks.image(maps, "maps")  # the only look at the values: what follows trusts them
            weights = None if self.attention is None else self.attention(maps)
            if weights is None or weights.ndim == 2:  # one weight a map: part of the formation
                out = self._speckle(maps, generator, weights)
            else:  # (B, C K, N, N): spatial
                out = self._speckle(maps, generator) * weights
        return out.to(x.dtype)

    def _speckle(self, maps, generator, weights=None):
        gain = None if weights is None else weights.unflatten(1, (self.channels, -1))  # (B, C, K)
        is_polar = self.coordinates == "polar"
        source = polar.polar_unchecked(maps, self.size, self.size) if is_polar else maps
        edges = self.edges.to(maps.dtype)
        phase = random_phase(source[:, :1], generator).expand_as(source)  # one object an image
        form = self.normalize, self.window, self.window_width
        bounded = maps.device.type != "cpu" and self.window in ("ramp", "hard")
        reach = self.reach if bounded else None
        out = form_unchecked(source, edges, phase, *form, gain, reach)
        out = out.flatten(1, 2)  # (B, C, K, H, W) -> (B, C K, H, W)
        return polar.cartesian_unchecked(out, self.size) if is_polar else out

    def extra_repr(self) -> str:
        """Show the current edges when the layer is printed."""
        edges = ", ".join(f"{d:.1f}" for d in self.edges.tolist())
        return f"{self.channels} maps, edges {edges} of {self.size}, {self.coordinates}"


def _initial_edges(edges, size):
    start = checks.edges(edges, size)
    if start.ndim != 1 or start.numel() == 0:
        raise ValueError(f"edges must hold at least one edge in one sequence, found {edges!r}")
    if bool((start < 1).any()):
        raise ValueError(f"edges must start in [1, {size}], found {start.tolist()}")
    return start.detach().clone()
