"""Comparison: every distance, its numbers of images and an interval that holds the value."""

import numpy as np
import pytest
from scipy import stats

from specklegan.metrics import comparison, distances, features, spectra

RNG = np.random.default_rng(0)
REAL, FAKE = RNG.uniform(-1, 1, (30, 1, 32, 32)), RNG.uniform(-0.5, 0.5, (20, 1, 32, 32))


def test_all_distances_are_those_of_metrics():
    found = comparison.compare_images(REAL, FAKE, bootstrap=5)
    assert list(found) == [comparison.WAVELET, comparison.KERNEL, comparison.SPECTRUM]
    packets = [features.wavelet_packets(x) for x in (REAL, FAKE)]
    assert found[comparison.WAVELET]["value"] == distances.frechet_wavelet_distance(*packets)
    expected = spectra.spectral_error(REAL, FAKE)
    assert found[comparison.SPECTRUM]["value"] == pytest.approx(expected)
    for entry in found.values():
        assert entry["n"] == {"real": 30, "fake": 20}
        assert entry["interval"][0] < entry["value"] < entry["interval"][1]


def test_intervals_of_images_that_are_all_alike_have_no_width():
    """Drawing images again draws the same ones; drawing packets or pixels would not."""
    # 4 copies: sums of a power of two of equal numbers are exact, so that no spread is made up
    alike = [np.repeat(images[:1], 4, axis=0) for images in (REAL, FAKE)]
    for entry in comparison.compare_images(*alike, bootstrap=5).values():
        assert entry["value"] > 0
        assert entry["interval"] == pytest.approx([entry["value"]] * 2, rel=1e-9)


def test_kernel_distance_is_that_of_scores_relative_to_the_real_images():
    real, fake = features.packet_energies(REAL), features.packet_energies(FAKE)
    expected = distances.kernel_distance(stats.zscore(real), stats.zmap(fake, real))
    found = comparison.compare_images(REAL, FAKE, bootstrap=2)[comparison.KERNEL]["value"]
    assert found == pytest.approx(expected, rel=1e-9)  # rounding alone


def test_inception_features_are_passed_in():
    found = comparison.compare_images(REAL, FAKE, 3, inception=lambda x: x[:, 0, 0, :4])
    expected = distances.frechet_distance(REAL[:, 0, 0, :4], FAKE[:, 0, 0, :4])
    assert found[comparison.INCEPTION]["value"] == expected


def test_other_sizes_are_named():
    with pytest.raises(ValueError, match="as many"):
        comparison.compare_images(REAL, FAKE[..., :16, :16], 2)
