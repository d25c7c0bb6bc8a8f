"""The Fréchet wavelet distance beside the package of its authors (arXiv 2312.15289).

    pip install --no-deps -c constraints.txt pytorchfwd ptwt
    python -m benchmarks.wavelet_distance

Without its dependencies, because `pytorchfwd` asks for one old SciPy and for torchvision, which
its distance does not need. What it says of seeded images goes into `data/wavelet_distance.json`,
so that the tests can hold our number against it without the package.
"""

import json
import sys
from importlib import metadata

import numpy as np
import torch

from specklegan import disk, metrics, records

CASES = (  # seed, images in both sets, pixels, level
    (0, (90, 120), 16, 1),
    (1, (100, 70), 32, 2),
    (2, (80, 80), 64, 3),
)


def images(seed, counts, size):
    """Draw two sets of correlated grey values in [-1, 1], float64 (N, 1, size, size), unlike."""
    random = np.random.default_rng(seed)
    first, second = (random.random((count, 1, size, size)) for count in counts)
    second = (second + np.roll(second, 1, axis=-1)) / 2  # smoother
    return 2 * first**2 - 1, 2 * second - 1


def theirs(a, b, level):
    """Compute the distance by the authors' packets and their Fréchet distance."""
    from pytorchfwd.freq_math import calculate_frechet_distance, forward_wavelet_packet_transform

    sets = []
    for grey in (a, b):
        packets = forward_wavelet_packet_transform(
            torch.from_numpy((grey + 1) / 2), "haar", level, log_scale=False
        )
        sets.append([packets[:, p].flatten(1).numpy() for p in range(packets.shape[1])])
    pairs = zip(*sets, strict=True)
    return float(
        np.mean([calculate_frechet_distance(*_moments(x), *_moments(y)) for x, y in pairs])
    )


def _moments(packet):
    return packet.mean(axis=0), np.cov(packet.T)


def ours(a, b, level):
    """Compute the distance by this book's functions."""
    packets = (metrics.wavelet_packets(grey, level) for grey in (a, b))
    return metrics.frechet_wavelet_distance(*packets)


def main():
    """Compare all cases and write what the package says."""
    rows = []
    for seed, counts, size, level in CASES:
        pair = images(seed, counts, size)
        value = theirs(*pair, level)
        about = {"seed": seed, "images": counts, "size": size, "level": level}
        rows.append(about | {"distance": value})
        print(f"{about}: {value:.12f}, ours differs by {ours(*pair, level) / value - 1:.1e}")
    versions = {name: metadata.version(name) for name in ("pytorchfwd", "ptwt", "scipy", "numpy")}
    content = json.dumps({"versions": versions, "cases": rows}, indent=1)
    disk.write_text(records.root() / "data/wavelet_distance.json", content + "\n")


if __name__ == "__main__":
    sys.exit(main())
