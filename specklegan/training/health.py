"""Signs that a training is lost: numbers in, sentences out.

A game has no loss that falls, so a lost one looks like any other until somebody looks. Each
sentence names what was found; no sentence is no proof of quality. Nothing here sees an image:
whoever has some measures them (`metrics.anatomy_checks`) and hands over the numbers.
"""

from collections.abc import Sequence

import numpy as np

LONG = 0.25  # of a training, at its end
CERTAIN = 0.95  # probability of real images; of generated ones 1 less this
CHANCE = 0.005  # difference of the two probabilities
STILL = 0.05  # cycles per field of view
SAME = 0.05  # variance over z of one mask, over that of real images
LIT, TORN = 0.02, 0.5  # shares at the rim; phantoms: none, and below 0.2
TOLERATED = 0.02  # of images with another number of catheters than one


def history_warnings(history):
    """Read a training's history.

    Parameters
    ----------
    history : list of dict
        From :func:`training.train`: `p_real` and `p_fake`, and where there are any `distance` and
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
    catheters: Sequence[int] | None = None,
    rim: tuple[float, float] | None = None,
    variety: float | None = None,
) -> list[str]:
    """Read what was measured of a generator's images; what was not is left out.

    Parameters
    ----------
    catheters : sequence of int, optional
        How many each image has, from `metrics.count_catheters`.
    rim : (float, float), optional
        Share outside the disc that is lit, share of images torn at one place, from
        `metrics.rim_faults`.
    variety : float, optional
        Variance over z for one mask relative to real images', from `metrics.variety`.

    Returns
    -------
    list of str
    """
    found = []
    counts = np.asarray([] if catheters is None else catheters)
    for wrong, what in ((counts > 1, "more than one catheter"), (counts < 1, "no catheter")):
        if counts.size and wrong.mean() > TOLERATED:
            found.append(f"{wrong.sum()} of {counts.size} images have {what}.")
    outside, torn = rim or (0.0, 0.0)
    if outside > LIT:
        found.append(f"{outside:.0%} of the pixels outside the disc are not black.")
    if torn > TORN:
        found.append(f"The rim is torn: {torn:.0%} of the images are black at one place of it.")
    if variety is not None and variety < SAME:
        found.append(
            f"The generator ignores z: for one mask its images vary {variety:.3f} times as much "
            "as real ones."
        )
    return found
