"""Significance: parity with SciPy, and what sampling theory says of intervals."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from specklegan.metrics import distances
from specklegan.significance import intervals, paired, tables


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 60), st.integers(0, 999), st.floats(-1, 1))
def test_paired_t_test_equals_scipy(n, seed, shift):
    generator = np.random.default_rng(seed)
    a, b = generator.normal(shift, 1, n), generator.normal(0, 2, n)
    found, expected = paired.paired_t_test(a, b), stats.ttest_rel(a, b)
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.pvalue == pytest.approx(expected.pvalue)
    assert found.difference == pytest.approx((a - b).mean())
    assert found.effect_size == pytest.approx((a - b).mean() / (a - b).std(ddof=1))
    half = stats.t.ppf(0.975, n - 1) * stats.sem(a - b)  # Student's interval, written out
    assert found.interval == pytest.approx((found.difference - half, found.difference + half))
    assert found.n == n


def test_equal_samples_are_undecided_as_in_scipy():
    test = paired.paired_t_test(np.ones(5), np.ones(5))
    assert np.isnan(test.pvalue)
    assert test.interval == (0, 0)


@pytest.mark.filterwarnings("error")
def test_equal_differences_are_certain_as_in_scipy_and_warn_of_nothing():
    test = paired.paired_t_test(np.arange(5.0), np.arange(5.0) + 2)
    assert (test.statistic, test.pvalue, test.effect_size) == (-np.inf, 0, -np.inf)
    assert test.interval == (-2, -2)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [([1, 2], [1, 2, 3], "expected equal"), ([1], [2], "n >= 2"), ([1, np.inf], [1, 2], "finite")],
)
def test_bad_samples_are_named(a, b, message):
    with pytest.raises(ValueError, match=message):
        paired.paired_t_test(a, b)


def difference(a, b):
    return float(a.mean() - b.mean())


def test_bootstrap_interval_has_the_width_of_theory():
    generator = np.random.default_rng(0)
    a, b = generator.normal(0, 1, (400, 1)), generator.normal(3, 2, (100, 1))
    value, (low, high) = intervals.bootstrap_interval(difference, a, b, replicates=400)
    assert value == (low + high) / 2 == pytest.approx(difference(a, b))
    expected = 2 * 1.96 * np.sqrt(a.var() / 400 + b.var() / 100)
    # 400 replicates fix a standard deviation to 1 / sqrt(800) = 3.5 %: 4 standard errors
    assert high - low == pytest.approx(expected, rel=0.14)


@pytest.mark.parametrize(("shift", "least", "most"), [(0.0, 1.2, 2.4), (1.0, 0.7, 1.4)])
def test_bootstrap_of_a_frechet_distance_errs_on_the_wide_side(shift, least, most):
    """Against the spread over new samples; both known to about 7 %, from 100 draws and 8 x 60."""
    generator = np.random.default_rng(0)

    def draw():
        return generator.normal(size=(100, 8)), generator.normal(size=(100, 8)) + shift

    spread = np.std([distances.frechet_distance(*draw()) for _ in range(100)], ddof=1)
    halves = [
        np.ptp(intervals.bootstrap_interval(distances.frechet_distance, *draw(), 0, 60, k)[1]) / 2
        for k in range(8)
    ]
    assert least < np.mean(halves) / 1.96 / spread < most


def test_bootstrap_resamples_images_not_packets():
    a = np.random.default_rng(1).normal(size=(3, 50, 2))
    marked = a + 100 * np.arange(3)[:, None, None]

    def packet_order(x, y):
        assert (np.diff(x.mean(axis=(1, 2))) > 90).all()
        return difference(x, y)

    intervals.bootstrap_interval(packet_order, marked, marked, axis=1, replicates=3)


def scores(gain, noise=0.02, images=40):
    """Make scores of two arms; the second is better by `gain`, images differ more than that."""
    generator = np.random.default_rng(0)
    level = generator.uniform(0.3, 0.9, images)
    rows = []
    for arm, shift in (("none", 0.0), ("speckle", gain)):
        for fold in range(5):
            dice = level + shift + generator.normal(0, noise, images)
            rows += [
                {"pretraining": arm, "n": 50, "class": "lumen", "fold": fold}
                | {"image": f"i{k}", "patient": k // 10, "dice": dice[k]}
                for k in range(images)
            ]
    return pd.DataFrame(rows)


def test_table_pairs_images_and_averages_folds():
    frame = scores(0.01)
    table = tables.table(frame, "dice", ["none", "speckle"])
    means = frame.groupby(["pretraining", "image"])["dice"].mean()
    expected = stats.ttest_rel(means["speckle"], means["none"])
    assert len(table) == 1
    assert table.loc[0, "pairs"] == 40
    assert table.loc[0, "p none-speckle"] == pytest.approx(expected.pvalue)
    assert table.loc[0, "d none-speckle"] > 0
    assert table.loc[0, "speckle"] - table.loc[0, "none"] == pytest.approx(0.01, abs=0.006)


def test_table_over_patients_has_fewer_pairs():
    table = tables.table(scores(0.01), "dice", ["none", "speckle"], unit="patient")
    assert table.loc[0, "pairs"] == 4
    one = scores(0.01).assign(patient=0)
    assert np.isnan(tables.table(one, "dice", ["none", "speckle"], "patient")["p none-speckle"][0])


def test_table_names_a_missing_arm():
    with pytest.raises(ValueError, match="baseline"):
        tables.table(scores(0), "dice", ["none", "baseline"])


def test_comparisons_equal_scipy_over_images_and_over_patients():
    frame = scores(0.01)
    found = tables.comparisons(frame, "dice", ["none", "speckle"]).loc[0]
    means = frame.pivot_table(index=["patient", "image"], columns="pretraining", values="dice")
    patients = means.groupby("patient").mean()
    assert (found["arms"], found["images"], found["patients"]) == ("speckle - none", 40, 4)
    assert found["difference"] == pytest.approx((means["speckle"] - means["none"]).mean())
    for unit, by in {"images": means, "patients": patients}.items():
        expected = stats.ttest_rel(by["speckle"], by["none"]).pvalue
        assert found[f"p {unit}"] == pytest.approx(expected)
    assert found["low"] < found["difference"] < found["high"]


def test_differences_are_tests_over_images_that_both_arms_scored():
    third = scores(0.0).query("pretraining == 'none' and image != 'i0'")
    frame = pd.concat([scores(0.01), third.assign(pretraining="baseline")])
    found = tables.differences(frame, "dice", ["none", "baseline", "speckle"])
    n, name = frame[["n", "class"]].iloc[0]
    assert list(found)[:2] == [(n, name, "none", "baseline"), (n, name, "none", "speckle")]
    test = found[n, name, "none", "speckle"]
    row = tables.comparisons(scores(0.01), "dice", ["none", "speckle"]).loc[0]
    assert (test.n, test.difference) == (40, pytest.approx(row["difference"]))
    assert test.pvalue == pytest.approx(row["p images"])
    assert found[n, name, "baseline", "speckle"].n == 39


def test_an_image_scored_more_often_weighs_no_more_than_another():
    """In a patient's mean, as where an image is left to the test by several seeds."""
    frame = pd.concat([scores(0.01), *[scores(0.01).query("image == 'i3'")] * 2])
    units = tables.table(frame, "dice", ["none", "speckle"], unit="patient").loc[0]
    once = tables.comparisons(scores(0.01), "dice", ["none", "speckle"]).loc[0]
    assert units["p none-speckle"] == pytest.approx(once["p patients"])


def test_an_arm_that_is_not_asked_for_takes_no_pair_away():
    third = scores(0.0).query("pretraining == 'none' and image == 'i0'")
    frame = pd.concat([scores(0.01), third.assign(pretraining="baseline")])
    arms = ["none", "speckle"]
    assert tables.table(frame, "dice", arms).equals(tables.table(scores(0.01), "dice", arms))


def test_images_of_one_name_in_two_patients_are_two_images():
    frame = scores(0.01)
    alike = frame.assign(image="i" + frame["image"].str[-1])
    for unit, pairs in (("image", 40), ("patient", 4)):
        table = tables.table(alike, "dice", ["none", "speckle"], unit)
        assert table.loc[0, "pairs"] == pairs


def test_arms_without_a_common_image_are_undecided():
    frame = scores(0.01)
    parted = frame[(frame["pretraining"] == "none") == (frame["patient"] < 2)]
    table = tables.table(parted, "dice", ["none", "speckle"]).loc[0]
    found = tables.comparisons(parted, "dice", ["none", "speckle", "baseline"])
    assert table["pairs"] == 0
    assert np.isnan(table["p none-speckle"])
    assert list(found["images"]) == [0, 0, 0]
    assert found[["difference", "low", "p images", "p patients"]].isna().all(axis=None)


@pytest.mark.parametrize("function", [tables.table, tables.comparisons, tables.differences])
@pytest.mark.parametrize(("column", "bad"), [("dice", np.nan), ("dice", np.inf), ("patient", None)])
def test_missing_scores_and_patients_are_refused(function, column, bad):
    frame = scores(0.01).astype({"patient": object})
    frame.loc[7, column] = bad
    with pytest.raises(ValueError, match=f"{column}: 1 of 400 are missing or not finite"):
        function(frame, "dice", ["none", "speckle"])


def test_patient_interval_covers_and_the_image_interval_does_not():
    generator = np.random.default_rng(0)
    covered = {"patients": 0, "images": 0}
    patients = np.repeat(np.arange(20), 15)
    for _ in range(200):
        effect = 0.5**0.5 * generator.normal(size=20)
        differences = effect[patients] + 0.5**0.5 * generator.normal(size=300)
        _, (low, high) = intervals.patient_interval(differences, patients, 400)
        covered["patients"] += low < 0 < high
        interval = paired.paired_t_test(differences, np.zeros(300)).interval
        covered["images"] += interval[0] < 0 < interval[1]
    # the bootstrap of 20 patients covers about 93 %; 200 trials: standard error 1.8 %
    assert 0.87 < covered["patients"] / 200 < 0.99
    assert covered["images"] / 200 < 0.7


def test_patient_interval_of_one_patient_is_unknown():
    mean, interval = intervals.patient_interval([1.0, 2.0], ["a", "a"])
    assert mean == 1.5
    assert np.isnan(interval).all()


@pytest.mark.parametrize(
    ("differences", "patients", "message"),
    [([1.0], [1, 2], "as many"), ([], [], "at least 1"), ([1.0, np.nan], [1, 2], "not finite")],
)
def test_bad_differences_are_named(differences, patients, message):
    with pytest.raises(ValueError, match=message):
        intervals.patient_interval(differences, patients)


def test_holm_by_hand():
    found = tables.holm([0.01, 0.04, 0.03, 0.005])
    assert found == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert np.isnan(tables.holm([np.nan, 0.2])[0])
    assert tables.holm([np.nan, 0.2])[1] == 0.2
    assert list(tables.holm([0.9, 0.8])) == [1.0, 1.0]


def test_holm_keeps_the_level_of_a_family():
    p = np.random.default_rng(0).random((2000, 12))
    found = np.mean([tables.holm(row).min() < 0.05 for row in p])
    # 2000 families: standard error 0.5 %; the smallest of 12 uniform p is below 0.05 / 12 in 4.9 %
    assert found == pytest.approx(1 - (1 - 0.05 / 12) ** 12, abs=0.02)


def test_pairs_with_first_arm_and_subject_are_chosen():
    three = ["none", "baseline", "speckle"]
    assert tables.chosen_pairs(three) == list(combinations(three, 2))
    found = tables.chosen_pairs(["none", "real", "baseline", "speckle", "simulator"])
    assert ("real", "baseline") not in found
    assert ("baseline", "simulator") not in found
    assert [pair for pair in found if pair[0] == "none"] == found[:4]
    assert found[4:] == [("real", "speckle"), ("baseline", "speckle"), ("speckle", "simulator")]


def test_only_the_pairs_asked_for_are_compared():
    third = scores(0.0).query("pretraining == 'none'").assign(pretraining="baseline")
    frame, arms = pd.concat([scores(0.01), third]), ["none", "baseline", "speckle"]
    pair = [("none", "speckle")]
    every, one = (
        tables.table(frame, "dice", arms),
        tables.table(frame, "dice", arms, pairs=pair),
    )
    assert [name for name in one if name.startswith("p ")] == ["p none-speckle"]
    assert one.equals(every[one.columns])
    assert list(tables.comparisons(frame, "dice", arms, pair)["arms"]) == ["speckle - none"]
    assert [key[2:] for key in tables.differences(frame, "dice", arms, pair)] == pair
