"""A user's own folder: `images/` and `masks/`, paired by equal stem (`0001.png` with `0001.npy`).

Beside them there may be `classes.txt`, one class name a line, and `exclude.txt`, stems to leave
out. Every file is looked at, and every problem becomes a finding. Nothing that is read here raises
for the content of a folder. Of an image that is not square the central square is used: cropping
invents no pixels and no labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from specklegan.datasets.entries import BadFile, excluded, listing, read_text, shown
from specklegan.datasets.pixels import SUFFIXES, present, read_grey, read_labels, to_square

MOST_CLASSES = 32  # more labels than this are grey levels, not classes


@dataclass(frozen=True)
class Reading:
    """What the files of a folder hold, as far as they can be used."""

    grey: np.ndarray  # uint8 (N, size, size)
    labels: np.ndarray  # uint8 (N, size, size)
    names: list[str]  # sorted
    patients: list[str]  # one an image
    classes: list[str]
    about: dict[str, Any] = field(default_factory=dict)  # what else there is: excluded stems, ...
    findings: list[BadFile] = field(default_factory=list)


def read_folder(path: str | Path, size: int, classes: Sequence[str] | None = None) -> Reading:
    """Read all pairs of a folder.

    Parameters
    ----------
    path : path
        Holds `images/` and `masks/`.
    size : int
        Pixels along one side of the result.
    classes : sequence of str, optional
        Class names; from `classes.txt` or else from the labels found where not given.

    Returns
    -------
    Reading
        Pairs that cannot be used are left out, and every one of them is a finding.
    """
    path = Path(path)
    images, findings = listing(path / "images", path, SUFFIXES)
    labels, more = listing(path / "masks", path, SUFFIXES)
    left_out, wrong = excluded(path, images.keys() | labels.keys())
    images, labels = ({k: v for k, v in d.items() if k not in left_out} for d in (images, labels))
    findings += more + wrong + _unpaired(path, images, labels)
    grey, label, found = {}, {}, {}
    for stem in sorted(images.keys() & labels.keys()):
        pair, bad = _read_pair(images[stem], labels[stem])
        findings += bad
        if pair:
            found[labels[stem]] = present(pair[1])
            grey[stem], label[stem] = to_square(pair[0], size), to_square(pair[1], size, True)
    classes, more = _classes(path, found, classes)
    findings += more
    if not grey and not findings:
        expected = f"expected {', '.join(SUFFIXES)} of equal stems in both folders"
        findings.append(BadFile(path, f"no files; {expected}"))
    stacks = stack(grey, size), stack(label, size)
    about = {"excluded": left_out} if left_out else {}
    return Reading(*stacks, list(grey), list(grey), classes, about, findings)


def stack(arrays: dict[Any, np.ndarray], size: int) -> np.ndarray:
    """Stack the values of a dict to (N, size, size), also where there are none."""
    return np.array(list(arrays.values()), dtype=np.uint8).reshape(-1, size, size)


def _read_pair(image_path, label_path):
    """Read image and mask: the pair or None, and what is wrong with either."""
    read, bad = [], []
    for reader, file in ((read_grey, image_path), (read_labels, label_path)):
        try:
            read.append(reader(file))
        except BadFile as error:
            bad.append(error)
    if bad:
        return None, bad
    image, labels = read
    if image.shape != labels.shape:
        sizes = ["{1} x {0}".format(*array.shape) for array in (labels, image)]
        text = f"{sizes[0]} pixels; expected {sizes[1]} as {image_path.name} in images/"
        return None, [BadFile(label_path, text)]
    return read, []


def _unpaired(path, images, labels):
    """List images without mask and masks without image."""
    if not (path / "images").is_dir() or not (path / "masks").is_dir():
        return []
    lone = [(images[stem], "mask", "masks") for stem in sorted(images.keys() - labels.keys())]
    lone += [(labels[stem], "image", "images") for stem in sorted(labels.keys() - images.keys())]
    return [
        BadFile(file, f"no {what}; expected {shown(path / where / file.stem)}.*")
        for file, what, where in lone
    ]


def _classes(path, found, names):
    """Class names, and findings for labels outside 0..K-1; `found` is labels by file."""
    findings = []
    if names is None and (path / "classes.txt").exists():
        try:
            lines = read_text(path / "classes.txt").split("\n")
            names = [line.strip() for line in lines if line.strip()]
        except BadFile as error:
            findings.append(error)
    union = np.unique(np.concatenate([*found.values(), [0]])).astype(int)
    if names is None and len(union) > MOST_CLASSES:
        most = max(found, key=lambda file: len(found[file]))
        text = f"{len(found[most])} different labels, {len(union)} in all masks"
        text = f"{text}; expected class indices 0..K-1, not grey levels"
        return [], [*findings, BadFile(most, text)]
    without_gaps = int(np.argmax(np.append(union, -1) != np.arange(len(union) + 1)))
    count = len(names) if names else without_gaps
    expected = f"0..{count - 1}, the classes named" if names else "0..K-1 without gaps"
    expected += "" if names else f" (label {count} occurs in no mask)"
    for file, labels in found.items():
        beyond = [int(label) for label in labels if label >= count]
        if beyond:
            findings.append(BadFile(file, f"labels {beyond}; expected class indices {expected}"))
    if found and count < 2 and not findings:
        where = next(iter(found)).parent
        findings.append(BadFile(where, "label 0 only; expected two classes or more"))
    return list(names or [f"class {k}" for k in range(count)]), findings
