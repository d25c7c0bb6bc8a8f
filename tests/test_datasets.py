"""One contract for all data: what is accepted, what is refused, and with which words."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from specklegan import augmentation, datasets, folder, masks

USGRA = Path(__file__).parents[2] / "shared" / "data" / "usgra_seg"


def write_pair(path, stem, size=(40, 40), seed=0, labels=3):
    """Write a noise image and a mask of bands, PNG."""
    generator = np.random.default_rng(seed)
    for kind in ("images", "masks"):
        (path / kind).mkdir(parents=True, exist_ok=True)
    grey = generator.integers(0, 256, size, dtype=np.uint8)
    Image.fromarray(grey).save(path / "images" / f"{stem}.png")
    bands = np.arange(size[1]) * labels // size[1] * np.ones((size[0], 1), int)
    Image.fromarray(bands.astype(np.uint8)).save(path / "masks" / f"{stem}.png")


@pytest.fixture
def own(tmp_path):
    """Return a good folder of six pairs of different sizes."""
    for k in range(6):
        write_pair(tmp_path / "own", f"{k:02d}", (40 + k, 44), seed=k)
    return tmp_path / "own"


def phantoms(n=12, size=32, seed=0):
    return datasets.load("phantom", size, n, seed)


def test_phantoms_fulfil_the_contract():
    dataset = phantoms()
    assert len(dataset) == 12
    assert dataset.images.shape == dataset.masks.shape == (12, 1, 32, 32)
    assert (dataset.images.dtype, dataset.masks.dtype) == (np.float32, np.uint8)
    assert (dataset.classes, dataset.coordinates) == (3, "polar")
    assert dataset.is_ivus
    assert dataset.millimetres_per_pixel == pytest.approx(0.026 * 384 / 32)
    assert dataset.source["scanner"]["frequency"] == pytest.approx(4.01e6, rel=1e-3)
    slower = datasets.load("phantom", 32, 2, 0, frequency=3e6)
    assert slower.source["scanner"]["frequency"] == 3e6


def test_a_good_folder_loads(own):
    dataset = datasets.load(str(own), size=32)
    assert datasets.check(own) == []
    assert dataset.images.shape == (6, 1, 32, 32)
    assert (dataset.classes, dataset.coordinates) == (3, "cartesian")
    assert dataset.names == ("00", "01", "02", "03", "04", "05")
    assert dataset.class_names == ("class 0", "class 1", "class 2")
    assert len(set(dataset.patients)) == 6
    assert abs(dataset.images).max() <= 1


def test_fewer_images_may_be_asked_for(own):
    assert len(datasets.load(own, 32, images=4)) == 4
    assert len(datasets.load(own, 32, images=99)) == 6


def test_classes_may_be_named(own):
    (own / "classes.txt").write_text("background\nnerve\nvessel\nbone\n")
    assert datasets.load(own, 32).class_names == ("background", "nerve", "vessel", "bone")
    (own / "classes.txt").write_text("background\nnerve\n")
    with pytest.raises(ValueError, match=r"00\.png: labels \[2\]; expected class indices 0\.\.1"):
        datasets.load(own, 32)


def test_central_square_is_kept_and_labels_stay_labels():
    wide = np.zeros((30, 50))
    wide[:, 10:40] = np.arange(30)
    np.testing.assert_array_equal(folder.to_square(wide, 30), wide[:, 10:40])
    labels = np.zeros((90, 90), int)
    labels[:, 30:] = 200
    small = folder.to_square(labels, 32, labels=True)
    assert set(np.unique(small)) == {0, 200}  # nothing between
    noise = np.random.default_rng(0).uniform(0, 255, (320, 320))
    # Anti-aliased: pixels of a tenfold reduction average about a hundred.
    assert folder.to_square(noise, 32).std() < noise.std() / 8


@pytest.mark.parametrize("kind", ["rgb", "rgba", "la", "palette", "tiff16", "npy float", "npy 16"])
def test_grey_content_of_any_layout_is_the_same(tmp_path, kind):
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    path = tmp_path / ("x.npy" if "npy" in kind else "x.tiff" if "tiff" in kind else "x.png")
    picture = Image.fromarray(grey)
    if kind == "npy float":
        np.save(path, grey / 255)
    elif kind == "npy 16":
        np.save(path, grey[None].astype(np.uint16) * 257)
    elif kind == "tiff16":
        Image.fromarray(grey.astype(np.uint16) * 257).save(path)
    else:
        mode = {"rgb": "RGB", "rgba": "RGBA", "la": "LA", "palette": "P"}[kind]
        picture.convert(mode).save(path)
    np.testing.assert_allclose(folder.read_grey(path), grey, atol=1e-9)


def test_palette_masks_give_their_indices(tmp_path):
    picture = Image.fromarray(np.eye(8, dtype=np.uint8) * 2)
    picture.putpalette([9, 9, 9, 200, 0, 0, 0, 200, 0])
    picture.save(tmp_path / "m.png")
    np.testing.assert_array_equal(folder.read_labels(tmp_path / "m.png"), np.eye(8) * 2)


def spoil_image(own, content, name="03.png"):
    (own / "images" / "03.png").unlink()
    if isinstance(content, bytes):
        (own / "images" / name).write_bytes(content)
    elif name.endswith(".npy"):
        np.save(own / "images" / name, content)
    else:
        Image.fromarray(content).save(own / "images" / name)


def spoil_mask(own, content):
    Image.fromarray(content).save(own / "masks" / "03.png")


GOOD = (43, 44)
BAD = {
    r"images: not found; expected a folder": lambda own: (own / "images").rename(own / "pictures"),
    r"masks: not found; expected a folder": lambda own: (own / "masks").rename(own / "labels"),
    r"03\.png: no mask; expected .*masks/03\.\*": lambda own: (own / "masks" / "03.png").unlink(),
    r"03\.png: no image; expected": lambda own: (own / "images" / "03.png").unlink(),
    r"masks/03\.png: 20 x 10 pixels; expected 44 x 43": lambda own: spoil_mask(
        own, np.eye(10, 20, dtype=np.uint8)
    ),
    r"03\.png: cannot be read .*expected a readable PNG": lambda own: spoil_image(own, b"no image"),
    r"images/03\.png: all black; expected": lambda own: spoil_image(own, np.zeros(GOOD, np.uint8)),
    r"images/03\.png: every pixel is 7": lambda own: spoil_image(own, np.full(GOOD, 7, np.uint8)),
    r"03\.png: labels \[200\]; expected class indices 0\.\.K-1 without gaps \(label 3 occurs": (
        lambda own: spoil_mask(own, np.eye(*GOOD, dtype=np.uint8) * 200)
    ),
    r"03\.png: colours; expected class indices": lambda own: spoil_mask(
        own, np.random.default_rng(0).integers(0, 3, (*GOOD, 3), dtype=np.uint8)
    ),
    r"03\.npy: floats from -1 to 1; expected grey levels in \[0, 1\]": lambda own: spoil_image(
        own, np.linspace(-1, 1, 43 * 44).reshape(GOOD), "03.npy"
    ),
    r"03\.npy: floats from nan": lambda own: spoil_image(own, np.full(GOOD, np.nan), "03.npy"),
    r"03\.npy: array of shape \(5, 6, 7\); expected": lambda own: spoil_image(
        own, np.zeros((5, 6, 7)), "03.npy"
    ),
    r"03\.npy: int64 pixels; expected uint8": lambda own: spoil_image(
        own, np.arange(43 * 44).reshape(GOOD), "03.npy"
    ),
    r"03\.jpg: suffix \.jpg; expected \.png": lambda own: spoil_image(own, b"", "03.jpg"),
    r"more: a folder; expected": lambda own: (own / "images" / "more").mkdir(),
    r"03\.tif: same stem as 03\.png": lambda own: (own / "masks" / "03.tif").write_bytes(b""),
}


@pytest.mark.parametrize(("message", "spoil"), BAD.items())
def test_bad_folders_are_refused_by_name(own, message, spoil):
    spoil(own)
    findings = datasets.check(own)
    assert any(re.search(message, finding) for finding in findings), findings
    with pytest.raises(ValueError, match="expected") as error:
        datasets.load(own, 32)
    assert str(own) in str(error.value)
    assert "\n" not in str(error.value)


def test_check_lists_everything_and_load_names_the_first(own):
    (own / "masks" / "00.png").unlink()
    (own / "images" / "04.png").write_bytes(b"broken")
    spoil_mask(own, np.eye(9, dtype=np.uint8))
    findings = datasets.check(own)
    assert len(findings) == 3
    with pytest.raises(ValueError, match=r"00\.png.*\(and 2 more: datasets\.check lists all\)"):
        datasets.load(own, 32)


def test_grey_images_taken_for_masks_give_one_finding(own):
    for path in (own / "masks").iterdir():
        path.write_bytes((own / "images" / path.name).read_bytes())
    assert len(datasets.check(own)) == 1
    assert "not grey levels" in datasets.check(own)[0]


def test_empty_folder_and_single_class(tmp_path):
    for kind in ("images", "masks"):
        (tmp_path / "none" / kind).mkdir(parents=True)
    assert "no files; expected" in datasets.check(tmp_path / "none")[0]
    write_pair(tmp_path / "flat", "a", labels=1)
    assert "label 0 only; expected two classes" in datasets.check(tmp_path / "flat")[0]


@pytest.mark.parametrize("spec", ["fantom", "ivus2011:", "ivus2011:/nowhere", "/nowhere"])
def test_unknown_data_name_what_is_known(spec):
    with pytest.raises(FileNotFoundError, match="expected 'phantom', 'ivus2011:<path>' or a fold"):
        datasets.load(spec)
    assert len(datasets.check(spec)) == 1


def test_too_few_images_for_n(own):
    dataset = datasets.load(own, 32)
    with pytest.raises(ValueError, match=r"n = 50, but .*own has 6 images; expected 1 <= n <= 6"):
        datasets.choose(dataset, 50, 0)


def test_choice_is_random_nested_and_complete():
    dataset = phantoms(40)
    chosen, rest = datasets.choose(dataset, 10, 0)
    assert sorted([*chosen, *rest]) == list(range(40))
    assert set(chosen) < set(datasets.choose(dataset, 25, 0)[0])
    assert list(chosen) != list(datasets.choose(dataset, 10, 1)[0])
    np.testing.assert_array_equal(dataset.subset(chosen).images, dataset.images[chosen])
    assert dataset.subset(chosen).names[3] == dataset.names[chosen[3]]


def test_held_out_patients_are_nobody_s_neighbours():
    dataset = phantoms(40)
    pool, test = datasets.hold_out(dataset, 9, 0)
    assert not set(pool.patients) & set(test.patients)
    assert len(test) >= 9
    assert len(pool) + len(test) == 40
    with pytest.raises(ValueError, match="held_out = 40, but phantom has 40 images of 10 patients"):
        datasets.hold_out(dataset, 40, 0)


def test_pairs_of_phantoms_are_different_patients():
    pool, test = datasets.load_pair("phantom", 6, 5, size=32, seed=0)
    assert (len(pool), len(test)) == (6, 5)
    assert not np.isin(
        test.masks.reshape(5, -1) @ np.arange(1024.0), pool.masks.reshape(6, -1) @ np.arange(1024.0)
    ).any()


def test_pairs_of_a_folder(own):
    pool, test = datasets.load_pair(own, 435, 435, size=32)
    assert (len(pool), len(test)) == (5, 1)  # at most a quarter is held out
    assert not set(pool.names) & set(test.names)
    for k in range(3):
        write_pair(own / "test", f"t{k}", labels=2)  # lacks the third class
    pool, test = datasets.load_pair(own, 4, 2, size=32)
    assert (len(pool), len(test)) == (4, 2)
    assert set(test.names) < {"t0", "t1", "t2"}
    assert test.class_names == pool.class_names
    write_pair(own / "test", "t9", labels=4)
    assert "labels [3]; expected class indices 0..2" in datasets.check(own)[0]
    with pytest.raises(ValueError, match=r"t9\.png: labels \[3\]"):
        datasets.load_pair(own, 4, 2, size=32)


def test_saved_datasets_open_as_they_were(tmp_path):
    dataset = phantoms(5)
    datasets.save(dataset, tmp_path / "data" / "pool")
    again = datasets.open(tmp_path / "data" / "pool")
    np.testing.assert_allclose(again.images, dataset.images, atol=1e-6)
    np.testing.assert_array_equal(again.masks, dataset.masks)
    np.testing.assert_array_equal(again.patients, dataset.patients)
    for name in ("names", "class_names", "coordinates", "millimetres_per_pixel", "source"):
        assert getattr(again, name) == getattr(dataset, name)
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["pool.json", "pool.npy"]
    assert np.load(tmp_path / "data" / "pool.npy", mmap_mode="r").shape == (5, 2, 32, 32)


def test_half_a_dataset_is_not_taken_for_one(tmp_path):
    datasets.save(phantoms(3), tmp_path / "a")
    datasets.save(phantoms(4), tmp_path / "b")
    with pytest.raises(FileNotFoundError, match=r"c\.npy: not found; expected what notebook 04"):
        datasets.open(tmp_path / "c")
    os.replace(tmp_path / "b.npy", tmp_path / "a.npy")
    with pytest.raises(ValueError, match=r"a\.npy: not the file that a\.json describes"):
        datasets.open(tmp_path / "a")


def test_a_full_disc_is_named_and_leaves_what_was_there(tmp_path, monkeypatch):
    dataset = phantoms(3)
    datasets.save(dataset, tmp_path / "a")
    before = (tmp_path / "a.npy").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(OSError, match=r"a\.npy: could not be written \(No space left"):
        datasets.save(phantoms(4), tmp_path / "a")
    assert (tmp_path / "a.npy").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2
    json.loads((tmp_path / "a.json").read_text())


def test_image_and_mask_turn_together():
    dataset = phantoms(16, 64)
    labels = torch.from_numpy(dataset.masks)
    painted = labels.float() - 1  # an image that is its mask
    turned, again = datasets.augment(painted, labels, torch.Generator().manual_seed(0))
    assert again.dtype == torch.uint8
    assert turned.shape == painted.shape
    y, x = np.mgrid[:64, :64] - 31.5
    disc = torch.from_numpy(np.hypot(x, y) < 31)
    agree = (turned.round() == again.float() - 1)[..., disc].float().mean()
    # They may differ where a border passes between pixels: about a tenth of a vessel's pixels.
    assert agree > 0.97
    assert ((again != labels).flatten(1).float().mean(1) > 0.005).all()  # and all have turned
    # The share of each class survives, up to its border.
    before, after = ((m[..., disc] == 0).float().mean() for m in (labels, again))
    assert abs(before - after) < 0.005


def test_turning_keeps_fine_speckle():
    images = torch.from_numpy(phantoms(24, 64).images)
    turned, _ = datasets.augment(images, images, torch.Generator().manual_seed(1))
    frequency = torch.fft.fftfreq(64)
    radius = torch.hypot(frequency[:, None], frequency)
    fine = (radius > 0.3) & (radius < 0.4)
    power = [torch.fft.fft2(x).abs().square().mean((0, 1))[fine].sum() for x in (images, turned)]
    assert power[1] / power[0] > 0.75  # bilinear weights leave less than half


def test_outside_stays_black_background():
    images, labels = torch.full((8, 1, 32, 32), 0.5), torch.full((8, 1, 32, 32), 2)
    turned, again = datasets.augment(images, labels, torch.Generator().manual_seed(0))
    assert (again == 2).all()
    assert (turned.amin((1, 2, 3)) == -1).sum() >= 6  # corners, unless hardly turned
    assert torch.allclose(turned[..., 12:20, 12:20], torch.tensor(0.5))


def test_depth_stays_depth_in_cartesian_data():
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(32, 1, 16, 16, generator=generator)
    labels = (images > 0).to(torch.uint8)
    turned, again = datasets.augment(images, labels, generator, "cartesian")
    flipped = (turned == images.flip(-1)).flatten(1).all(1)
    same = (turned == images).flatten(1).all(1)
    assert (flipped ^ same).all()
    assert 6 < flipped.sum() < 26  # a fair coin, 32 throws, 3.5 standard deviations
    assert torch.equal(again, (turned > 0).to(torch.uint8))
    with pytest.raises(ValueError, match="coordinates = 'round'; expected"):
        datasets.augment(images, labels, generator, "round")


def test_augmentation_repeats_with_its_generator():
    images = torch.from_numpy(phantoms(4).images)
    first, second = (
        datasets.augment(images, images, torch.Generator().manual_seed(3))[0] for _ in range(2)
    )
    assert torch.equal(first, second)


def test_artificial_masks_suit_the_data(own):
    ivus = datasets.artificial_masks(phantoms(), 5, 7)
    np.testing.assert_array_equal(ivus, masks.artificial_masks(5, 32, 7))
    dataset = datasets.load(own, 32)
    varied = datasets.artificial_masks(dataset, 20, 7)
    assert varied.shape == (20, 1, 32, 32)
    assert varied.dtype == np.uint8
    assert set(np.unique(varied)) == {0, 1, 2}
    np.testing.assert_array_equal(varied, augmentation.vary_masks(dataset.masks, 20, 7))
    assert len(np.unique(varied.reshape(20, -1), axis=0)) > 15


def test_varied_masks_keep_depth_and_mirror_sides():
    labels = np.zeros((1, 1, 32, 32), np.uint8)
    labels[..., 16:, :] = 1  # deep
    labels[..., :16, :16] = 2  # shallow, left
    varied = augmentation.vary_masks(labels, 60, 0)[:, 0]
    assert (varied[:, -2, 8:24] == 1).all()  # tilted by 15 degrees at most
    left = (varied[:, 2, 4] == 2).mean()
    assert 0.25 < left < 0.75  # a fair coin, 60 throws, 4 standard deviations


def write_ivus(root, frame, labels, radius=100.0, pictures="DCM", shift=0.0):
    """Write a frame of the challenge's layout with circular contours."""
    angle = np.linspace(0, 2 * np.pi, 360)
    (root / pictures).mkdir(parents=True, exist_ok=True)
    (root / labels).mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(0).integers(0, 256, (384, 384), dtype=np.uint8)
    Image.fromarray(noise).save(root / pictures / f"{frame}.png")
    for what, r in (("lum", radius / 2), ("med", radius)):
        x, y = 191.5 + shift + r * np.cos(angle), 191.5 + r * np.sin(angle)
        separator = "," if what == "lum" else ", "
        text = "\n".join(f"{a:.2f}{separator}{b:.2f}" for a, b in zip(x, y, strict=True))
        (root / labels / f"{what}_{frame}.txt").write_text(text + "\n")


@pytest.fixture
def ivus(tmp_path):
    """Return a tree like the challenge's set B, with spaces, unlabelled frames, two observers."""
    train = tmp_path / "Training_Set" / "Data set B"
    test = tmp_path / "Test_Set" / "Data_set_B"
    write_ivus(train, "frame_01_0001_003", "LABELS", 100, shift=60)
    write_ivus(train, "frame_01_0002_003", "LABELS")
    write_ivus(test, "frame_02_0001_003", "LABELS_obs1", 120)
    write_ivus(test, "frame_02_0001_003", "LABELS_obs2_v1", 60)
    write_ivus(test, "frame_05_0004_003", "LABELS_obs1")
    unlabelled = Image.fromarray(np.eye(384, dtype=np.uint8) * 255)
    unlabelled.save(train / "DCM" / "frame_01_0001_001.png")
    (test / "DCM" / "frame_05_0004_003.png").rename(train / "DCM" / "frame_05_0004_003.png")
    return tmp_path


def test_ivus_challenge_loads(ivus):
    dataset = datasets.load(f"ivus2011:{ivus}", size=128)
    assert datasets.check(f"ivus2011:{ivus}") == []
    assert dataset.names == (
        "frame_01_0001_003",
        "frame_01_0002_003",
        "frame_02_0001_003",
        "frame_05_0004_003",
    )
    assert list(dataset.patients) == [0, 0, 1, 2]
    assert (dataset.coordinates, dataset.class_names) == ("polar", masks.CLASS_NAMES)
    assert dataset.millimetres_per_pixel == pytest.approx(0.078)
    radii = np.array([100, 100, 120, 100]) / 3  # pixels of the reduced picture; first observer
    areas = (dataset.masks < 2).sum((1, 2, 3))
    np.testing.assert_allclose(areas, np.pi * radii**2, rtol=0.01)
    y, x = np.nonzero(dataset.masks[0, 0] < 2)
    assert x.mean() == pytest.approx(63.5 + 20, abs=0.1)  # x is the column
    assert y.mean() == pytest.approx(63.5, abs=0.1)
    pool, test = datasets.load_pair(f"ivus2011:{ivus}", 435, 1, size=64)
    assert not set(pool.patients) & set(test.patients)


def test_what_is_wrong_with_ivus_files_is_named(ivus):
    train = ivus / "Training_Set" / "Data set B"
    (train / "DCM" / "frame_01_0001_003.png").unlink()
    (train / "LABELS" / "med_frame_01_0002_003.txt").write_text("1,2\n3;4\n")
    (ivus / "Test_Set" / "Data_set_B" / "LABELS_obs1" / "med_frame_05_0004_003.txt").unlink()
    findings = datasets.check(f"ivus2011:{ivus}")
    assert len(findings) == 3
    assert "lum_frame_01_0001_003.txt: no image; expected frame_01_0001_003.png" in findings[0]
    assert "med_frame_01_0002_003.txt: not a contour" in findings[1]
    assert "med_frame_05_0004_003.txt: not found; expected a contour" in findings[2]
    with pytest.raises(ValueError, match="and 2 more"):
        datasets.load(f"ivus2011:{ivus}", 32)
    assert "no lum_frame_*.txt below it" in datasets.check(f"ivus2011:{train / 'DCM'}")[0]


@pytest.mark.skipif(not USGRA.is_dir(), reason=f"{USGRA} is absent: real images are not shipped")
def test_real_ultrasound_folder_loads_with_nothing_but_its_path():
    pool, test = datasets.load_pair(str(USGRA), 435, 435, size=64)
    assert (len(pool), len(test)) == (204, 40)
    assert (pool.classes, pool.coordinates) == (3, "cartesian")
    assert set(np.unique(pool.masks)) == {0, 1, 2}
    assert pool.images.std() > 0.1


def test_a_phantom_is_not_called_a_real_image():
    dataset = datasets.load("phantom", size=32, images=2)
    assert dataset.noun == "phantom"
    assert replace(dataset, source={"kind": "folder"}).noun == "real image"
