"""The IVUS Challenge's layout with its variants, and what is refused in it."""

import os

import numpy as np
import pytest

from specklegan.datasets import ivus2011, loading, survey
from specklegan.masks import vessel
from tests.samples import circle, write_challenge, write_contour, write_frame, write_ivus

FRAMES = ("frame_01_0001_003", "frame_01_0002_003", "frame_02_0001_003", "frame_05_0004_003")
TRAIN = "Training Set/Data set B"
TEST = "Test_Set/Data_set_B"


@pytest.fixture
def challenge(tmp_path):
    return write_challenge(tmp_path)


def findings(path):
    return survey.check(f"ivus2011:{path}")


def test_ivus_challenge_loads(challenge):
    dataset = loading.load(f"ivus2011:{challenge}", size=128)
    assert findings(challenge) == []
    assert dataset.names == FRAMES
    assert list(dataset.patients) == [0, 0, 1, 2]
    assert dataset.knows_patients
    assert (dataset.coordinates, dataset.class_names) == ("polar", vessel.CLASS_NAMES)
    assert dataset.millimetres_per_pixel == pytest.approx(0.078)
    assert dataset.source["unlabelled"] == 1
    radii = np.array([100, 100, 120, 100]) / 3  # pixels of the reduced picture; first observer
    for label, part in ((2, 1), (1, 0.5)):
        areas = (dataset.masks < label).sum((1, 2, 3))
        np.testing.assert_allclose(areas, np.pi * (part * radii) ** 2, rtol=0.01)
    y, x = np.nonzero(dataset.masks[0, 0] < 2)
    assert x.mean() == pytest.approx(63.5 + 20, abs=0.1)  # x is the column
    assert y.mean() == pytest.approx(63.5, abs=0.1)
    pool, test = loading.load_pair(f"ivus2011:{challenge}", 435, 1, size=64)
    assert not set(pool.patients) & set(test.patients)


def test_either_set_loads_alone(challenge):
    assert len(loading.load(f"ivus2011:{challenge / TRAIN}", 32)) == 2
    (challenge / TRAIN / "DCM" / f"{FRAMES[3]}.png").rename(
        challenge / TEST / "DCM" / f"{FRAMES[3]}.PNG"
    )
    assert len(loading.load(f"ivus2011:{challenge / TEST}", 32)) == 2


def test_another_observer_is_preferred_where_there_is_one(challenge):
    dataset = loading.load(f"ivus2011:{challenge}", size=128, observer="obs2_v1")
    areas = (dataset.masks < 2).sum((1, 2, 3))
    np.testing.assert_allclose(areas, np.pi * np.array([100, 100, 60, 100]) ** 2 / 9, rtol=0.01)
    assert dataset.source["observer"] == "obs2_v1"
    with pytest.raises(ValueError, match="observer = 'me'; expected 0 or 1, and one of obs1, obs2"):
        loading.load(f"ivus2011:{challenge}", observer="me")


def test_coordinates_may_count_from_one(challenge):
    """One pixel of 384 is a third of one of 128: all moves up and left by that much."""
    centres = []
    for first in (0, 1):
        dataset = loading.load(f"ivus2011:{challenge}", size=384, first_pixel=first)
        centres.append([axis.mean() for axis in np.nonzero(dataset.masks[1, 0] < 2)])
    np.testing.assert_allclose(np.subtract(*centres), [1, 1], atol=1e-9)
    with pytest.raises(ValueError, match="first_pixel = 2"):
        loading.load(f"ivus2011:{challenge}", first_pixel=2)


def test_equal_copies_of_a_file_are_one(challenge):
    write_ivus(challenge / "copy", FRAMES[1], "LABELS")
    assert findings(challenge) == []
    assert len(loading.load(f"ivus2011:{challenge}", 32)) == 4


def test_set_a_beside_is_left_alone(challenge):
    write_ivus(challenge / "Training Set" / "Data_set_A", FRAMES[1], "LABELS", radius=30)
    assert findings(challenge) == []


def drawn(challenge, kind, frame=1):
    folder = "LABELS" if frame < 2 else "LABELS_obs1"
    return challenge / (TRAIN if frame < 2 else TEST) / folder / f"{kind}_{FRAMES[frame]}.txt"


def picture(challenge, frame=1):
    return challenge / TRAIN / "DCM" / f"{FRAMES[frame]}.png"


def link(path, target):
    path.unlink(missing_ok=True)
    path.symlink_to(target)


BAD = {
    "lum_frame_01_0002_003.txt: no image; expected frame_01_0002_003.png": lambda c: picture(
        c
    ).unlink(),
    "med_frame_01_0002_003.txt: not found; expected it beside lum": lambda c: drawn(
        c, "med"
    ).unlink(),
    "lum_frame_01_0002_003.txt: not found; expected it beside med": lambda c: drawn(
        c, "lum"
    ).unlink(),
    "med_frame_01_0002_003.txt, line 2: '3;4'; expected x,y": lambda c: drawn(c, "med").write_text(
        "1,2\n3;4\n"
    ),
    "lum_frame_01_0002_003.txt: empty (0 bytes)": lambda c: drawn(c, "lum").write_text(""),
    "pixels outside the media of med_frame_01_0002_003.txt": lambda c: write_contour(
        drawn(c, "lum"), circle(60, (260, 191.5))
    ),
    "line 1: point 400, 191.5 is outside the frame": lambda c: write_contour(
        drawn(c, "med"), circle(100, (300, 191.5))
    ),
    "frame_01_0002_003.png: 300 x 300 pixels; expected 384 x 384": lambda c: write_frame(
        picture(c), side=300
    ),
    "frame_01_0002_003.png: empty (0 bytes)": lambda c: picture(c).write_bytes(b""),
    "not the same as": lambda c: write_ivus(c / "copy", FRAMES[1], "LABELS", radius=90),
    "frame_01_0002_003.png: not the same as": lambda c: write_frame(
        c / "copy" / f"{FRAMES[1]}.png", seed=5
    ),
    "lum_frame_7.txt: not a name of this set; expected frame_PP": lambda c: (
        drawn(c, "lum").with_name("lum_frame_7.txt").write_text("1,2\n")
    ),
    "a symbolic link to": lambda c: (
        (c.parent / "far.txt").write_bytes(drawn(c, "lum").read_bytes()),
        link(drawn(c, "lum"), c.parent / "far.txt"),
    ),
    "elsewhere: a symbolic link to": lambda c: link(c / "elsewhere", c.parent.parent),
    r"frame_\xe9.png: a name that is not printable UTF-8": lambda c: os.rename(
        picture(c), os.fsencode(picture(c).parent) + b"/frame_\xe9.png"
    ),
}


@pytest.mark.parametrize(("message", "spoil"), BAD.items())
def test_what_is_wrong_is_listed_by_name(challenge, message, spoil):
    spoil(challenge)
    found = findings(challenge)
    assert any(message in text for text in found), found
    assert all(text.isprintable() for text in found)
    with pytest.raises(ValueError, match="expected"):
        loading.load(f"ivus2011:{challenge}", 32)


def test_all_is_told_at_once_and_what_is_excluded_is_not(challenge):
    picture(challenge, 0).unlink()
    drawn(challenge, "med").write_text("1,2\n3;4\n")
    drawn(challenge, "med", 3).unlink()
    assert len(findings(challenge)) == 3
    with pytest.raises(ValueError, match="and 2 more"):
        loading.load(f"ivus2011:{challenge}", 32)
    (challenge / "exclude.txt").write_text("\n".join([FRAMES[0], FRAMES[1], FRAMES[3]]))
    assert findings(challenge) == []
    assert loading.load(f"ivus2011:{challenge}", 32).names == (FRAMES[2],)


def test_a_folder_without_contours_says_so(challenge):
    (text,) = findings(challenge / TRAIN / "DCM")
    assert "no lum_frame_PP_NNNN_NNN.txt below it; expected the IVUS Challenge 2011" in text


def test_small_pictures_are_checked_at_full_size(challenge):
    """At 8 pixels a lumen may vanish; that is no reason to refuse the frame."""
    write_contour(drawn(challenge, "lum"), circle(10))
    assert len(loading.load(f"ivus2011:{challenge}", 8)) == 4


def test_picture_of_a_contour(challenge):
    assert ivus2011.picture_of(drawn(challenge, "lum"), challenge) == picture(challenge)
