"""Attention of the speckle layer: how much of each map and speckle size passes (paper, Fig. 3).

The paper filters out unimportant combinations of map and size by channel attention, computed from
the layer's input. It tried spatial attention, met checkerboards and discarded it; of what form that
was is not in its text.
"""

import torch
from torch import nn


class ChannelAttention(nn.Module):
    """Channel attention: global sum pooling, then two linear layers (paper).

    The sum is divided by the number of pixels, a constant that the first linear layer could
    absorb, so that its input has the scale of a map. A sigmoid bounds the weights to (0, 1).

    Parameters
    ----------
    channels_in, channels_out : int
        Numbers of input maps C and of weighted maps C K.
    """

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(channels_in, channels_out)
        self.out = nn.Linear(channels_out, channels_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return one weight an image and output map: (B, C, H, W) to (B, C K)."""
        return self.weights(x.sum((2, 3)) / (x.shape[2] * x.shape[3]))

    def weights(self, features: torch.Tensor) -> torch.Tensor:
        """Return weights in (0, 1) from features: (..., C) to (..., C K)."""
        return torch.sigmoid(self.out(torch.relu(self.hidden(features))))


class SpatialAttention(ChannelAttention):
    """The same two linear layers in every pixel, without the pooling: our reading of the idea.

    It costs C K times as much memory as the layer's input, and can give each place its own grain.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return one weight a pixel and output map: (B, C, H, W) to (B, C K, H, W)."""
        return self.weights(x.movedim(1, -1)).movedim(-1, 1)


def build_attention(
    kind: str | None, channels_in: int, channels_out: int
) -> ChannelAttention | None:
    """Return the attention of a name: "channel", "spatial", or None for none.

    Raises
    ------
    ValueError
        If the name is another one.
    """
    kinds = {"channel": ChannelAttention, "spatial": SpatialAttention}
    if kind is None:
        return None
    if kind not in kinds:
        raise ValueError(f"attention must be 'channel', 'spatial' or None, found {kind!r}")
    return kinds[kind](channels_in, channels_out)
