"""The Fréchet wavelet distance against the package of its authors: as recorded, and live."""

import json

import pytest

from benchmarks import wavelet_distance
from workflow.presets import ROOT

RECORDED = json.loads((ROOT / "data/wavelet_distance.json").read_text())["cases"]
# SciPy's matrix root, which the package uses, is known to about the root of rounding, 1e-8
PRECISION = 1e-8


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: f"{case['size']} px")
def test_distance_equals_what_the_authors_package_said(case):
    pair = wavelet_distance.images(case["seed"], case["images"], case["size"])
    assert wavelet_distance.ours(*pair, case["level"]) == pytest.approx(
        case["distance"], rel=PRECISION
    )


def test_recorded_cases_are_those_of_the_command():
    told = [tuple(case[key] for key in ("seed", "size", "level")) for case in RECORDED]
    assert told == [(seed, size, level) for seed, _, size, level in wavelet_distance.CASES]


def test_distance_equals_the_authors_package():
    reason = "pytorchfwd is not installed; its recorded numbers are compared instead"
    pytest.importorskip("pytorchfwd.freq_math", reason=reason)
    pair = wavelet_distance.images(5, (60, 70), 16)
    expected = wavelet_distance.theirs(*pair, 1)
    assert wavelet_distance.ours(*pair, 1) == pytest.approx(expected, rel=PRECISION)
