"""Loading 435 frames of 384 px: from PNG files with contours, and from the cache of one array file.

The files are phantoms in the layout of the IVUS Challenge 2011, made once in a temporary folder.
`--frames` and `--size` change the numbers.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.timing import table
from specklegan import datasets, masks, phantom
from specklegan.datasets.ivus2011 import SIDE

DISTINCT = 29  # phantoms that are simulated; the rest turn them, so that no two files are equal


def write(path, frames):
    """Write pictures and contours as the challenge's archives have them."""
    labels, pictures = path / "Training_Set/Data_set_B/LABELS", path / "Training_Set/Data_set_B/DCM"
    for folder in (labels, pictures):
        folder.mkdir(parents=True)
    known = phantom.simulate_pullbacks(min(DISTINCT, frames), SIDE, 0)
    middle = (SIDE - 1) / 2
    for k in range(frames):
        source, turn = k % len(known.grey), k // len(known.grey)
        name = f"frame_{known.patients[source]:02d}_{k:04d}_003"
        Image.fromarray(np.rot90(known.grey[source], -turn)).save(pictures / f"{name}.png")
        angle = turn % 4 * np.pi / 2
        matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        for kind, curve in (("lum", known.lumen[source]), ("med", known.media[source])):
            points = (curve - middle) @ matrix + middle
            text = "".join(f"{x:.2f},{y:.2f}\n" for x, y in points)
            (labels / f"{kind}_{name}.txt").write_text(text)


def timed(call):
    """Return what a call gives, and the seconds it took by the clock and of the processor."""
    start = time.perf_counter(), time.process_time()
    result = call()
    return result, (time.perf_counter() - start[0], time.process_time() - start[1])


def rasterising(size=SIDE, points=360):
    """Compare ours with scikit-image's polygon, which tests each pixel against each edge."""
    from skimage import draw

    from benchmarks.timing import alternate

    angle = np.arange(points) * 2 * np.pi / points
    curve = 0.4 * size + size / 3 * np.stack([np.cos(angle), np.sin(angle)], 1)
    ways = {
        "reference": lambda: draw.polygon2mask((size, size), curve[:, ::-1]),
        "ours": lambda: masks.inside(curve, (size, size)),
    }
    assert np.array_equal(*(way() for way in ways.values()))
    return alternate(ways, repeats=3)


def main():
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=435)
    parser.add_argument("--size", type=int, default=SIDE)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        write(place / "set", args.frames)
        spec = f"{datasets.IVUS}{place / 'set'}"
        plain, files = timed(lambda: datasets.load(spec, args.size))
        _, first = timed(lambda: datasets.load(spec, args.size, cache=place / "cache"))
        again, cached = timed(lambda: datasets.load(spec, args.size, cache=place / "cache"))
        assert len(plain) == args.frames
        assert np.array_equal(plain.images, again.images)
        assert np.array_equal(plain.masks, again.masks)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{args.frames} frames of {SIDE} px, loaded at {args.size} px\n")
    print("| from | s | s of a processor |\n|---|---|---|")
    rows = {"files": files, "files, filling the cache": first, "the cache": cached}
    for name, (clock, processor) in rows.items():
        print(f"| {name} | {clock:.2f} | {processor:.2f} |")
    print(f"\n{most:.0f} MB at most\n")
    table([(f"one contour of 360 points to {SIDE} px", rasterising())])


if __name__ == "__main__":
    main()
