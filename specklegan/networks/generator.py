"""Generator of the paper (section 'SpeckleGAN architecture', Fig. 3).

Residual blocks, SPADE conditioning on the integer-valued mask, spectral normalisation, and the
speckle layer after the penultimate block. The baseline has an
identity there and nothing else differs. This file knows neither losses nor data.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Self

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import nn
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import spectral_norm

from specklegan import disk
from specklegan.networks.settings import GeneratorSettings
from specklegan.networks.spade import MaskPyramid, Spade
from specklegan.speckle.layer import SpeckleLayer

LATENT = 128  # components of z, paper
PHASES = 1_000_003  # added to a seed, so that phases and z come from different streams


class PlusOne(nn.Module):
    """Parametrisation of SPADE's bias: adds 1 to the half that belongs to gamma."""

    def forward(self, bias: torch.Tensor) -> torch.Tensor:
        """Map the bias (2 C,) to that of 1 + gamma and beta."""
        return bias + self._one(bias)

    def right_inverse(self, bias: torch.Tensor) -> torch.Tensor:
        """Undo it, so that the layer starts as it would have."""
        return bias - self._one(bias)

    @staticmethod
    def _one(bias):
        return (torch.arange(len(bias), device=bias.device) < len(bias) // 2).to(bias)


class SpadeBlock(nn.Module):
    """Residual block of the generator: twice SPADE, ReLU, convolution, beside a shortcut."""

    def __init__(
        self, channels_in: int, channels_out: int, upsample: bool, gamma: str = "paper"
    ) -> None:
        super().__init__()
        self.upsample = upsample
        self.spade1, self.spade2 = Spade(channels_in), Spade(channels_out)
        for spade in (self.spade1, self.spade2) if gamma == "one_plus" else ():
            parametrize.register_parametrization(spade.affine, "bias", PlusOne())
        self.conv1 = spectral_norm(nn.Conv2d(channels_in, channels_out, 3, padding=1))
        self.conv2 = spectral_norm(nn.Conv2d(channels_out, channels_out, 3, padding=1))
        self.shortcut = spectral_norm(nn.Conv2d(channels_in, channels_out, 1, bias=False))

    def forward(self, x: torch.Tensor, masks: MaskPyramid) -> torch.Tensor:
        """Map (B, C_in, H, W) to (B, C_out, H, W), or to twice the size when upsampling."""
        if self.upsample:
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        out = self.conv1(F.relu(self.spade1(x, masks)))
        out = self.conv2(F.relu(self.spade2(out, masks)))
        return out + self.shortcut(x)


class Generator(nn.Module):
    """Mask and noise to image.

    Parameters
    ----------
    settings : GeneratorSettings
        Sizes, and whether the speckle layer is there.
    """

    def __init__(self, settings: GeneratorSettings | None = None) -> None:
        super().__init__()
        self.settings = settings = settings or GeneratorSettings()
        self.reshape = spectral_norm(nn.Linear(LATENT, settings.widths[0] * 16))
        *inputs, last_input = settings.inputs()
        pairs = zip(inputs, settings.widths, strict=True)
        self.blocks = nn.ModuleList(SpadeBlock(a, b, True, settings.gamma) for a, b in pairs)
        self.speckle = _layer(settings) if settings.speckle else nn.Identity()
        self.last = SpadeBlock(last_input, settings.last_width, False, settings.gamma)
        self.normalize = nn.BatchNorm2d(settings.last_width)
        self.image = spectral_norm(nn.Conv2d(settings.last_width, 1, 3, padding=1))

    def forward(
        self, z: torch.Tensor, mask: torch.Tensor, generator: torch.Generator | None = None
    ) -> torch.Tensor:
        """Generate images.

        Parameters
        ----------
        z : torch.Tensor, shape (B, 128)
            Standard normal numbers.
        mask : torch.Tensor, shape (B, 1, H, W)
            Integer class values, any number type.
        generator : torch.Generator, optional
            Source of the speckle layer's phases; the global one where not given.

        Returns
        -------
        torch.Tensor, shape (B, 1, H, W)
            Images in (-1, 1).
        """
        masks = MaskPyramid(mask, z.dtype)
        x = self.reshape(z).unflatten(1, (-1, 4, 4))  # (B, C, 4, 4)
        for k, block in enumerate(self.blocks):
            x = block(x, masks)  # (B, C', 2H, 2W)
            if k == self.settings.layer_block:
                x = self.speckle(x, generator) if self.settings.speckle else self.speckle(x)
        x = F.relu(self.normalize(self.last(x, masks)))
        return torch.tanh(self.image(x))

    def generate(
        self,
        masks: np.ndarray,
        seed: int,
        batch: int = 32,
        progress: Callable[[int, int], object] | None = None,
        n: int | None = None,
    ) -> np.ndarray:
        """Generate images for masks, in inference mode and in batches.

        Parameters
        ----------
        masks : numpy.ndarray, uint8, shape (N, 1, H, W)
            Integer class values.
        seed : int
            Seed of z and of the speckle phases. The result depends neither on the global random
            state nor on the mode that the network is in, and on a CPU not on `batch` (to rounding).
        batch : int
            Images at a time; bounds the memory.
        progress : callable, optional
            Called with (done, total) after each batch.
        n : int, optional
            Number of images, for the masks in turn; one a mask where not given.

        Returns
        -------
        numpy.ndarray, float32, shape (n, 1, H, W)
            Images in (-1, 1). Where these are too many to be held, see :meth:`batches`.

        Raises
        ------
        ValueError
            If the masks have another shape than the generator's images, or a class that is none.
        """
        made = [images for images, _ in self.batches(masks, seed, batch, progress, n)]
        return np.concatenate(made) if made else np.empty((0, *masks.shape[1:]), np.float32)

    def batches(
        self,
        masks: np.ndarray,
        seed: int,
        batch: int = 32,
        progress: Callable[[int, int], object] | None = None,
        n: int | None = None,
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield what :meth:`generate` returns batch by batch: pairs of images and their masks.

        Only one batch is held at a time; `masks` may be a memory map.
        """
        size = self.settings.size
        if masks.ndim != 4 or masks.shape[1:] != (1, size, size):
            raise ValueError(f"masks must have shape (N, 1, {size}, {size}), found {masks.shape}")
        n = len(masks) if n is None else n
        if batch < 1 or n < 0 or (n and not len(masks)):
            raise ValueError(f"found n = {n}, batch = {batch} and {len(masks)} masks; expected "
                             "n of 0 or more, a batch of 1 or more, and a mask")  # fmt: skip
        return self._batches(masks, seed, batch, progress, n)

    def _batches(self, masks, seed, batch, progress, n):
        device = next(self.parameters()).device
        random, phases = (torch.Generator(device).manual_seed(s) for s in (seed, seed + PHASES))
        for start in range(0, n, batch):
            taken = np.arange(start, min(start + batch, n)) % len(masks)
            part = np.ascontiguousarray(masks[taken])
            z = torch.randn(len(part), LATENT, generator=random, device=device)
            yield self._infer(z, torch.from_numpy(part).to(device), phases), part
            if progress:
                progress(start + len(part), n)

    @torch.no_grad()
    def _infer(self, z, masks, phases):
        training = self.training
        try:
            return self.eval()(z, masks, phases).float().cpu().numpy()
        finally:
            self.train(training)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Load what :meth:`save` wrote, given the path of the weights.

        Raises
        ------
        FileNotFoundError
            If one of the two files is missing.
        ValueError
            If a file is damaged, or the weights belong to other settings.
        """
        path = Path(path)
        settings = path.with_suffix(".json")
        for file in (path, settings):
            if not file.is_file():
                raise FileNotFoundError(f"{file}: not found; expected a trained generator there")
        try:
            generator = cls(GeneratorSettings(**disk.read_json(settings)))
            generator.load_state_dict(load_file(path))  # half precision becomes float32
        except (SafetensorError, RuntimeError, TypeError, ValueError) as error:
            raise ValueError(f"{path}: not a generator of these settings: {error}") from error
        return generator.eval()

    def save(self, path: str | Path, dtype: torch.dtype | None = None) -> None:
        """Write `generator.safetensors`, and the settings as `generator.json` beside it.

        Both are written under a temporary name and then renamed: never half a file.

        Parameters
        ----------
        path : path
            Of the weights.
        dtype : torch.dtype, optional
            Type of the stored weights, such as `torch.float16` for half the size.
        """
        path = Path(path)
        settings = json.dumps(asdict(self.settings), indent=1)
        weights = {name: value.contiguous() for name, value in self.state_dict().items()}
        for name, value in weights.items() if dtype else ():
            weights[name] = value.to(dtype) if value.is_floating_point() else value
        disk.write_text(path.with_suffix(".json"), settings)
        disk.write_bytes(path, save(weights))


def _layer(settings):
    """Build the speckle layer; a wrong option is named as what it is, a wrong setting."""
    block = settings.layer_block
    try:
        return SpeckleLayer(
            settings.widths[block],
            settings.edges,
            settings.layer_size,
            settings.coordinates,
            **settings.layer,
        )
    except TypeError as error:
        raise ValueError(f"layer: {settings.layer}: {error}") from error
