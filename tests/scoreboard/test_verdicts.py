"""Scoreboard: no verdict without evidence, no number that the paper does not print."""

import pytest

from specklegan import records
from specklegan.metrics import comparison
from specklegan.scoreboard import claims, verdicts
from specklegan.scoreboard.recorded import at_their_best, pairs_won

NUMBERS = records.paper_numbers()
RUN = {"start": "2026", "source": {"kind": "phantom", "path": "phantom"}}


def evaluated(preset, ours, theirs, n=50, name=comparison.WAVELET):
    """Make an 'evaluate' record with one distance a seed for each model."""
    values = {"speckle": ours, "baseline": theirs}
    found = {
        f"{model}-n{n}-s{seed}/final/{name}": records.metric(value, 435)
        for model, seeds in values.items()
        for seed, value in enumerate(seeds)
    }
    return {"kind": "evaluate", "preset": preset, "metrics": found} | RUN


def row(text, recorded, current):
    table = verdicts.table(NUMBERS, recorded, current)
    return table.set_index("claim").loc[text]


IMPROVES = "SpeckleGAN improves the distance at n = 50"
GOOD = ([1.0, 1.1, 0.9], [2.0, 1.9, 2.1])
GREAT = ([1.0, 1.1, 0.9], [3.0, 2.9, 3.1])


def test_every_claim_shows_the_printed_number():
    table = verdicts.table(NUMBERS, [], []).set_index("claim")
    assert list(table.reset_index()) == [
        "claim",
        *(name for name in verdicts.COLUMNS if name != "claim"),
    ]
    assert table.loc["FID of SpeckleGAN at n = 50", "paper"] == "134.0"
    assert table.loc[IMPROVES, "paper"] == "165 %"
    assert table.loc["Pre-training with SpeckleGAN's images improves segmentation", "paper"] == (
        "up to 4 %"
    )
    assert set(table["verdict"]) == {"cannot be tested here"}
    assert (table["this run"] == "-").all()


@pytest.mark.parametrize(
    ("preset", "values", "verdict"),
    [
        ("study", GREAT, "holds"),
        ("study", GOOD, "holds weaker"),  # 100 % where the paper has 165 %
        ("study", GOOD[::-1], "does not hold"),
        ("study", ([1.0, 1.1, 2.5], [2.0, 1.9, 2.1]), "does not hold"),  # not in every seed
        ("study", ([1.0], [3.0]), "cannot be tested here"),  # one seed
        ("quick", GREAT, "cannot be tested here"),
        ("by hand", GREAT, "cannot be tested here"),
    ],
)
def test_verdict_needs_evidence(preset, values, verdict):
    found = row(IMPROVES, [], [evaluated(preset, *values)])
    assert found["verdict"] == verdict
    assert f"phantom, preset {preset}, {len(values[0])} seed" in found["reason"]


def test_recorded_run_is_judged_and_this_run_stands_beside_it():
    found = row(IMPROVES, [evaluated("study", *GOOD)], [evaluated("quick", [1.0], [1.5])])
    assert found["recorded run"] == "+100 %"
    assert found["this run"] == "+50 %"
    assert found["verdict"] == "holds weaker"


def test_recorded_run_that_is_no_evidence_is_not_shown():
    found = row(IMPROVES, [evaluated("quick", *GOOD)], [])
    assert found["recorded run"] == "-"


def test_improvement_at_another_n_is_not_taken():
    found = row(IMPROVES, [], [evaluated("study", *GOOD, n=8)])
    assert found["reason"] == "no run at hand measured this"


def test_wavelet_distance_never_stands_beside_the_fid():
    fid = "FID of SpeckleGAN at n = 50"
    assert row(fid, [], [evaluated("study", *GOOD)])["this run"] == "-"
    found = row(fid, [], [evaluated("study", *GOOD, name=comparison.INCEPTION)])
    assert found["this run"] == "1.0"
    assert found["verdict"] == "cannot be tested here"
    assert found["reason"].startswith("not comparable")


def test_seeds_that_disagree_are_counted():
    found = row(IMPROVES, [], [evaluated("study", [1.0, 1.1, 2.5], [2.0, 1.9, 2.1])])
    assert found["this run"] == "+30 %, better in 2 of 3 seeds"


def test_only_seeds_that_both_models_have_are_paired():
    """Three seeds of one and two of the other are two pairs, and two are no evidence."""
    found = row(IMPROVES, [], [evaluated("study", [1.0, 1.1, 0.1], [3.0, 3.3])])
    assert found["this run"] == "+200 %"
    assert found["verdict"] == "cannot be tested here"
    failed = evaluated("study", [1.0, 1.1, float("nan")], [3.0, 3.3, 2.0])
    assert row(IMPROVES, [], [failed])["this run"] == "+200 %"


def test_pairs_won_are_counted_over_n_and_seeds():
    record = evaluated("study", [1.0, 2.0, 3.0], [1.5, 1.5])
    record["metrics"] |= evaluated("study", [1.0], [2.0], n=435)["metrics"]
    assert pairs_won(record, comparison.WAVELET, [50]) == (1, 2)
    assert pairs_won(record, comparison.WAVELET, [50, 435]) == (2, 3)
    assert pairs_won(record, comparison.KERNEL, [50]) == (0, 0)


def test_pairs_are_those_of_a_seed_in_whatever_order_a_record_holds_them():
    record = evaluated("study", [1.0, 2.0, 3.0], [1.5, 2.5, 3.5])
    entries = list(record["metrics"].items())
    record["metrics"] = dict(entries[:3] + entries[:2:-1])  # the baseline's from seed 2 to 0
    assert row(IMPROVES, [], [record])["this run"] == "+25 %"  # better in all three
    record["metrics"][f"baseline-n50-s0/final/{comparison.WAVELET}"]["value"] = 0.5
    assert row(IMPROVES, [], [record])["this run"] == "+8 %, better in 2 of 3 seeds"


def test_each_model_is_compared_as_its_validation_prefers():
    """The final distances of the run that was not preferred are better, and count for nothing."""
    range_, lower = evaluated("study", [2.0, 4.0], [9.0, 1.0]), evaluated("lower", [1.0], [4.5])
    validation = {"speckle": (5.0, 6.0), "baseline": (8.0, 7.0)}
    for model, values in validation.items():
        for run, value in zip((range_, lower), values, strict=True):
            run["metrics"][f"{model}-n50-s0/validation/{comparison.WAVELET}"] = {"value": value}
    taken, percent = at_their_best([range_, lower], 50)
    assert taken == {"speckle": "study", "baseline": "lower"}
    assert percent == pytest.approx(50.0)  # 4.5 against the mean of 2 and 4
    assert at_their_best([lower], 50)[1] == pytest.approx(350.0)
    assert at_their_best([range_, lower], 435) is None


def test_robustness_compares_ratios():
    record = evaluated("study", [1.2] * 3, [3.0] * 3, n=50)
    record["metrics"] |= evaluated("study", [1.0] * 3, [1.5] * 3, n=435)["metrics"]
    finding = claims.robustness(record)
    assert finding.text == "1.20 against 2.00 (n = 50 to 435)"
    assert finding.agrees
    assert claims.robustness(evaluated("study", *GOOD)) is None
    for n in (50, 435):  # a seed that was not trained everywhere, and tells nothing
        record["metrics"] |= {f"speckle-n{n}-s3/final/{comparison.WAVELET}": {"value": 99.0}}
    assert claims.robustness(record) == finding


def compared(counts):
    """Make a 'significance' record with counts of rows of Table 2."""
    found = {name: records.metric(value, {"rows": 4}) for name, value in counts.items()}
    base = {"kind": "significance", "preset": "study"} | RUN
    return base | {"metrics": found, "parameters": {"seeds": [0, 1, 2], "n": [50, 100]}}


def test_segmentation_claims():
    counts = {"gain/none-speckle/n50": 3.2, "gain/none-speckle/n100": None}
    counts |= {"better/none-speckle/n50": 3, "significant/baseline-speckle/n50": 3}
    table = verdicts.table(NUMBERS, [], [compared(counts)]).set_index("claim")
    assert table.loc["Pre-training with SpeckleGAN's images improves segmentation", "this run"] == (
        "+3.2 %"
    )
    means = "Pre-training with SpeckleGAN's images improves all means at n = 50"
    assert list(table.loc[means, ["this run", "verdict"]]) == ["3 of 4 rows", "does not hold"]
    # the paper: not significant in three cases
    sure = "SpeckleGAN's images help significantly more than the baseline's at n = 50"
    assert list(table.loc[sure, ["paper", "verdict"]]) == ["in all but 3 cases", "holds"]


@pytest.mark.parametrize(
    ("by_seed", "verdict"),
    [
        ((2.0, 0.5, 1.0), "holds weaker"),  # 3.2 % where the paper has up to 4 %
        ((2.0, -0.1, 1.0), "does not hold"),  # although the largest of all rows is positive
        ((2.0, None, 1.0), "does not hold"),
        ((), "does not hold"),
    ],
)
def test_a_gain_is_asked_of_every_seed(by_seed, verdict):
    counts = {"gain/none-speckle/n50": 3.2, "gain/none-speckle/n100": 0.1}
    counts |= {f"gain/none-speckle/n50/s{k}": value for k, value in enumerate(by_seed)}
    found = row(
        "Pre-training with SpeckleGAN's images improves segmentation", [], [compared(counts)]
    )
    assert (found["this run"], found["verdict"]) == ("+3.2 %", verdict)


@pytest.mark.parametrize(("count", "verdict"), [(2, "does not hold"), (3, "holds"), (4, "holds")])
def test_most_rows_must_be_significant_where_the_papers_rows_are_unknown(count, verdict):
    sure = "SpeckleGAN's images help significantly more than the baseline's at n = 50"
    found = row(sure, [], [compared({"significant/baseline-speckle/n50": count})])
    assert found["verdict"] == verdict


def test_a_run_that_bears_a_verdict_is_judged_before_the_recorded_one():
    own = {"source": {"kind": "folder", "path": "clinic"}}
    found = row(IMPROVES, [evaluated("study", *GREAT)], [evaluated("study", *GOOD[::-1]) | own])
    assert found["verdict"] == "does not hold"
    assert "clinic, preset study" in found["reason"]


def test_a_smaller_later_run_hides_no_evidence():
    few = evaluated("paper", [1.0], [0.5]) | {"start": "2027"}
    full = evaluated("study", *GREAT)
    for recorded, current in (([full, few], []), ([few], [full]), ([full], [few])):
        found = row(IMPROVES, recorded, current)
        assert found["verdict"] == "holds", found
