"""Eq. 2 of the paper: speckle formation, differentiable in image and edge.

A source image gets a random phase in every pixel, is Fourier transformed, cut to a window of edge
d around zero frequency, transformed back, and its magnitude is the speckled image. The grain is
about N / d pixels. How d gets a gradient is the business of `windows`; this file knows neither
networks nor training.
"""

# notation: d edge, N size, K number of edges, C channels, B images in a batch

import math

import torch

from specklegan.speckle import _amplitude, checks
from specklegan.speckle.windows import spectral_window


def form_speckle(
    image: torch.Tensor,
    edge: float | torch.Tensor,
    phase: torch.Tensor | None = None,
    generator: torch.Generator | None = None,
    normalize: bool = False,
    window: str = "ramp",
    window_width: float = 1.0,
    gain: torch.Tensor | None = None,
    reach: int | None = None,
) -> torch.Tensor:
    """Form speckle by Eq. 2: the magnitude of a windowed, randomly phased spectrum.

    At an integer edge the same as :func:`speckle_by_eq2`, which is Eq. 2 as the paper
    writes it, several times as fast: for four edges of one batch, at 64 and at 256 px, about
    three times in double precision and seven times in single, on one thread and without gradients
    (`python -m benchmarks.equations`).

    Parameters
    ----------
    image : torch.Tensor, float32 or float64, shape (..., H, W)
        Source amplitude.
    edge : float or torch.Tensor of shape () or (K,)
        Edge length d in cycles per field of view, 0 < d <= min(H, W).
    phase : torch.Tensor, shape and type of `image`, optional
        Phase in radians, without a gradient; uniform in [0, 2 pi) where not given.
    generator : torch.Generator, optional
        Source of the random phase.
    normalize : bool
        Divide by the root of the fraction of power that the window passes, (d / N)^2 at integer
        d, so that the mean intensity of a uniform source does not depend on d. Off by default:
        Eq. 2 as it stands.
    window : {"ramp", "hard", "sigmoid", "straight-through"}
        How d gets its gradient, see :func:`spectral_window`.
    window_width : float
        Bins over which the window rises.
    gain : torch.Tensor, shape (..., K), optional
        Positive factor of each amplitude; here it costs nothing, see `_amplitude`.
    reach : int, optional
        Frequencies beyond it are not computed: a bound that must hold the windows. On the CPU it
        is read from them where not given; elsewhere, where reading would wait for the device, all
        frequencies are kept.

    Returns
    -------
    torch.Tensor, shape (..., H, W), or (..., K, H, W) for K edges
        Speckled amplitude, not negative.

    Raises
    ------
    TypeError
        If `image`, `phase` or a tensor of edges is not floating-point.
    ValueError
        If `image` has fewer than two axes or values that are not finite, `phase` does not fit it,
        `edge` has more than one axis or a value outside (0, min(H, W)], or `window` is unknown.
    """
    checks.image(image, "image")
    height, width = image.shape[-2:]
    edge = checks.edges(edge, min(height, width), image)
    if edge.ndim > 1:
        raise ValueError(f"edges must have shape () or (K,), found {tuple(edge.shape)}")
    phase = random_phase(image, generator) if phase is None else _checked_phase(phase, image)
    edges = edge.reshape(-1)
    amplitude = form_unchecked(
        image, edges, phase, normalize, window, window_width, gain=gain, reach=reach
    )
    return amplitude if edge.ndim else amplitude.squeeze(-3)


def form_unchecked(
    image: torch.Tensor,
    edges: torch.Tensor,
    phase: torch.Tensor,
    normalize: bool,
    window: str,
    window_width: float,
    gain: torch.Tensor | None = None,
    reach: int | None = None,
) -> torch.Tensor:
    """Form speckle of edges (K,) as :func:`form_speckle`, trusting values of image and phase."""
    height, width = image.shape[-2:]
    rows = spectral_window(edges, height, window, window_width)  # (K, H)
    columns = rows if width == height else spectral_window(edges, width, window, window_width)
    # Straight through, bins that the hard window shuts have a gradient too: leave none out.
    reach = max(height, width) // 2 if window == "straight-through" else reach
    if normalize:
        power = rows.square().mean(-1) * columns.square().mean(-1)  # (K,)
        gain = power.rsqrt().expand(*image.shape[:-2], -1) * (1 if gain is None else gain)
    return _amplitude.windowed_amplitude(image, phase, rows, columns, reach, gain)


def random_phase(image: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
    """Return phases uniform in [0, 2 pi), of the shape, type and device of `image`."""
    uniform = torch.rand(image.shape, generator=generator, dtype=image.dtype, device=image.device)
    return uniform * (2 * math.pi)


def _checked_phase(phase, image):
    checks.image(phase, "phase")
    if phase.shape != image.shape or phase.dtype != image.dtype:
        raise ValueError(
            f"phase must have the image's shape {tuple(image.shape)} and type {image.dtype}, "
            f"found {tuple(phase.shape)} and {phase.dtype}"
        )
    return phase
