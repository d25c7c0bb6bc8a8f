"""Tables of chapter 7: what is written to a record is read back, what is averaged can be redone."""

import numpy as np
import pandas as pd
import pytest

from specklegan import records
from specklegan.metrics import comparison
from specklegan.scoreboard import recorded, tables

NAMES = (comparison.WAVELET, comparison.SPECTRUM)
LEVELS = ("protocol", "n", "images", "seed")


def found(values):
    """Make what `compare_images` gives for each key: both distances, intervals of +- 0.5 and 1."""
    count = {"real": 40, "fake": 50}
    return {
        key: {
            name: records.metric(k * value, count, (k * value - k / 2, k * value + k / 2))
            for k, name in enumerate(NAMES, 1)
        }
        for key, value in values.items()
    }


FOUND = found(
    {
        ("final", 50, "speckle", 0): 1.0,
        ("final", 50, "speckle", 2): 2.0,
        ("final", 435, "speckle", 0): 4.0,
        ("validation", 50, "speckle", 0): 7.0,
        ("final", 50, "baseline", 0): 3.0,
        ("floor", "-", "real", "-"): 0.25,
    }
)


def test_distances_are_read_back_from_the_record():
    record = {"metrics": tables.distance_entries(FOUND)}
    assert recorded.by_seed(record, NAMES[0]) == {
        ("speckle", 50): {0: 1.0, 2: 2.0},
        ("speckle", 435): {0: 4.0},
        ("baseline", 50): {0: 3.0},
    }
    assert recorded.by_seed(record, NAMES[1], "validation") == {("speckle", 50): {0: 14.0}}
    assert record["metrics"][f"real/floor/{NAMES[0]}"]["value"] == 0.25


def test_distances_stand_side_by_side_as_means_over_seeds():
    measured = tables.distance_table(FOUND, LEVELS)
    shown = tables.side_by_side(measured, ["protocol", "n", "images", "real / other"])
    assert list(shown) == ["protocol", "n", "images", "real / other", *NAMES]
    assert list(shown.iloc[0]) == ["final", 50, "speckle", "40 / 50", "1.5 ± 0.5", "3 ± 1"]
    assert list(shown.images) == ["speckle", "speckle", "speckle", "baseline", "real"]


def test_no_images_make_an_empty_table():
    shown = tables.side_by_side(tables.distance_table({}, ["generator"]), ["generator"])
    assert list(shown) == ["generator"]
    assert not len(shown)


def test_panels_hold_means_all_ends_and_the_floor():
    panels = tables.measured_by_n(tables.distance_table(FOUND, LEVELS), NAMES)
    assert list(panels) == list(NAMES)
    lines, floor = panels[NAMES[1]]
    assert lines == {
        "speckle": [(50, 3.0, 1.0, 5.0), (435, 8.0, 7.0, 9.0)],
        "baseline": [(50, 6.0, 5.0, 7.0)],
    }
    assert floor == 0.5


def test_recorded_panels_hold_means_and_ends_of_the_seeds():
    record = {"metrics": tables.distance_entries(FOUND)}
    lines, floor = recorded.recorded_by_n(record, NAMES)[NAMES[0]]
    assert lines == {
        "speckle": [(50, 1.5, 1.0, 2.0), (435, 4.0, 4.0, 4.0)],
        "baseline": [(50, 3.0, 3.0, 3.0)],
    }
    assert floor == 0.25


def test_evidence_goes_before_an_evaluation_at_more_n():
    small, large = (
        {"preset": preset, "parameters": {"n": [1] * n}}
        for preset, n in (("study", 2), ("quick", 3))
    )
    assert recorded.largest_evaluation([large, small]) is small
    assert recorded.largest_evaluation([large]) is large


def course(distances):
    """Make a history of steps of 10 images."""
    return pd.DataFrame({"images_seen": 10 * np.arange(1, 5), "distance": distances})


def test_best_and_last_are_means_over_seeds():
    nan = float("nan")
    table = tables.best_and_last(
        {
            (50, "speckle", 0): course([3.0, 1.0, nan, 2.0]),
            (50, "speckle", 1): course([nan, 5.0, 4.0, nan]),  # not validated at the end
            (50, "baseline", 0): course([nan] * 4),
        }
    )
    assert list(table.loc[50, "speckle"]) == [(20 + 30) / 2, (1 + 4) / 2, (40 + 30) / 2, 3.0]
    seen, best, *_ = table.loc[50, "baseline"]
    assert seen == 40
    assert np.isnan(best)
    unvalidated = tables.best_and_last({(50, "speckle", 0): pd.DataFrame({"images_seen": [10]})})
    assert unvalidated.loc[(50, "speckle"), "seen in all"] == 10


def test_entries_name_every_number_and_its_counts():
    index = pd.MultiIndex.from_tuples([(50, "speckle"), (8, "real")], names=["n", "model"])
    table = pd.DataFrame({"SSIM": [0.5, 0.25], "JS lumen": [0.1, 0.2]}, index)
    made = tables.entries(table, "{model}-n{n}/validation", {"real": 3})
    assert list(made) == [
        "speckle-n50/validation/SSIM",
        "speckle-n50/validation/JS lumen",
        "real-n8/validation/SSIM",
        "real-n8/validation/JS lumen",
    ]
    assert made["real-n8/validation/SSIM"] == records.metric(0.25, {"real": 3})
    by_row = tables.entries(table, "{model}", lambda of: {"images": of["n"]}, unit="%")
    assert by_row["real/SSIM"] == records.metric(0.25, {"images": 8}, unit="%")
    with pytest.raises(KeyError, match="seed"):
        tables.entries(table, "{model}-s{seed}", 1)
