"""Phantoms: a whole set in seconds and memory, time over size, frames a second beside PyMUST.

    python -m benchmarks.phantom --frames 435 --size 256

PyMUST (extra `simulator`) records a sample of the scan lines of the same tissue; its time for a
frame is that of a line times their number. Where it is missing its row is left out.
"""

import argparse
import resource
import time

import numpy as np

from benchmarks.timing import alternate
from specklegan import phantom
from specklegan.phantom import echo, scanner_for

SIZES = (64, 128, 256, 384, 512)
SAMPLE = 5  # scan lines by PyMUST


def whole_set(frames, size):
    """Simulate images and masks once: seconds, and the process' peak memory in GB."""
    began = time.perf_counter()
    images, labels = phantom.simulate(frames, size, seed=0)
    seconds = time.perf_counter() - began
    assert images.shape == labels.shape == (frames, 1, size, size)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def over_sizes():
    """Seconds for a frame and its mask at each size, the sizes in turn."""
    ways = {size: lambda size=size: phantom.simulate(4, size, 0, patients=1) for size in SIZES}
    return {size: best / 4 for size, best in alternate(ways, repeats=5).items()}


def beside_pymust():
    """Seconds for a frame of one homogeneous tissue by both, and its number of scatterers."""
    machine = scanner_for(384)
    tissue = phantom.homogeneous_ring(machine, np.random.default_rng(0))
    ways = {
        "phantoms": lambda: echo(tissue.grid(machine), machine),
        "PyMUST": lambda: phantom.pymust_echo(tissue, machine, range(SAMPLE)),
    }
    best = alternate(ways, repeats=2)
    best["PyMUST"] *= machine.lines / SAMPLE
    return best, len(tissue.strength)


def main():
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=435)
    parser.add_argument("--size", type=int, default=256)
    given = parser.parse_args()
    seconds, memory = whole_set(given.frames, given.size)
    print("| frames | size (px) | seconds, one process | frames/s | peak memory (GB) |")
    print("|---|---|---|---|---|")
    rate = given.frames / seconds
    print(f"| {given.frames} | {given.size} | {seconds:.1f} | {rate:.1f} | {memory:.2f} |\n")
    print("| size (px) | ms a frame | us a pixel |\n|---|---|---|")
    times = over_sizes()
    for size, best in times.items():
        print(f"| {size} | {1e3 * best:.1f} | {1e6 * best / size**2:.2f} |")
    slope = np.polyfit(np.log([s**2 for s in SIZES]), np.log(list(times.values())), 1)[0]
    print(f"\ntime grows as pixels to the power {slope:.2f}\n")
    try:
        best, scatterers = beside_pymust()
    except ModuleNotFoundError as missing:
        print(missing)
        return
    print("| echo of one frame | scatterers | seconds | frames/s |\n|---|---|---|---|")
    for name, value in best.items():
        print(f"| {name} | {scatterers} | {value:.4f} | {1 / value:.4g} |")


if __name__ == "__main__":
    main()
