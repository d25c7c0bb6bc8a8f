"""Small trainings that tests share: tiny networks that are not ours, ours, and data for both."""

import numpy as np
import torch
from torch import nn

from specklegan.networks.discriminator import Discriminator
from specklegan.networks.generator import Generator
from specklegan.networks.norm_free import NormFreeDiscriminator
from specklegan.networks.settings import GeneratorSettings, NormFreeSettings
from specklegan.training.settings import TrainingSettings

SETTINGS = TrainingSettings(steps=8, batch=4, latent=2, seed=1)
STRONG = {
    "average": 0.999,
    "average_warm_up": True,
    "r1": 2.0,
    "r1_every": 4,
    "separate": True,
    "disguise": ("gain", "cutout"),
}


class TinyGenerator(nn.Module):
    """Not one of ours: the loop must know no architecture."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 16)
        self.norm = nn.BatchNorm1d(16)

    def forward(self, z, mask, random=None):
        noise = torch.rand(len(z), 16, generator=random)
        return (self.norm(self.linear(z)) + 0.1 * noise).view(-1, 1, 4, 4) + 0 * mask


class TinyDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 1))

    def forward(self, image, mask):
        return self.layers(image.flatten(1))[:, 0]


class OneWeight(nn.Module):
    """A generator of one weight: its image is that weight where the mask is 1."""

    def __init__(self, start=0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(start))

    def forward(self, z, mask, random=None):
        return self.weight * mask


class Gain(OneWeight):
    """A discriminator of one weight, from 0: its logit is 1 + weight times the mean grey."""

    def forward(self, image, mask):
        return (1 + self.weight) * image.mean((1, 2, 3))


def networks():
    torch.manual_seed(0)
    return TinyGenerator(), TinyDiscriminator()


def data(n=10):
    random = np.random.default_rng(0)
    images = (0.5 + 0.1 * random.standard_normal((n, 1, 4, 4))).astype(np.float32)
    return images, random.integers(0, 3, images.shape).astype(np.uint8)


def real_data(n=8):
    random = np.random.default_rng(0)
    images = random.uniform(-1, 1, (n, 1, 16, 16)).astype(np.float32)
    return images, random.integers(0, 3, images.shape).astype(np.uint8)


def real_networks(**changes):
    """Small ones of ours, with spectral and batch normalisation."""
    torch.manual_seed(0)
    sizes = {"size": 16, "widths": (8, 4), "last_width": 4, "edges": (4, 6)}
    return Generator(GeneratorSettings(**sizes | changes)), Discriminator((4, 8))


def strong_networks(**changes):
    """Such a generator, beside the discriminator without normalisation."""
    generator, _ = real_networks(**changes)
    return generator, NormFreeDiscriminator(NormFreeSettings(16, (4, 8), whole_maps=4))
