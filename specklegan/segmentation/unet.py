"""The segmentation's network: a U-Net of residual blocks (paper, 'Segmentation evaluation')."""

from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F


class Residual(nn.Module):
    """Two 3 x 3 convolutions, each after batch normalisation and ReLU, plus a shortcut."""

    def __init__(self, channels_in: int, channels_out: int, stride: int = 1) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(channels_in)
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False)
        # pooled first: a strided 1 x 1 convolution of few maps in the fast memory layout
        # (channels last) overwrites foreign memory on CPU in torch 2.13
        shrink = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()
        self.shortcut = nn.Sequential(shrink, nn.Conv2d(channels_in, channels_out, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (B, channels_in, H, W) to (B, channels_out, H / stride, W / stride)."""
        y = self.conv1(F.relu(self.norm1(x)))
        return self.shortcut(x) + self.conv2(F.relu(self.norm2(y)))


class UNet(nn.Module):
    """Residual U-Net with three down- and three upsampling blocks.

    Parameters
    ----------
    classes : int
        Output classes.
    maximum : int
        Feature maps at the bottom; an eighth of it at full size, doubled at each halving.
    """

    def __init__(self, classes: int, maximum: int = 256) -> None:
        super().__init__()
        widths = [maximum // 8, maximum // 4, maximum // 2, maximum]
        self.stem = nn.Conv2d(1, widths[0], 3, 1, 1)
        self.down = nn.ModuleList(Residual(a, b, stride=2) for a, b in pairwise(widths))
        self.up = nn.ModuleList(Residual(a + b, b) for a, b in pairwise(reversed(widths)))
        self.head = nn.Conv2d(widths[0], classes, 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map images (B, 1, H, W), H and W multiples of 8, to logits (B, classes, H, W)."""
        levels = [self.stem(images)]
        for block in self.down:
            levels.append(block(levels[-1]))
        x = levels.pop()  # (B, maximum, H / 8, W / 8)
        for block in self.up:
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = block(torch.cat([x, levels.pop()], dim=1))
        return self.head(x)


def build_unet(classes: int, maximum: int, seed: int, device: torch.device | str = "cpu") -> UNet:
    """Make a U-Net whose initial weights depend on the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = UNet(classes, maximum)
    # torch's own hints leave this argument of `to` out
    return network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
