"""The board as a page shows it: HTML, one part a question, each reason folded behind a short one.

It works without scripts. The book's style sheet turns each row into a card on a telephone.
"""

import re
from html import escape

import pandas as pd

from specklegan.scoreboard.verdicts import FAILS, HOLDS, UNTESTED, WEAKER

HEADS = {"paper": "Paper", "recorded run": "Recorded run", "this run": "This run"}
CLASSES = {HOLDS: "holds", WEAKER: "weaker", FAILS: "fails", UNTESTED: "untested"}
REST = "What cannot be tested here"


def board_parts(board: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Group the board's claims by question, those that can be judged before all others.

    Parameters
    ----------
    board : pandas.DataFrame
        From `verdicts.table`.

    Returns
    -------
    dict of str to pandas.DataFrame
        The rows of each question that bear a verdict, then under `REST` all others.
    """
    judged = board[board.verdict != UNTESTED]
    found = dict(list(judged.groupby("question", sort=False)))
    rest = board[board.verdict == UNTESTED]
    return found | ({REST: rest} if len(rest) else {})


def board_html(board: pd.DataFrame) -> str:
    """Write the board as an HTML table.

    Parameters
    ----------
    board : pandas.DataFrame
        From `verdicts.table`.

    Returns
    -------
    str
        A `table` of class `board` with a `tbody` for each of `board_parts`; `data-label` of a cell
        names its column, for cards.
    """
    heads = "".join(
        f'<th scope="col">{name}</th>' for name in ["Claim", *HEADS.values(), "Verdict"]
    )
    bodies = "".join(_body(title, rows) for title, rows in board_parts(board).items())
    return f'<table class="board"><thead><tr>{heads}</tr></thead>{bodies}</table>'


def _body(title, rows):
    """Write one question and its claims."""
    head = f'<tr class="question"><th colspan="5" scope="rowgroup">{escape(title)}</th></tr>'
    return f"<tbody>{head}{''.join(_row(row) for _, row in rows.iterrows())}</tbody>"


def _row(row):
    """Write one claim: its text over the folded reason, its numbers, its verdict."""
    why = f"<summary>{escape(row.short)}</summary><p>{escape(row.reason)}</p>"
    claim = f'<span class="claim">{_whole(row.claim)}</span><details class="why">{why}</details>'
    numbers = "".join(
        f'<td data-label="{head}">{_whole(row[column])}</td>' for column, head in HEADS.items()
    )
    verdict = f'<td class="verdict {CLASSES[row.verdict]}">{row.verdict}</td>'
    return f'<tr><th scope="row">{claim}</th>{numbers}{verdict}</tr>'


def _whole(text):
    """Escape a text, and let no line end within `n = 50` or `49 %`."""
    return re.sub(r"(?<=\bn) = (?=\d)|(?<=\d) (?=%)", _unbroken, escape(text))


def _unbroken(found):
    return found[0].replace(" ", "\N{NO-BREAK SPACE}")
