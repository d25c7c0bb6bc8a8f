"""One contract for phantoms, the IVUS Challenge 2011 and a user's own folder.

A `Dataset` is images, label masks and where they came from. `load` and `load_pair` make one from a
short text, the *spec*: `"phantom"`, `"ivus2011:<path>"`, or the path of a folder (see `folder`).
Files are read and checked in `folder`, frames simulated in `phantom`; this file knows no network.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from specklegan import folder, masks, phantom
from specklegan.augmentation import augment as augment
from specklegan.augmentation import vary_masks

IVUS = "ivus2011:"
IVUS_PITCH = 0.026  # mm a pixel of the challenge's 384-pixel frames
OTHER_PATIENTS = 1_000_000  # added to the seed for held-out phantoms
MOST_HELD_OUT = 0.25  # of a folder without test images


@dataclass(frozen=True)
class Dataset:
    """Images with label masks, and where they came from."""

    images: np.ndarray  # float32 (N, 1, H, W) in [-1, 1]
    masks: np.ndarray  # uint8 (N, 1, H, W), 0..classes-1
    names: tuple  # of str, one an image
    patients: np.ndarray  # int (N,), equal where images show the same patient
    class_names: tuple  # of str
    coordinates: str = "cartesian"  # grid of the speckle layer, or "polar"
    millimetres_per_pixel: float | None = None
    source: dict = field(default_factory=dict)  # kind, seed or path, scanner

    def __len__(self):
        return len(self.images)

    @property
    def classes(self):
        """Number K of classes."""
        return len(self.class_names)

    @property
    def is_ivus(self):
        """Whether these are pictures round a catheter, with the three classes of `masks`."""
        return self.coordinates == "polar"

    @property
    def noun(self):
        """What one of these images is called: a phantom is not a real image."""
        return "phantom" if self.source.get("kind") == "phantom" else "real image"

    @property
    def origin(self):
        """Where the images come from, in a word: the folder, or the kind of data."""
        return self.source.get("path") or self.source.get("kind", "dataset")

    def subset(self, indices):
        """Take the images at `indices` (integers), in that order."""
        indices = np.asarray(indices, dtype=int)
        taken = {key: getattr(self, key)[indices] for key in ("images", "masks", "patients")}
        return replace(self, names=tuple(self.names[k] for k in indices), **taken)


def load(spec, size=64, images=None, seed=0, frequency=None):
    """Load or simulate a dataset.

    Parameters
    ----------
    spec : str
        `phantom`, `ivus2011:<path>`, or the path of a folder with `images/` and `masks/`.
    size : int
        Pixels along one side.
    images : int, optional
        For phantoms how many to simulate (435 where not given); else at most so many, drawn by
        `seed`.
    seed : int
        The same seed gives the same dataset.
    frequency : float, optional
        Centre frequency of the phantom's scanner in Hz; chosen by `size` where not given.

    Returns
    -------
    Dataset

    Raises
    ------
    FileNotFoundError
        If the spec is neither a known word nor an existing folder.
    ValueError
        If anything in the folder is wrong; the message names the first file and counts the rest.
    """
    if spec == "phantom":
        return _phantom(images or 435, size, seed, frequency)
    path = _locate(spec)
    read = _read_ivus if str(spec).startswith(IVUS) else _read_folder
    dataset, findings = read(path, size)
    if findings:
        more = f" (and {len(findings) - 1} more: datasets.check lists all)" if findings[1:] else ""
        raise ValueError(findings[0] + more)
    if images is None or images >= len(dataset):
        return dataset
    return dataset.subset(choose(dataset, images, seed)[0])


def check(spec):
    """List everything wrong with a folder, or with `ivus2011:<path>`, at once.

    Returns
    -------
    list of str
        One sentence a problem, naming the file and what was expected; empty where all is well.
    """
    if spec == "phantom":
        return []
    try:
        path = _locate(spec)
    except FileNotFoundError as error:
        return [str(error)]
    if str(spec).startswith(IVUS):
        return _read_ivus(path, 32)[1]
    pool, findings = _read_folder(path, 32)
    if (path / "test").is_dir():
        findings += _read_folder(path / "test", 32, pool.class_names)[1]
    return findings


def load_pair(spec, images, held_out, size=64, seed=0, frequency=None):
    """Load a training pool and held-out images that no training sees.

    Phantoms: fresh patients, from another seed. A folder with `test/images` and `test/masks`:
    those. Otherwise images are taken away from the pool, whole patients where they are known, and
    at most a quarter of it.

    Parameters
    ----------
    spec, size, seed, frequency
        As in `load`.
    images, held_out : int
        How many of each; a folder gives fewer where it has fewer.

    Returns
    -------
    (Dataset, Dataset)
        Pool and held-out set.
    """
    if spec == "phantom":
        other = load(spec, size, held_out, seed + OTHER_PATIENTS, frequency)
        return load(spec, size, images, seed, frequency), other
    everything, path = load(spec, size), _locate(spec)
    if str(spec).startswith(IVUS) or not (path / "test").is_dir():
        held_out = min(held_out, int(MOST_HELD_OUT * len(everything)))
        pool, rest = hold_out(everything, held_out, seed)
    else:
        pool = everything
        rest, findings = _read_folder(path / "test", size, everything.class_names)
        if findings:
            raise ValueError(findings[0])
        rest = rest.subset(choose(rest, min(held_out, len(rest)), seed)[0])
    return pool.subset(choose(pool, min(images, len(pool)), seed)[0]), rest


def hold_out(dataset, count, seed):
    """Take at least `count` images away, in whole patients: (the others, the held-out).

    Raises
    ------
    ValueError
        If `count` is not positive, or nothing would be left.
    """
    patients = np.random.default_rng([seed, 1]).permutation(np.unique(dataset.patients))
    sizes = np.array([(dataset.patients == patient).sum() for patient in patients])
    taken = patients[: np.searchsorted(sizes.cumsum(), count) + 1]
    away = np.isin(dataset.patients, taken)
    if count < 1 or away.all():
        found = f"{dataset.origin} has {len(dataset)} images of {len(patients)} patients"
        raise ValueError(f"held_out = {count}, but {found}; expected 1 or more, and not all")
    return dataset.subset(np.flatnonzero(~away)), dataset.subset(np.flatnonzero(away))


def choose(dataset, n, seed):
    """Draw n images at random: (chosen, remaining), sorted indices.

    With the same seed the choice for a smaller n is part of that for a larger one.

    Raises
    ------
    ValueError
        If there are too few images for n.
    """
    if not 1 <= n <= len(dataset):
        found = f"{dataset.origin} has {len(dataset)} images"
        raise ValueError(f"n = {n}, but {found}; expected 1 <= n <= {len(dataset)}")
    order = np.random.default_rng([seed, 2]).permutation(len(dataset))
    return np.sort(order[:n]), np.sort(order[n:])


def artificial_masks(dataset, n, seed):
    """Invent n masks for a dataset's generator: uint8 (n, 1, H, W).

    For IVUS disturbed ellipses (`masks.artificial_masks`). Nobody can invent the anatomy of other
    data: there the dataset's own masks stand in, varied (`augmentation.vary_masks`).
    """
    if dataset.is_ivus:
        return masks.artificial_masks(n, dataset.masks.shape[-1], seed)
    return vary_masks(dataset.masks, n, seed)


def save(dataset, path):
    """Write `<path>.npy`, uint8 (N, 2, H, W) of grey level and label, and `<path>.json`.

    Both are written under a temporary name and renamed; the JSON file, last, holds the checksum
    of the other, so that half a dataset is never taken for one.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    grey = np.rint((dataset.images + 1) * 127.5).astype(np.uint8)
    stack = np.concatenate([grey, dataset.masks.astype(np.uint8)], axis=1)
    target = path.with_name(path.name + ".npy")
    _write(target, lambda file: np.save(file, stack))
    about = asdict(replace(dataset, images=None, masks=None, patients=dataset.patients.tolist()))
    del about["images"], about["masks"]
    about["sha256"] = _sha256(target)
    text = json.dumps(about, indent=1).encode()
    _write(path.with_name(path.name + ".json"), lambda file: file.write(text))


def open(path):
    """Read what `save` wrote; the file is mapped into memory while it is converted.

    Raises
    ------
    FileNotFoundError
        If one of the two files is missing.
    ValueError
        If they do not belong together.
    """
    path = Path(path)
    pixels, text = path.with_name(path.name + ".npy"), path.with_name(path.name + ".json")
    for file in (pixels, text):
        if not file.is_file():
            raise FileNotFoundError(f"{file}: not found; expected what notebook 04 writes")
    about = json.loads(text.read_text())
    if about.pop("sha256") != _sha256(pixels):
        raise ValueError(
            f"{pixels}: not the file that {text.name} describes; run notebook 04 again"
        )
    stack = np.load(pixels, mmap_mode="r")
    about |= {key: tuple(about[key]) for key in ("names", "class_names")}
    about["patients"] = np.array(about["patients"])
    images = stack[:, :1].astype(np.float32) / 127.5 - 1
    return Dataset(images=images, masks=np.array(stack[:, 1:]), **about)


def _phantom(count, size, seed, frequency):
    frames = phantom.simulate_pullbacks(count, size, seed, frequency)
    scanner = asdict(frames.scanner) | {"cell": frames.scanner.cell}
    return _dataset(
        frames.grey,
        frames.labels(),
        [f"phantom-{owner:02d}-{k:04d}" for k, owner in enumerate(frames.patients)],
        frames.patients,
        masks.CLASS_NAMES,
        coordinates="polar",
        millimetres_per_pixel=2e3 * phantom.FIELD / size,
        source={"kind": "phantom", "seed": seed, "scanner": scanner},
    )


def _read_ivus(path, size):
    grey, labels, names, patients, width, findings = folder.read_ivus2011(path, size)
    dataset = _dataset(
        grey,
        labels,
        names,
        np.unique(patients, return_inverse=True)[1],
        masks.CLASS_NAMES,
        coordinates="polar",
        millimetres_per_pixel=IVUS_PITCH * width / size,
        source={"kind": "ivus2011", "path": str(path)},
    )
    return dataset, findings


def _read_folder(path, size, classes=None):
    grey, labels, names, classes, findings = folder.read_folder(path, size, classes)
    source = {"kind": "folder", "path": str(path)}
    return _dataset(grey, labels, names, np.arange(len(names)), classes, source=source), findings


def _dataset(grey, labels, names, patients, classes, **about):
    images = grey[:, None].astype(np.float32) / 127.5 - 1
    return Dataset(images, labels[:, None], tuple(names), patients, tuple(classes), **about)


def _locate(spec):
    """Folder of a spec that names one."""
    path = Path(str(spec).removeprefix(IVUS)).expanduser()
    if not str(spec).removeprefix(IVUS) or not path.is_dir():
        expected = "'phantom', 'ivus2011:<path>' or a folder with images/ and masks/"
        raise FileNotFoundError(f"data {str(spec)!r}: no such folder; expected {expected}")
    return path


def _write(path, fill):
    """Write a file under a temporary name, flush it to disk and rename it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        reason = f"could not be written ({error.strerror or error}); expected space and permission"
        raise OSError(error.errno, f"{path}: {reason}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _sha256(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
