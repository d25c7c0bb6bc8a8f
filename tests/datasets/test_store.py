"""Arrays on disk: written whole, read as they were, cached by content."""

import json
import os

import numpy as np
import pytest
from PIL import Image

from specklegan import disk
from specklegan.datasets import loading, specs, store
from specklegan.datasets.dataset import open, save
from tests.samples import write_challenge, write_folder
from workflow.presets import ROOT


def phantoms(n=3, size=32):
    return loading.load("phantom", size, n, 0)


def test_saved_datasets_open_as_they_were(tmp_path):
    dataset = phantoms(5)
    save(dataset, tmp_path / "data" / "pool")
    again = open(tmp_path / "data" / "pool")
    np.testing.assert_allclose(again.images, dataset.images, atol=1e-6)
    np.testing.assert_array_equal(again.masks, dataset.masks)
    np.testing.assert_array_equal(again.patients, dataset.patients)
    for name in ("names", "class_names", "coordinates", "millimetres_per_pixel", "source"):
        assert getattr(again, name) == getattr(dataset, name)
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["pool.json", "pool.npy"]
    assert np.load(tmp_path / "data" / "pool.npy", mmap_mode="r").shape == (5, 2, 32, 32)


def test_half_a_dataset_is_not_taken_for_one(tmp_path):
    save(phantoms(3), tmp_path / "a")
    save(phantoms(4), tmp_path / "b")
    with pytest.raises(FileNotFoundError, match=r"c\.npy: not found; expected what notebook 04"):
        open(tmp_path / "c")
    os.replace(tmp_path / "b.npy", tmp_path / "a.npy")
    with pytest.raises(ValueError, match=r"a\.npy: not the file that a\.json describes"):
        open(tmp_path / "a")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", "\x00", '{"sha256": 1'])
def test_a_spoilt_description_is_named(tmp_path, text):
    save(phantoms(3), tmp_path / "a")
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ValueError, match=r"a\.json: not what notebook 04 wrote; run it again"):
        open(tmp_path / "a")


def test_a_full_disc_is_named_and_leaves_what_was_there(tmp_path, monkeypatch):
    save(phantoms(3), tmp_path / "a")
    before = (tmp_path / "a.npy").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"a\.npy: could not be written \(No space left"):
        save(phantoms(4), tmp_path / "a")
    assert (tmp_path / "a.npy").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2
    json.loads((tmp_path / "a.json").read_text())


@pytest.fixture(params=["folder", "ivus2011"])
def spec(request, tmp_path):
    if request.param == "folder":
        return str(write_folder(tmp_path / "own"))
    return f"ivus2011:{write_challenge(tmp_path / 'set')}"


def refuse(*_, **__):
    raise AssertionError("the files were read")


def test_a_cache_gives_what_the_files_gave(spec, tmp_path, monkeypatch):
    plain = loading.load(spec, 32)
    first = loading.load(spec, 32, cache=tmp_path / "cache")
    monkeypatch.setattr(specs, "read_folder", refuse)
    monkeypatch.setattr(specs, "read_ivus2011", refuse)
    again = loading.load(spec, 32, cache=tmp_path / "cache")
    for one in (first, again):
        for name in ("names", "class_names", "source", "coordinates", "millimetres_per_pixel"):
            assert getattr(one, name) == getattr(plain, name)
        for name in ("images", "masks", "patients"):
            np.testing.assert_array_equal(getattr(one, name), getattr(plain, name))
            assert getattr(one, name).flags.writeable
    (array,) = (tmp_path / "cache").glob("*.npy")
    assert np.load(array, mmap_mode="r").shape[1:] == (2, 32, 32)  # one array file
    with pytest.raises(AssertionError, match="the files were read"):
        loading.load(spec, 48, cache=tmp_path / "cache")  # another size is another entry


def test_what_is_cached_is_mapped_not_loaded(tmp_path):
    path = tmp_path / "x"
    store.write(path, np.arange(6), {"a": 1})
    array, about = store.read(path)
    assert isinstance(array, np.memmap)
    assert not array.flags.writeable
    assert about == {"a": 1}


def test_any_change_of_the_files_is_seen(tmp_path):
    own = write_folder(tmp_path / "own")
    before, path = loading.load(own, 32, cache=tmp_path / "cache"), own / "images" / "01.png"
    when = path.stat()
    Image.fromarray(np.array(Image.open(path)).T[:41, :44].copy()).resize((44, 41)).save(path)
    os.utime(path, ns=(when.st_atime_ns, when.st_mtime_ns))  # content counts, not dates
    after = loading.load(own, 32, cache=tmp_path / "cache")
    changed = (before.images != after.images).any((1, 2, 3))
    assert changed.tolist() == [False, True, False, False, False, False]
    (own / "classes.txt").write_text("a\nb\nc\n")
    assert loading.load(own, 32, cache=tmp_path / "cache").class_names == ("a", "b", "c")
    (own / "exclude.txt").write_text("00\n")
    assert len(loading.load(own, 32, cache=tmp_path / "cache")) == 5


def test_what_has_findings_is_not_kept(tmp_path):
    own = write_folder(tmp_path / "own")
    (own / "masks" / "00.png").unlink()
    for _ in range(2):
        with pytest.raises(ValueError, match=r"00\.png: no mask"):
            loading.load(own, 32, cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("spoil", ["content", "truncate", "half", "json"])
def test_a_damaged_cache_is_made_anew(tmp_path, spoil):
    own = write_folder(tmp_path / "own")
    before = loading.load(own, 32, cache=tmp_path / "cache")
    (array,) = (tmp_path / "cache").glob("*.npy")
    if spoil == "content":
        array.write_bytes(array.read_bytes()[:-1] + b"\xff")
    elif spoil == "truncate":
        array.write_bytes(array.read_bytes()[:-100])
    elif spoil == "half":
        array.with_suffix(".json").unlink()
    else:
        array.with_suffix(".json").write_text("{")
    again = loading.load(own, 32, cache=tmp_path / "cache")
    np.testing.assert_array_equal(again.images, before.images)


@pytest.mark.parametrize("place", ["file", "disc"])
def test_a_read_only_cache_is_told_and_does_without(tmp_path, place, monkeypatch):
    own = write_folder(tmp_path / "own")
    plain, cache = loading.load(own, 32), tmp_path / "cache"
    if place == "file":
        cache.write_text("in the way")
    else:
        monkeypatch.setattr(disk, "write_bytes", read_only)
    with pytest.warns(UserWarning, match=r"cache: .*cache.*could not be written .*; reading the f"):
        dataset = loading.load(own, 32, cache=cache)
    np.testing.assert_array_equal(dataset.images, plain.images)
    np.testing.assert_array_equal(dataset.masks, plain.masks)


def read_only(path, *_):
    raise OSError(30, f"{path}: could not be written (Read-only file system); nothing was written")


def test_code_that_a_cache_depends_on_is_there():
    """A reader that changes must not find what the former one left."""
    first = store.fingerprint([], {})
    assert first == store.fingerprint([], {})
    assert first != store.fingerprint([], {"size": 1})
    for module in store.CODE:
        assert (ROOT / "specklegan" / f"{module}.py").is_file()
