"""Scan conversion of the speckled maps, forward and backward, against `grid_sample`."""

import torch

from benchmarks import plain
from benchmarks.timing import compare, difference
from specklegan import speckle


def case(size, device, batch=4, maps=32, repeats=7):
    """Compare `speckle.to_cartesian` with `grid_sample` for maps of one size."""
    random = torch.Generator(device).manual_seed(0)
    shape = batch, maps, size, size
    image = torch.rand(shape, generator=random, device=device).requires_grad_()
    weight = torch.rand(shape, generator=random, device=device)

    def gradients(convert):
        out = convert(image)
        return out.detach(), *torch.autograd.grad(out, image, weight)

    error = difference(gradients(speckle.to_cartesian), gradients(plain.to_cartesian))
    ways = (lambda: gradients(plain.to_cartesian), lambda: gradients(speckle.to_cartesian))
    return compare(*ways, repeats, device) | {
        "part": "Scan conversion",
        "case": f"B {batch}, {maps} maps",
        "size": size,
        "flop": 2 * 2 * 4 * image.numel(),  # four pixels a sample, there and back
        "bytes": 4 * image.nbytes,
        "error": error,
    }
