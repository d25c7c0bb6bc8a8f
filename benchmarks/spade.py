"""SPADE, forward and backward: looked-up neighbourhoods against plain convolutions."""

import torch

from benchmarks.timing import alternate, table
from specklegan.masks import artificial_masks
from specklegan.spade import MaskPyramid, Spade


def case(size, batch=16, channels=32):
    """Time both for masks of one size, after checking that they agree; the search is included."""
    mask = torch.from_numpy(artificial_masks(batch, size, seed=0))
    spade, x = Spade(channels).eval(), torch.randn(batch, channels, size, size)

    def plain():
        pyramid = MaskPyramid(mask, x.dtype)
        pyramid.levels[size, size] = pyramid.mask, None
        return spade(x, pyramid)

    def looked_up():
        return spade(x, MaskPyramid(mask, x.dtype))

    torch.testing.assert_close(plain(), looked_up(), rtol=1e-4, atol=1e-4)
    ways = {"reference": plain, "ours": looked_up}
    return alternate({name: lambda way=way: way().sum().backward() for name, way in ways.items()})


if __name__ == "__main__":
    torch.manual_seed(0)
    table([(f"B 16, C 32, {size} px", case(size)) for size in (32, 64, 128)])
