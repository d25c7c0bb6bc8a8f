"""Looking into networks while they run: the modules that data pass, the layer while it learns.

Hooks on modules, so that the networks know nothing of being watched.
"""

from typing import Any

import numpy as np
import torch
from torch import nn

from specklegan.networks.generator import LATENT, Generator
from specklegan.speckle.layer import SpeckleLayer


def trace(
    network: nn.Module, *inputs: Any, kinds: tuple[type[nn.Module], ...]
) -> list[dict[str, Any]]:
    """List the modules that data pass through, as they run: what Fig. 3 of the paper shows.

    Parameters
    ----------
    network : torch.nn.Module
        Generator or discriminator.
    *inputs
        Arguments of one forward pass.
    kinds : tuple of type
        Kinds of module to list; what is inside a listed module is not listed.

    Returns
    -------
    list of dict
        `name` of the module, `kind`, `channels` of its output, and `size` in pixels (1 for a
        vector), in the order of execution.
    """
    rows: list[dict[str, Any]] = []
    hooks, listed = [], list[str]()

    def note(name, module):
        def hook(_module, _inputs, output):
            size = output.shape[-1] if output.ndim == 4 else 1
            channels = output.shape[1] if output.ndim > 1 else 1
            kind = type(module).__name__.removeprefix("Parametrized")
            rows.append({"name": name, "kind": kind, "channels": channels, "size": size})

        return hook

    for name, module in network.named_modules():
        if isinstance(module, kinds) and not any(name.startswith(f"{p}.") for p in listed):
            listed.append(name)
            hooks.append(module.register_forward_hook(note(name, module)))
    with torch.no_grad():
        network(*inputs)
    for hook in hooks:
        hook.remove()
    return rows


@torch.no_grad()
def vary_noise(generator: Generator, mask: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Generate images of one mask with equal speckle phases and different z.

    What differs between them is what the generator makes of z.

    Parameters
    ----------
    generator : Generator
        In inference mode.
    mask : numpy.ndarray, uint8, shape (1, H, W)
        Integer class values.
    n : int
        Number of images.
    seed : int
        Of z and of the phases.

    Returns
    -------
    numpy.ndarray, float32, shape (n, 1, H, W)
        Images in (-1, 1).
    """
    device = next(generator.parameters()).device
    masks = torch.from_numpy(mask)[None].to(device)
    z = torch.randn(n, LATENT, generator=torch.Generator().manual_seed(seed))
    phases = torch.Generator(device)
    made = [generator(each[None].to(device), masks, phases.manual_seed(seed)) for each in z]
    return torch.cat(made).float().cpu().numpy()


class LayerMonitor:
    """Follow the edges and the attention of a generator's speckle layer.

    Parameters
    ----------
    layer : specklegan.SpeckleLayer
        The layer, of a generator that is being trained.
    """

    def __init__(self, layer: SpeckleLayer) -> None:
        self.layer, self.seen = layer, None
        if layer.attention is not None:
            layer.attention.register_forward_hook(self._keep)

    def _keep(self, _module, _inputs, weights):
        if self.layer.training:  # weights of validation images are another story
            self.seen = weights.detach()

    def __call__(self) -> dict[str, list]:
        """Return `edges` (K, cycles per field of view) and, where there is any, `attention`.

        The attention is that of the last training batch: its mean over images and pixels, one
        list of K weights an input map.
        """
        found = {"edges": self.layer.edges.tolist()}
        if self.seen is not None:
            mean = self.seen.float().movedim(1, -1).flatten(0, -2).mean(0)  # (C K,)
            found["attention"] = mean.unflatten(0, (self.layer.channels, -1)).tolist()
        return found
