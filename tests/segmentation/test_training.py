"""Segmentation: it learns, chooses its epoch, repeats itself, and hides no failure."""

import numpy as np
import pytest
import torch

from specklegan.segmentation import unet
from specklegan.segmentation.scores import score
from specklegan.segmentation.training import (
    Settings,
    _mean_dice,
    cross_validate,
    fit,
    fold_indices,
    overlap_loss,
)

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


def test_it_learns_discs_and_repeats_itself():
    images, masks = discs(24, 0)
    test_images, test_masks = discs(10, 1)
    results = [
        cross_validate(unet.build_unet(2, 16, seed=0), images, masks, test_images, SMALL, seed=0)[0]
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*results)
    scores = score(results[0], test_masks, NAMES)
    assert len(scores) == 2 * 10
    # noise of 0.2 against a step of 1 leaves 0.6 % of single pixels doubtful
    assert scores["dice"].mean() > 0.9
    assert (scores["failure"] == "").all()


def test_pretraining_is_kept_and_its_model_left_alone():
    images, masks = discs(16, 0)
    model = unet.build_unet(2, 16, seed=0)
    fit(model, images, masks, 12, SMALL, seed=0)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    one = Settings(maximum=16, batch=4, finetune_epochs=1, rate=1e-5, folds=2)
    tuned, _ = cross_validate(model, images, masks, images, one, seed=0)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    # one epoch at a tiny rate: all that is known was known before
    assert score(tuned, masks, NAMES)["dice"].mean() > 0.9


def test_fit_returns_to_the_best_epoch():
    images, masks = discs(12, 0)
    model = unet.build_unet(2, 16, seed=0)
    others = discs(8, 2)
    reversed_labels = others[0], 1 - others[1]  # the better it learns, the worse it scores
    history = fit(model, images, masks, 12, SMALL, 0, select=reversed_labels)
    kept = _mean_dice(model, *reversed_labels)
    found = [epoch["dice"] for epoch in history]
    assert kept == pytest.approx(max(found))
    assert found[-1] < max(found) - 0.1


def test_folds_divide_the_images():
    folds = fold_indices(11, 5, seed=0)
    chosen = np.concatenate([selection for _, selection in folds])
    assert sorted(chosen) == list(range(11))
    for train, selection in folds:
        assert sorted([*train, *selection]) == list(range(11))
    with pytest.raises(ValueError, match="3 images for 5 folds"):
        fold_indices(3, 5, seed=0)


def test_few_maps_train_in_the_fast_memory_layout():
    """A strided 1 x 1 convolution of 4 maps in this layout corrupts memory in torch 2.13."""
    model = unet.build_unet(3, 32, seed=0)
    images, masks = discs(20, 0, size=64)
    assert model.down[0].conv1.weight.is_contiguous(memory_format=torch.channels_last)
    history = fit(model, images, masks, 3, SMALL, seed=0)
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
    ("images", "masks", "words"), [(5, 8, "expected equal"), (0, 0, "at least one image")]
)
def test_sets_that_do_not_fit_are_named_for_training_and_selection(images, masks, words):
    good, model = discs(8, 0), unet.build_unet(2, 8, seed=0)
    bad = good[0][:images], good[1][:masks]
    for training, select in ((bad, None), (good, bad)):
        with pytest.raises(ValueError, match=words):
            fit(model, *training, 1, SMALL, seed=0, select=select)


def test_an_image_that_is_not_finite_ends_the_training():
    images, masks = discs(8, 0)
    images[3, 0, 4, 4] = np.nan
    with pytest.raises(FloatingPointError, match="epoch 1: the loss of the segmentation is nan"):
        fit(unet.build_unet(2, 8, seed=0), images, masks, 1, SMALL, seed=0)


def test_loss_of_known_predictions():
    labels = torch.tensor([[[0, 0], [1, 1]]])
    right = 40.0 * torch.nn.functional.one_hot(labels, 2).movedim(-1, 1)
    assert overlap_loss(right, labels) == pytest.approx(0, abs=1e-6)
    # undecided: ln 2 nats; each class has (2 * 1 + 1) / (2 + 2 + 1) of overlap
    undecided = overlap_loss(torch.zeros(1, 2, 2, 2), labels)
    assert undecided == pytest.approx(np.log(2) + 1 - 0.6)
    # a third class that is nowhere, and not predicted, costs nothing
    absent = torch.cat([right, torch.full((1, 1, 2, 2), -40.0)], dim=1)
    assert overlap_loss(absent, labels) == pytest.approx(0, abs=1e-6)
