"""Comparison: every distance, its numbers of images and an interval that holds the value."""

import numpy as np
import pytest

from specklegan import comparison, features, metrics, spectra

RNG = np.random.default_rng(0)
REAL, FAKE = RNG.uniform(-1, 1, (30, 1, 32, 32)), RNG.uniform(-0.5, 0.5, (20, 1, 32, 32))


def test_all_distances_are_those_of_metrics():
    found = comparison.compare(REAL, FAKE, bootstrap=5)
    assert list(found) == [comparison.WAVELET, comparison.KERNEL, comparison.SPECTRUM]
    packets = [features.wavelet_packets(x) for x in (REAL, FAKE)]
    assert found[comparison.WAVELET]["value"] == metrics.frechet_wavelet_distance(*packets)
    expected = spectra.error(REAL, FAKE)
    assert found[comparison.SPECTRUM]["value"] == pytest.approx(expected)
    for entry in found.values():
        assert entry["n"] == {"real": 30, "fake": 20}
        assert entry["interval"][0] < entry["value"] < entry["interval"][1]


def test_inception_features_are_passed_in():
    found = comparison.compare(REAL, FAKE, 3, inception=lambda x: x[:, 0, 0, :4])
    expected = metrics.frechet_distance(REAL[:, 0, 0, :4], FAKE[:, 0, 0, :4])
    assert found[comparison.INCEPTION]["value"] == expected


def test_other_sizes_are_named():
    with pytest.raises(ValueError, match="as many"):
        comparison.compare(REAL, FAKE[..., :16, :16], 2)
