"""Which discriminator a preset names: the paper's, or one for few images."""

from collections.abc import Sequence

from specklegan.networks.discriminator import Discriminator
from specklegan.networks.norm_free import NormFreeDiscriminator
from specklegan.networks.settings import NormFreeSettings

KINDS = ("paper", "norm_free")


def build_discriminator(
    kind: str, widths: Sequence[int], classes: int, size: int, polar: bool
) -> Discriminator | NormFreeDiscriminator:
    """Build a discriminator by its name.

    Parameters
    ----------
    kind : {"paper", "norm_free"}
        :class:`Discriminator` or :class:`NormFreeDiscriminator`.
    widths : sequence of int
        Output maps of the blocks.
    classes : int
        Number of mask classes K.
    size : int
        Image height and width in pixels; the paper's takes any.
    polar : bool
        Whether depth runs outwards from the middle: the second one then sees the radius.

    Returns
    -------
    torch.nn.Module
        Called as discriminator(image, mask).

    Raises
    ------
    ValueError
        If the kind is unknown, or the widths do not fit the size.
    """
    if kind not in KINDS:
        raise ValueError(f"discriminator must be {' or '.join(KINDS)}, found {kind!r}")
    if kind == "paper":
        return Discriminator(tuple(widths), classes)
    return NormFreeDiscriminator(NormFreeSettings(size, tuple(widths), classes, radius=polar))
