"""SPADE: normalisation whose scale and shift are read from the segmentation mask.

Paper, section 'SpeckleGAN architecture', after Park et al. 2019. gamma and beta come from two 3 x 3
convolutions of the mask, so at a pixel they depend on its 5 x 5 neighbourhood alone. A mask has few
different neighbourhoods, most of them constant: on a CPU each different one is convolved once and
the result is looked up, which gives the same numbers (to rounding) for a fraction of the work.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

HIDDEN_MAPS = 64  # output channels of the first convolution in all SPADE layers, paper
REACH = 2  # two 3 x 3 convolutions see two pixels in each direction


@dataclass(frozen=True)
class Neighbourhoods:
    """The different 5 x 5 neighbourhoods of a batch of masks, and where each occurs.

    Parameters
    ----------
    windows : torch.Tensor, shape (U, 9, 9)
        For each pixel of the middle 3 x 3 its own 3 x 3 neighbours' class values, row by row; 0
        outside the image, as zero padding has it.
    inside : torch.Tensor, shape (U, 9, 1)
        1 where that pixel of the middle is inside the image, else 0.
    index : torch.Tensor, int64, shape (B, H, W)
        Which neighbourhood surrounds each pixel.
    """

    windows: torch.Tensor
    inside: torch.Tensor
    index: torch.Tensor


def neighbourhoods(mask: torch.Tensor, dtype: torch.dtype = torch.float32) -> Neighbourhoods | None:
    """Find the different 5 x 5 neighbourhoods of integer masks of shape (B, 1, H, W).

    Returns None where looking them up would not pay or not be exact: on a GPU, with more than
    four classes (the code of a patch would exceed 64 bits), or with values that are no classes.
    """
    values = mask[:, 0].long() + 1  # 0 marks the outside
    if mask.device.type != "cpu" or values.max() > 4 or values.min() < 1:
        return None
    base = int(values.max()) + 1
    padded = F.pad(values, (REACH,) * 4)
    code = _horner(_horner(padded, base, dim=2), base**5, dim=1)  # (B, H, W)
    different, index = torch.unique(code, return_inverse=True)
    exponents = torch.arange(24, -1, -1)
    digits = (different[:, None] // base**exponents) % base  # (U, 25)
    patches = digits.view(-1, 5, 5)
    inside = (patches[:, 1:-1, 1:-1] > 0).to(dtype).reshape(-1, 9, 1)
    values = (patches - 1).clamp(min=0).to(dtype)
    windows = values.unfold(1, 3, 1).unfold(2, 3, 1).reshape(-1, 9, 9)
    return Neighbourhoods(windows, inside, index)


def _horner(values, base, dim):
    """Read five neighbours along an axis as the digits of one number."""
    length = values.shape[dim] - 2 * REACH
    code = values.narrow(dim, 0, length)
    for start in range(1, 5):
        code = code * base + values.narrow(dim, start, length)
    return code


class MaskPyramid:
    """Masks resized to each map size that SPADE layers ask for, computed once per batch.

    Parameters
    ----------
    mask : torch.Tensor, shape (B, 1, H, W)
        Integer class values.
    dtype : torch.dtype
        Type of the maps.
    """

    def __init__(self, mask: torch.Tensor, dtype: torch.dtype) -> None:
        self.mask, self.dtype = mask.to(dtype), dtype
        self.levels: dict[tuple[int, ...], tuple[torch.Tensor, Neighbourhoods | None]] = {}

    def at(self, shape: tuple[int, ...]) -> tuple[torch.Tensor, Neighbourhoods | None]:
        """Return the mask (B, 1, h, w) of this height and width, and its neighbourhoods."""
        if shape not in self.levels:
            resized = F.interpolate(self.mask, size=shape, mode="nearest")
            self.levels[shape] = resized, neighbourhoods(resized, self.dtype)
        return self.levels[shape]


class Spade(nn.Module):
    """Spatially adaptive normalisation: batch-normalised maps times gamma(mask) plus beta(mask).

    The mask holds integer class values in one channel. gamma is the paper's, not 1 + gamma; its
    bias starts at 1, so that a new layer passes the normalised maps.

    Parameters
    ----------
    channels : int
        Number C of maps to normalise.
    """

    # `spectral_norm` says of its result only that it is a module.
    shared: Any
    affine: Any

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.normalize = nn.BatchNorm2d(channels, affine=False)
        self.shared = spectral_norm(nn.Conv2d(1, HIDDEN_MAPS, 3, padding=1))
        self.affine = spectral_norm(nn.Conv2d(HIDDEN_MAPS, 2 * channels, 3, padding=1))
        with torch.no_grad():
            self.affine.bias[:channels].fill_(1)
            self.affine.bias[channels:].zero_()

    def forward(self, x: torch.Tensor, masks: MaskPyramid) -> torch.Tensor:
        """Modulate x (B, C, H, W) by a `MaskPyramid`."""
        mask, found = masks.at(x.shape[-2:])
        if found is None:
            modulation = self.affine(F.relu(self.shared(mask)))  # (B, 2 C, H, W)
        else:
            modulation = self._look_up(found)
        gamma, beta = modulation.chunk(2, dim=1)  # (B, C, H, W) each
        return gamma * self.normalize(x) + beta

    def _look_up(self, found):
        """Convolve each different neighbourhood once; spread the results over the pixels.

        The convolutions are written as products of matrices: the number U differs from batch to
        batch, and a convolution would be prepared anew, and kept in memory, for each.
        """
        weight = self.shared.weight.flatten(1)  # (64, 9)
        hidden = F.relu(F.linear(found.windows, weight, self.shared.bias)) * found.inside
        weight = self.affine.weight.flatten(2).transpose(1, 2).flatten(1)  # (2 C, 9 * 64)
        table = F.linear(hidden.flatten(1), weight, self.affine.bias)  # (U, 2 C)
        return F.embedding(found.index, table).permute(0, 3, 1, 2)  # (B, 2 C, H, W)
