"""What repeated measurements do to p values, by simulation of scores without any difference.

The scores of two arms share the hardness of the image, the frames of one patient share a vessel,
the folds of one frame share an image. Tests that treat them as independent find differences that
are not there. The tests themselves are in `significance/paired.py`.
"""

import numpy as np
from scipy import stats


def null_scores(
    generator: np.random.Generator,
    repeats: int,
    patients: int,
    frames: int,
    folds: int,
    shares: tuple[float, float, float, float] = (0.3, 0.2, 0.15, 0.2),
) -> np.ndarray:
    """Simulate the scores of two arms that are equally good.

    Each score is the sum of independent normal parts of total variance 1: the hardness of a
    patient and of a frame, common to both arms; how one arm fares with a patient and with a
    frame; and the rest, which each fold draws anew.

    Parameters
    ----------
    generator : numpy.random.Generator
        Source of randomness.
    repeats : int
        Independent experiments R.
    patients, frames, folds : int
        Numbers P of patients, F of frames of each, K of folds that score each frame.
    shares : (float, float, float, float)
        Shares of the variance: hardness of the patient, hardness of the frame, arm with patient,
        arm with frame. Not negative; the rest is the folds'.

    Returns
    -------
    numpy.ndarray, shape (2, R, P, F, K)
        Scores of both arms.

    Raises
    ------
    ValueError
        Where the shares are negative or exceed 1.
    """
    rest = 1 - sum(shares)
    if min(shares) < 0 or rest < -1e-9:  # .55 + .15 + .2 + .1 exceeds 1 by its rounding
        raise ValueError(f"shares: {shares}; expected at least 0 each, at most 1 together")
    parts = {
        (1, repeats, patients, 1, 1): shares[0],
        (1, repeats, patients, frames, 1): shares[1],
        (2, repeats, patients, 1, 1): shares[2],
        (2, repeats, patients, frames, 1): shares[3],
        (2, repeats, patients, frames, folds): max(rest, 0.0),
    }
    return sum(np.sqrt(share) * generator.normal(size=shape) for shape, share in parts.items())


def paired_p_values(scores: np.ndarray, over: str = "patients") -> np.ndarray:
    """Test the two arms of every simulated experiment, with pairs of one kind.

    Parameters
    ----------
    scores : array (2, R, P, F, K)
        From `null_scores`.
    over : {"patients", "frames", "folds"}
        What counts as one pair; finer measurements are averaged first.

    Returns
    -------
    numpy.ndarray, shape (R,)
        Two-sided p values, as `scipy.stats.ttest_rel` gives them.

    Raises
    ------
    ValueError
        Where `over` is something else.
    """
    axes = {"patients": (-2, -1), "frames": (-1,), "folds": ()}
    if over not in axes:
        raise ValueError(f"over: {over!r}; expected one of {sorted(axes)}")
    a, b = (arm.mean(axis=axes[over]).reshape(arm.shape[0], -1) for arm in scores)
    return stats.ttest_rel(a, b, axis=1).pvalue


def unpaired_p_values(scores: np.ndarray) -> np.ndarray:
    """Test every simulated experiment as if the arms had scored different patients."""
    a, b = scores.mean(axis=(-2, -1))  # (R, P)
    return stats.ttest_ind(a, b, axis=1).pvalue
