"""Distances in the records of evaluations: by model, n and seed, and pairs of equal seeds."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from scipy import stats

from specklegan import records
from specklegan.metrics import distances
from specklegan.metrics.comparison import WAVELET

POINT = re.compile(r"(?P<model>[a-z]+)-n(?P<n>\d+)-s(?P<seed>\d+)/(?P<on>[a-z]+)/(?P<name>.+)")

GAIN = re.compile(r"gain/(?P<arm>[a-z]+)-(?P<model>[a-z]+)/n(?P<n>\d+)/s(?P<seed>\d+)")


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


def largest_evaluation(evaluations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the evaluation at the most n; one that may bear a verdict goes before all others."""
    return max(
        evaluations, key=lambda x: (records.is_evidence(x["preset"]), len(x["parameters"]["n"]))
    )


def recorded_by_n(
    record: dict[str, Any], names: Sequence[str]
) -> dict[str, tuple[dict[str, list[tuple[Any, ...]]], float]]:
    """Arrange the final distances of an evaluation for `figures.distance_by_n`.

    Parameters
    ----------
    record : dict
        Of an evaluation.
    names : sequence of str
        Distances, a panel each.

    Returns
    -------
    dict of str to (dict, float)
        For each distance, by model, a list of (n, mean, lowest, highest of the seeds); and the
        floor, real images against others.
    """
    found = {}
    for name in names:
        lines: dict[str, list[tuple[Any, ...]]] = {}
        for (model, n), values in collect(record, name).items():
            point = n, sum(values) / len(values), min(values), max(values)
            lines.setdefault(model, []).append(point)
        found[name] = lines, record["metrics"][f"real/floor/{name}"]["value"]
    return found


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


def gains(record: dict[str, Any], arm: str = "none") -> dict[tuple[str, int], dict[int, float]]:
    """Collect the gains in Dice over an arm from a record of significance.

    Parameters
    ----------
    record : dict
        Of the step `significance`.
    arm : str
        Over which arm, such as `none` (no pre-training).

    Returns
    -------
    dict of (str, int) to (dict of int to float)
        For each model and n the gains in % by seed.
    """
    found: dict[tuple[str, int], dict[int, float]] = {}
    for key, entry in record["metrics"].items():
        match = GAIN.fullmatch(key)
        if match and match["arm"] == arm and entry["value"] is not None:
            point = match["model"], int(match["n"])
            found.setdefault(point, {})[int(match["seed"])] = entry["value"]
    return found


def rank_with_gain(
    evaluation: dict[str, Any],
    significance: dict[str, Any],
    name: str,
    counts: Collection[int] | None = None,
    arm: str = "none",
) -> tuple[float, float, int]:
    """Rank generators by a distance and by the gain in Dice, and compare the two orders.

    Parameters
    ----------
    evaluation, significance : dict
        Records of the same trainings.
    name : str
        Of the distance.
    counts : collection of int, optional
        Only these n. The gain itself depends on n: at one n alone it says more of the generators.
    arm : str
        Whose segmentation the gain is measured over.

    Returns
    -------
    (float, float, int)
        Spearman's rank correlation, -1 where a smaller distance always goes with a larger gain;
        its two-sided p, which takes trainings as independent; and how many there are. Fewer than
        3 tell nothing: nan.
    """
    near, gained = by_seed(evaluation, name), gains(significance, arm)
    pairs = [
        (near[point][seed], gain)
        for point, found in gained.items()
        if point in near and (counts is None or point[1] in counts)
        for seed, gain in found.items()
        if seed in near[point]
    ]
    if len(pairs) < 3:
        return float("nan"), float("nan"), len(pairs)
    found = stats.spearmanr(*zip(*pairs, strict=True))
    return float(found.statistic), float(found.pvalue), len(pairs)
