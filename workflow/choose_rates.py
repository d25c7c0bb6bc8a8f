"""Choose the learning rates of one model and number of examples, as Snakemake calls it.

Reads what the candidates' trainings recorded, and writes the choice with all of them. The winner's
finished state becomes that of the training with the same seed, which then need not be repeated.
"""

import argparse
import sys
from pathlib import Path

from specklegan import records, training


def choose(run, group, names, seed):
    """Compare candidates and write `search/<group>.json`.

    Parameters
    ----------
    run : path
        The run's folder.
    group : str
        Such as `speckle-n50`.
    names : list of str
        The candidates, folders in `search/`.
    seed : int
        The seed that they were trained with.

    Returns
    -------
    dict
        The record; `candidates` holds every one with its rates and distance, `chosen` the best.
    """
    folder = records.locate(run) / "search"
    files = [folder / name / "record.json" for name in names]
    scores = [score(name, records.read(file)) for name, file in zip(names, files, strict=True)]
    best = training.best_candidate(scores)
    record = records.start("search", run, {"group": group}, seed, files)
    record |= {"candidates": scores, "chosen": best}
    record["metrics"]["distance"] = records.metric(best["distance"], best["n"])
    records.write(folder / f"{group}.json", record)
    hand_over(folder, names, best["name"], folder.parent / f"gan/{group}-s{seed}")
    return record


def score(name, record):
    """Take from a candidate's record what the choice needs."""
    found = record["metrics"]["validation_distance"]
    about = {key: record["parameters"][key] for key in ("rate", "final_rate")}
    return {"name": name, **about, "distance": found["value"], "n": found["n"]}


def hand_over(folder, names, winner, target):
    """Move the winner's finished state to where the training looks for one; remove the others'."""
    kept = [folder / winner / "state.pt", *(folder / winner / "samples").glob("*")]
    for path in filter(Path.is_file, kept):
        moved = target / path.relative_to(folder / winner)
        moved.parent.mkdir(parents=True, exist_ok=True)
        path.replace(moved)
    for name in names:
        (folder / name / "state.pt").unlink(missing_ok=True)


def main():
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Choose learning rates among candidates.")
    parser.add_argument("--run", required=True)
    parser.add_argument("--group", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("names", nargs="+")
    args = parser.parse_args()
    try:
        best = choose(args.run, args.group, args.names, args.seed)["chosen"]
    except (ValueError, OSError) as error:
        print(f"error: search/{args.group}: {error}", flush=True)
        return 1
    args.log.parent.mkdir(parents=True, exist_ok=True)
    args.log.write_text(f"{args.group}: {best['name']} of {len(args.names)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
