"""Eq. 2 as the paper writes it beside `speckle.form_speckle`, for maps as the layer has them.

    OMP_NUM_THREADS=1 python -m benchmarks.equations [--size 256] [--batch 4]

Eight maps an image, which share its phase, and four edges. Double precision on both sides, so that
the largest difference tells rounding; forward only, because NumPy has no gradients. Then
`form_speckle` in single precision, as the layer computes.
"""

import argparse

import numpy as np
import torch

from benchmarks.layer import EDGES
from benchmarks.timing import alternate
from specklegan import speckle

MAPS = 8


def measure(size, batch, repeats=7):
    """Return seconds by way of all maps and edges, and the largest difference of any pixel."""
    random, edges = np.random.default_rng(0), [round(d * size / 256) for d in EDGES]
    image = random.random((batch, MAPS, size, size))
    phase = np.broadcast_to(random.uniform(0, 2 * np.pi, (batch, 1, size, size)), image.shape)

    def plain():
        pairs = zip(image.reshape(-1, size, size), phase.reshape(-1, size, size), strict=True)
        return [[speckle.speckle_by_eq2(one, d, turned) for d in edges] for one, turned in pairs]

    def formed(kind):
        source = torch.tensor(image, dtype=kind)
        turned = torch.tensor(phase[:, :1].copy(), dtype=kind).expand_as(source)
        every = torch.tensor(edges, dtype=kind)
        return lambda: speckle.form_speckle(source, every, phase=turned)

    double, single = formed(torch.float64), formed(torch.float32)
    found = double().reshape(-1, len(edges), size, size).numpy()
    ways = {"Eq. 2": plain, "form_speckle, double": double, "form_speckle, single": single}
    return alternate(ways, repeats), float(np.abs(found - plain()).max())


def main(arguments=None):
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, nargs="*", default=[64, 256])
    parser.add_argument("--batch", type=int, default=4)
    options = parser.parse_args(arguments)
    print(f"{torch.get_num_threads()} threads, {options.batch} images of {MAPS} maps, 4 edges\n")
    print("| size (px) | way | ms | Eq. 2 takes times as long |\n|---|---|---|---|")
    for size in options.size:
        seconds, off = measure(size, options.batch)
        for way, best in seconds.items():
            print(f"| {size} | {way} | {1e3 * best:.1f} | {seconds['Eq. 2'] / best:.2f} |")
        print(f"\nlargest difference at {size} px: {off:.0e}\n")


if __name__ == "__main__":
    main()
