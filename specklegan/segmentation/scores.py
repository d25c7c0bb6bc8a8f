"""Scores of a segmentation, for each test image, fold and region: every failure counts."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from specklegan.metrics import overlap


def reported_classes(class_names: Sequence[str]) -> list[int]:
    """List the classes to score: all but the background.

    Parameters
    ----------
    class_names : sequence of str
        Such as lumen, intima/media, adventitia/background.

    Returns
    -------
    list of int
        All labels except the first whose name contains `background`, or else 0. For the paper's
        masks 0 and 1.
    """
    named = [k for k, name in enumerate(class_names) if "background" in name.lower()]
    background = named[0] if named else 0
    return [k for k in range(len(class_names)) if k != background]


def score(
    predictions: np.ndarray,
    masks: np.ndarray,
    class_names: Sequence[str],
    names: Sequence[str] | None = None,
    patients: Sequence[int] | np.ndarray | None = None,
    unions: Mapping[str, Sequence[int]] | None = None,
) -> pd.DataFrame:
    """Score every test image in every fold: Dice coefficient and modified Hausdorff distance.

    Parameters
    ----------
    predictions : array (folds, M, 1, H, W)
        Labels.
    masks : array (M, 1, H, W)
        True labels.
    class_names : sequence of str
        Names of labels 0, 1, ...; the background is not scored.
    names, patients : sequence, optional
        Of the test images; their numbers from 0 where not given.
    unions : dict of str to sequence of int, optional
        Further regions by name: the labels that make them up, such as lumen and wall together,
        whose outline is the media contour.

    Returns
    -------
    pandas.DataFrame
        Columns fold, image, patient, class, dice, hausdorff_px, failure. A failure is `empty` (the
        class is there, nothing predicted) or `spurious` (the reverse): its distance, truly
        infinite, counts as the image's diagonal.

    Raises
    ------
    ValueError
        Where predictions, masks, names and patients are not of as many images.
    """
    names = range(len(masks)) if names is None else names
    patients = names if patients is None else patients
    told = {"names": names, "patients": patients}
    told |= {f"predictions of fold {k}": labels for k, labels in enumerate(predictions)}
    for name, values in told.items():
        if len(values) != len(masks):
            raise ValueError(f"{name}: {len(values)} for {len(masks)} masks; expected as many")
    regions = {class_names[label]: [label] for label in reported_classes(class_names)}
    rows = [
        {"fold": fold, "image": name, "patient": patient, "class": region}
        | _agreement(np.isin(guess[0], labels_of), np.isin(truth[0], labels_of))
        for region, labels_of in (regions | dict(unions or {})).items()
        for fold, labels in enumerate(predictions)
        for name, patient, guess, truth in zip(names, patients, labels, masks, strict=True)
    ]
    return pd.DataFrame(rows)


def _agreement(guess, truth):
    distance, failure = overlap.modified_hausdorff(guess, truth), ""
    if np.isinf(distance):
        distance, failure = float(np.hypot(*truth.shape)), "empty" if truth.any() else "spurious"
    return {"dice": overlap.dice(guess, truth), "hausdorff_px": distance, "failure": failure}
