"""Checksums of the phantoms that the presets generate: print, record or verify them.

    python -m tools.checksums                     # print those of presets smoke and quick
    python -m tools.checksums smoke quick study   # of presets to choose
    python -m tools.checksums --record            # and write data/phantoms.json
    python -m tools.checksums --verify            # compare with data/phantoms.json

A checksum is that of the file a run writes, `build/<run>/data/dataset.npy` or `held_out.npy`, whose
own `.json` file states it as well. Another version of NumPy or SciPy, or another processor, may
round single grey levels differently; then the means tell that the pictures are the same.
"""

import argparse
import hashlib
import io
import json
import platform
import sys

import numpy as np
import scipy
import yaml

from specklegan import datasets, disk
from workflow.presets import ROOT

RECORD = ROOT / "data" / "phantoms.json"


def describe(dataset):
    """Checksum, shape and means of what `datasets.save` writes of a dataset."""
    file = io.BytesIO()
    stack = datasets.stacked(dataset)
    np.save(file, stack)
    means = stack.mean((0, 2, 3)).round(3).tolist()
    about = {"shape": list(stack.shape), "mean grey level": means[0], "mean label": means[1]}
    return {"sha256": hashlib.sha256(file.getbuffer()).hexdigest()} | about


def generate(presets):
    """Simulate the phantoms of presets: checksums by file, and the versions they hold for."""
    files = {}
    for preset in presets:
        settings = yaml.safe_load((ROOT / "config" / f"{preset}.yaml").read_text())
        wanted = {key: settings["04_ivus_images"][key] for key in ("images", "held_out", "size")}
        pair = datasets.load_pair("phantom", seed=0, **wanted)
        for name, dataset in zip(("dataset", "held_out"), pair, strict=True):
            files[f"{preset}/data/{name}.npy"] = describe(dataset)
    versions = {"numpy": np.__version__, "scipy": scipy.__version__}
    versions |= {"python": platform.python_version(), "machine": platform.machine()}
    return {"seed": 0, "versions": versions, "files": files}


def verify(found):
    """Compare with the record; print a line a file and return how many differ."""
    recorded, differing = disk.read_json(RECORD, "what --record writes"), 0
    for name, about in found["files"].items():
        known = recorded["files"].get(name)
        same = known is not None and known["sha256"] == about["sha256"]
        differing += not same
        print(f"{name}: {'as recorded' if same else f'found {about}, recorded {known}'}")
    if differing and recorded["versions"] != found["versions"]:
        print(f"versions: found {found['versions']}, recorded {recorded['versions']}")
    return differing


def main():
    """Run the command line; return the exit code: 1 where something differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("presets", nargs="*", default=["smoke", "quick"])
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name}")
    parser.add_argument("--verify", action="store_true", help=f"compare with {RECORD.name}")
    args = parser.parse_args()
    found = generate(args.presets)
    if args.verify:
        return int(verify(found) > 0)
    text = json.dumps(found, indent=1) + "\n"
    if args.record:
        disk.write_text(RECORD, text)
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
