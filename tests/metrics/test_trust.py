"""Trust: a distance that is blind by construction is called blind."""

import numpy as np
import pandas as pd
import pytest

from specklegan import records
from specklegan.metrics import degradations, trust

RNG = np.random.default_rng(0)
REAL, OTHER = RNG.uniform(-0.5, 0.5, (2, 40, 1, 8, 8))
MASKS = np.zeros_like(OTHER)


def mean_difference(a, b):
    return abs(a.mean() - b.mean())


CANDIDATES = {
    "means": (lambda x: x.mean(axis=(1, 2, 3)), mean_difference, 0),
    "spreads": (lambda x: x.std(axis=(1, 2, 3)), mean_difference, 0),
}
FAULTS = {
    "shift": (lambda x, masks, strength, seed: x + strength, (0.1, 0.2)),
    "scale": (lambda x, masks, strength, seed: x - strength * (x - x.mean()), (0.2, 0.4)),
}


def test_each_distance_sees_its_own_fault_and_not_the_other():
    table = trust.sensitivity(REAL, OTHER, MASKS, FAULTS, CANDIDATES)
    assert len(table) == 2 + 2 * 2 * 2
    found = trust.verdicts(table)
    expected = pd.DataFrame(
        {"means": ["rises", "blind"], "spreads": ["blind", "rises"]}, index=["shift", "scale"]
    )
    pd.testing.assert_frame_equal(found, expected, check_names=False)
    floor = mean_difference(REAL, OTHER)
    first = table[(table.fault == "floor") & (table.distance == "means")].iloc[0]
    assert first.value == pytest.approx(floor)
    assert first.low < first.value < first.high
    shifted = table[(table.fault == "shift") & (table.distance == "means")].value
    np.testing.assert_allclose(shifted, np.abs(REAL.mean() - OTHER.mean() - [0.1, 0.2]))


def test_value_that_falls_on_the_way_does_not_rise():
    rows = [("floor", 0.0, "d", 1.0, 0.5, 1.5)]
    rows += [("f", k, "d", value, np.nan, np.nan) for k, value in [(1, 3.0), (2, 2.0)]]
    rows += [("g", k, "d", value, np.nan, np.nan) for k, value in [(1, 3.0), (2, 1.4)]]
    rows += [("h", k, "d", value, np.nan, np.nan) for k, value in [(2, 3.0), (1, 1.4)]]
    columns = ["fault", "strength", "distance", "value", "low", "high"]
    found = trust.verdicts(pd.DataFrame(rows, columns=columns))["d"]
    steps = trust.relative_to_floor(pd.DataFrame(rows, columns=columns))
    np.testing.assert_allclose(steps["h"]["d"], [1 / 1.5, 1.4 / 1.5, 3 / 1.5])
    assert found.to_dict() == {"f": "sees", "g": "blind", "h": "rises"}


def test_views_are_made_once_for_all_distances_of_them():
    calls = []

    def view(images):
        calls.append(len(images))
        return images.mean(axis=(1, 2, 3))

    both = {name: (view, mean_difference, 0) for name in ("one", "two")}
    trust.sensitivity(REAL, OTHER, MASKS, {"shift": FAULTS["shift"]}, both, 2)
    assert calls == [40] * 4


def test_table_outlives_its_record(tmp_path):
    table = trust.sensitivity(REAL, OTHER, MASKS, FAULTS, CANDIDATES, 5)
    record = records.start("trust", tmp_path, {})
    record["metrics"] = trust.trust_metrics(table, {"real": 40, "fake": 40})
    record["metrics"]["generator/study/speckle-n50-s0/means"] = records.metric(1.0, 40)
    records.write(tmp_path / "trust.json", record)
    found = trust.trust_table(records.read(tmp_path / "trust.json"))
    pd.testing.assert_frame_equal(found, table)
    with pytest.raises(ValueError, match="kind evaluate, expected trust"):
        trust.trust_table(record | {"kind": "evaluate"})


def test_recorded_table_is_of_these_faults_and_distances():
    record = records.read(records.root() / "data" / "trust.json")
    assert not record["dirty"]
    table = trust.trust_table(record)
    assert set(trust.CANDIDATES) <= set(table.distance)
    for fault, (_, steps) in degradations.FAULTS.items():
        assert sorted(set(table[table.fault == fault].strength)) == sorted(steps)
