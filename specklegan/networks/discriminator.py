"""Discriminator of the paper (section 'SpeckleGAN architecture', Fig. 3).

Residual blocks with batch and spectral normalisation; it judges patches of an image,
given its mask.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from specklegan.networks.settings import DiscriminatorSettings


class DiscriminatorBlock(nn.Module):
    """Residual block of the discriminator: halves the size by a convolution of stride 2."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv1 = spectral_norm(nn.Conv2d(channels_in, channels_out, 3, padding=1))
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = spectral_norm(nn.Conv2d(channels_out, channels_out, 4, stride=2, padding=1))
        self.norm2 = nn.BatchNorm2d(channels_out)
        self.shortcut = spectral_norm(nn.Conv2d(channels_in, channels_out, 2, stride=2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (B, C_in, H, W) to (B, C_out, H / 2, W / 2)."""
        out = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(out)) + self.shortcut(x))


class Discriminator(nn.Module):
    """Image and mask to logits, one a patch: whether it is real given the mask.

    The mask enters as a second channel, scaled to [0, 1]. Judging patches, as SPADE's authors do,
    keeps one place that is easy to tell, such as the catheter, from settling the whole image and
    ending what can be learned from its other places. How the paper conditions its discriminator
    and how it ends is not in the text.

    Parameters
    ----------
    widths, classes
        See :class:`DiscriminatorSettings`.
    """

    def __init__(self, widths: tuple[int, ...] = (32, 64, 128, 256), classes: int = 3) -> None:
        super().__init__()
        self.settings = DiscriminatorSettings(widths, classes)
        pairs = zip((2, *widths[:-1]), widths, strict=True)
        self.blocks = nn.Sequential(*(DiscriminatorBlock(a, b) for a, b in pairs))
        self.logit = spectral_norm(nn.Conv2d(widths[-1], 1, 1))

    def forward(self, image: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return logits (B, h, w), h = H / 2 ** blocks, for images and masks (B, 1, H, W)."""
        mask = mask.to(image.dtype) / max(self.settings.classes - 1, 1)
        x = self.blocks(torch.cat([image, mask], dim=1))  # (B, C, h, w)
        return self.logit(x).squeeze(1)
