"""The speckle formation of four sizes, forward and backward, against Eq. 2 per window."""

import torch

from benchmarks import plain
from benchmarks.timing import compare, difference
from specklegan.speckle import random_phase, spectral_window
from specklegan.speckle._amplitude import windowed_amplitude

EDGES = (28.3, 34.2, 41.7, 47.6)  # of 256: between the paper's first and last


def case(size, device, batch=4, channels=8, repeats=7):
    """Compare both for maps of one size; those of an image share its phase, as in the layer."""
    random = torch.Generator(device).manual_seed(0)
    image = torch.rand(batch, channels, size, size, generator=random, device=device)
    image.requires_grad_()
    edges = torch.tensor(EDGES, device=device) * size / 256
    edges.requires_grad_()
    phase = random_phase(image[:, :1].detach(), random).expand_as(image)
    weight = torch.rand(batch, channels, len(EDGES), size, size, generator=random, device=device)
    reach = None if device.type == "cpu" else size // 8  # twice the paper's largest edge / 2

    def gradients(form, image=image, edges=edges, weight=weight, phase=phase, **bound):
        window = spectral_window(edges, size)
        out = form(image, phase, window, window, **bound)
        return out.detach(), *torch.autograd.grad(out, (image, edges), weight)

    double = [each.detach().double() for each in (image, edges, weight, phase)]
    exact = gradients(
        plain.amplitudes, *(each.requires_grad_() for each in double[:2]), *double[2:]
    )
    found = gradients(windowed_amplitude, reach=reach)
    errors = [difference([a], [b]) for a, b in zip(found, exact, strict=True)]
    ways = (
        lambda: gradients(plain.amplitudes),
        lambda: gradients(windowed_amplitude, reach=reach),
    )
    return compare(*ways, repeats, device) | {
        "part": "Speckle formation, Eq. 2",
        "case": f"B {batch}, C {channels}, K {len(EDGES)}",
        "size": size,
        "bytes": 2 * (image.nbytes + weight.nbytes),  # images, amplitudes, gradients of both
        "error": max(errors),
    }
