"""Numbers as tables of a chapter, and tables as entries of a record.

A chapter measures; here its numbers are only arranged. Keys of distances are those that
`recorded` reads.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from specklegan import records

Entry = dict[str, Any]  # what `records.metric` writes
Panels = dict[str, tuple[dict[str, list[tuple[Any, ...]]], float]]  # for `figures.distance_by_n`


def entries(
    table: pd.DataFrame,
    key: str,
    n: Entry | Callable[[Entry], Entry],
    unit: str = "",
) -> dict[str, Entry]:
    """Write a table's numbers as a record holds them.

    Parameters
    ----------
    table : pandas.DataFrame
        Numbers; its index says of what.
    key : str
        Beginning of the metrics' names, with the index' levels in braces, such as
        `{model}-n{n}/validation`; a slash and the column follow.
    n : dict of str to int, or callable
        Counts behind every number (`records.metric`); or what gives them for one row, from its
        index as a dict by level.
    unit : str
        Of all numbers.

    Returns
    -------
    dict of str to dict
    """
    found = {}
    for index, row in table.iterrows():
        of = dict(
            zip(table.index.names, index if isinstance(index, tuple) else [index], strict=True)
        )
        count = n(of) if callable(n) else n
        for column, value in row.items():
            found[f"{key.format(**of)}/{column}"] = records.metric(value, count, unit=unit)
    return found


def distance_entries(
    found: Mapping[tuple[Any, ...], Mapping[str, Entry]],
) -> dict[str, Entry]:
    """Name distances as `recorded.by_seed` reads them.

    Parameters
    ----------
    found : dict of (str, int, str, int) to dict of str to dict
        For each protocol, n, model and seed what `metrics.compare_images` gives. Where the images
        are `real`, n and seed do not count.

    Returns
    -------
    dict of str to dict
        Such as `speckle-n50-s0/final/kernel distance`.
    """
    return {
        f"{model if model == 'real' else f'{model}-n{n}-s{seed}'}/{protocol}/{name}": entry
        for (protocol, n, model, seed), distances in found.items()
        for name, entry in distances.items()
    }


def distance_table(found: Mapping[Any, Mapping[str, Entry]], names: Sequence[str]) -> pd.DataFrame:
    """List distances with half the width of their intervals, one a row.

    Parameters
    ----------
    found : dict of tuple to dict of str to dict
        For each set of images what `metrics.compare_images` gives.
    names : sequence of str
        Columns for the parts of the key.

    Returns
    -------
    pandas.DataFrame
        `names`, distance, value, half, and `real / other`: the numbers of images.
    """
    rows = [
        [*key, distance, entry["value"], entry["interval"][1] - entry["value"], _pair(entry["n"])]
        for key, of in found.items()
        for distance, entry in of.items()
    ]
    return pd.DataFrame(rows, columns=[*names, "distance", "value", "half", "real / other"])


def _pair(count):
    return f"{count['real']} / {count['fake']}"


def side_by_side(measured: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Set distances side by side as value ± half, averaged over what `by` does not name.

    Parameters
    ----------
    measured : pandas.DataFrame
        From `distance_table`.
    by : sequence of str
        Columns that name a row.

    Returns
    -------
    pandas.DataFrame
        Columns `by`, then a text for each distance; rows in the order of `measured`.
    """
    mean = measured.groupby([*by, "distance"], sort=False)[["value", "half"]].mean()
    text = [f"{value:.3g} ± {half:.1g}" for value, half in mean.itertuples(index=False)]
    text = pd.Series(text, mean.index, dtype=object)
    return text.unstack("distance", sort=False).reset_index()


def measured_by_n(measured: pd.DataFrame, names: Sequence[str]) -> Panels:
    """Arrange distances of the final protocol for `figures.distance_by_n`.

    Parameters
    ----------
    measured : pandas.DataFrame
        From `distance_table`, by protocol, n, images and seed.
    names : sequence of str
        Distances, a panel each.

    Returns
    -------
    dict of str to (dict, float)
        For each distance, by model, a list of (n, mean over seeds, lowest and highest end of the
        intervals); and the floor, real images against others.
    """
    found = {}
    for name in names:
        part = measured[measured.distance == name]
        lines: dict[str, list[tuple[Any, ...]]] = {}
        for (model, n), rows in part[part.protocol == "final"].groupby(["images", "n"], sort=False):
            ends = (rows.value - rows.half).min(), (rows.value + rows.half).max()
            lines.setdefault(model, []).append((n, rows.value.mean(), *ends))
        found[name] = lines, part[part.protocol == "floor"].value.mean()
    return found


def best_and_last(courses: Mapping[tuple[int, str, int], pd.DataFrame]) -> pd.DataFrame:
    """Find the best and the last validation of trainings, averaged over seeds.

    Parameters
    ----------
    courses : dict of (int, str, int) to pandas.DataFrame
        For each n, model and seed a training's history, with columns `images_seen` and, where it
        was validated, `distance`. One that never was counts with its last step.

    Returns
    -------
    pandas.DataFrame
        By n and model: seen at the best, best, seen in all, last.
    """
    rows = []
    for (n, model, _), course in courses.items():
        course = course.reindex(columns=["images_seen", "distance"])
        course = course.dropna() if course.distance.notna().any() else course.tail(1)
        best = course.loc[course.distance.fillna(0).idxmin()]
        rows.append([n, model, *best, *course.iloc[-1]])
    columns = ["n", "model", "seen at the best", "best", "seen in all", "last"]
    return pd.DataFrame(rows, columns=columns).groupby(["n", "model"], sort=False).mean()
