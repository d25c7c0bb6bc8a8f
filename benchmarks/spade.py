"""SPADE, forward and backward: looked-up neighbourhoods against plain convolutions."""

import torch

from benchmarks import plain
from benchmarks.timing import compare, difference
from specklegan.masks import artificial_masks
from specklegan.networks import MaskPyramid, Spade


def case(size, device, batch=4, channels=32, repeats=3):
    """Compare both for masks of one size; the search for neighbourhoods is included."""
    torch.manual_seed(0)
    mask = torch.from_numpy(artificial_masks(batch, size, seed=0)).to(device)
    spade = Spade(channels).to(device).eval()  # the same spectral norms in every call
    x = torch.randn(batch, channels, size, size, device=device).requires_grad_()
    weight = torch.rand_like(x)

    def gradients(way):
        out = way(x, MaskPyramid(mask, x.dtype))
        return out.detach(), *torch.autograd.grad(out, [x, *spade.parameters()], weight)

    def written_out(x, masks):
        return plain.spade(spade, x, masks)

    error = difference(gradients(spade), gradients(written_out))
    ways = (lambda: gradients(written_out), lambda: gradients(spade))
    return compare(*ways, repeats, device) | {
        "part": "SPADE",
        "case": f"B {batch}, C {channels}",
        "size": size,
        "bytes": 4 * x.nbytes,
        "error": error,
    }
