"""A discriminator without normalisation, for few images; not the paper's.

It departs where the paper's text is silent or where few examples ask for it: no batch
normalisation, which would couple images under a gradient penalty (Gulrajani et al. 2017); masks
one-hot; judgements of texture and of the whole. It knows neither losses nor data.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from specklegan.networks.settings import NormFreeSettings

SLOPE = 0.2  # of the leaky rectifier below 0
GOLDEN = (math.sqrt(5) - 1) / 2


class NormFreeBlock(nn.Module):
    """Residual block without normalisation: halves the size by a convolution of stride 2."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 4, stride=2, padding=1)
        self.shortcut = nn.Conv2d(channels_in, channels_out, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (B, C_in, H, W) to (B, C_out, H / 2, W / 2)."""
        out = F.leaky_relu(self.conv1(x), SLOPE)
        out = F.leaky_relu(self.conv2(out), SLOPE)
        return (out + self.shortcut(F.avg_pool2d(x, 2))) / math.sqrt(2)  # keeps the variance


class NormFreeDiscriminator(nn.Module):
    """Image and mask to two groups of logits: local ones, and one of the whole image.

    The local ones keep the texture: one a patch after the last block and, with `fine`, as many
    after the first, each of which sees 6 pixels. The one of the whole keeps the anatomy, such as a
    single catheter; it also sees the deviation of the features over the batch (Karras et al.
    2018), so that a generator that ignores z is caught.

    The weights start as He et al. (2015) let them. PyTorch's start makes the signal smaller from
    layer to layer, which batch normalisation hides; without it such a discriminator stays at
    chance.

    Parameters
    ----------
    settings : NormFreeSettings
        Sizes, and what it sees and judges.
    """

    radius: torch.Tensor
    places: torch.Tensor

    def __init__(self, settings: NormFreeSettings | None = None) -> None:
        super().__init__()
        self.settings = settings = settings or NormFreeSettings()
        widths, inputs = settings.widths, 1 + settings.classes + settings.radius
        pairs = zip((inputs, *widths[:-1]), widths, strict=True)
        self.blocks = nn.ModuleList(NormFreeBlock(a, b) for a, b in pairs)
        self.patch = nn.Conv2d(widths[-1], 1, 1)
        self.fine = nn.Conv2d(widths[0], 1, 1) if settings.fine else None
        self.gather = nn.Conv2d(widths[-1] + 1, settings.whole_maps, 4, stride=2, padding=1)
        self.whole = nn.Linear(settings.whole_maps * (settings.last_size // 2) ** 2, 1)
        self.register_buffer("radius", _radius(settings.size), persistent=False)
        places = _spread(settings.size // 2, settings.last_size**2)
        self.register_buffer("places", places, persistent=False)
        self.apply(_start)

    def forward(self, image: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return logits for images and integer masks (B, 1, H, W): a pair of groups.

        Returns
        -------
        (torch.Tensor, torch.Tensor)
            The local ones (B, L) and that of the whole (B,); losses count both groups equally.
        """
        x = first = self.blocks[0](self._seen(image, mask))
        for block in self.blocks[1:]:
            x = block(x)  # (B, C, h, w)
        local = self.patch(x).flatten(1)
        if self.fine is not None:
            local = torch.cat([local, self.fine(first).flatten(1)[:, self.places]], dim=1)
        return local, self._judge_whole(x)

    def _seen(self, image, mask):
        """Stack image, one mask a class and the radius: (B, 1 + K + 1, H, W)."""
        classes = torch.arange(self.settings.classes, device=mask.device).view(1, -1, 1, 1)
        parts = [image, (mask == classes).to(image.dtype)]
        if self.settings.radius:
            parts.append(self.radius.to(image.dtype).expand_as(image))
        return torch.cat(parts, dim=1)

    def _judge_whole(self, x):
        spread = x.float().var(0, unbiased=False).add(1e-8).sqrt().mean().to(x.dtype)
        x = torch.cat([x, spread.expand(len(x), 1, *x.shape[2:])], dim=1)
        x = F.leaky_relu(self.gather(x), SLOPE)
        return self.whole(x.flatten(1))[:, 0]


def _radius(size):
    """Distance from the centre, 1 at the middle of each side's last pixel: (1, 1, N, N)."""
    axis = torch.linspace(-1, 1, size)
    return torch.hypot(axis[:, None], axis)[None, None]


def _spread(side, count):
    """Choose places of a square map, flat: a Fibonacci lattice, which has no period.

    A regular grid would see only one phase of the pattern that up-sampling may leave.
    """
    order = torch.arange(count, dtype=torch.float64) + 0.5
    rows, columns = (order / count * side).long(), (order * GOLDEN % 1 * side).long()
    return rows * side + columns


def _start(module):
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        nn.init.kaiming_normal_(module.weight, a=SLOPE)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
