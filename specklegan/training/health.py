"""Signs that a training is lost: numbers in, sentences out.

A game has no loss that falls, so a lost one looks like any other until somebody looks. Each
sentence names what was found; no sentence is no proof of quality. Nothing here sees an image:
whoever has some measures them (`metrics.anatomy_checks`) and hands over the numbers.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

LONG = 0.25  # of a training, at its end
CERTAIN = 0.95  # probability of real images; of generated ones 1 less this
CHANCE = 0.005  # difference of the two probabilities
STILL = 0.05  # cycles per field of view
SAME = 0.05  # variance over z of one mask, over that of real images
FAULTS = {  # by how much the share may exceed that of real images, and what it is a share of
    "many": (0.02, "images have more than one catheter"),
    "none": (0.02, "images have no catheter"),
    "outside": (0.02, "pixels outside the disc are not black"),
    "torn": (0.3, "images are black at the same place of the rim"),
}


def history_warnings(history: Sequence[dict[str, Any]]) -> list[str]:
    """Read a training's history.

    Parameters
    ----------
    history : list of dict
        From :func:`train`: `p_real` and `p_fake`, and where there are any `distance` and
        `edges`.

    Returns
    -------
    list of str
        A sentence for each sign: a discriminator that is certain, or at chance while the distance
        of validation does not fall, over the last quarter; window edges that stayed where they
        started.
    """
    last = history[-max(int(len(history) * LONG), 1) :]
    real, fake = (float(np.mean([entry[key] for entry in last])) for key in ("p_real", "p_fake"))
    answers = f"it gave real images {real:.3f} and generated ones {fake:.3f} in the last quarter"
    found = []
    if real > CERTAIN and fake < 1 - CERTAIN:
        found.append(f"The discriminator is certain: {answers}.")
    elif abs(real - fake) < CHANCE and not _falls(history, len(last)):
        found.append(f"The discriminator is at chance: {answers}.")
    return found + _still_edges(history)


def _falls(history, last):
    """Whether the smallest distance of validation lies among the last entries.

    A discriminator at chance may still lead a generator that keeps pace with it.
    """
    distances = [(entry["distance"], -k) for k, entry in enumerate(history) if "distance" in entry]
    return bool(distances) and -min(distances)[1] >= len(history) - last


def _still_edges(history):
    edges = [entry["edges"] for entry in history if "edges" in entry]
    if not edges:
        return []
    moved = np.ptp(edges, axis=0).max()
    if moved >= STILL:
        return []
    return [f"No window edge moved by more than {moved:.3f} cycles: initialised, not learned."]


def image_warnings(
    made: dict[str, float], real: dict[str, float], variety: float | None = None
) -> list[str]:
    """Read what was measured of generated images, beside the same of real ones.

    Parameters
    ----------
    made, real : dict
        Shares of faults by name, from `metrics.anatomy_faults`. What real images have as well is
        no fault: some have text beside the disc, or no catheter.
    variety : float, optional
        Variance over z for one mask relative to real images', from `metrics.variety`.

    Returns
    -------
    list of str
        A sentence for each sign.
    """
    found = []
    for name, (tolerated, sentence) in FAULTS.items():
        if name in made and made[name] - real[name] > tolerated:
            found.append(f"{made[name]:.0%} of the {sentence} (real ones: {real[name]:.0%}).")
    if variety is not None and variety < SAME:
        found.append(
            f"The generator ignores z: for one mask its images vary {variety:.3f} times as much "
            "as real ones."
        )
    return found
