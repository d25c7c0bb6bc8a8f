"""Settings of the two networks: what defines them, with the reason of each default.

The numbers of a network are its settings and nothing else; they are saved beside its weights. The
baseline is `speckle=False` with all else equal. Nothing here builds a network.
"""

from dataclasses import dataclass, field
from typing import Any

GAMMAS = ("paper", "one_plus")


@dataclass(frozen=True)
class GeneratorSettings:
    """What defines a generator; saved beside its weights.

    Parameters
    ----------
    size : int
        Image height and width in pixels, 4 times a power of two; 256 in the paper.
    speckle : bool
        With the speckle layer (SpeckleGAN) or with an identity in its place (baseline).
    widths : tuple of int
        Output maps of the blocks that double the size, from 4 x 4 pixels to the full size. The
        last one is the penultimate block; the paper gives its 8. The others are in a figure that
        its text does not hold: ours, halved from block to block as is usual.
    last_width : int
        Output maps of the last block. Ours: half of the 32 that the layer hands to it.
    edges : tuple of float
        Initial window edges in cycles per field of view, one a speckle size: 4 from 28 to 48 at
        256 px in the paper, spaced here by equal factors.
    coordinates : {"polar", "cartesian"}
        Geometry of the speckle layer. Polar, because the paper's images are intravascular.
    place : int
        Block of `widths` after which the layer sits, counted from the end as in Python. -1, the
        penultimate block of the generator, is the paper's; deeper ones it found to be poor.
    layer : dict
        Further arguments of `SpeckleLayer` by name: `window`, `window_width`, `learn_edges`,
        `attention`, `normalize`, `largest`. Empty, so that its defaults, the paper's choices,
        apply.
    gamma : {"paper", "one_plus"}
        SPADE's scale: the paper's gamma, whose bias starts at 1, or 1 + gamma, whose bias starts
        at 0, as SPADE's authors write it. Both are the same function and train alike.

    Raises
    ------
    ValueError
        If the blocks do not end at the image size, or a choice is unknown.
    """

    size: int = 256
    speckle: bool = True
    widths: tuple[int, ...] = (256, 256, 128, 64, 32, 8)
    last_width: int = 16
    edges: tuple[float, ...] = (28, 34, 41, 48)
    coordinates: str = "polar"
    place: int = -1
    layer: dict[str, Any] = field(default_factory=dict)
    gamma: str = "paper"

    def __post_init__(self) -> None:
        """Check the choices, and that the blocks end at the image size."""
        object.__setattr__(self, "widths", tuple(self.widths))
        object.__setattr__(self, "edges", tuple(self.edges))
        if self.size != 4 * 2 ** len(self.widths):
            raise ValueError(
                f"widths has {len(self.widths)} blocks, which end at {4 * 2 ** len(self.widths)} "
                f"px; expected the image size {self.size} px"
            )
        if not -len(self.widths) <= self.place < 0:
            raise ValueError(f"place must be in [-{len(self.widths)}, -1], found {self.place}")
        if self.gamma not in GAMMAS:
            raise ValueError(f"gamma must be one of {', '.join(GAMMAS)}, found {self.gamma!r}")

    @property
    def layer_block(self) -> int:
        """Index (from 0) of the block after which the layer sits."""
        return len(self.widths) + self.place

    @property
    def layer_size(self) -> int:
        """Pixels along one side of the maps that enter the layer."""
        return 8 * 2**self.layer_block

    def inputs(self) -> list[int]:
        """Input maps of each block of `widths` and of the last one, in that order."""
        maps = [self.widths[0], *self.widths]
        if self.speckle:
            maps[self.layer_block + 1] *= len(self.edges)
        return maps


@dataclass(frozen=True)
class DiscriminatorSettings:
    """What defines a discriminator.

    Parameters
    ----------
    widths : tuple of int
        Output maps of the blocks, each of which halves the size. Ours: fewer than the
        generator's, since a few images are soon known by heart.
    classes : int
        Number of mask classes K: 3 for IVUS.

    Raises
    ------
    ValueError
        If there is no block or no class.
    """

    widths: tuple[int, ...] = (32, 64, 128, 256)
    classes: int = 3

    def __post_init__(self) -> None:
        """Check that there is a block and a class."""
        _check_discriminator(self)


@dataclass(frozen=True)
class NormFreeSettings:
    """What defines a discriminator without normalisation.

    Parameters
    ----------
    size : int
        Image height and width in pixels, a multiple of 2 ** (blocks + 1).
    widths : tuple of int
        Output maps of the blocks, each of which halves the size. Blocks down to 8 x 8 patches
        served best.
    classes : int
        Number of mask classes K: 3 for IVUS.
    radius : bool
        Whether it sees the distance from the centre, on which a polar image's grain and brightness
        depend; a convolution cannot know it.
    fine : bool
        Whether it also judges texture after the first block.
    whole_maps : int
        Maps behind the judgement of the whole.

    Raises
    ------
    ValueError
        If there is no block or no class, or the blocks do not divide the size.
    """

    size: int = 64
    widths: tuple[int, ...] = (32, 64, 128)
    classes: int = 3
    radius: bool = True
    fine: bool = True
    whole_maps: int = 64

    def __post_init__(self) -> None:
        """Check that there is a block and a class, and that the size can be halved so often."""
        _check_discriminator(self)
        multiple = 2 ** (len(self.widths) + 1)
        if self.size < multiple or self.size % multiple:
            raise ValueError(
                f"size must be a multiple of {multiple} for {len(self.widths)} blocks, "
                f"found {self.size}"
            )

    @property
    def last_size(self) -> int:
        """Pixels along one side of the last block's maps."""
        return self.size // 2 ** len(self.widths)


def _check_discriminator(settings):
    object.__setattr__(settings, "widths", tuple(settings.widths))
    if not settings.widths:
        raise ValueError("widths must hold at least one block, found none")
    if settings.classes < 1:
        raise ValueError(f"classes must be at least 1, found {settings.classes}")
