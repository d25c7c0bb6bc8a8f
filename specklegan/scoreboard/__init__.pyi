from .claims import (
    Claim as Claim,
    Finding as Finding,
    counted as counted,
    gain as gain,
    improvement as improvement,
    inception as inception,
    robustness as robustness,
)
from .recorded import (
    at_their_best as at_their_best,
    by_seed as by_seed,
    collect as collect,
    gains as gains,
    paired as paired,
    pairs_won as pairs_won,
    rank_with_gain as rank_with_gain,
)
from .verdicts import (
    FAILS as FAILS,
    HOLDS as HOLDS,
    as_printed as as_printed,
    judge as judge,
    printed as printed,
    table as table,
)

__all__ = [
    "FAILS",
    "HOLDS",
    "Claim",
    "Finding",
    "as_printed",
    "at_their_best",
    "by_seed",
    "collect",
    "counted",
    "gain",
    "gains",
    "improvement",
    "inception",
    "judge",
    "paired",
    "pairs_won",
    "printed",
    "rank_with_gain",
    "robustness",
    "table",
]
