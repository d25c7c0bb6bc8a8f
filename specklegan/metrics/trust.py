"""Which distance sees which fault: real images are degraded in known steps and measured.

What the faults are is in `degradations`; here each distance is asked whether it rises.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from specklegan import records
from specklegan.metrics import comparison, degradations, distances, features
from specklegan.significance import intervals

SLICED = "sliced Wasserstein distance"
CANDIDATES = comparison.DISTANCES | {
    SLICED: (features.wavelet_packets, distances.sliced_wavelet_distance, 1)
}
FLOOR, GENERATOR = "floor", "generator"  # no faults: other real images, recorded generators
COLUMNS = ["fault", "strength", "distance", "value", "low", "high"]
Fault = Callable[[np.ndarray, np.ndarray, float, int], np.ndarray]
BLIND, SEES, RISES = "blind", "sees", "rises"


def sensitivity(
    real: np.ndarray,
    other: np.ndarray,
    masks: np.ndarray,
    faults: Mapping[str, tuple[Fault, Sequence[float]]] = degradations.FAULTS,
    candidates: Mapping[str, tuple[comparison.View, comparison.Distance, int]] = CANDIDATES,
    bootstrap: int = 20,
    seed: int = 0,
) -> pd.DataFrame:
    """Measure the distance of degraded images from real ones, fault by fault and step by step.

    Parameters
    ----------
    real : array (N, 1, S, S)
        In [-1, 1].
    other : array (M, 1, S, S)
        Other real images; what is degraded. Their own distance is the floor.
    masks : array (M, 1, S, S)
        Labels of the other images.
    faults : dict of str to (callable, sequence of float)
        Functions as in `metrics.degradations` and their strengths, rising.
    candidates : dict of str to (callable, callable, int)
        Distances: view of a set, distance of two views, axis that counts images.
    bootstrap : int
        Bootstrap samples behind the floor's interval.
    seed : int
        Of the degradations and the resampling.

    Returns
    -------
    pandas.DataFrame
        A row for each fault, step and distance: fault, strength, distance, value, low, high. The
        rows of the fault `floor` have strength 0 and the 95 % interval; in others that is nan.
    """
    views = {view for view, _, _ in candidates.values()}
    of_real = {view: view(real) for view in views}
    of_other, rows = {view: view(other) for view in views}, []
    for name, (view, distance, axis) in candidates.items():
        pair = of_real[view], of_other[view]
        value, interval = intervals.bootstrap_interval(distance, *pair, axis, bootstrap, seed)
        rows.append((FLOOR, 0.0, name, value, *interval))
    for fault, (degrade, steps) in faults.items():
        for strength in steps:
            images = degrade(other, masks, strength, seed)
            seen = {view: view(images) for view in views}
            for name, (view, distance, _) in candidates.items():
                value = distance(of_real[view], seen[view])
                rows.append((fault, strength, name, value, float("nan"), float("nan")))
    return pd.DataFrame(rows, columns=COLUMNS)


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """Say which distance is blind to which fault.

    Parameters
    ----------
    table : pandas.DataFrame
        From `sensitivity`.

    Returns
    -------
    pandas.DataFrame
        A row a fault, a column a distance: `blind` where the value at the largest step does not
        exceed the upper end of the floor's interval; else `rises` where the value rises with every
        step, from the floor on, and `sees` where it does not.
    """
    found: dict[str, dict[str, str]] = {}
    for fault, lines in relative_to_floor(table).items():
        for name, values in lines.items():
            rises = RISES if all(b > a for a, b in itertools.pairwise(values)) else SEES
            found.setdefault(fault, {})[name] = rises if values[-1] > 1 else BLIND
    return pd.DataFrame(found).T.rename_axis("fault")


def relative_to_floor(table: pd.DataFrame) -> dict[str, dict[str, list[float]]]:
    """Divide values at each fault's steps 0, 1, 2, ... by the upper end of the floor's interval.

    Parameters
    ----------
    table : pandas.DataFrame
        From `sensitivity`.

    Returns
    -------
    dict of str to dict of str to list of float
        By fault and distance; above 1 the distance sees the fault.
    """
    floor = table[table.fault == FLOOR].set_index("distance")
    found: dict[str, dict[str, list[float]]] = {}
    for (fault, name), part in _by_fault(table):
        values = [floor.value[name], *part.sort_values("strength").value]
        found.setdefault(fault, {})[name] = [float(v / floor.high[name]) for v in values]
    return found


def _by_fault(table):
    return table[table.fault != FLOOR].groupby(["fault", "distance"], sort=False)


def trust_metrics(table: pd.DataFrame, n: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Write a table of `sensitivity` as the metrics of a record, by fault/strength/distance.

    Parameters
    ----------
    table : pandas.DataFrame
        From `sensitivity`.
    n : dict of str to int
        Numbers of images, as `records.metric` takes them.

    Returns
    -------
    dict of str to dict
    """
    return {
        f"{row.fault}/{row.strength:g}/{row.distance}": records.metric(
            row.value, n, None if pd.isna(row.low) else (row.low, row.high)
        )
        for row in table.itertuples()
    }


def trust_table(record: dict[str, Any]) -> pd.DataFrame:
    """Read the table of `sensitivity` back from a record of kind `trust`.

    Parameters
    ----------
    record : dict
        Such as `data/trust.json` holds.

    Returns
    -------
    pandas.DataFrame
        As `sensitivity` gives it; what the record says of generators is left out.

    Raises
    ------
    ValueError
        Where the record is of another kind.
    """
    if record["kind"] != "trust":
        raise ValueError(f"record: kind {record['kind']}, expected trust")
    rows = []
    for key, entry in record["metrics"].items():
        fault, strength, name = key.split("/", 2)
        if fault != GENERATOR:
            ends = entry["interval"] or (float("nan"),) * 2
            rows.append((fault, float(strength), name, entry["value"], *ends))
    return pd.DataFrame(rows, columns=COLUMNS)
