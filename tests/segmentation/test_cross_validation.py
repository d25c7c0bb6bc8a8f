"""Cross-validation: which images train, which select the epoch, which are only segmented."""

from collections import Counter

import numpy as np
import torch
from torch import nn

from specklegan.segmentation import training
from specklegan.segmentation.training import Settings

SETTINGS = Settings(folds=3, batch=2, finetune_epochs=2)
NUMBERS, TEST_NUMBERS = np.arange(7), np.arange(100, 103)


def numbered(numbers):
    """Images that are filled with their own number; odd ones are of class 1, even ones of 0."""
    images = numbers[:, None, None, None] * np.ones((1, 4, 4), np.float32)
    return images.astype(np.float32), (images % 2).astype(np.uint8)


def witness(seen):
    """Make a network that knows every mask and tells which images it gets, learning or not."""

    class Witness(nn.Module):  # `seen` outside it, or each fold's copy would have its own
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(1))

        def forward(self, images):
            seen[-1]["train" if self.training else "look"] += images[:, 0, 0, 0].int().tolist()
            odd = 40 * (2 * (images % 2) - 1) + self.weight  # in nats: certain
            return torch.cat([-odd, odd], dim=1)

    return Witness()


def run():
    """Return what each fold's network saw, the predictions and the histories."""
    seen = [{"train": [], "look": []}]
    data = *numbered(NUMBERS), numbered(TEST_NUMBERS)[0]
    found = training.cross_validate(
        witness(seen), *data, SETTINGS, 0, lambda fold: seen.append({"train": [], "look": []})
    )
    return seen[:-1], *found


def test_what_selects_the_epoch_never_trains_and_what_trains_never_selects():
    epochs = SETTINGS.finetune_epochs
    for fold in run()[0]:
        trained = Counter(fold["train"])
        selected = Counter(k for k in fold["look"] if k in NUMBERS)
        assert not trained.keys() & selected.keys()
        # together they are all images, each once an epoch
        assert trained + selected == dict.fromkeys(NUMBERS, epochs)


def test_every_image_selects_in_exactly_one_fold():
    selected = [k for fold in run()[0] for k in set(fold["look"]) & set(NUMBERS)]
    assert sorted(selected) == list(NUMBERS)


def test_test_images_are_segmented_once_after_everything_else():
    for fold in run()[0]:
        assert fold["look"][-len(TEST_NUMBERS) :] == list(TEST_NUMBERS)
        assert not {*fold["train"], *fold["look"][: -len(TEST_NUMBERS)]} & {*TEST_NUMBERS}


def test_images_keep_their_masks_in_every_part():
    """To a network that is always right, any other pairing would cost loss or overlap."""
    _, predictions, histories = run()
    entries = [entry for history in histories for entry in history]
    assert len(entries) == SETTINGS.folds * SETTINGS.finetune_epochs
    assert [entry["dice"] for entry in entries] == [1.0] * len(entries)
    # float32 rounding of softmax and soft Dice; a single wrong image costs 80 nats a pixel
    np.testing.assert_allclose([entry["loss"] for entry in entries], 0, atol=1e-6)
    expected = np.stack([numbered(TEST_NUMBERS)[1]] * SETTINGS.folds)
    np.testing.assert_array_equal(predictions, expected)
