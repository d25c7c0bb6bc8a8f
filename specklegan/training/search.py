"""Choice of learning rates: candidates, their names, the best of them.

Paper, section 'GAN evaluation': for every model and number of examples, initial rate and decay are
searched on a grid, by the distance of validation. Which steps train the candidates is the
workflow's business.
"""

import itertools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from specklegan import disk


def rate_candidates(
    rates: Sequence[float], final_rates: Sequence[float]
) -> list[tuple[float, float]]:
    """Combine initial and final learning rates.

    Parameters
    ----------
    rates, final_rates : sequence of float
        To choose from.

    Returns
    -------
    list of (float, float)
        All pairs, initial rate first.

    Raises
    ------
    ValueError
        If a list is empty or names a rate twice, a rate is not a positive number, or one would end
        above its start.
    """
    found = f"rates: found {list(rates)} to start and {list(final_rates)} to end with; expected "
    if not all(isinstance(rate, (int, float)) for rate in (*rates, *final_rates)):
        raise ValueError(found + "numbers (YAML reads 1e-4 as text: write 0.0001)")
    pairs = list(itertools.product(rates, final_rates))
    if not pairs or not all(0 < final <= rate < math.inf for rate, final in pairs):
        raise ValueError(found + "positive ones, none ending above its start")
    if len(set(pairs)) < len(pairs):
        raise ValueError(found + "each once")
    return pairs


def candidate_name(group: str, candidate: tuple[float, float]) -> str:
    """Name a candidate's step: `speckle-n50-r0.001-f0.0001`."""
    rate, final_rate = candidate
    return f"{group}-r{float(rate)}-f{float(final_rate)}"


def best_candidate(scores: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the entry with the smallest `distance`; of equal ones the first.

    Parameters
    ----------
    scores : list of dict
        Each with `distance`, which may be None or not finite where a candidate failed.

    Raises
    ------
    ValueError
        If no distance is finite.
    """
    usable = [s for s in scores if s["distance"] is not None and math.isfinite(s["distance"])]
    if not usable:
        raise ValueError(f"no candidate has a finite distance: {scores}")
    return min(usable, key=lambda score: score["distance"])


def chosen_rates(
    path: str | Path, rates: Sequence[float], final_rates: Sequence[float]
) -> tuple[float, float]:
    """Return the rates to train with: the only candidate, or what a search has chosen.

    Parameters
    ----------
    path : path
        JSON file with `chosen`, a dict of `rate` and `final_rate`; read only where there is a
        choice.
    rates, final_rates : sequence of float
        The candidates.

    Returns
    -------
    (float, float)
        Initial and final learning rate.

    Raises
    ------
    FileNotFoundError
        If there is more than one candidate and no choice yet.
    ValueError
        If the file is damaged or holds a choice among other candidates.
    """
    pairs = rate_candidates(rates, final_rates)
    if len(pairs) == 1:
        return pairs[0]
    expected = f"the choice among {len(pairs)} candidates, or one rate and one final rate"
    try:
        found = disk.read_json(path, expected)["chosen"]
        pair = found["rate"], found["final_rate"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: not a choice of learning rates ({error!r})") from error
    if pair not in pairs:
        raise ValueError(f"{path}: chose {pair}, expected one of {pairs}")
    return pair
