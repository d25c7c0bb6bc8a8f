"""How the edge d of a spectral window gets a gradient: four windows of one family.

A hard window lets d frequency bins of an axis pass and knows no derivative; the paper learns d and
does not say how. All windows here open the bins k in the order rho(k) = 0, 1, 2, ... of the bins
0, -1, 1, -2, 2, ..., and differ only in how a bin's weight depends on x = d - rho(k) - 1/2, the
distance of the edge from the middle of the bin. Nothing here knows images or speckle.
"""

import torch
import torch.nn.functional as F

from specklegan.speckle import checks

WINDOWS = ("ramp", "hard", "sigmoid", "straight-through")


def spectral_window(
    edge: float | torch.Tensor, size: int, window: str = "ramp", width: float = 1.0
) -> torch.Tensor:
    """Return the 1-D spectral window of edge d.

    With x = d - rho(k) - 1/2 and rho(k) = 2 |k| - [k < 0] for the integer DFT bin k:

    - "ramp": clamp(x / width + 1/2, 0, 1), the default. At width 1, clamp(d - rho, 0, 1), it is the
      hard window at every integer d and sums to d everywhere: one bin at a time fades in, the
      derivative is exact between integers and, at integers, the mean of those from either side.
      A wider ramp (an integer width) sums to d for width / 2 <= d <= N - width / 2.
    - "sigmoid": 1 / (1 + exp(-4 x / width)), of the same slope in the middle. Every bin feels d,
      and none is quite shut: its tail lets through what a hard window blocks.
    - "hard": 1 for x > 0, else 0, the paper's window; its derivative is 0.
    - "straight-through": forwards hard, backwards with the derivative of the ramp (Bengio et al.,
      arXiv 1308.3432): what is measured is a hard window, what is descended is not its gradient.

    Parameters
    ----------
    edge : float or torch.Tensor, floating point, shape (...)
        Edge length d in cycles per field of view, 0 < d <= `size`.
    size : int
        Number of samples N of the axis.
    window : {"ramp", "hard", "sigmoid", "straight-through"}
        How d gets its gradient. The ramp is the default because it alone both is the paper's
        window at integers and has a gradient of its own.
    width : float
        Bins over which a weight rises, 1 or more; 1 is the default because a wider one is no
        hard window at any d. Without effect on "hard".

    Returns
    -------
    torch.Tensor, shape (..., size)
        Weights in [0, 1] in FFT bin order (zero frequency first).

    Raises
    ------
    TypeError
        If `edge` is an integer tensor.
    ValueError
        If `size` is not a positive integer, an edge is NaN or outside (0, size] (tensors off the
        CPU are not looked at, which would halt the device), `window` is unknown, or `width` is
        below 1.
    """
    check_window(window, width)
    size = checks.count(size, "size")
    edge = checks.edges(edge, size)
    x = edge[..., None] - (entry_order(size, edge.device) + 0.5)  # (..., N)
    if window == "sigmoid":
        return torch.sigmoid(x * (4 / width))
    soft = _ramp(x / width + 0.5)
    if window == "ramp":
        return soft
    hard = (x > 0).to(soft.dtype)
    # 0 * soft keeps d in the graph, with the derivative that a hard window has: none.
    backward = 0 * soft if window == "hard" else soft
    return backward + (hard - backward).detach()


def entry_order(size: int, device: torch.device | str | None = None) -> torch.Tensor:
    """Return rho(k), shape (size,): when each DFT bin enters the window, in FFT bin order."""
    index = torch.arange(size, device=device)
    k = torch.where(index < (size + 1) // 2, index, index - size)
    return 2 * k.abs() - (k < 0).long()


def keep_inside(edge: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """Clamp edges to [low, high] such that gradient descent finds the way back.

    Plain clamping has no gradient outside: an edge that one step takes too far would stay there
    for ever. Here the gradient passes, unless a step against it leads farther out.

    Parameters
    ----------
    edge : torch.Tensor, floating point
        Edges d of any shape, in any unit.
    low, high : float
        Range, in the same unit.

    Returns
    -------
    torch.Tensor
        Edges of the same shape, within the range.
    """
    return _KeepInside.apply(edge, low, high)


class _KeepInside(torch.autograd.Function):
    @staticmethod
    def forward(context, edge, low, high):
        context.save_for_backward(edge < low, edge > high)
        return edge.clamp(low, high)

    @staticmethod
    def backward(context, gradient):
        below, above = context.saved_tensors
        outward = (below & (gradient > 0)) | (above & (gradient < 0))
        return gradient.masked_fill(outward, 0), None, None


def check_window(window: str, width: float) -> None:
    """Raise ValueError unless `window` is a known kind and `width` at least 1 bin."""
    if window not in WINDOWS:
        raise ValueError(f"window must be one of {', '.join(WINDOWS)}, found {window!r}")
    if not 1 <= width < float("inf"):
        raise ValueError(f"width of the window must be at least 1 bin, found {width}")


def _ramp(x):
    """Clamp to [0, 1] with the mean of both one-sided derivatives at the two kinks.

    `clamp` passes the gradient at its ends, `hardtanh` does not. At an integer d two bins are at
    an end, the one just opened and the next one: half of each is what central differences see.
    """
    return (x.clamp(0, 1) + F.hardtanh(x, 0.0, 1.0)) / 2
