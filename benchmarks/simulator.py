"""One homogeneous tissue through the phantoms' scanner and through PyMUST (extra `simulator`).

Writes what chapter 4 shows where PyMUST is not installed:

    python -m benchmarks.simulator --seeds 12 --lines 84
"""

import argparse
import time
from importlib import metadata

import numpy as np

from specklegan import laws, phantom, records
from specklegan.phantom import scanner_for


def main():
    """Compare, print a table, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=12, help="tissues")
    parser.add_argument("--lines", type=int, default=84, help="scan lines of each")
    parser.add_argument("--out", default="data/pymust.json", help="where the record goes")
    given = parser.parse_args()
    began, scanner = time.perf_counter(), scanner_for(384)
    parameters = {"seeds": given.seeds, "lines": given.lines, "frequency": scanner.frequency}
    record = records.start("simulator", "by hand", parameters, seed=0)
    record["versions"]["PyMUST"] = metadata.version("PyMUST")
    found = phantom.compare_with_pymust(scanner, range(given.seeds), given.lines)
    print("| quantity | PyMUST | phantoms |\n|---|---|---|")
    for quantity, values in found.items():
        mean, error = laws.mean_and_error(values.T)
        spans = np.transpose([mean - 1.96 * error, mean + 1.96 * error]).tolist()
        for who, value, span in zip(("PyMUST", "phantoms"), mean, spans, strict=True):
            record["metrics"][f"{quantity}, {who}"] = records.metric(value, given.seeds, span)
        print(
            f"| {quantity} | "
            + " | ".join(f"{m:.3f} ± {e:.3f}" for m, e in zip(mean, error, strict=True))
        )
    record["seconds"] = round(time.perf_counter() - began, 1)
    records.write(records.root() / given.out, record)


if __name__ == "__main__":
    main()
