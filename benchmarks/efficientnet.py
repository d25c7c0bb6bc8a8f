"""How large an input FD-EffNet needs: its ranking of generators, its ratio and its seconds by size.

    python -m benchmarks.efficientnet [--run build/quick] [--recorded data/checkpoints/study]

Held-out phantoms of a run against images of the recorded generators on the masks of its pool, and
against the pool itself, which is the floor.
"""

import argparse
import time

import pandas as pd
import torch

from specklegan import datasets, metrics, networks, records

SIZES = (64, 96, 128, 160, 224)


def main(arguments=None):
    """Print a table: a row a size, with every distance and the improvements at equal n."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "--run", default="build/quick", help="folder with data/dataset and held_out"
    )
    parser.add_argument("--recorded", default="data/checkpoints/study", help="their generators")
    parser.add_argument("--images", type=int, default=435, help="at most, in each set")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="input, in pixels")
    options = parser.parse_args(arguments)
    run = records.locate(options.run)
    pool, held_out = (datasets.open(run / f"data/{name}") for name in ("dataset", "held_out"))
    masks, real = pool.masks[: options.images], held_out.images[: options.images]
    sets = {"pool": pool.images[: options.images]}
    found = networks.pretrained_for(networks.load_pretrained(options.recorded), pool)
    sets |= {name: generator.generate(masks, 0) for name, (generator, _) in found.items()}
    print(f"{len(real)} images, {torch.get_num_threads()} threads", flush=True)
    rows = []
    for size in options.sizes:
        rows.append({"px": size} | row(metrics.EfficientNet(size), real, sets))
        print(pd.Series(rows[-1]).to_string(float_format="{:.2f}".format), flush=True)
    print(pd.DataFrame(rows).T.to_string(header=False, float_format="{:.2f}".format))


def row(network, real, sets):
    """Measure all sets with one network: seconds for the real ones, distances, improvements."""
    start = time.process_time()
    features = network(real)
    found = {"seconds": time.process_time() - start}
    for name, images in sets.items():
        found[name] = metrics.frechet_distance(features, network(images))
    for name in [name for name in found if name.startswith("speckle")]:
        other = found.get(name.replace("speckle", "baseline"))
        if other is not None:
            found[f"{name}: improvement / %"] = metrics.improvement(other, found[name])
    return found


if __name__ == "__main__":
    main()
