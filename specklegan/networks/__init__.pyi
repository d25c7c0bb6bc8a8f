from .choice import build_discriminator as build_discriminator
from .discriminator import Discriminator as Discriminator, DiscriminatorBlock as DiscriminatorBlock
from .generator import LATENT as LATENT, Generator as Generator, SpadeBlock as SpadeBlock
from .inspection import (
    LayerMonitor as LayerMonitor,
    trace as trace,
    vary_noise as vary_noise,
)
from .norm_free import (
    NormFreeBlock as NormFreeBlock,
    NormFreeDiscriminator as NormFreeDiscriminator,
)
from .pretrained import (
    load_pretrained as load_pretrained,
    pretrained_for as pretrained_for,
    pretrained_of_size as pretrained_of_size,
)
from .settings import (
    DiscriminatorSettings as DiscriminatorSettings,
    GeneratorSettings as GeneratorSettings,
    NormFreeSettings as NormFreeSettings,
)
from .spade import (
    MaskPyramid as MaskPyramid,
    Neighbourhoods as Neighbourhoods,
    Spade as Spade,
    neighbourhoods as neighbourhoods,
)

__all__ = [
    "LATENT",
    "Discriminator",
    "DiscriminatorBlock",
    "DiscriminatorSettings",
    "Generator",
    "GeneratorSettings",
    "LayerMonitor",
    "MaskPyramid",
    "Neighbourhoods",
    "NormFreeBlock",
    "NormFreeDiscriminator",
    "NormFreeSettings",
    "Spade",
    "SpadeBlock",
    "build_discriminator",
    "load_pretrained",
    "neighbourhoods",
    "pretrained_for",
    "pretrained_of_size",
    "trace",
    "vary_noise",
]
