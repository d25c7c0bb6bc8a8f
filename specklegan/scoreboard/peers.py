"""A generator of somebody else beside the two models: the same examples, discriminator and length.

Two plain generators differ too. What a layer gains is read against that.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from specklegan.scoreboard.recorded import collect

MODELS = ("speckle", "baseline", "peer")
MISSING = "No run of the peer is at hand."


def beside_peer(
    recorded: Sequence[dict[str, Any]], current: Sequence[dict[str, Any]], names: Sequence[str]
) -> pd.DataFrame:
    """List final distances of every generator, of presets with a peer and of this run.

    Parameters
    ----------
    recorded, current : sequence of dict
        Records of recorded runs and of this run, the peers' included; those of other kinds than
        evaluations count for nothing.
    names : sequence of str
        Distances.

    Returns
    -------
    pandas.DataFrame
        run (`recorded` or `this`), preset, n, generator, seeds, distance, value (mean over seeds).
    """
    told = [("recorded", record) for record in recorded] + [("this", each) for each in current]
    rows = [
        [run, record["preset"], n, model, len(values), name, sum(values) / len(values)]
        for run, record in told
        for name in names
        for (model, n), values in collect(record, name).items()
    ]
    columns = ["run", "preset", "n", "generator", "seeds", "distance", "value"]
    found = pd.DataFrame(rows, columns=columns)
    with_peer = found.preset[found.generator == "peer"]
    return found[found.preset.isin(with_peer) | (found.run == "this")]


def peer_reading(found: pd.DataFrame) -> str:
    """Write what the layer gains on the baseline, and the baseline on the peer.

    Parameters
    ----------
    found : pandas.DataFrame
        From `beside_peer`.

    Returns
    -------
    str
    """
    by = ["run", "preset", "n", "distance"]
    values = found.pivot_table(index=by, columns="generator", values="value")
    values = values.reindex(columns=list(MODELS)).dropna()
    parts = [
        f"At n = {n} (preset `{preset}`), {name}: the layer gains {plain - ours:.2f} on the "
        f"baseline, and the baseline gains {peer - plain:.2f} on the peer."
        for (_, preset, n, name), ours, plain, peer in values.itertuples()
    ]
    words = "Two plain generators differ too, and a layer that matters should gain more than that."
    return " ".join([words, *parts]) if parts else MISSING
