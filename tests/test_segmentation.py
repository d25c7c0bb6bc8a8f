"""Segmentation: it learns, chooses its epoch, repeats itself, and hides no failure."""

import numpy as np
import pytest
import torch

from specklegan import segmentation
from specklegan.segmentation import Settings

SMALL = Settings(maximum=16, batch=4, finetune_epochs=15, rate=1e-2, folds=2)
NAMES = ["background", "disc"]


def discs(n, seed, size=16):
    """Draw bright discs on dark noise, with their masks."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size]
    centres = generator.uniform(6, size - 6, (n, 2, 1, 1))
    masks = np.hypot(y - centres[:, 0], x - centres[:, 1]) < 4
    images = masks - 0.5 + generator.normal(0, 0.2, masks.shape)
    return images[:, None].astype(np.float32), masks[:, None].astype(np.uint8)


def test_unet_doubles_its_maps_up_to_the_maximum():
    model = segmentation.UNet(classes=3, maximum=256)
    assert [block.conv1.out_channels for block in model.down] == [64, 128, 256]
    assert [block.conv1.out_channels for block in model.up] == [128, 64, 32]
    assert model(torch.zeros(2, 1, 32, 24)).shape == (2, 3, 32, 24)


def test_every_weight_learns():
    model = segmentation.build(3, 16, seed=0)
    model(torch.randn(2, 1, 16, 16)).square().mean().backward()
    assert all(p.grad.abs().sum() > 0 for p in model.parameters())


def test_initial_weights_depend_on_the_seed_alone():
    state = torch.get_rng_state()
    first, again, other = (segmentation.build(2, 8, seed) for seed in (0, 0, 1))
    assert torch.equal(first.stem.weight, again.stem.weight)
    assert not torch.equal(first.stem.weight, other.stem.weight)
    assert torch.equal(torch.get_rng_state(), state)


def test_it_learns_discs_and_repeats_itself():
    images, masks = discs(24, 0)
    test_images, test_masks = discs(10, 1)
    results = [
        segmentation.cross_validate(
            segmentation.build(2, 16, seed=0), images, masks, test_images, SMALL, seed=0
        )[0]
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*results)
    scores = segmentation.score(results[0], test_masks, NAMES)
    assert len(scores) == 2 * 10
    # noise of 0.2 against a step of 1 leaves 0.6 % of single pixels doubtful
    assert scores["dice"].mean() > 0.9
    assert (scores["failure"] == "").all()


def test_pretraining_is_kept_and_its_model_left_alone():
    images, masks = discs(16, 0)
    model = segmentation.build(2, 16, seed=0)
    segmentation.fit(model, images, masks, 12, SMALL, seed=0)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    one = Settings(maximum=16, batch=4, finetune_epochs=1, rate=1e-5, folds=2)
    tuned, _ = segmentation.cross_validate(model, images, masks, images, one, seed=0)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    # one epoch at a tiny rate: all that is known was known before
    assert segmentation.score(tuned, masks, NAMES)["dice"].mean() > 0.9


def test_fit_returns_to_the_best_epoch():
    images, masks = discs(12, 0)
    model = segmentation.build(2, 16, seed=0)
    others = discs(8, 2)
    reversed_labels = others[0], 1 - others[1]  # the better it learns, the worse it scores
    history = segmentation.fit(model, images, masks, 12, SMALL, 0, select=reversed_labels)
    kept = segmentation._mean_dice(model, *reversed_labels)
    found = [epoch["dice"] for epoch in history]
    assert kept == pytest.approx(max(found))
    assert found[-1] < max(found) - 0.1


def test_folds_divide_the_images():
    folds = segmentation.fold_indices(11, 5, seed=0)
    chosen = np.concatenate([selection for _, selection in folds])
    assert sorted(chosen) == list(range(11))
    for train, selection in folds:
        assert sorted([*train, *selection]) == list(range(11))
    with pytest.raises(ValueError, match="3 images for 5 folds"):
        segmentation.fold_indices(3, 5, seed=0)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("lumen", "intima/media", "adventitia/background"), [0, 1]),
        (("background", "a", "b", "c"), [1, 2, 3]),
        (("0", "1"), [1]),
    ],
)
def test_reported_classes(names, expected):
    assert segmentation.reported_classes(names) == expected


def test_failures_are_counted_and_cost_the_diagonal():
    masks = np.zeros((3, 1, 30, 40), np.uint8)
    masks[:2, :, 10:20, 10:20] = 1
    guess = masks.copy()
    guess[1:] = 1 - (masks[1:] > 0)  # image 1: right size, wrong place; image 2: spurious
    guess[0] = 0  # image 0: empty
    scores = segmentation.score(
        guess[None], masks, NAMES, names=["a", "b", "c"], patients=[1, 1, 2]
    )
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
    scores = segmentation.score(guess[None], masks, names, unions={"inside": [0, 1]})
    by_class = scores.set_index("class")
    assert list(by_class.index) == ["lumen", "wall", "inside"]
    assert by_class.loc["lumen", "failure"] == "empty"
    assert tuple(by_class.loc["inside", ["dice", "hausdorff_px"]]) == (1.0, 0.0)


def test_few_maps_train_in_the_fast_memory_layout():
    """A strided 1 x 1 convolution of 4 maps in this layout corrupts memory in torch 2.13."""
    model = segmentation.build(3, 32, seed=0)
    images, masks = discs(20, 0, size=64)
    assert model.down[0].conv1.weight.is_contiguous(memory_format=torch.channels_last)
    history = segmentation.fit(model, images, masks, 3, SMALL, seed=0)
    assert np.isfinite([epoch["loss"] for epoch in history]).all()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"maximum": 20}, "maximum"),
        ({"folds": 1}, "folds"),
        ({"batch": 0}, "batch"),
        ({"pretrain_epochs": -1}, "pretrain_epochs"),
        ({"rate": float("nan")}, "rate"),
    ],
)
def test_bad_settings_are_named(change, word):
    with pytest.raises(ValueError, match=word):
        Settings(**change)


@pytest.mark.parametrize(
    ("images", "masks", "words"),
    [(5, 8, "expected equal"), (0, 0, "at least one image"), (8, 8, None)],
)
def test_sets_that_cannot_train_are_named(images, masks, words):
    pair = discs(8, 0)[0][:images], discs(8, 0)[1][:masks]
    model = segmentation.build(3, 8, seed=0)
    if words is None:  # shapes that fit, but not a number
        pair[0][3, 0, 4, 4] = np.nan
        with pytest.raises(
            FloatingPointError, match="epoch 1: the loss of the segmentation is nan"
        ):
            segmentation.fit(model, *pair, 1, SMALL, seed=0)
        return
    good = discs(8, 0)
    for sets in ((pair, None), (good, pair)):
        with pytest.raises(ValueError, match=words):
            segmentation.fit(model, *sets[0], 1, SMALL, seed=0, select=sets[1])


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
        segmentation.score(
            **({"predictions": masks[None], "masks": masks} | change), class_names=NAMES
        )


def test_loss_of_known_predictions():
    labels = torch.tensor([[[0, 0], [1, 1]]])
    right = 40.0 * torch.nn.functional.one_hot(labels, 2).movedim(-1, 1)
    assert segmentation.overlap_loss(right, labels) == pytest.approx(0, abs=1e-6)
    # undecided: ln 2 nats; each class has (2 * 1 + 1) / (2 + 2 + 1) of overlap
    undecided = segmentation.overlap_loss(torch.zeros(1, 2, 2, 2), labels)
    assert undecided == pytest.approx(np.log(2) + 1 - 0.6)
    # a third class that is nowhere, and not predicted, costs nothing
    absent = torch.cat([right, torch.full((1, 1, 2, 2), -40.0)], dim=1)
    assert segmentation.overlap_loss(absent, labels) == pytest.approx(0, abs=1e-6)
