from .cards import (
    board_html as board_html,
    board_parts as board_parts,
)
from .claims import (
    Claim as Claim,
    Finding as Finding,
    counted as counted,
    gain as gain,
    improvement as improvement,
    inception as inception,
    robustness as robustness,
)
from .peers import (
    beside_peer as beside_peer,
    peer_reading as peer_reading,
)
from .provenance import (
    beside_paper as beside_paper,
    run_settings as run_settings,
    run_steps as run_steps,
)
from .rates import (
    common_counts as common_counts,
    rates_reading as rates_reading,
    rates_table as rates_table,
    two_rates as two_rates,
)
from .recorded import (
    at_their_best as at_their_best,
    by_seed as by_seed,
    collect as collect,
    gains as gains,
    largest_evaluation as largest_evaluation,
    paired as paired,
    pairs_won as pairs_won,
    rank_with_gain as rank_with_gain,
    recorded_by_n as recorded_by_n,
)
from .segmentations import (
    better as better,
    segmentation_entries as segmentation_entries,
    significant as significant,
)
from .tables import (
    best_and_last as best_and_last,
    distance_entries as distance_entries,
    distance_table as distance_table,
    entries as entries,
    measured_by_n as measured_by_n,
    side_by_side as side_by_side,
)
from .verdicts import (
    FAILS as FAILS,
    HOLDS as HOLDS,
    UNTESTED as UNTESTED,
    WEAKER as WEAKER,
    as_printed as as_printed,
    judge as judge,
    printed as printed,
    table as table,
)

__all__ = [
    "FAILS",
    "HOLDS",
    "UNTESTED",
    "WEAKER",
    "Claim",
    "Finding",
    "as_printed",
    "at_their_best",
    "beside_paper",
    "beside_peer",
    "best_and_last",
    "better",
    "board_html",
    "board_parts",
    "by_seed",
    "collect",
    "common_counts",
    "counted",
    "distance_entries",
    "distance_table",
    "entries",
    "gain",
    "gains",
    "improvement",
    "inception",
    "judge",
    "largest_evaluation",
    "measured_by_n",
    "paired",
    "pairs_won",
    "peer_reading",
    "printed",
    "rank_with_gain",
    "rates_reading",
    "rates_table",
    "recorded_by_n",
    "robustness",
    "run_settings",
    "run_steps",
    "segmentation_entries",
    "side_by_side",
    "significant",
    "table",
    "two_rates",
]
