"""One training step of SpeckleGAN: the module's networks against the plain ones, and their parts.

A step is the one of chapter 6: both networks are updated once. Reference: the same weights, the
plain computations of `benchmarks.plain`, float32, contiguous format. Ours: channels_last and, where
the case says so, bfloat16 and compilation. Both get the same images, noise and phases.
"""

import copy
from functools import partial

import torch

from benchmarks import plain
from benchmarks.timing import alternate, compare, difference, shortest
from specklegan.masks import artificial_masks
from specklegan.networks import Discriminator, Generator, GeneratorSettings
from specklegan.training import discriminator_loss, generator_loss

WIDTHS = {  # of generator and discriminator: those of the presets smoke, quick and paper
    32: ((32, 16, 8), (16, 32)),
    64: ((128, 64, 32, 8), (32, 64, 128)),
    128: ((256, 128, 64, 32, 8), (32, 64, 128, 256)),
    256: ((256, 256, 128, 64, 32, 8), (32, 64, 128, 256)),
}
EDGES = {32: (8, 11, 14, 18), 64: (14, 20, 34, 56), 128: (14, 17, 20, 24), 256: (28, 34, 41, 48)}


class Step:
    """Two networks, their optimizers and a batch; calling it makes a training step."""

    def __init__(self, generator, discriminator, batch, precision="float32", make=None):
        self.generator, self.discriminator = generator, discriminator
        self.make = make or generator
        size, device = generator.settings.size, generator.image.bias.device
        self.masks = torch.from_numpy(artificial_masks(batch, size, seed=0)).to(device)
        random = torch.Generator(device).manual_seed(0)
        like = {"generator": random, "device": device, "dtype": generator.image.bias.dtype}
        self.images = torch.rand(batch, 1, size, size, **like) * 2 - 1
        self.z = torch.randn(batch, 128, **like)
        self.random = torch.Generator(device)
        lower = precision == "bfloat16"
        self.precision = partial(torch.autocast, device.type, torch.bfloat16, enabled=lower)
        self.optimizers = [
            torch.optim.Adam(network.parameters(), lr=rate, betas=(0.5, 0.999), eps=1e-8)
            for network, rate in ((generator, 5e-4), (discriminator, 2e-4))
        ]

    def __call__(self):
        """Update both networks once."""
        generator_step, discriminator_step = self.optimizers
        fake = self.fake()
        discriminator_step.zero_grad()
        discriminator_loss(*self.judge(fake.detach())).backward()
        discriminator_step.step()
        self.discriminator.requires_grad_(False)
        generator_step.zero_grad()
        generator_loss(self.judge(fake)[1]).backward()
        generator_step.step()
        self.discriminator.requires_grad_(True)

    def fake(self):
        """Generate the images of the batch, with the same phases in every call."""
        with self.precision():
            return self.make(self.z, self.masks, self.random.manual_seed(0)).to(self.z.dtype)

    def judge(self, fake):
        """Return the discriminator's logits of real and of generated images."""
        with self.precision():
            both = torch.cat([self.images, fake]), torch.cat([self.masks, self.masks])
            return self.discriminator(*both).to(self.z.dtype).chunk(2)

    def gradients(self):
        """Return images and the gradients of the generator in a step that changes no weight."""
        fake = self.fake()
        loss = generator_loss(self.judge(fake)[1])
        return fake.detach(), torch.autograd.grad(loss, list(self.generator.parameters()))


def networks(size, device, speckle=True):
    """Return generator and discriminator of a preset's widths, in channels_last."""
    torch.manual_seed(0)
    widths, discriminator_widths = WIDTHS[size]
    generator = Generator(GeneratorSettings(size, speckle, widths, 16, EDGES[size]))
    pair = generator, Discriminator(discriminator_widths)
    return [network.to(device, memory_format=torch.channels_last) for network in pair]


def case(size, device, batch, precision="float32", compiled=False, repeats=3):
    """Compare steps of one size; `error` is that of the first images."""
    generator, discriminator = networks(size, device)
    reference = Step(
        plain.network(generator),
        copy.deepcopy(discriminator).to(memory_format=torch.contiguous_format),
        batch,
    )
    make = torch.compile(generator) if compiled else generator
    ours = Step(generator, discriminator, batch, precision, make)
    image, expected = ours.fake().detach(), reference.fake().detach()
    weights = [*generator.parameters(), *discriminator.parameters()]
    return compare(reference, ours, repeats, device) | {
        "part": "Training step",
        "case": f"B {batch}, {precision}{', compiled' if compiled else ''}",
        "size": size,
        # Each weight is read, its gradient written, both and Adam's two averages read and written.
        "bytes": sum(8 * weight.nbytes for weight in weights),
        "error": difference([image], [expected]),
    }


def share(size, device, batch, repeats=3):
    """Measure the layer alone, SpeckleGAN's step and the baseline's, in seconds."""
    generator, discriminator = networks(size, device)
    steps = {"step_s": Step(generator, discriminator, batch)}
    steps["baseline_s"] = Step(*networks(size, device, speckle=False), batch)
    found = alternate(steps, repeats, device)
    maps = torch.randn(batch, generator.speckle.channels, size, size, device=device)
    maps = maps.contiguous(memory_format=torch.channels_last).requires_grad_()
    weights = [maps, *generator.speckle.parameters()]
    arriving = torch.randn(batch, 4 * maps.shape[1], size, size, device=device)
    arriving = arriving.contiguous(memory_format=torch.channels_last)

    def layer():
        torch.autograd.grad(generator.speckle(maps), weights, arriving)

    return {"size": size, "batch": batch, "layer_s": shortest(layer, device, repeats)} | found
