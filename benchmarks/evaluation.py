"""Time and memory of the evaluation: 1000 generated against 435 real images, with intervals.

    python -m benchmarks.evaluation [--size 256] [--real 435] [--fake 1000]

Noise stands in for images: neither time nor memory depends on what they show.
"""

import argparse
import resource
import sys
import time

import numpy as np

from specklegan import metrics


def main(arguments=None):
    """Print seconds and peak memory of one comparison."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--size", type=int, default=256, help="edge in pixels")
    parser.add_argument("--real", type=int, default=435)
    parser.add_argument("--fake", type=int, default=1000)
    options = parser.parse_args(arguments)
    generator, shape = np.random.default_rng(0), (1, options.size, options.size)
    sets = [
        generator.uniform(-1, 1, (n, *shape)).astype(np.float32)
        for n in (options.real, options.fake)
    ]
    start = time.perf_counter()
    metrics.compare_images(*sets)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    peak /= 1024 if sys.platform == "darwin" else 1  # bytes there, KiB elsewhere
    print(f"{options.fake} against {options.real} images of {options.size} px: "
          f"{seconds:.0f} s, at most {peak:.1f} GiB")  # fmt: skip


if __name__ == "__main__":
    main()
