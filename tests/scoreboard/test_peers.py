"""A peer beside the models: only presets that have one, and this run."""

import pytest

from specklegan.scoreboard import peers

NAME = "kernel distance"


def record(preset, values):
    """Make a record with distances by model, n and seed."""
    metrics = {f"{key}/final/{NAME}": {"value": value} for key, value in values.items()}
    return {"preset": preset, "metrics": metrics}


STUDY = record("study", {"speckle-n50-s0": 1.0, "speckle-n50-s1": 2.0, "baseline-n50-s0": 4.0})
PEER = record("study", {"peer-n50-s0": 9.0})
LOWER = record("lower", {"speckle-n50-s0": 5.0})
QUICK = record("quick", {"baseline-n50-s0": 7.0})


def test_rows_are_of_presets_with_a_peer_and_of_this_run():
    found = peers.beside_peer([STUDY, PEER, LOWER], [QUICK], [NAME])
    rows = [list(row) for row in found.drop(columns="distance").itertuples(index=False)]
    assert rows == [
        ["recorded", "study", 50, "speckle", 2, 1.5],
        ["recorded", "study", 50, "baseline", 1, 4.0],
        ["recorded", "study", 50, "peer", 1, 9.0],
        ["this", "quick", 50, "baseline", 1, 7.0],
    ]


def test_reading_says_both_gains():
    text = peers.peer_reading(peers.beside_peer([STUDY, PEER], [QUICK], [NAME]))
    assert "At n = 50 (preset `study`), kernel distance" in text
    assert "the layer gains 2.50 on the baseline, and the baseline gains 5.00 on the peer" in text
    assert "quick" not in text


@pytest.mark.parametrize("recorded", [[], [STUDY, LOWER]])
def test_reading_says_that_no_peer_is_at_hand(recorded):
    assert peers.peer_reading(peers.beside_peer(recorded, [QUICK], [NAME])) == peers.MISSING
