"""Scores of a segmentation: no failure is hidden, no class scored that is not asked for."""

import numpy as np
import pytest

from specklegan.segmentation.scores import reported_classes, score

NAMES = ["background", "disc"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("lumen", "intima/media", "adventitia/background"), [0, 1]),
        (("background", "a", "b", "c"), [1, 2, 3]),
        (("0", "1"), [1]),
    ],
)
def test_reported_classes(names, expected):
    assert reported_classes(names) == expected


def test_failures_are_counted_and_cost_the_diagonal():
    masks = np.zeros((3, 1, 30, 40), np.uint8)
    masks[:2, :, 10:20, 10:20] = 1
    guess = masks.copy()
    guess[1:] = 1 - (masks[1:] > 0)  # image 1: right size, wrong place; image 2: spurious
    guess[0] = 0  # image 0: empty
    scores = score(guess[None], masks, NAMES, names=["a", "b", "c"], patients=[1, 1, 2])
    assert list(scores["failure"]) == ["empty", "", "spurious"]
    assert list(scores["dice"]) == [0, 0, 0]
    assert scores["hausdorff_px"][0] == scores["hausdorff_px"][2] == 50
    assert list(scores["image"]) == ["a", "b", "c"]
    assert list(scores["patient"]) == [1, 1, 2]


def test_a_union_of_classes_is_scored_as_one_region():
    masks = np.full((1, 1, 30, 40), 2, np.uint8)
    masks[:, :, 5:25, 5:25] = 1
    masks[:, :, 10:20, 10:20] = 0
    guess = np.where(masks == 0, 1, masks)  # the lumen is taken for wall
    names = ("lumen", "wall", "background")
    scores = score(guess[None], masks, names, unions={"inside": [0, 1]})
    by_class = scores.set_index("class")
    assert list(by_class.index) == ["lumen", "wall", "inside"]
    assert by_class.loc["lumen", "failure"] == "empty"
    assert tuple(by_class.loc["inside", ["dice", "hausdorff_px"]]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"names": ["a"]}, "names: 1 for 3 masks"),
        ({"patients": [1, 2]}, "patients: 2 for 3 masks"),
        ({"predictions": np.zeros((2, 4, 1, 8, 8), np.uint8)}, "predictions of fold 0: 4 for 3"),
    ],
)
def test_scores_of_mismatched_sets_are_refused(change, words):
    masks = np.zeros((3, 1, 8, 8), np.uint8)
    with pytest.raises(ValueError, match=words):
        score(**({"predictions": masks[None], "masks": masks} | change), class_names=NAMES)
