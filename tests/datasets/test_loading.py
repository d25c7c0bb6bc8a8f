"""One contract for all data: what a dataset is, how it is split, and where masks come from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from specklegan.datasets import augmentation, loading, survey
from specklegan.datasets.dataset import choose, hold_out
from specklegan.masks import artificial
from tests.samples import write_challenge, write_folder, write_pair

USGRA = Path(__file__).parents[3] / "shared" / "data" / "usgra_seg"


@pytest.fixture
def own(tmp_path):
    return write_folder(tmp_path / "own")


def phantoms(n=12, size=32, seed=0):
    return loading.load("phantom", size, n, seed)


def test_phantoms_fulfil_the_contract():
    dataset = phantoms()
    assert len(dataset) == 12
    assert dataset.images.shape == dataset.masks.shape == (12, 1, 32, 32)
    assert (dataset.images.dtype, dataset.masks.dtype) == (np.float32, np.uint8)
    assert (dataset.classes, dataset.coordinates) == (3, "polar")
    assert dataset.is_ivus
    assert dataset.knows_patients
    assert dataset.millimetres_per_pixel == pytest.approx(0.026 * 384 / 32)
    assert dataset.source["scanner"]["frequency"] == pytest.approx(3.85e6, rel=1e-3)
    slower = loading.load("phantom", 32, 2, 0, frequency=3e6)
    assert slower.source["scanner"]["frequency"] == 3e6


@pytest.mark.parametrize("kind", ["phantom", "folder", "ivus2011"])
def test_all_kinds_give_the_same_types(kind, tmp_path):
    spec = {
        "phantom": lambda: "phantom",
        "folder": lambda: write_folder(tmp_path),
        "ivus2011": lambda: f"ivus2011:{write_challenge(tmp_path)}",
    }[kind]()
    dataset = loading.load(spec, 32, images=4)
    assert dataset.images.shape == dataset.masks.shape == (4, 1, 32, 32)
    assert (dataset.images.dtype, dataset.masks.dtype) == (np.float32, np.uint8)
    assert abs(dataset.images).max() <= 1
    assert dataset.masks.max() < dataset.classes == len(dataset.class_names)
    assert dataset.patients.dtype.kind == "i"
    assert all(isinstance(name, str) for name in (*dataset.names, *dataset.class_names))
    assert dataset.source["kind"] == kind
    assert dataset.spec == str(spec)


def test_too_few_images_for_n(own):
    dataset = loading.load(own, 32)
    with pytest.raises(ValueError, match=r"n = 50, but .*own has 6 images; expected 1 <= n <= 6"):
        choose(dataset, 50, 0)


def test_choice_is_random_nested_and_complete():
    dataset = phantoms(40)
    chosen, rest = choose(dataset, 10, 0)
    assert sorted([*chosen, *rest]) == list(range(40))
    assert set(chosen) < set(choose(dataset, 25, 0)[0])
    assert list(chosen) != list(choose(dataset, 10, 1)[0])
    np.testing.assert_array_equal(dataset.subset(chosen).images, dataset.images[chosen])
    assert dataset.subset(chosen).names[3] == dataset.names[chosen[3]]


def test_choice_by_patient_parts_patients():
    """The n images come from as few patients as hold them; of these nobody remains."""
    dataset = phantoms(40)  # four of each of ten patients
    chosen, rest = choose(dataset, 10, 0, by="patient")
    assert len(chosen) == 10
    assert len(set(dataset.patients[chosen])) == 3
    assert len(rest) == 28
    assert not set(dataset.patients[chosen]) & set(dataset.patients[rest])
    assert set(chosen) < set(choose(dataset, 25, 0, by="patient")[0])
    assert list(chosen) != list(choose(dataset, 10, 1, by="patient")[0])
    by_image = choose(dataset, 10, 0)
    assert set(dataset.patients[by_image[0]]) & set(dataset.patients[by_image[1]])


def test_unknown_patients_are_not_made_up(own):
    dataset = loading.load(own, 32)
    with pytest.raises(ValueError, match="does not tell which images show the same person; expect"):
        choose(dataset, 2, 0, by="patient")
    for split in (choose, hold_out):
        with pytest.raises(ValueError, match="by = 'eye'; expected 'image' or 'patient'"):
            split(dataset, 2, 0, by="eye")


def test_held_out_patients_are_nobody_s_neighbours():
    dataset = phantoms(40)
    pool, test = hold_out(dataset, 9, 0)
    assert not set(pool.patients) & set(test.patients)
    assert len(test) >= 9
    assert len(pool) + len(test) == 40
    with pytest.raises(ValueError, match="held_out = 40, but phantom has 40 images of 10 patients"):
        hold_out(dataset, 40, 0)


def test_pairs_of_phantoms_are_different_patients():
    pool, test = loading.load_pair("phantom", 6, 5, size=32, seed=0)
    assert (len(pool), len(test)) == (6, 5)
    assert not np.isin(
        test.masks.reshape(5, -1) @ np.arange(1024.0), pool.masks.reshape(6, -1) @ np.arange(1024.0)
    ).any()


def test_pairs_of_phantoms_may_share_patients():
    pool, test = loading.load_pair("phantom", 20, 10, size=32, by="image")
    assert (len(pool), len(test)) == (20, 10)
    assert set(pool.patients) & set(test.patients)
    assert not set(pool.names) & set(test.names)


def test_pairs_of_a_folder(own):
    pool, test = loading.load_pair(own, 435, 435, size=32)
    assert (len(pool), len(test)) == (5, 1)  # at most a quarter is held out
    assert not set(pool.names) & set(test.names)
    for k in range(3):
        write_pair(own / "test", f"t{k}", labels=2)  # lacks the third class
    pool, test = loading.load_pair(own, 4, 2, size=32)
    assert (len(pool), len(test)) == (4, 2)
    assert set(test.names) < {"t0", "t1", "t2"}
    assert test.class_names == pool.class_names
    write_pair(own / "test", "t9", labels=4)
    assert "labels [3]; expected class indices 0..2" in survey.check(own)[0]
    with pytest.raises(ValueError, match=r"t9\.png: labels \[3\]"):
        loading.load_pair(own, 4, 2, size=32)


def test_artificial_masks_suit_the_data(own):
    ivus = loading.artificial_masks(phantoms(), 5, 7)
    np.testing.assert_array_equal(ivus, artificial.artificial_masks(5, 32, 7))
    dataset = loading.load(own, 32)
    varied = loading.artificial_masks(dataset, 20, 7)
    assert varied.shape == (20, 1, 32, 32)
    assert varied.dtype == np.uint8
    assert set(np.unique(varied)) == {0, 1, 2}
    np.testing.assert_array_equal(varied, augmentation.vary_masks(dataset.masks, 20, 7))
    assert len(np.unique(varied.reshape(20, -1), axis=0)) > 15


@pytest.mark.skipif(not USGRA.is_dir(), reason=f"{USGRA} is absent: real images are not shipped")
def test_real_ultrasound_folder_loads_with_nothing_but_its_path():
    pool, test = loading.load_pair(str(USGRA), 435, 435, size=64)
    assert (len(pool), len(test)) == (204, 40)
    assert (pool.classes, pool.coordinates) == (3, "cartesian")
    assert set(np.unique(pool.masks)) == {0, 1, 2}
    assert pool.images.std() > 0.1


def test_a_phantom_is_not_called_a_real_image():
    dataset = loading.load("phantom", size=32, images=2)
    assert dataset.noun == "phantom"
    assert replace(dataset, source={"kind": "folder"}).noun == "real image"
