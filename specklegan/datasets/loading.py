"""A `Dataset` from phantoms, the IVUS Challenge 2011 or a user's own folder.

`load` and `load_pair` make one from a short text, the *spec*: `"phantom"`, `"ivus2011:<path>"`, or
the path of a folder. Files are read in `specs` and below, frames simulated in `phantom`.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from specklegan import grey
from specklegan.datasets import specs
from specklegan.datasets.augmentation import augment as augment, vary_masks
from specklegan.datasets.dataset import Dataset, _check_by, choose, hold_out
from specklegan.datasets.ivus2011 import PITCH, SIDE
from specklegan.datasets.survey import check as check
from specklegan.masks import artificial, vessel
from specklegan.phantom import pullbacks
from specklegan.phantom.scanner import FIELD

OTHER_PATIENTS = 1_000_000  # added to the seed for held-out phantoms
FRESH_PATIENTS = 2_000_000  # added to it for phantoms that are neither pool nor held out
MOST_HELD_OUT = 0.25  # of a folder without test images


def load(
    spec: str | Path,
    size: int = 64,
    images: int | None = None,
    seed: int = 0,
    frequency: float | None = None,
    cache: str | Path | None = None,
    **options: Any,
) -> Dataset:
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
        For `ivus2011`: `first_pixel` (0 or 1) and `observer`, as of `datasets.read_ivus2011`.

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
    spec: str | Path,
    images: int,
    held_out: int,
    size: int = 64,
    seed: int = 0,
    frequency: float | None = None,
    cache: str | Path | None = None,
    by: str = "patient",
    **options: Any,
) -> tuple[Dataset, Dataset]:
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
    pool, apart = load(spec, size, cache=cache, **options), specs.locate(spec) / "test"
    if specs.is_ivus(spec) or not apart.is_dir():
        pool, rest = hold_out(pool, min(held_out, int(MOST_HELD_OUT * len(pool))), seed, by)
    else:
        rest = _read(apart, size, pool.class_names, cache)
        rest = rest.subset(choose(rest, min(held_out, len(rest)), seed)[0])
    return pool.subset(choose(pool, min(images, len(pool)), seed)[0]), rest


def artificial_masks(dataset: Dataset, n: int, seed: int) -> np.ndarray:
    """Invent n masks for a dataset's generator: uint8 (n, 1, H, W).

    For IVUS disturbed ellipses (`masks.artificial_masks`). Nobody can invent the anatomy of other
    data: there the dataset's own masks stand in, varied (`datasets.vary_masks`).
    """
    if dataset.is_ivus:
        return artificial.artificial_masks(n, dataset.masks.shape[-1], seed)
    return vary_masks(dataset.masks, n, seed)


def fresh_phantoms(dataset: Dataset, n: int, seed: int) -> Dataset:
    """Simulate n more phantoms as a dataset's, of patients that no other set shows.

    Parameters
    ----------
    dataset : Dataset
        Phantoms from `load` or `load_pair`.
    n : int
        How many.
    seed : int
        Of the patients, from 0 to 999,999.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        If the dataset holds no phantoms: nothing simulates other images.
    """
    source = dataset.source
    if source.get("kind") != "phantom":
        raise ValueError(f"dataset: {dataset.origin}; expected phantoms, which can be simulated")
    at = source["seed"] % OTHER_PATIENTS + FRESH_PATIENTS + seed
    size, frequency = dataset.masks.shape[-1], source["scanner"]["frequency"]
    return load("phantom", size, n, at, frequency)


def _phantom(count, size, seed, frequency):
    frames = pullbacks.simulate_pullbacks(count, size, seed, frequency)
    scanner = asdict(frames.scanner) | {"cell": frames.scanner.cell}
    return Dataset(
        images=grey.from_levels(frames.grey[:, None]),
        masks=frames.labels()[:, None],
        names=tuple(f"phantom-{owner:02d}-{k:04d}" for k, owner in enumerate(frames.patients)),
        patients=frames.patients,
        class_names=vessel.CLASS_NAMES,
        coordinates="polar",
        millimetres_per_pixel=2e3 * FIELD / size,
        source={"kind": "phantom", "seed": seed, "scanner": scanner},
    )


def _read(spec, size, classes=None, cache=None, **options):
    """Read a folder of either layout; raise where anything in it is wrong."""
    found = specs.read(spec, size, classes, cache, **options)
    if found.findings:
        rest = len(found.findings) - 1
        more = f" (and {rest} more: datasets.check lists all)" if rest else ""
        raise ValueError(f"{found.findings[0]}{more}")
    ivus = specs.is_ivus(spec)
    source = {"kind": "ivus2011" if ivus else "folder", "path": str(specs.locate(spec))}
    return Dataset(
        images=grey.from_levels(found.grey[:, None]),
        masks=np.array(found.labels[:, None]),
        names=tuple(found.names),
        patients=np.unique(found.patients, return_inverse=True)[1],
        class_names=tuple(found.classes),
        coordinates="polar" if ivus else "cartesian",
        millimetres_per_pixel=PITCH * SIDE / size if ivus else None,
        source=source | found.about,
    )
