"""Which distance sees which fault: held-out phantoms against degraded ones of the pool.

    python -m benchmarks.trust [--run build/quick] [--images 200]

All faults of `metrics.FAULTS`, all distances of `metrics.CANDIDATES`, FD-EffNet at three input
sizes; and what the same distances say of the recorded generators. The record goes into
`data/trust.json`, which chapter 7 reads.
"""

import argparse

from specklegan import datasets, metrics, networks, records
from specklegan.progress import Reporter

OTHER_SIZES = (64, 224)  # pixels, beside the default


def main(arguments=None):
    """Measure, print and write."""
    options = parser().parse_args(arguments)
    run = records.locate(options.run)
    files = [run / f"data/{name}.npy" for name in ("held_out", "dataset")]
    held_out, pool = (datasets.open(file.with_suffix("")) for file in files)
    chosen = [slice(None, None, max(1, len(x) // options.images)) for x in (held_out, pool)]
    real = held_out.images[chosen[0]][: options.images]
    other, masks = (x[chosen[1]][: options.images] for x in (pool.images, pool.masks))
    told = {
        "images": len(real),
        "bootstrap": options.bootstrap,
        "input": metrics.EfficientNet().size,
    }
    record = records.start("trust", run, told, options.seed, files)
    candidates = metrics.CANDIDATES | {
        f"FD-EffNet, {size} px": (metrics.EfficientNet(size), metrics.frechet_distance, 0)
        for size in options.sizes
    }
    tell = Reporter("trust", "fault")
    faults = {
        name: (_told(tell, k, function), steps)
        for k, (name, (function, steps)) in enumerate(metrics.FAULTS.items(), 1)
    }
    table = metrics.sensitivity(
        real, other, masks, faults, candidates, options.bootstrap, options.seed
    )
    record["metrics"] = metrics.trust_metrics(table, {"real": len(real), "fake": len(other)})
    print(metrics.verdicts(table).to_string())
    generators = networks.pretrained_for(networks.load_pretrained(options.recorded), pool)
    views = {view for view, _, _ in candidates.values()}
    of_real = {view: view(real) for view in views}
    for name, (generator, _) in generators.items():
        images = generator.generate(masks, options.seed)
        seen = {view: view(images) for view in views}
        for key, (view, distance, _) in candidates.items():
            value = distance(of_real[view], seen[view])
            entry = records.metric(value, {"real": len(real), "fake": len(images)})
            record["metrics"][f"generator/{name}/{key}"] = entry
            print(f"{name}: {key} {value:.4g}")
    record["source"] = pool.source
    records.write(records.root() / options.out, record)


def _told(tell, k, function):
    def told(*arguments):
        tell(k, len(metrics.FAULTS))
        return function(*arguments)

    return told


def parser():
    """Describe the command line."""
    found = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    found.add_argument("--run", default="build/quick", help="folder with data/dataset and held_out")
    found.add_argument("--recorded", default="data/checkpoints/study", help="generators")
    found.add_argument("--images", type=int, default=200, help="in each set")
    found.add_argument("--bootstrap", type=int, default=100, help="samples behind the floors")
    found.add_argument("--sizes", type=int, nargs="*", default=OTHER_SIZES, help="further inputs")
    found.add_argument("--seed", type=int, default=0)
    found.add_argument("--out", default="data/trust.json")
    return found


if __name__ == "__main__":
    main()
