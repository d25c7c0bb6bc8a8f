"""Distances in the records of evaluations: by model, n and seed, and pairs of equal seeds."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from specklegan.metrics import distances
from specklegan.metrics.comparison import WAVELET

POINT = re.compile(r"(?P<model>[a-z]+)-n(?P<n>\d+)-s(?P<seed>\d+)/(?P<on>[a-z]+)/(?P<name>.+)")


def by_seed(
    record: dict[str, Any], name: str, on: str = "final"
) -> dict[tuple[str, int], dict[int, float]]:
    """Collect a distance of a protocol, final or validation.

    Parameters
    ----------
    record : dict
        Of an evaluation.
    name : str
        Of the distance, such as `metrics.WAVELET`.
    on : {"final", "validation"}
        The protocol.

    Returns
    -------
    dict of (str, int) to (dict of int to float)
        For each model and n the values by seed; a value that is not a number is left out.
    """
    found: dict[tuple[str, int], dict[int, float]] = {}
    for key, entry in record["metrics"].items():
        match, value = POINT.fullmatch(key), entry["value"]
        if not match or (match["on"], match["name"]) != (on, name):
            continue
        if value is not None and np.isfinite(value):
            point = match["model"], int(match["n"])
            found.setdefault(point, {})[int(match["seed"])] = value
    return found


def collect(
    record: dict[str, Any], name: str, on: str = "final"
) -> dict[tuple[str, int], list[float]]:
    """Collect what `by_seed` does as lists in the order of the seeds."""
    found = by_seed(record, name, on)
    return {point: [values[seed] for seed in sorted(values)] for point, values in found.items()}


def paired(
    record: dict[str, Any], name: str, points: Iterable[tuple[str, int]]
) -> list[np.ndarray]:
    """Return a distance at several points (model, n) as arrays over the seeds that all have."""
    found = by_seed(record, name)
    every = [found.get(point, {}) for point in points]
    seeds = sorted(set.intersection(*map(set, every)))
    return [np.array([values[seed] for seed in seeds]) for values in every]


def pairs_won(record: dict[str, Any], name: str, counts: Iterable[int]) -> tuple[int, int]:
    """Count pairs of trainings with equal n and seed: those nearer with SpeckleGAN, and all."""
    pairs = [paired(record, name, [("speckle", n), ("baseline", n)]) for n in counts]
    return sum(int((ours < theirs).sum()) for ours, theirs in pairs), sum(len(a) for a, _ in pairs)


def at_their_best(
    runs: Sequence[dict[str, Any]], n: int, name: str = WAVELET
) -> tuple[dict[str, str], float] | None:
    """Compare the models at n, each as trained in the run that its validation prefers.

    Final distances choose nothing: they are what is compared.

    Parameters
    ----------
    runs : sequence of dict
        Records of evaluations that differ in a setting, such as the learning rate.
    n : int
        Training examples.
    name : str
        Of the distance, chosen and compared by its mean over seeds.

    Returns
    -------
    (dict, float) or None
        Preset of the run taken for each model, and by how many % the baseline's final distance
        exceeds SpeckleGAN's (`metrics.improvement`); None where no run has trained them all at n.
    """
    mean = {}
    for model in ("speckle", "baseline"):
        found = [[collect(run, name, on) for on in ("validation", "final")] for run in runs]
        scores = [
            (float(np.mean(validation[model, n])), float(np.mean(final[model, n])), run["preset"])
            for run, (validation, final) in zip(runs, found, strict=True)
            if (model, n) in validation and (model, n) in final
        ]
        if not scores:
            return None
        mean[model] = min(scores)
    taken = {model: preset for model, (_, _, preset) in mean.items()}
    return taken, distances.improvement(mean["baseline"][1], mean["speckle"][1])
