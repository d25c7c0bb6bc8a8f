"""Generator and discriminator of the paper (section 'SpeckleGAN architecture', Fig. 3).

Residual blocks, SPADE conditioning on the integer-valued mask, spectral normalisation in both
networks, and the speckle layer after the penultimate block of the generator. The baseline has an
identity there and nothing else differs. This file knows neither losses nor data.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from specklegan.spade import MaskPyramid, Spade
from specklegan.speckle import SpeckleLayer

LATENT = 128  # components of z, paper


@dataclass(frozen=True)
class GeneratorSettings:
    """What defines a generator; saved beside its weights.

    Parameters
    ----------
    size : int
        Image height and width in pixels, 4 times a power of two.
    speckle : bool
        With the speckle layer (SpeckleGAN) or with an identity in its place (baseline).
    widths : tuple of int
        Output maps of the blocks that double the size, from 4 x 4 pixels to the full size. The
        last one is the penultimate block; the paper gives its 8, the others are ours.
    last_width : int
        Output maps of the last block, ours.
    edges : tuple of float
        Initial window edges in cycles per field of view; 28 to 48 at 256 px in the paper.
    coordinates : {"polar", "cartesian"}
        Geometry of the speckle layer.
    """

    size: int = 256
    speckle: bool = True
    widths: tuple[int, ...] = (256, 256, 128, 64, 32, 8)
    last_width: int = 16
    edges: tuple[float, ...] = (28, 34, 41, 48)
    coordinates: str = "polar"

    def __post_init__(self):
        """Check that the blocks end at the image size."""
        object.__setattr__(self, "widths", tuple(self.widths))
        object.__setattr__(self, "edges", tuple(self.edges))
        if self.size != 4 * 2 ** len(self.widths):
            raise ValueError(
                f"widths has {len(self.widths)} blocks, which end at {4 * 2 ** len(self.widths)} "
                f"px; expected the image size {self.size} px"
            )


class SpadeBlock(nn.Module):
    """Residual block of the generator: twice SPADE, ReLU, convolution, beside a shortcut."""

    def __init__(self, channels_in, channels_out, upsample):
        super().__init__()
        self.upsample = upsample
        self.spade1, self.spade2 = Spade(channels_in), Spade(channels_out)
        self.conv1 = spectral_norm(nn.Conv2d(channels_in, channels_out, 3, padding=1))
        self.conv2 = spectral_norm(nn.Conv2d(channels_out, channels_out, 3, padding=1))
        self.shortcut = spectral_norm(nn.Conv2d(channels_in, channels_out, 1, bias=False))

    def forward(self, x, masks):
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

    def __init__(self, settings=None):
        super().__init__()
        self.settings = settings = settings or GeneratorSettings()
        first, *_, penultimate = settings.widths
        self.reshape = spectral_norm(nn.Linear(LATENT, first * 16))
        pairs = zip((first, *settings.widths[:-1]), settings.widths, strict=True)
        self.blocks = nn.ModuleList(SpadeBlock(a, b, upsample=True) for a, b in pairs)
        self.speckle = nn.Identity()
        if settings.speckle:
            self.speckle = SpeckleLayer(
                penultimate, settings.edges, settings.size, settings.coordinates
            )
        width = penultimate * (len(settings.edges) if settings.speckle else 1)
        self.last = SpadeBlock(width, settings.last_width, upsample=False)
        self.normalize = nn.BatchNorm2d(settings.last_width)
        self.image = spectral_norm(nn.Conv2d(settings.last_width, 1, 3, padding=1))

    def forward(self, z, mask, generator=None):
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
        for block in self.blocks:
            x = block(x, masks)  # (B, C', 2H, 2W)
        x = self.speckle(x, generator) if self.settings.speckle else self.speckle(x)
        x = F.relu(self.normalize(self.last(x, masks)))
        return torch.tanh(self.image(x))

    @torch.no_grad()
    def generate(self, masks, seed, batch=32, progress=None):
        """Generate one image a mask, in inference mode and in batches.

        Parameters
        ----------
        masks : numpy.ndarray, uint8, shape (N, 1, H, W)
            Integer class values.
        seed : int
            Seed of z and of the speckle phases. The result depends neither on the global random
            state nor on the mode that the network is in.
        batch : int
            Images at a time; bounds the memory.
        progress : callable, optional
            Called with (done, total) after each batch.

        Returns
        -------
        numpy.ndarray, float32, shape (N, 1, H, W)
            Images in (-1, 1).

        Raises
        ------
        ValueError
            If the masks have another shape than the generator's images.
        """
        size = self.settings.size
        if masks.ndim != 4 or masks.shape[1:] != (1, size, size):
            raise ValueError(f"masks must have shape (N, 1, {size}, {size}), found {masks.shape}")
        device = self.image.bias.device
        random = torch.Generator(device).manual_seed(seed)
        out = np.empty(masks.shape, np.float32)
        training = self.training
        self.eval()
        for start in range(0, len(masks), batch):
            mask = torch.from_numpy(np.ascontiguousarray(masks[start : start + batch])).to(device)
            z = torch.randn(len(mask), LATENT, generator=random, device=device)
            out[start : start + batch] = self(z, mask, random).float().cpu().numpy()
            if progress:
                progress(min(start + batch, len(masks)), len(masks))
        self.train(training)
        return out

    @classmethod
    def load(cls, path):
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
            generator = cls(GeneratorSettings(**json.loads(settings.read_text())))
            generator.load_state_dict(load_file(path))
        except (SafetensorError, RuntimeError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"{path}: not a generator of these settings: {error}") from error
        return generator.eval()

    def save(self, path):
        """Write `generator.safetensors`, and the settings as `generator.json` beside it.

        Both are written under a temporary name and then renamed: never half a file.
        """
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        settings = json.dumps(asdict(self.settings), indent=1).encode()
        weights = {name: value.contiguous() for name, value in self.state_dict().items()}
        for file, content in ((path.with_suffix(".json"), settings), (path, save(weights))):
            temporary = file.with_name(file.name + ".tmp")
            temporary.write_bytes(content)
            os.replace(temporary, file)


class DiscriminatorBlock(nn.Module):
    """Residual block of the discriminator: halves the size by a convolution of stride 2."""

    def __init__(self, channels_in, channels_out):
        super().__init__()
        self.conv1 = spectral_norm(nn.Conv2d(channels_in, channels_out, 3, padding=1))
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = spectral_norm(nn.Conv2d(channels_out, channels_out, 4, stride=2, padding=1))
        self.norm2 = nn.BatchNorm2d(channels_out)
        self.shortcut = spectral_norm(nn.Conv2d(channels_in, channels_out, 2, stride=2))

    def forward(self, x):
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
    widths : sequence of int
        Output maps of the blocks, each of which halves the size; ours.
    classes : int
        Number of mask classes K.
    """

    def __init__(self, widths=(32, 64, 128, 256), classes=3):
        super().__init__()
        self.classes = classes
        pairs = zip((2, *widths[:-1]), widths, strict=True)
        self.blocks = nn.Sequential(*(DiscriminatorBlock(a, b) for a, b in pairs))
        self.logit = spectral_norm(nn.Conv2d(widths[-1], 1, 1))

    def forward(self, image, mask):
        """Return logits (B, h, w), h = H / 2 ** blocks, for images and masks (B, 1, H, W)."""
        mask = mask.to(image.dtype) / max(self.classes - 1, 1)
        x = self.blocks(torch.cat([image, mask], dim=1))  # (B, C, h, w)
        return self.logit(x).squeeze(1)


def trace(network, *inputs, kinds):
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
    rows, hooks, listed = [], [], []

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
