"""Two learning rates: the paragraph and table of chapter 10 say what the records hold."""

import re

import pytest

from specklegan import records
from specklegan.metrics import comparison
from specklegan.scoreboard import claims, rates, recorded
from workflow.presets import ROOT

RECORDED = records.recorded_runs(ROOT / "data/results")
RUNS = rates.two_rates(RECORDED)
SEARCHES = [record for record in RECORDED if record["kind"] == "search"]
PRESETS = ("study", "lower")


def test_the_study_and_the_lower_rate_are_picked():
    assert tuple(run["preset"] for run in RUNS) == PRESETS
    assert rates.two_rates([run for run in RECORDED if run["preset"] != "lower"]) == []
    assert rates.common_counts(RUNS) == [50, 435]
    assert rates.common_counts([]) == []


@pytest.mark.parametrize("n", [50, 435])
@pytest.mark.parametrize("k", [0, 1])
def test_table_rows_are_those_of_the_records(n, k):
    table, run = rates.rates_table(RUNS), RUNS[k]
    (row,) = table[(table.n == n) & (table.preset == PRESETS[k])].to_dict("records")
    final = recorded.collect(run, comparison.WAVELET)
    assert row["SpeckleGAN, by seed"].split(", ") == [f"{v:.2f}" for v in final["speckle", n]]
    assert row["baseline GAN, by seed"].split(", ") == [f"{v:.2f}" for v in final["baseline", n]]
    ahead = 100 * (sum(final["baseline", n]) / sum(final["speckle", n]) - 1)
    assert row["ahead"] == f"{ahead:.0f} %"
    nearer = [int(count) for count in re.findall(r"\d+", row["pairs nearer"])]
    names = (comparison.WAVELET, comparison.KERNEL, comparison.SPECTRUM)
    assert nearer == [*(recorded.pairs_won(run, name, [n])[0] for name in names), 3]


def test_paragraph_says_the_gaps_of_the_records():
    text = rates.rates_reading(RUNS, SEARCHES)
    for n in (50, 435):
        sizes = [claims.improvement(n)(run).size for run in RUNS]
        said = f"At n = {n} SpeckleGAN is ahead by {sizes[0]:.0f} % within the range, by "
        assert f"{said}{sizes[1]:.0f} % at the lower rate" in text
        taken, ahead = recorded.at_their_best(RUNS, n)
        assert f"by {ahead:.0f} % with each model" in text
        assert f"the baseline from `{taken['baseline']}`" in text
    chosen = {x["parameters"]["group"]: x["chosen"]["distance"] for x in SEARCHES
              if x["preset"] == "study"}  # fmt: skip
    gaps = [
        100 * (chosen[f"baseline-n50{end}"] / chosen[f"speckle-n50{end}"] - 1)
        for end in ("", "-wider")
    ]
    assert "from {:.0f} to {:.0f} % when".format(*gaps) in text


def test_the_baseline_took_the_lower_end_of_the_range_every_time():
    """What chapter 10 and README say of the study's choice."""
    within = [x for x in SEARCHES if x["preset"] == "study" and "wider" not in str(x["parameters"])]
    taken = {x["parameters"]["group"]: x["chosen"]["rate"] for x in within}
    assert [rate for group, rate in taken.items() if group.startswith("baseline")] == [0.0003] * 4
    assert all(min(c["rate"] for c in x["candidates"]) == 0.0003 for x in within)


def test_paragraph_says_what_is_missing():
    assert rates.rates_reading([], SEARCHES) == rates.MISSING
    assert "One seed" not in rates.rates_reading(RUNS, [])
