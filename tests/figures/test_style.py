"""The one style of tables: what a reader sees of a frame, cell by cell."""

import numpy as np
import pandas as pd
import pytest

from specklegan import figures

FRAME = pd.DataFrame({"model": ["speckle", "none"], "n": [1000, 50], "fid": [1.23456, np.nan]})


def seen(style):
    """Return the rows that a styled table shows, its headings first."""
    return [line.split("|") for line in style.to_string(delimiter="|").splitlines()]


def test_a_table_shows_labels_and_no_row_numbers_and_a_dash_for_a_missing_value():
    expected = [
        ["model", "n", "fid"],
        ["SpeckleGAN", "1000", "1.234560"],
        ["no pre-training", "50", "-"],
    ]
    assert seen(figures.table(FRAME)) == expected
    assert seen(figures.table(FRAME[::-1])) == [expected[0], *expected[:0:-1]]
    assert [row[-1] for row in seen(figures.table(FRAME, missing="?"))] == ["fid", "1.234560", "?"]


def test_precision_is_for_all_columns_that_have_no_format_of_their_own():
    frame = FRAME.assign(p=[0.012345, 0.5])
    rows = seen(figures.table(frame, {"p": "{:.1e}", "n": lambda n: f"<{n}>"}, precision=2))
    assert rows[1:] == [
        ["SpeckleGAN", "<1000>", "1.23", "1.2e-02"],
        ["no pre-training", "<50>", "-", "5.0e-01"],
    ]


def test_named_levels_become_columns_and_names_of_rows_stay():
    means = FRAME.groupby(["model", "n"], sort=False).mean()
    assert seen(figures.table(means)) == seen(figures.table(FRAME))
    rows = seen(figures.table(pd.DataFrame({"fid": [1, 2]}, ["none", "phantoms"])))
    assert [row[:2] for row in rows[1:]] == [["no pre-training", "1"], ["phantoms", "2"]]


def test_headings_are_labelled_and_formats_find_them_under_both_names():
    wide = pd.DataFrame({"speckle": [0.5], "baseline": [0.25]})
    rows = seen(figures.table(wide, {"speckle": "{:.1f}", "baseline GAN": "{:.3f}"}))
    assert rows == [["SpeckleGAN", "baseline GAN"], ["0.5", "0.250"]]


def test_only_a_whole_cell_is_a_label():
    assert seen(figures.table(pd.DataFrame({"what": ["speckle layer"]})))[1] == ["speckle layer"]


def test_the_frame_stays_as_it_is():
    before = FRAME.copy()
    figures.table(FRAME, {"fid": "{:.1f}"})
    pd.testing.assert_frame_equal(FRAME, before)


def test_a_format_for_no_column_is_refused():
    with pytest.raises(ValueError, match=r"\['FID'\].*'model', 'n', 'fid'"):
        figures.table(FRAME, {"FID": "{:.2f}"})
