"""The scoreboard: the paper's claims beside the recorded run and this run.

A claim is judged only by a run large enough to bear it (`records.EVIDENCE`, at least three seeds):
by this run where it is, else by the recorded one.
"""

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from specklegan import records
from specklegan.scoreboard import claims

SEEDS = 3  # fewest seeds before a difference is called a result
COLUMNS = ["question", "claim", "paper", "recorded run", "this run", "verdict", "short", "reason"]
HOLDS, WEAKER, FAILS = "holds", "holds weaker", "does not hold"
UNTESTED = "cannot be tested here"
UNMEASURED = "no run at hand measured this"


def printed(claim: claims.Claim, numbers: pd.DataFrame) -> str:
    """Write what the paper says: its numbers, with their units, in the claim's words."""
    table = numbers.set_index(["claim", "condition"])
    found = [table.loc[key] for key in claim.numbers]
    return claim.paper.format(*(as_printed(row) for row in found))


def as_printed(row: pd.Series) -> str:
    """Write a row's number with the digits of its quotation and its unit: 134.0, not 134."""
    digits = [text for text in re.findall(r"\d+\.?\d*", row.quote) if float(text) == row.value]
    return f"{digits[0] if digits else format(row.value, 'g')} {row.unit}".strip()


def judge(
    claim: claims.Claim,
    recorded: dict[str, Any] | None,
    current: dict[str, Any] | None,
    paper: float | None = None,
) -> tuple[str, str, str]:
    """Give verdict and reason from this run's record, or a recorded run's, or neither.

    Parameters
    ----------
    claim : Claim
        What is claimed.
    recorded, current : dict or None
        Records of the claim's kind. The current one counts, unless only the other bears a verdict.
    paper : float, optional
        The size of the effect in the paper.

    Returns
    -------
    (str, str, str)
        `HOLDS`, `WEAKER` (the same direction, a smaller effect than the paper's), `FAILS` or
        `UNTESTED`; why in a few words; and why in full.
    """
    answers = [(r, claim.find(r)) for r in (current, recorded) if r is not None]
    answers = [(record, finding) for record, finding in answers if finding is not None]
    answers.sort(key=lambda answer: not _bears(*answer))  # stable: current before recorded
    if not answers and (not claim.kind or claim.note == claims.FID):
        return UNTESTED, claim.short, claim.note
    if not answers:
        return UNTESTED, UNMEASURED, UNMEASURED
    record, finding = answers[0]
    if finding.agrees is None:
        return UNTESTED, "not comparable", f"not comparable: {claim.note}"
    run = f"{record['source']['path']}, preset {record['preset']}, {finding.seeds} seed"
    run += "s" if finding.seeds > 1 else ""
    reason = "; ".join(part for part in (claim.note, run) if part)
    if not _bears(record, finding):
        return UNTESTED, "this run is not evidence", f"this run is not evidence: {reason}"
    weaker = finding.size is not None and paper is not None and finding.size < paper
    verdict = FAILS if not finding.agrees else WEAKER if weaker else HOLDS
    return verdict, claim.short, reason


def _bears(record, finding):
    """Tell whether a run is large enough for a verdict."""
    return records.is_evidence(record["preset"]) and finding.seeds >= SEEDS


def table(
    numbers: pd.DataFrame, recorded: Sequence[dict[str, Any]], current: Sequence[dict[str, Any]]
) -> pd.DataFrame:
    """Set the paper's claims beside the recorded runs and this run.

    Parameters
    ----------
    numbers : pandas.DataFrame
        From `records.paper_numbers`.
    recorded : sequence of dict
        From `records.recorded_runs`; for each claim the last one counts that is evidence and
        measured it with at least `SEEDS` seeds, else the last that measured it.
    current : sequence of dict
        Records of this run.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`; a dash where a run has no answer.
    """
    past = [record for record in recorded if records.is_evidence(record["preset"])]
    rows = []
    for claim in claims.CLAIMS:
        pair = _answering(claim, past), _answering(claim, current)
        said = [claim.find(record) if record else None for record in pair]
        cells = [finding.text if finding else "-" for finding in said]
        verdict = judge(claim, *pair, paper=_effect(claim, numbers))
        rows.append([claim.question, claim.text, printed(claim, numbers), *cells, *verdict])
    return pd.DataFrame(rows, columns=COLUMNS)


def _answering(claim, runs):
    """Return the last record that answers a claim, one with enough seeds before all others."""
    found = [(record, claim.find(record)) for record in runs if record["kind"] == claim.kind]
    found = [
        (finding.seeds >= SEEDS, k, record) for k, (record, finding) in enumerate(found) if finding
    ]
    return max(found, key=lambda entry: entry[:2])[-1] if found else None


def _effect(claim, numbers):
    """Return the paper's number where a claim has just one."""
    table = numbers.set_index(["claim", "condition"])["value"]
    return float(table.loc[claim.numbers[0]]) if len(claim.numbers) == 1 else None
