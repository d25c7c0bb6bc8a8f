"""A `Dataset`: images, label masks and where they came from; how it is split and kept.

One contract for phantoms, the IVUS Challenge 2011 and a user's own folder. Nothing here knows how
the images came about; `loading` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from specklegan import grey
from specklegan.datasets import specs, store
from specklegan.datasets.augmentation import augment as augment
from specklegan.datasets.survey import check as check


@dataclass(frozen=True)
class Dataset:
    """Images with label masks, and where they came from."""

    images: np.ndarray  # float32 (N, 1, H, W) in [-1, 1]
    masks: np.ndarray  # uint8 (N, 1, H, W), 0..classes-1
    names: tuple[str, ...]  # one an image
    patients: np.ndarray  # int (N,), equal where images show the same patient
    class_names: tuple[str, ...]
    coordinates: str = "cartesian"  # grid of the speckle layer, or "polar"
    millimetres_per_pixel: float | None = None
    source: dict[str, Any] = field(default_factory=dict)  # kind, seed or path, scanner

    def __len__(self) -> int:
        return len(self.images)

    @property
    def classes(self) -> int:
        """Number K of classes."""
        return len(self.class_names)

    @property
    def is_ivus(self) -> bool:
        """Whether these are pictures round a catheter, with the three classes of `masks`."""
        return self.coordinates == "polar"

    @property
    def knows_patients(self) -> bool:
        """Whether `patients` is known; in a folder every image counts as one of its own."""
        return self.source.get("kind") in ("phantom", "ivus2011")

    @property
    def noun(self) -> str:
        """What one of these images is called: a phantom is not a real image."""
        return "phantom" if self.source.get("kind") == "phantom" else "real image"

    @property
    def origin(self) -> str:
        """Where the images come from, in a word: the folder, or the kind of data."""
        return self.source.get("path") or self.source.get("kind", "dataset")

    @property
    def spec(self) -> str:
        """The spec that `load` makes it from again."""
        known = specs.IVUS if self.source.get("kind") == "ivus2011" else ""
        return known + self.origin

    def subset(self, indices: Sequence[int] | np.ndarray) -> Self:
        """Take the images at `indices` (integers), in that order."""
        indices = np.asarray(indices, dtype=int)
        taken = {key: getattr(self, key)[indices] for key in ("images", "masks", "patients")}
        return replace(self, names=tuple(self.names[k] for k in indices), **taken)


def hold_out(
    dataset: Dataset, count: int, seed: int, by: str = "patient"
) -> tuple[Dataset, Dataset]:
    """Take `count` images away, or as many as whole patients need: (the others, the held-out).

    Raises
    ------
    ValueError
        If `count` is not positive, or nothing would be left.
    """
    _check_by(by)
    groups = dataset.patients if by == "patient" else np.arange(len(dataset))
    order = np.random.default_rng([seed, 1]).permutation(np.unique(groups))
    sizes = np.array([(groups == group).sum() for group in order])
    away = np.isin(groups, order[: np.searchsorted(sizes.cumsum(), count) + 1])
    if count < 1 or away.all():
        found = f"{dataset.origin} has {len(dataset)} images of {len(order)} {by}s"
        raise ValueError(f"held_out = {count}, but {found}; expected 1 or more, and not all")
    return dataset.subset(np.flatnonzero(~away)), dataset.subset(np.flatnonzero(away))


def choose(dataset: Dataset, n: int, seed: int, by: str = "image") -> tuple[np.ndarray, np.ndarray]:
    """Draw n images at random: (chosen, remaining), sorted indices.

    With the same seed the choice for a smaller n is part of that for a larger one.

    Parameters
    ----------
    dataset : Dataset
    n : int
        Images to choose.
    seed : int
        Source of chance.
    by : {"image", "patient"}
        `image`, as in the paper: any n images, and frames of one patient may be on both sides.
        `patient`: patient after patient, in random order, until n are found; of these patients
        nobody remains on the other side.

    Raises
    ------
    ValueError
        If there are too few images for n, or patients are asked for and not known.
    """
    _check_by(by)
    if not 1 <= n <= len(dataset):
        found = f"{dataset.origin} has {len(dataset)} images"
        raise ValueError(f"n = {n}, but {found}; expected 1 <= n <= {len(dataset)}")
    chance = np.random.default_rng([seed, 2])
    order = chance.permutation(len(dataset))
    if by == "image":
        return np.sort(order[:n]), np.sort(order[n:])
    if not dataset.knows_patients:
        found = f"{dataset.origin} does not tell which images show the same person"
        raise ValueError(f"by = 'patient', but {found}; expected by = 'image'")
    turn = chance.permutation(dataset.patients.max() + 1)  # in which a patient has its turn
    order = order[np.argsort(turn[dataset.patients[order]], kind="stable")]
    apart = ~np.isin(dataset.patients, dataset.patients[order[:n]])
    return np.sort(order[:n]), np.flatnonzero(apart)


def save(dataset: Dataset, path: str | Path) -> None:
    """Write `<path>.npy`, uint8 (N, 2, H, W) of grey level and label, and `<path>.json`.

    The JSON file, written last, holds the checksum of the other, so that half a dataset is never
    taken for one.
    """
    kept = [each.name for each in fields(dataset) if each.name not in ("images", "masks")]
    about = {name: getattr(dataset, name) for name in kept}
    store.write(path, stacked(dataset), about | {"patients": dataset.patients.tolist()})


def stacked(dataset: Dataset) -> np.ndarray:
    """Put grey levels and labels into one array, uint8 (N, 2, H, W)."""
    return np.concatenate([grey.to_uint8(dataset.images), dataset.masks], axis=1)


def open(path: str | Path) -> Dataset:
    """Read what `save` wrote; the file is mapped into memory while it is converted.

    Raises
    ------
    FileNotFoundError
        If one of the two files is missing.
    ValueError
        If they do not belong together.
    """
    stack, about = store.read(path)
    about |= {key: tuple(about[key]) for key in ("names", "class_names")}
    about["patients"] = np.array(about["patients"])
    return Dataset(images=grey.from_levels(stack[:, :1]), masks=np.array(stack[:, 1:]), **about)


def _check_by(by):
    if by not in ("image", "patient"):
        raise ValueError(f"by = {by!r}; expected 'image' or 'patient'")
