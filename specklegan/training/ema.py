"""A running average of a generator's weights, and the statistics that belong to it.

An option beyond the paper: averaged weights are steadier than the last ones where a short training
ends before its learning rate has settled them. Their batch statistics and spectral norms are not
the averages of those met while training, so they are estimated anew.
"""

from typing import Any

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from specklegan.training.settings import TrainingSettings

BATCHES = 16  # batches of masks for the statistics


def running_average(network: nn.Module, decay: float, warm_up: bool = False) -> AveragedModel:
    """Return a copy of a network whose weights follow its own.

    Parameters
    ----------
    network : torch.nn.Module
        The network that is trained.
    decay : float
        In (0, 1): the average keeps this share of itself at each `update_parameters(network)`.
    warm_up : bool
        Keep only (1 + k) / (10 + k) of itself at update k where that is less: a slow average would
        otherwise carry the untrained weights for long.

    Returns
    -------
    torch.optim.swa_utils.AveragedModel
        Its `module` is the copy; buffers are those of the trained network.
    """
    follow = _warmed_up(decay) if warm_up else get_ema_multi_avg_fn(decay)
    return AveragedModel(network, multi_avg_fn=follow)


def _warmed_up(decay):
    """Return what moves averages towards weights, given the number of updates as a tensor."""

    @torch.no_grad()
    def follow(averages, weights, count):
        kept = ((1 + count) / (10 + count)).clamp(max=decay)  # a tensor: nothing waits for it
        for average, weight in zip(averages, weights, strict=True):
            average.lerp_(weight, (1 - kept).to(average.dtype))

    return follow


@torch.no_grad()
def settle(generator: nn.Module, masks: torch.Tensor, settings: TrainingSettings) -> None:
    """Estimate batch statistics and spectral norms of a generator, in place.

    Statistics are means over a few batches and not running ones, which would need three times as
    many batches for the same spread.

    Parameters
    ----------
    generator : torch.nn.Module
        Called as generator(z, mask, random).
    masks : torch.Tensor, shape (N, 1, H, W)
        The training masks.
    settings : TrainingSettings
        Its `batch`, `latent` and `seed`, with which the result is always the same.
    """
    random = torch.Generator(masks.device).manual_seed(settings.seed)
    norms: list[Any] = [
        module for module in generator.modules() if hasattr(module, "reset_running_stats")
    ]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean of all batches
    generator.train()
    how: dict[str, Any] = {"generator": random, "device": masks.device}
    for _ in range(BATCHES):
        chosen = torch.randint(len(masks), (settings.batch,), **how)
        z = torch.randn(settings.batch, settings.latent, **how)
        generator(z, masks[chosen], random)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
