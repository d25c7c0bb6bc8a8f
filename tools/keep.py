"""Keep a finished run with the book: `python -m tools.keep --preset study`.

Copies into `data/results/<preset>/` the records of evaluation, significance, search and peers,
which the scoreboard reads; and into `data/checkpoints/<preset>/` the generators of the numbers of
examples and the seed asked for, in half precision, with record and history of their training, and
`samples.png`, a sheet of what they make of the same masks. Parts of a run may be kept before all is
done; what is not there yet is left out: the printed list tells what was written.
"""

import argparse
import shutil
import sys
from pathlib import Path

from specklegan import datasets, disk, figures, records
from workflow import graph, presets, runs

RECORDS = {"evaluate/record.json": "evaluate", "significance/record.json": "significance"}
MASKS = 4  # columns of the sheet
LARGEST = 5 * 2**20  # bytes of one generator


def keep(run, preset, counts, seed, target):
    """Copy a run's evidence.

    Parameters
    ----------
    run : path
        Folder of the run.
    preset : str
        Name of the folders that are written.
    counts : sequence of int
        Numbers of training examples whose generators are kept.
    seed : int
        Their seed.
    target : pathlib.Path
        The repository's `data` folder.

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    FileNotFoundError
        If the run has no record to keep.
    ValueError
        If the run saw other images than phantoms, which may not be passed on, if a record was made
        by code that differs from its commit, or a generator is too large.
    """
    run = records.locate(run)
    _check_source(run)
    kept = [_copy(source, target / "results" / preset / name) for source, name in _records(run)]
    if not kept:
        raise FileNotFoundError(f"{run}: found no record; expected a run to keep")
    shelf = target / "checkpoints" / preset
    names = [graph.name((model, n, seed)) for n in counts for model in ("speckle", "baseline")]
    names = [name for name in names if (run / f"gan/{name}/generator.safetensors").is_file()]
    for name in names:
        kept += _generator(run / "gan" / name, shelf / name)
    return [*kept, _sheet(run, shelf, names)] if names else kept


def _check_source(run):
    """Require a run on phantoms."""
    for name in ("data/dataset.json", "data/held_out.json"):
        found = disk.read_json(run / name, "a run with its data")["source"].get("kind")
        if found != "phantom":
            raise ValueError(f"{run / name}: images of kind {found!r}; expected phantoms, because "
                             "what learned from other images may not be passed on")  # fmt: skip


def _records(run):
    """Find records and how they are to be called."""
    found = [(run / path, f"{name}.json") for path, name in RECORDS.items()]
    found += [(path, f"search-{path.name}") for path in sorted(run.glob("search/*.json"))]
    peers = sorted(run.glob("peer/*/record.json"))
    found += [(path, f"peer-{path.parent.name}.json") for path in peers]
    return [(path, name) for path, name in found if path.is_file()]


def _copy(source, goal):
    record = records.read(source)
    if record["dirty"] is not False:
        raise ValueError(f"{source}: made by files that differ from commit {record['commit']}; "
                         "expected a clean checkout")  # fmt: skip
    goal.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, goal)
    return goal


def _generator(folder, goal):
    import torch

    from specklegan.networks import Generator

    about = _copy(folder / "record.json", goal / "record.json")
    shutil.copyfile(folder / "history.json", goal / "history.json")
    weights = goal / "generator.safetensors"
    Generator.load(folder / weights.name).save(weights, torch.float16)
    if weights.stat().st_size > LARGEST:
        size = weights.stat().st_size
        weights.unlink()
        raise ValueError(f"{folder}: {size} bytes in half precision; expected at most {LARGEST}")
    return [about, goal / "history.json", weights, weights.with_suffix(".json")]


def _sheet(run, shelf, names):
    """Draw what the kept generators make of held-out masks, as they are read back."""
    from specklegan.networks import Generator

    figures.use_style()
    held_out = datasets.open(run / "data/held_out")
    shown = held_out.subset(range(0, len(held_out), max(len(held_out) // MASKS, 1))[:MASKS])
    rows = {held_out.noun: shown.images[:, 0]}
    for name in names:
        generator = Generator.load(shelf / name / "generator.safetensors")
        rows[name] = generator.generate(shown.masks, 0)[:, 0]
    figure = figures.sample_grid(rows, [f"mask {k + 1}" for k in range(len(shown))])
    figure.savefig(shelf / "samples.png", metadata={"Software": None})
    return shelf / "samples.png"


def main(arguments=None):
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Keep a run's records and generators in data/.")
    parser.add_argument("--preset", default="study")
    parser.add_argument("--run", help="folder of the run; build/<preset> where not given")
    parser.add_argument(
        "--n", type=int, nargs="*", default=[50, 435], help="generators to keep, if any"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the generators to keep")
    options = parser.parse_args(arguments)
    run = Path(options.run or presets.ROOT / runs.run_folder(options.preset))
    try:
        kept = keep(run, options.preset, options.n, options.seed, presets.ROOT / "data")
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(*(path.relative_to(presets.ROOT) for path in kept), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
