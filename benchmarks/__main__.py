"""Run all benchmarks and record them: `python -m benchmarks`, about five minutes on two cores.

Everything is measured beside a plain reference in the same process. The results go to
`data/benchmarks/<machine>.json`, and from there to the book's page on speed.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch

from benchmarks import layer, machine, resampling, spade, training_step
from specklegan import disk, records

SCHEMA = 1
SIZES = {"smoke": (32,), "cpu": (64, 128, 256), "cuda": (64, 128, 256)}
BATCH = {"smoke": {32: 2}, "cpu": {64: 16, 128: 4, 256: 2}, "cuda": {64: 64, 128: 64, 256: 32}}


def plan(device, scale):
    """Return the cases to run, as (title, function) pairs: rows, then shares of the layer."""
    sizes, batch = SIZES[scale], BATCH[scale]
    rows = [
        (f"{module.__name__.split('.')[1]}, {size} px", lambda m=module, n=size: m.case(n, device))
        for module in (layer, resampling, spade)
        for size in sizes
    ]
    kinds = [{}] + ([{"precision": "bfloat16"}] if device.type == "cuda" else [])
    kinds += [{"precision": "bfloat16", "compiled": True}] if device.type == "cuda" else []
    steps = [(size, kind) for size in sizes for kind in kinds]
    if device.type == "cpu":
        steps.insert(1, (sizes[0], {"precision": "bfloat16"}))
    for size, kind in steps:
        title = f"training step, {size} px {' '.join(map(str, kind.values()))}"
        way = lambda n=size, kind=kind: training_step.case(n, device, batch[n], **kind)  # noqa: E731
        rows.append((title, way))
    shares = [
        (f"share of the layer, {n} px", lambda n=n: training_step.share(n, device, batch[n]))
        for n in sizes
    ]
    return rows, shares


def measure(device, scale, save):
    """Measure case by case; hand the record to `save` after each, so that none is lost."""
    record = {"schema": SCHEMA, "machine": machine.describe(device)}
    record |= {"limits": machine.limits(device), "rows": [], "shares": []}
    rows, shares = plan(device, scale)
    total = len(rows) + len(shares)
    cases = [("rows", *case) for case in rows] + [("shares", *case) for case in shares]
    for number, (kind, title, case) in enumerate(cases, 1):
        start = time.perf_counter()
        record[kind].append(case())
        save(record)
        seconds = time.perf_counter() - start
        print(f"{number}/{total} {title}: {seconds:.0f} s", file=sys.stderr, flush=True)


def parser():
    """Return the parser of the command line."""
    found = "cuda" if torch.cuda.is_available() else "cpu"
    arguments = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.splitlines()[0]
    )
    arguments.add_argument("--device", choices=("cpu", "cuda"), default=found)
    arguments.add_argument("--threads", type=int, help="on a CPU; all cores where not given")
    arguments.add_argument(
        "--smoke", action="store_true", help="one small size, to try the command"
    )
    arguments.add_argument("--out", type=Path, default=records.root() / "data" / "benchmarks")
    return arguments


def main(words=None):
    """Run and write; return the path written."""
    arguments = parser().parse_args(words)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    device = torch.device(arguments.device)
    path = arguments.out / machine.file_name(device, torch.get_num_threads())
    path.parent.mkdir(parents=True, exist_ok=True)
    scale = "smoke" if arguments.smoke else arguments.device
    measure(device, scale, lambda found: disk.write_text(path, json.dumps(found, indent=1) + "\n"))
    print(path)
    return path


if __name__ == "__main__":
    main()
