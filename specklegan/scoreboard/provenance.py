"""Where a run's numbers come from: its settings beside the paper's, its code, device and time."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from specklegan.scoreboard.verdicts import as_printed

PRINTED = {  # quantity of `data/paper.csv`: kind of record and parameter that hold ours
    "GAN training examples": ("evaluate", "n"),
    "generated images in the final evaluation": ("evaluate", "synthetic"),
    "initial learning rate": ("train", "rate"),
    "final learning rate": ("train", "final_rate"),
    "initial edge of the filter windows": ("train", "edges"),
    "most feature maps of the U-Net": ("segment", "maximum"),
    "batch size": ("segment", "batch"),
    "synthetic images for pre-training": ("segment", "synthetic"),
    "folds of the cross-validation": ("segment", "folds"),
}


def run_settings(found: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """Collect a run's settings, by the paper's words for them.

    Parameters
    ----------
    found : sequence of dict
        Records of one run: one evaluation, trainings and segmentations.

    Returns
    -------
    dict of str to list
        The values of each setting; where records of a kind differ, all of them.
    """
    (evaluated,) = (record for record in found if record["kind"] == "evaluate")
    ours = {
        "images in the dataset": [evaluated["images"]],
        "edge of synthetic images": [evaluated["size"]],
        "classes of the masks": [len(evaluated["class_names"])],
    }
    for quantity, (kind, name) in PRINTED.items():
        told = [record["parameters"][name] for record in found if record["kind"] == kind]
        ours[quantity] = told[0] if isinstance(told[0], list) else sorted(set(told))
    return ours


def beside_paper(ours: Mapping[str, Sequence[float]], numbers: pd.DataFrame) -> pd.DataFrame:
    """Set a run's settings beside those that the paper prints.

    Parameters
    ----------
    ours : dict of str to sequence of float
        From `run_settings`.
    numbers : pandas.DataFrame
        From `records.paper_numbers`.

    Returns
    -------
    pandas.DataFrame
        setting, paper, this run; as texts.
    """
    rows = []
    for quantity, values in ours.items():
        said = numbers[numbers.quantity == quantity].apply(as_printed, axis=1)
        rows.append([quantity, ", ".join(said), ", ".join(f"{value:g}" for value in values)])
    return pd.DataFrame(rows, columns=["setting", "paper", "this run"])


def run_steps(found: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Sum up which code, device and PyTorch a run's records name, and their time.

    Parameters
    ----------
    found : sequence of dict
        Records.

    Returns
    -------
    pandas.DataFrame
        step, commit (12 digits), changed since, device, torch, times, seconds.
    """
    rows = [
        [x["kind"], (x["commit"] or "-")[:12], x["dirty"], x["device"], x["versions"]["torch"]]
        for x in found
    ]
    by = ["step", "commit", "changed since", "device", "torch"]
    listed = pd.DataFrame(rows, columns=by).assign(seconds=[x["seconds"] for x in found])
    summed = listed.groupby(by, sort=False, dropna=False)["seconds"].agg(["count", "sum"])
    return summed.reset_index().rename(columns={"count": "times", "sum": "seconds"})
