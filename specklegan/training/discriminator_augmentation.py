"""What keeps a discriminator from knowing few images by heart; none of it is in the paper.

The R1 penalty (Mescheder et al. 2018) and augmentation of all that the discriminator sees, real
and generated alike (Karras et al. 2020, Zhao et al. 2020), so that the generator cannot learn the
augmentation. Options for experiments beyond the paper's.
"""

from collections.abc import Sequence

import torch

PROBABILITY = 0.5  # of each cutout; a kind that always acts would hide the undisguised image
CUTOUT = 0.5  # edge of the cut-out square, in image edges
BRIGHTNESS = 0.2  # most that is added to the grey levels of [-1, 1], or subtracted
CONTRAST = 0.3  # most by which the deviations from an image's mean grow or shrink


def disguise(
    images: torch.Tensor, masks: torch.Tensor, kinds: Sequence[str], random: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn, flip, brighten and cut out, each image with its mask in its own way.

    Turns are by quarters and flips exact, so that no grain is blurred by interpolation. Brightness
    and cut-outs, which are grey (0), are of the image alone, and may leave [-1, 1]. Nothing is
    shifted: an intravascular image has a centre.

    Parameters
    ----------
    images : torch.Tensor, shape (B, 1, N, N)
        In [-1, 1]; gradients pass.
    masks : torch.Tensor, shape (B, 1, N, N)
        Their masks.
    kinds : sequence of {"rotation", "flip", "gain", "cutout"}
        What to do: any of the four turns with equal chance; left and right, and upside down, each
        with a chance of one half; brightness and contrast uniform around their own; a square of
        half the edge anywhere, with a chance of one half.
    random : torch.Generator
        Source of chance, on the images' device.

    Returns
    -------
    (torch.Tensor, torch.Tensor)
        Same shapes and types.
    """
    if "rotation" in kinds:
        quarter, half = _coins(2, images, random)
        images, masks = _both(lambda x: x.transpose(2, 3).flip(2), quarter, images, masks)
        images, masks = _both(lambda x: x.flip((2, 3)), half, images, masks)
    if "flip" in kinds:
        across, down = _coins(2, images, random)
        images, masks = _both(lambda x: x.flip(3), across, images, masks)
        images, masks = _both(lambda x: x.flip(2), down, images, masks)
    if "gain" in kinds:
        images = _gained(images, random)
    if "cutout" in kinds:
        images = images * _kept(images, random)
    return images, masks


def _coins(count, images, random):
    """Throw coins for each image: bool (count, B, 1, 1, 1)."""
    shape = (count, len(images), 1, 1, 1)
    return torch.rand(shape, generator=random, device=images.device) < PROBABILITY


def _both(change, where, images, masks):
    return tuple(torch.where(where, change(x), x) for x in (images, masks))


def _gained(images, random):
    """Change brightness and contrast of each image."""
    shape = (2, len(images), 1, 1, 1)
    chance = 2 * torch.rand(shape, generator=random, device=images.device) - 1  # in [-1, 1)
    mean = images.mean((1, 2, 3), keepdim=True)
    return (images - mean) * (1 + CONTRAST * chance[0]) + mean + BRIGHTNESS * chance[1]


def _kept(images, random):
    """Return 0 inside the cut-out squares and 1 elsewhere: (B, 1, H, W)."""
    count, _, height, width = images.shape
    chance = torch.rand((3, count, 1), generator=random, device=images.device)
    inside = []
    for start, length in zip(chance[:2], (height, width), strict=True):
        position = (torch.arange(length, device=images.device) + 0.5) / length - start  # (B, L)
        inside.append(position.abs() < CUTOUT / 2)
    square = inside[0][:, :, None] & inside[1][:, None, :]  # (B, H, W)
    cut = square & (chance[2] < PROBABILITY)[:, :, None]
    return (~cut).to(images.dtype)[:, None]
