"""Synthetic pairs: batches, memory, and a folder that the loader reads back."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from specklegan import disk
from specklegan.datasets import loading, survey, synthetic
from specklegan.networks.generator import Generator
from specklegan.networks.settings import GeneratorSettings


@pytest.fixture
def generator():
    torch.manual_seed(0)
    settings = GeneratorSettings(size=16, widths=(8, 8), last_width=4, edges=(4, 6))
    return Generator(settings).eval()


def masks(n=5):
    labels = np.random.default_rng(0).integers(0, 3, (n, 1, 16, 16)).astype(np.uint8)
    labels[:, :, :1, :3] = [0, 1, 2]  # every class in every mask
    return labels


def test_the_folder_loader_reads_the_pairs_back(generator, tmp_path):
    names = ["lumen", "wall", "outside"]
    manifest = synthetic.write_synthetic(generator, masks(), tmp_path, seed=3, classes=names)
    assert survey.check(str(tmp_path)) == []
    again = loading.load(str(tmp_path), size=16)
    assert list(again.class_names) == names
    np.testing.assert_array_equal(again.masks, masks())
    half_a_level = 1 / 255 + 1e-6
    assert np.abs(again.images - generator.generate(masks(), seed=3)).max() <= half_a_level
    assert manifest == synthetic.read_manifest(tmp_path)
    assert manifest["synthetic"]
    assert manifest["weights_sha256"] == synthetic.weights_hash(generator)


def test_n_takes_the_masks_in_turn(generator, tmp_path):
    synthetic.write_synthetic(generator, masks(3), tmp_path, seed=0, n=7, batch=2)
    pairs = synthetic.read_manifest(tmp_path)["pairs"]
    found = [np.asarray(Image.open(tmp_path / pair["mask"])) for pair in pairs]
    np.testing.assert_array_equal(found, masks(3)[[0, 1, 2, 0, 1, 2, 0], 0])
    images = [np.asarray(Image.open(tmp_path / pair["image"])) for pair in pairs]
    assert (images[0] != images[3]).any()  # same mask, other z and speckle
    synthetic.write_synthetic(generator, masks(3), tmp_path, seed=0, n=2)  # fewer: the old ones go
    assert len(list((tmp_path / "images").iterdir())) == 2


def test_only_one_batch_is_held_at_a_time(generator):
    asked = []

    class Masks:
        """A million masks that exist only where they are asked for."""

        ndim, shape = 4, (10**6, 1, 16, 16)

        def __len__(self):
            return self.shape[0]

        def __getitem__(self, taken):
            asked.append(len(taken))
            return np.zeros((len(taken), 1, 16, 16), np.uint8)

    many = generator.batches(Masks(), seed=0, batch=4)
    for _ in range(3):
        images, _ = next(many)
        assert images.shape == (4, 1, 16, 16)
    assert asked == [4, 4, 4]


def test_a_folder_with_someones_own_images_is_refused_and_kept(generator, tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "mine.png").write_bytes(b"x")
    with pytest.raises(ValueError, match=r"holds 1 files that no manifest\.json calls synthetic"):
        synthetic.write_synthetic(generator, masks(), tmp_path, seed=0)
    (tmp_path / "manifest.json").write_text('{"synthetic": true}')
    with pytest.raises(ValueError, match=r"mine\.png: not a synthetic pair"):
        synthetic.write_synthetic(generator, masks(), tmp_path, seed=0)
    assert (tmp_path / "images" / "mine.png").read_bytes() == b"x"


def test_an_interrupted_folder_says_so_and_is_written_again(generator, tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthetic.write_synthetic(generator, masks(), tmp_path, seed=0, batch=2, progress=stop)
    with pytest.raises(ValueError, match="not marked complete"):
        synthetic.read_manifest(tmp_path)
    synthetic.write_synthetic(generator, masks(), tmp_path, seed=0, batch=2)
    assert len(synthetic.read_manifest(tmp_path)["pairs"]) == 5


def test_a_folder_that_is_being_emptied_is_not_called_complete(generator, tmp_path, monkeypatch):
    synthetic.write_synthetic(generator, masks(), tmp_path, seed=0)

    def stop(path, missing_ok):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.unlink", stop)
    with pytest.raises(KeyboardInterrupt):
        synthetic.write_synthetic(generator, masks(), tmp_path, seed=0)
    with pytest.raises(ValueError, match="not marked complete"):
        synthetic.read_manifest(tmp_path)


def test_names_of_an_earlier_call_go_with_its_pairs_and_no_one_elses(generator, tmp_path):
    for folder, left in ((tmp_path / "mine", True), (tmp_path / "synthetic", False)):
        folder.mkdir()
        if left:
            (folder / "classes.txt").write_text("a\nb\nc\n")
        else:
            synthetic.write_synthetic(generator, masks(), folder, seed=0, classes=["a", "b", "c"])
        synthetic.write_synthetic(generator, masks(), folder, seed=0)
        assert (folder / "classes.txt").exists() == left


def test_a_generator_without_finite_weights_is_refused(generator, tmp_path):
    with torch.no_grad():
        generator.image.bias.fill_(torch.nan)
    with pytest.raises(ValueError, match="generator: made NaN or infinite grey values"):
        synthetic.write_synthetic(generator, masks(), tmp_path, seed=0)
    with pytest.raises(ValueError, match="not marked complete"):
        synthetic.read_manifest(tmp_path)


def test_missing_and_damaged_manifests_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"manifest\.json: not found"):
        synthetic.read_manifest(tmp_path)
    for text, what in (("{", "not JSON"), ("[]", "holds a list")):
        (tmp_path / "manifest.json").write_text(text)
        with pytest.raises(ValueError, match=what):
            synthetic.read_manifest(tmp_path)


def test_masks_that_do_not_fit_leave_the_folder_alone(generator, tmp_path):
    synthetic.write_synthetic(generator, masks(), tmp_path, seed=0)
    with pytest.raises(ValueError, match=r"masks must have shape \(N, 1, 16, 16\)"):
        synthetic.write_synthetic(generator, masks()[:, :, :8], tmp_path, seed=0)
    assert len(synthetic.read_manifest(tmp_path)["pairs"]) == 5


def test_about_is_kept_and_cannot_deny_that_they_are_synthetic(generator, tmp_path):
    about = {"kind": "own_images", "synthetic": False}
    synthetic.write_synthetic(generator, masks(1), tmp_path, seed=0, about=about)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["kind"] == "own_images"
    assert manifest["synthetic"] is True


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a" / "file"
    disk.write_bytes(path, b"one")
    disk.write_bytes(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(OSError, match=r"file/inside: could not be written .*nothing was written"):
        disk.write_bytes(path / "inside", b"three")
