"""One contract for phantoms, the IVUS Challenge 2011 and a user's own folder.

A `Dataset` is images, label masks and where they came from. `load` and `load_pair` make one from a
short text, the *spec*: `"phantom"`, `"ivus2011:<path>"`, or the path of a folder. Files are read in
`sources` and below, frames simulated in `phantom`; this file splits, and knows no network.
"""

from dataclasses import asdict, dataclass, field, replace

import numpy as np

from specklegan import masks, phantom, sources, store
from specklegan.augmentation import augment as augment
from specklegan.augmentation import vary_masks
from specklegan.ivus2011 import PITCH, SIDE
from specklegan.survey import check as check

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
    def knows_patients(self):
        """Whether `patients` is known; in a folder every image counts as one of its own."""
        return self.source.get("kind") in ("phantom", "ivus2011")

    @property
    def noun(self):
        """What one of these images is called: a phantom is not a real image."""
        return "phantom" if self.source.get("kind") == "phantom" else "real image"

    @property
    def origin(self):
        """Where the images come from, in a word: the folder, or the kind of data."""
        return self.source.get("path") or self.source.get("kind", "dataset")

    @property
    def spec(self):
        """The spec that `load` makes it from again."""
        path = self.source.get("path", self.source.get("kind"))
        return f"{sources.IVUS}{path}" if self.source.get("kind") == "ivus2011" else path

    def subset(self, indices):
        """Take the images at `indices` (integers), in that order."""
        indices = np.asarray(indices, dtype=int)
        taken = {key: getattr(self, key)[indices] for key in ("images", "masks", "patients")}
        return replace(self, names=tuple(self.names[k] for k in indices), **taken)


def load(spec, size=64, images=None, seed=0, frequency=None, cache=None, **options):
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
    cache : path, optional
        Folder to keep what was read from files in, as one array; nothing is kept where not given.
    **options
        For `ivus2011`: `first_pixel` (0 or 1) and `observer`, as of `ivus2011.read_ivus2011`.

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
        return _phantom(435 if images is None else images, size, seed, frequency)
    dataset = _read(spec, size, cache=cache, **options)
    if images is None or images >= len(dataset):
        return dataset
    return dataset.subset(choose(dataset, images, seed)[0])


def load_pair(
    spec, images, held_out, size=64, seed=0, frequency=None, cache=None, by="patient", **options
):
    """Load a training pool and held-out images that no training sees.

    A folder with `test/images` and `test/masks`: those. Other folders: images taken away from the
    pool, a quarter of it and the rest of the last patient at most. Phantoms: fresh patients, from
    another seed.

    Parameters
    ----------
    spec, size, seed, frequency, cache, **options
        As in `load`.
    images, held_out : int
        How many of each; a folder gives fewer where it has fewer.
    by : {"patient", "image"}
        Whether whole patients are held out, as far as they are known, or images of any.

    Returns
    -------
    (Dataset, Dataset)
        Pool and held-out set.
    """
    _check_by(by)
    if spec == "phantom" and by == "image":
        return hold_out(load(spec, size, images + held_out, seed, frequency), held_out, seed, by)
    if spec == "phantom":
        other = load(spec, size, held_out, seed + OTHER_PATIENTS, frequency)
        return load(spec, size, images, seed, frequency), other
    pool, apart = load(spec, size, cache=cache, **options), sources.locate(spec) / "test"
    if sources.is_ivus(spec) or not apart.is_dir():
        pool, rest = hold_out(pool, min(held_out, int(MOST_HELD_OUT * len(pool))), seed, by)
    else:
        rest = _read(apart, size, pool.class_names, cache)
        rest = rest.subset(choose(rest, min(held_out, len(rest)), seed)[0])
    return pool.subset(choose(pool, min(images, len(pool)), seed)[0]), rest


def hold_out(dataset, count, seed, by="patient"):
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


def choose(dataset, n, seed, by="image"):
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

    The JSON file, written last, holds the checksum of the other, so that half a dataset is never
    taken for one.
    """
    about = asdict(replace(dataset, images=None, masks=None, patients=dataset.patients.tolist()))
    del about["images"], about["masks"]
    store.write(path, stacked(dataset), about)


def stacked(dataset):
    """Put grey levels and labels into one array, uint8 (N, 2, H, W)."""
    grey = np.rint((dataset.images + 1) * 127.5).astype(np.uint8)
    return np.concatenate([grey, dataset.masks], axis=1)


def open(path):
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
    return Dataset(images=_to_float(stack[:, :1]), masks=np.array(stack[:, 1:]), **about)


def _phantom(count, size, seed, frequency):
    frames = phantom.simulate_pullbacks(count, size, seed, frequency)
    scanner = asdict(frames.scanner) | {"cell": frames.scanner.cell}
    return Dataset(
        images=_to_float(frames.grey[:, None]),
        masks=frames.labels()[:, None],
        names=tuple(f"phantom-{owner:02d}-{k:04d}" for k, owner in enumerate(frames.patients)),
        patients=frames.patients,
        class_names=masks.CLASS_NAMES,
        coordinates="polar",
        millimetres_per_pixel=2e3 * phantom.FIELD / size,
        source={"kind": "phantom", "seed": seed, "scanner": scanner},
    )


def _read(spec, size, classes=None, cache=None, **options):
    """Read a folder of either layout; raise where anything in it is wrong."""
    found = sources.read(spec, size, classes, cache, **options)
    if found.findings:
        rest = len(found.findings) - 1
        more = f" (and {rest} more: datasets.check lists all)" if rest else ""
        raise ValueError(f"{found.findings[0]}{more}")
    ivus = sources.is_ivus(spec)
    source = {"kind": "ivus2011" if ivus else "folder", "path": str(sources.locate(spec))}
    return Dataset(
        images=_to_float(found.grey[:, None]),
        masks=np.array(found.labels[:, None]),
        names=tuple(found.names),
        patients=np.unique(found.patients, return_inverse=True)[1],
        class_names=tuple(found.classes),
        coordinates="polar" if ivus else "cartesian",
        millimetres_per_pixel=PITCH * SIDE / size if ivus else None,
        source=source | found.about,
    )


def _to_float(grey):
    """Scale grey levels 0..255 to float32 in [-1, 1]."""
    images = np.divide(grey, np.float32(127.5), dtype=np.float32)
    images -= 1  # in place: the arrays are large
    return images


def _check_by(by):
    if by not in ("image", "patient"):
        raise ValueError(f"by = {by!r}; expected 'image' or 'patient'")
