"""Comparison: every distance, its numbers of images and an interval that holds the value."""

import numpy as np
import pytest
from scipy import stats

from specklegan.metrics import comparison, distances, efficientnet, features, spectra

RNG = np.random.default_rng(0)
CHEAP = (comparison.WAVELET, comparison.KERNEL, comparison.SPECTRUM)
REAL, FAKE = RNG.uniform(-1, 1, (30, 1, 32, 32)), RNG.uniform(-0.5, 0.5, (20, 1, 32, 32))


def test_all_distances_are_those_of_metrics():
    found = comparison.compare_images(REAL, FAKE, bootstrap=5)
    assert list(found) == [*CHEAP, "FD-EffNet", "KD-EffNet"]
    packets = [features.wavelet_packets(x) for x in (REAL, FAKE)]
    assert found[comparison.WAVELET]["value"] == distances.frechet_wavelet_distance(*packets)
    expected = spectra.spectral_error(REAL, FAKE)
    assert found[comparison.SPECTRUM]["value"] == pytest.approx(expected)
    learned = [efficientnet.EfficientNet()(x) for x in (REAL, FAKE)]
    assert found["FD-EffNet"]["value"] == distances.frechet_distance(*learned)
    assert found["KD-EffNet"]["value"] == distances.kernel_distance(*learned)
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


class Rows:
    """Stands in for a network: features are the first eight pixels."""

    name = "rows"

    def __init__(self):
        self.seen = []

    def __call__(self, images):
        self.seen.append(len(images))
        return images[:, 0, 0, :8]


def test_network_is_passed_in_and_used_once_for_both_its_distances(tmp_path):
    network, names = Rows(), ("FD-EffNet", "KD-EffNet")
    for _ in range(2):  # the second time the real images' features come from the folder
        found = comparison.compare_images(
            REAL, FAKE, 3, efficientnet=network, cache=tmp_path, names=names
        )
        rows = [x[:, 0, 0, :8] for x in (REAL, FAKE)]
        assert list(found) == list(names)
        assert found["FD-EffNet"]["value"] == distances.frechet_distance(*rows)
        assert found["KD-EffNet"]["value"] == distances.kernel_distance(*rows)
    assert network.seen == [30, 20, 20]


def test_distances_without_the_network_need_none(monkeypatch):
    def refuse():
        raise ImportError("extra `book`")

    monkeypatch.setattr(efficientnet, "_packages", refuse)
    comparison._network.cache_clear()
    assert list(comparison.compare_images(REAL, FAKE, 2, names=CHEAP)) == list(CHEAP)
    with pytest.raises(ImportError, match="extra `book`"):
        comparison.compare_images(REAL, FAKE, 2)


def test_unknown_distance_is_named():
    with pytest.raises(ValueError, match="FID"):
        comparison.compare_images(REAL, FAKE, 2, names=["FID"])


def test_inception_features_are_passed_in():
    found = comparison.compare_images(REAL, FAKE, 3, inception=lambda x: x[:, 0, 0, :4])
    expected = distances.frechet_distance(REAL[:, 0, 0, :4], FAKE[:, 0, 0, :4])
    assert found[comparison.INCEPTION]["value"] == expected


def test_other_sizes_are_named():
    with pytest.raises(ValueError, match="as many"):
        comparison.compare_images(REAL, FAKE[..., :16, :16], 2)


def test_by_size_compares_the_first_images():
    found = comparison.by_size(REAL, FAKE, (6, 20))
    for name in (comparison.WAVELET, comparison.KERNEL):
        expected = [
            comparison.compare_images(REAL[:k], FAKE[:k], 2)[name]["value"] for k in (6, 20)
        ]
        assert found[name] == pytest.approx(expected, rel=1e-12)  # sums in another order


def test_neighbours_of_copies_of_one_image():
    one = np.repeat(REAL[:1], 12, axis=0)
    found = comparison.compare_neighbours(REAL[10:], one, REAL[:10])
    assert list(found) == ["density", "coverage", "copying", "diversity"]
    assert found["copying"] == found["diversity"] == 0
    assert found["coverage"] <= 1


def test_neighbours_of_the_real_images_themselves():
    found = comparison.compare_neighbours(REAL[10:], REAL[10:], REAL[:10])
    assert (found["coverage"], found["copying"], found["diversity"]) == (1, 1, 1)
    # each ball holds its centre and 5 neighbours, of which rounding may leave the last outside
    assert 1 <= found["density"] <= 6 / 5


def test_structure_of_equal_images_and_of_one_class_that_differs():
    masks = np.zeros(REAL.shape, int)
    masks[..., 16:] = 1
    equal = comparison.compare_structure(REAL, REAL, masks, ["left", "right"])
    assert equal == {"JS left": 0, "JS right": 0, "SSIM": pytest.approx(1)}
    found = comparison.compare_structure(
        REAL, np.where(masks, -1.0, REAL), masks, ["left", "right"]
    )
    assert found["JS left"] == 0
    assert found["JS right"] > 0.9  # one grey value against all: nearly disjoint
    assert found["SSIM"] < 0.9
