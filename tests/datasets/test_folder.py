"""A user's own folder: what is accepted, what is refused, and with which words."""

import os
import re
import warnings

import numpy as np
import pytest
from PIL import Image

from specklegan.datasets import loading, survey
from tests.samples import write_folder, write_pair


@pytest.fixture
def own(tmp_path):
    """Return a good folder of six pairs of different sizes."""
    return write_folder(tmp_path / "own")


def test_a_good_folder_loads(own):
    dataset = loading.load(str(own), size=32)
    assert survey.check(own) == []
    assert dataset.images.shape == (6, 1, 32, 32)
    assert (dataset.classes, dataset.coordinates) == (3, "cartesian")
    assert dataset.names == ("00", "01", "02", "03", "04", "05")
    assert dataset.class_names == ("class 0", "class 1", "class 2")
    assert len(set(dataset.patients)) == 6
    assert not dataset.knows_patients
    assert abs(dataset.images).max() <= 1


def test_fewer_images_may_be_asked_for(own):
    assert len(loading.load(own, 32, images=4)) == 4
    assert len(loading.load(own, 32, images=99)) == 6


@pytest.mark.parametrize("classes", [2, 5, 20])
def test_any_number_of_classes(tmp_path, classes):
    write_pair(tmp_path, "a", labels=classes)
    assert loading.load(tmp_path, 64).classes == classes


def test_classes_may_be_named(own):
    (own / "classes.txt").write_text("background\nnerve\nvessel\nbone\n")
    assert loading.load(own, 32).class_names == ("background", "nerve", "vessel", "bone")
    (own / "classes.txt").write_text("background\nnerve\n")
    with pytest.raises(ValueError, match=r"00\.png: labels \[2\]; expected class indices 0\.\.1"):
        loading.load(own, 32)
    (own / "classes.txt").write_text("\n")
    assert re.search(r"classes\.txt: empty", survey.check(own)[0])


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


def link(own, name, target):
    (own / name).unlink(missing_ok=True)
    (own / name).symlink_to(target)


def link_folder(own):
    (own / "masks").rename(own.parent / "elsewhere")
    link(own, "masks", own.parent / "elsewhere")


def name_by_bytes(own):
    (own / "masks" / "03.png").unlink()
    os.rename(own / "images" / "03.png", os.fsencode(own / "images") + b"/caf\xe9.png")


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
    r"03\.png: empty \(0 bytes\); expected a readable": lambda own: spoil_image(own, b""),
    r"03\.png: cannot be read \(.*truncated": lambda own: spoil_image(
        own, (own / "images" / "03.png").read_bytes()[:900]
    ),
    r"03\.png: 10000 x 10 pixels; expected 1 to 8192": lambda own: spoil_image(
        own, np.eye(10, 10_000, dtype=np.uint8)
    ),
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
    r"03\.npy: int64 pixels; expected uint8": lambda own: spoil_image(
        own, np.arange(43 * 44).reshape(GOOD), "03.npy"
    ),
    r"03\.jpg: suffix \.jpg; expected \.png": lambda own: spoil_image(own, b"", "03.jpg"),
    r"more: a folder; expected": lambda own: (own / "images" / "more").mkdir(),
    r"03\.tif: same stem as 03\.png": lambda own: (own / "masks" / "03.tif").write_bytes(b""),
    r"03\.png: a symbolic link to .*secret\.png; expected files inside": lambda own: (
        (own.parent / "secret.png").write_bytes((own / "images" / "03.png").read_bytes()),
        link(own, "images/03.png", own.parent / "secret.png"),
    ),
    r"masks: a symbolic link to .*elsewhere; expected files inside": link_folder,
    r"03\.png: a broken link or no access": lambda own: link(own, "images/03.png", "nowhere.png"),
    r"03\.png: a broken link or no": lambda own: link(own, "images/03.png", "03.png"),
    r"03\.png: a device, pipe or socket; expected a file": lambda own: (
        (own / "images" / "03.png").unlink(),
        os.mkfifo(own / "images" / "03.png"),
    ),
    r"caf\\xe9\.png: a name that is not printable UTF-8": name_by_bytes,
    r"two\\nlines\.png: a name that is not printable": lambda own: (own / "masks/03.png").rename(
        own / "masks" / "two\nlines.png"
    ),
    r"exclude\.txt, line 2: 'o3' is not there; expected the stem": lambda own: (
        own / "exclude.txt"
    ).write_text("# the third\no3\n"),
}


@pytest.mark.parametrize(("message", "spoil"), BAD.items())
def test_bad_folders_are_refused_by_name(own, message, spoil):
    spoil(own)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        findings = survey.check(own)
        assert any(re.search(message, finding) for finding in findings), findings
        with pytest.raises(ValueError, match="expected") as error:
            loading.load(own, 32)
    for text in (str(error.value), *findings):
        assert str(own) in text
        assert text.isprintable()  # one line, and no terminal stumbles over it


def test_check_lists_everything_and_load_names_the_first(own):
    (own / "masks" / "00.png").unlink()
    for kind in ("images", "masks"):
        (own / kind / "04.png").write_bytes(b"broken")
    spoil_mask(own, np.eye(9, dtype=np.uint8))
    findings = survey.check(own)
    assert len(findings) == 4  # image and mask of a pair both have their say
    with pytest.raises(ValueError, match=r"00\.png.*\(and 3 more: datasets\.check lists all\)"):
        loading.load(own, 32)


def test_what_is_left_out_is_left_out_knowingly(own):
    (own / "images" / "04.png").write_bytes(b"broken")
    (own / "masks" / "01.png").unlink()
    (own / "exclude.txt").write_text("04  # broken\n\n01\n")
    assert survey.check(own) == []
    dataset = loading.load(own, 32)
    assert dataset.names == ("00", "02", "03", "05")
    assert dataset.source["excluded"] == ["01", "04"]  # and every record says so


def test_links_inside_a_folder_are_files_like_others(own):
    link(own, "images/03.png", "02.png")
    spoil_mask(own, np.array(Image.open(own / "masks" / "02.png")))
    assert survey.check(own) == []


def test_a_link_to_a_folder_is_a_folder(own):
    (own.parent / "mine").symlink_to(own)
    assert survey.check(own.parent / "mine") == []


def test_grey_images_taken_for_masks_give_one_finding(own):
    for path in (own / "masks").iterdir():
        path.write_bytes((own / "images" / path.name).read_bytes())
    assert len(survey.check(own)) == 1
    assert "not grey levels" in survey.check(own)[0]


def test_empty_folder_and_single_class(tmp_path):
    for kind in ("images", "masks"):
        (tmp_path / "none" / kind).mkdir(parents=True)
    assert "no files; expected" in survey.check(tmp_path / "none")[0]
    write_pair(tmp_path / "flat", "a", labels=1)
    assert "label 0 only; expected two classes" in survey.check(tmp_path / "flat")[0]


@pytest.mark.parametrize(
    "spec", ["fantom", "ivus2011:", "ivus2011:/nowhere", "/nowhere", "a" * 999]
)
def test_unknown_data_name_what_is_known(spec):
    with pytest.raises(FileNotFoundError, match="expected 'phantom', 'ivus2011:<path>' or a fold"):
        loading.load(spec)
    assert len(survey.check(spec)) == 1
