"""Training of a segmentation: on synthetic images first, then on few real ones, in folds.

The paper's section 'Segmentation evaluation'. Network, images and masks are passed in; where they
come from is not known here.
"""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from specklegan.metrics import overlap


@dataclass(frozen=True)
class Settings:
    """Choices of the segmentation experiment; the paper's where it states them.

    Attributes
    ----------
    maximum : int
        Feature maps at the bottom of the U-Net, a multiple of 8 (paper: 256).
    batch : int
        Images in a batch (paper: 10).
    pretrain_epochs, finetune_epochs : int
        Passes over the synthetic and over the real training images (not in the paper's text).
    rate : float
        Largest learning rate of Adam, lowered along a half cosine (not in the paper's text).
    folds : int
        Parts of the real training images; each in turn selects the epoch (paper: 5).

    Raises
    ------
    ValueError
        If a value is outside its range.
    """

    maximum: int = 256
    batch: int = 10
    pretrain_epochs: int = 20
    finetune_epochs: int = 60
    rate: float = 1e-3
    folds: int = 5

    def __post_init__(self) -> None:
        if self.maximum < 8 or self.maximum % 8:
            raise ValueError(f"maximum: {self.maximum}; expected a multiple of 8")
        if self.folds < 2:
            raise ValueError(f"folds: {self.folds}; expected at least 2")
        if self.batch < 1:
            raise ValueError(f"batch: {self.batch}; expected at least 1 image")
        for name in ("pretrain_epochs", "finetune_epochs"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: {getattr(self, name)}; expected at least 0")
        if not 0 < self.rate < math.inf:
            raise ValueError(f"rate: {self.rate}; expected a positive number")


def fit(
    model: nn.Module,
    images: np.ndarray | torch.Tensor,
    masks: np.ndarray | torch.Tensor,
    epochs: int,
    settings: Settings,
    seed: int,
    select: tuple[np.ndarray, np.ndarray] | None = None,
) -> list[dict[str, Any]]:
    """Train a U-Net with `overlap_loss`; keep the epoch that segments `select` best.

    Parameters
    ----------
    model : UNet
        Trained in place, on the device it is on.
    images, masks : array (N, 1, H, W)
        Images in [-1, 1] and integer labels.
    epochs : int
        Passes over the images.
    settings : Settings
        Batch and learning rate.
    seed : int
        Order of the images.
    select : (array, array), optional
        Images and masks that choose the epoch, by mean Dice coefficient over all classes; without
        them the last epoch stays.

    Returns
    -------
    list of dict
        For each epoch: epoch, loss, dice (nan without `select`).

    Raises
    ------
    ValueError
        If there are no images, or images and masks differ in shape.
    FloatingPointError
        If the loss is no longer finite, such as for images that are not.
    """
    for pair in [(images, masks), *([select] if select else [])]:
        _check_pair(*pair)
    generator = torch.Generator().manual_seed(seed)
    images, masks = torch.as_tensor(images), torch.as_tensor(masks)
    steps = epochs * -(-len(images) // settings.batch)
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, max(steps, 1))
    history, best = [], (-1.0, None)
    for epoch in range(epochs):
        model.train()
        order, losses = torch.randperm(len(images), generator=generator), []
        for chosen in order.split(settings.batch):
            losses.append(_step(model, images[chosen], masks[chosen]))
            _descend(losses[-1], optimizer, schedule)
        score = _mean_dice(model, *select) if select else float("nan")
        loss = float(torch.stack([loss.detach() for loss in losses]).mean())
        if not math.isfinite(loss):
            raise FloatingPointError(f"epoch {epoch + 1}: the loss of the segmentation is {loss}")
        history.append({"epoch": epoch + 1, "loss": loss, "dice": score})
        if select and score > best[0]:
            best = score, copy.deepcopy(model.state_dict())
    if best[1] is not None:
        model.load_state_dict(best[1])
    return history


def _check_pair(images, masks):
    shapes = tuple(images.shape), tuple(masks.shape)
    if shapes[0] != shapes[1] or len(shapes[0]) != 4 or not len(images):
        raise ValueError(f"images, masks: shapes {shapes[0]} and {shapes[1]}; expected equal "
                         "(N, 1, H, W), at least one image")  # fmt: skip


def _step(model, images, masks):
    device = next(model.parameters()).device
    images = images.to(device, memory_format=torch.channels_last)
    return overlap_loss(model(images), masks.to(device)[:, 0].long())


def overlap_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Add cross-entropy (nats a pixel) and 1 - soft Dice, so that no small class is given up.

    Takes logits (B, K, H, W) and true classes (B, H, W). Soft Dice is that of the probabilities
    over the whole batch, averaged over all classes. The paper's text names no loss.
    """
    probability = logits.softmax(dim=1)
    truth = F.one_hot(labels, logits.shape[1]).movedim(-1, 1).to(probability)  # (B, K, H, W)
    axes = (0, 2, 3)
    total = (probability + truth).sum(axes)
    dice = (2 * (probability * truth).sum(axes) + 1) / (total + 1)  # 1 for a class that is absent
    return F.cross_entropy(logits, labels) + 1 - dice.mean()


def _descend(loss, optimizer, schedule):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()


def predict(model: nn.Module, images: np.ndarray | torch.Tensor, batch: int = 64) -> np.ndarray:
    """Segment images (N, 1, H, W) in [-1, 1]: the most likely class of each pixel, uint8."""
    device = next(model.parameters()).device
    model.eval()
    with torch.inference_mode():
        parts = torch.as_tensor(images).split(batch)
        labels = [model(x.to(device)).argmax(dim=1, keepdim=True).byte() for x in parts]
    return torch.cat(labels).cpu().numpy()


def _mean_dice(model, images, masks):
    predicted = predict(model, images)
    present = np.unique(masks)
    return float(np.mean([overlap.dice(predicted == k, np.asarray(masks) == k) for k in present]))


def fold_indices(n: int, folds: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Divide n images at random into parts of nearly equal size.

    Returns
    -------
    list of (numpy.ndarray, numpy.ndarray)
        Training and selection indices of each fold; the selections together are 0..n-1.

    Raises
    ------
    ValueError
        Where there are fewer images than folds.
    """
    if n < folds:
        raise ValueError(f"n: {n} images for {folds} folds; expected at least as many")
    parts = np.array_split(np.random.default_rng(seed).permutation(n), folds)
    return [(np.concatenate(parts[:k] + parts[k + 1 :]), parts[k]) for k in range(folds)]


def cross_validate(
    model: nn.Module,
    images: np.ndarray,
    masks: np.ndarray,
    test_images: np.ndarray,
    settings: Settings,
    seed: int,
    progress: Callable[[int], object] | None = None,
) -> tuple[np.ndarray, list[list[dict[str, Any]]]]:
    """Fine-tune one pre-trained (or fresh) U-Net in each fold, and segment the test images.

    Parameters
    ----------
    model : UNet
        Starting point of every fold; left as it is.
    images, masks : array (N, 1, H, W)
        The real training images; in each fold one part selects the epoch, the others train.
    test_images : array (M, 1, H, W)
        Never seen in training or selection.
    settings : Settings
        Folds, epochs, batch, rate.
    seed : int
        Division into folds and order of the images: equal in all arms.
    progress : callable, optional
        Called with the fold's number, from 1, when it is done.

    Returns
    -------
    predictions : numpy.ndarray (folds, M, 1, H, W), uint8
        Labels.
    histories : list of list of dict
        From `fit`, one for each fold.
    """
    predictions, histories = [], []
    for fold, (train, chosen) in enumerate(fold_indices(len(images), settings.folds, seed)):
        network = copy.deepcopy(model)
        select = images[chosen], masks[chosen]
        training = images[train], masks[train], settings.finetune_epochs, settings
        histories.append(fit(network, *training, seed + fold, select))
        predictions.append(predict(network, test_images))
        if progress:
            progress(fold + 1)
    return np.stack(predictions), histories
