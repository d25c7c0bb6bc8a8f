"""The board as HTML: every claim once, judged ones first, reasons folded, text escaped."""

import xml.etree.ElementTree as ET

from specklegan import records
from specklegan.scoreboard import cards, verdicts
from workflow.presets import ROOT

NUMBERS = records.paper_numbers()
BOARD = verdicts.table(NUMBERS, records.recorded_runs(ROOT / "data/results"), [])


def test_claims_that_can_be_judged_come_first_by_question():
    parts = cards.board_parts(BOARD)
    *questions, last = parts
    assert last == cards.REST
    assert questions == list(dict.fromkeys(BOARD.question))
    assert all((parts[name].verdict != verdicts.UNTESTED).all() for name in questions)
    assert (parts[last].verdict == verdicts.UNTESTED).all()
    assert sum(len(rows) for rows in parts.values()) == len(BOARD)


def test_a_board_without_evidence_is_one_part():
    assert list(cards.board_parts(verdicts.table(NUMBERS, [], []))) == [cards.REST]


def test_every_row_shows_its_cells_and_folds_its_reason():
    html = cards.board_html(BOARD).replace("\N{NO-BREAK SPACE}", " ")
    table = ET.fromstring(html)  # a browser forgives, an XML parser does not
    rows = [row for row in table.iter("tr") if row.find("td") is not None]
    assert len(rows) == len(BOARD)
    ordered = [row for _, part in cards.board_parts(BOARD).items() for _, row in part.iterrows()]
    for found, row in zip(rows, ordered, strict=True):
        assert found.find("th/span").text == row.claim
        assert found.find("th/details/summary").text == row.short
        assert found.find("th/details/p").text == row.reason
        cells = {cell.get("data-label"): cell.text for cell in found.findall("td")[:-1]}
        assert cells == {head: row[column] for column, head in cards.HEADS.items()}
        assert found.findall("td")[-1].text == row.verdict
    heads = [row for row in table.iter("tr") if row.get("class") == "question"]
    assert [head.find("th").text for head in heads] == list(cards.board_parts(BOARD))


def test_short_reasons_are_short():
    assert BOARD.short.str.len().between(1, 40).all()
    assert (BOARD.reason.str.len() >= BOARD.short.str.len()).all()


def test_text_is_escaped():
    board = BOARD.head(1).assign(claim="a < b & <c>")
    assert "a &lt; b &amp; &lt;c&gt;" in cards.board_html(board)


def test_no_line_ends_between_a_number_and_what_belongs_to_it():
    board = BOARD.head(1).assign(claim="better in 2 of 3 seeds at n = 50", paper="165 %")
    html = cards.board_html(board)
    assert "better in 2 of 3 seeds at n\xa0=\xa050" in html
    assert ">165\xa0%<" in html
