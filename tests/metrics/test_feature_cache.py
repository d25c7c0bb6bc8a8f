"""The cache of features: found by content, never believed when damaged."""

import numpy as np
import pytest

from specklegan.metrics import feature_cache

IMAGES = np.random.default_rng(0).uniform(-1, 1, (4, 1, 8, 8))


class Counting:
    """Features that are the first row of pixels, and a count of how often they were computed."""

    def __init__(self, name="counting"):
        self.name, self.calls = name, 0

    def __call__(self, images):
        self.calls += 1
        return np.asarray(images)[:, 0, 0]


def test_second_time_features_come_from_the_folder(tmp_path):
    network = Counting()
    for _ in range(2):
        found = feature_cache.cached_features(network, IMAGES, tmp_path / "new")
        np.testing.assert_array_equal(found, IMAGES[:, 0, 0])
    assert network.calls == 1
    assert [path.suffix for path in (tmp_path / "new").iterdir()] == [".npz"]


def test_other_images_or_networks_are_not_taken_for_these(tmp_path):
    network, other = Counting(), Counting("other")
    for images in (IMAGES, IMAGES[:3], IMAGES + 1e-9, IMAGES.reshape(1, 1, 4, 64)):
        found = feature_cache.cached_features(network, images, tmp_path)
        np.testing.assert_array_equal(found, images[:, 0, 0])
    feature_cache.cached_features(other, IMAGES, tmp_path)
    assert (network.calls, other.calls) == (4, 1)


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied"])
def test_damaged_file_is_made_anew(tmp_path, damage):
    network = Counting()
    feature_cache.cached_features(network, IMAGES, tmp_path)
    (path,) = tmp_path.iterdir()
    content = bytearray(path.read_bytes())
    place = content.index(IMAGES[:, 0, 0].tobytes()[:8])
    content[place] ^= 1
    damaged = {"cut": content[:-100], "changed": content, "emptied": b""}[damage]
    path.write_bytes(damaged)
    for _ in range(2):
        found = feature_cache.cached_features(network, IMAGES, tmp_path)
        np.testing.assert_array_equal(found, IMAGES[:, 0, 0])
    assert network.calls == 2


def test_without_a_folder_nothing_is_kept_and_a_bad_one_only_warns(tmp_path):
    network = Counting()
    feature_cache.cached_features(network, IMAGES)
    (tmp_path / "file").write_text("in the way")
    with pytest.warns(UserWarning, match="computing the features each time"):
        feature_cache.cached_features(network, IMAGES, tmp_path / "file" / "folder")
    assert network.calls == 2
