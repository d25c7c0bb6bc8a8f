"""Comparisons of segmentations: the entries of chapter 9 are those that the claims read."""

import pandas as pd
import pytest

from specklegan import significance
from specklegan.scoreboard import claims, segmentations

ARMS, PAIRS = ("none", "speckle"), [("none", "speckle")]
GAIN = {0: 0.1, 1: -0.1}  # of the Dice coefficient of class b, by seed


def scores():
    """Make scores of 4 images, 2 classes and 2 seeds: class a gains, b by seed only."""
    rows = [
        {"n": 50, "seed": seed, "class": name, "image": str(k), "patient": str(k % 2)}
        | {"pretraining": arm, "dice": 0.5 + 0.01 * k + (arm == "speckle") * gain * (1 + 0.01 * k)}
        for seed in (0, 1)
        for name, gain in (("a", 0.2), ("b", GAIN[seed]))
        for arm in ARMS
        for k in range(4)
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(distance=10 - frame.dice)


SCORES = scores()
TABLE = pd.concat(
    [
        significance.table(SCORES, metric, ARMS).assign(larger=metric == "dice")
        for metric in ("dice", "distance")
    ],
    ignore_index=True,
)


def test_better_minds_which_way_a_score_is_good():
    better = segmentations.better(TABLE, PAIRS)["none-speckle"]
    assert list(better[TABLE["class"] == "a"]) == [True, True]
    turned = segmentations.better(TABLE.assign(larger=~TABLE.larger), PAIRS)["none-speckle"]
    assert not turned[TABLE["class"] == "a"].any()


def test_significant_rows_are_better_and_have_a_low_p():
    sure = segmentations.significant(TABLE, PAIRS)["none-speckle"]
    assert list(sure[TABLE["class"] == "a"]) == [True, True]
    high = TABLE.assign(**{"p none-speckle": 0.05})
    assert not segmentations.significant(high, PAIRS).any(axis=None)


def test_entries_answer_the_claims():
    entries = segmentations.segmentation_entries(TABLE, SCORES, PAIRS)
    record = {"metrics": entries, "parameters": {"n": [50], "seeds": [0, 1]}}
    assert entries["significant/none-speckle/n50"]["n"] == {"rows": 4}
    found = claims.counted("significant/none-speckle", 50, lambda count, rows: True)(record)
    assert found.text.endswith("of 4 rows")
    # class a: from 0.515 by 0.2 * 1.015; the mean of the classes by seed: half of 0.3 and of 0.1
    assert claims.gain(record).size == pytest.approx(100 * 0.2 * 1.015 / 0.515)
    gains = [entries[f"gain/none-speckle/n50/s{seed}"]["value"] for seed in (0, 1)]
    assert gains == pytest.approx([100 * mean * 1.015 / 0.515 for mean in (0.15, 0.05)])
    assert entries["gain/none-speckle/n50"]["n"] == {"images": 4, "seeds": 2}
