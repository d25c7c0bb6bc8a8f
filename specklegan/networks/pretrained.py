"""Recorded generators: trained for longer than a reader waits, kept in `data/checkpoints/`.

Each has a folder with `generator.safetensors`, the settings in `generator.json` beside it, and the
`record.json` of its training, as `tools.pieces` collects them. All have learned from phantoms:
clinical images may not be passed on, nor what may have learned them by heart.
"""

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from specklegan import records
from specklegan.networks.generator import Generator

Pretrained = dict[str, tuple[Generator, dict[str, Any]]]  # by folder: the network, its record's say


class Images(Protocol):
    """What is asked of a dataset; `datasets.Dataset` has it, and networks know no data."""

    @property
    def images(self) -> np.ndarray:
        """Grey levels (N, 1, H, W)."""

    @property
    def source(self) -> dict[str, Any]:
        """Where they come from; `kind` is `phantom` for phantoms."""


def load_pretrained(folder: str | Path) -> Pretrained:
    """Load every generator below a folder.

    Parameters
    ----------
    folder : path
        Searched with all folders below; relative paths count from the repository. It may be
        missing, and then holds none.

    Returns
    -------
    dict of str to (networks.Generator, dict)
        By the path of their folder, such as `study/speckle-n50-s0`, the generators, and what the
        record of their training says: numbers `n` of examples and `images_seen` by the weights
        that were kept.

    Raises
    ------
    FileNotFoundError
        Where a generator lacks its settings or its record.
    ValueError
        Where a file is damaged.
    """
    found, folder = {}, records.locate(folder)
    for path in sorted(folder.rglob("generator.safetensors")):
        generator, record = Generator.load(path), records.read(path.parent / "record.json")
        found[path.parent.relative_to(folder).as_posix()] = generator, _about(record, path.parent)
    return found


def _about(record, folder):
    """Take from a training's record what is said of its generator."""
    try:
        told = record["parameters"]
        return {"n": told["n"], "images_seen": record["kept_at_step"] * told["batch"]}
    except KeyError as error:
        raise ValueError(f"{folder / 'record.json'}: has no {error}; expected a training's record "
                         "that says when the generator was kept") from error  # fmt: skip


def pretrained_for(generators: Pretrained, dataset: Images) -> Pretrained:
    """Keep the generators that can be compared with a dataset's images.

    Parameters
    ----------
    generators : dict of str to (networks.Generator, dict)
        From `load`.
    dataset : datasets.Dataset
        What the run works on.

    Returns
    -------
    dict of str to (networks.Generator, dict)
        Those of the dataset's image size; none where it shows other images than phantoms.
    """
    if dataset.source.get("kind") != "phantom":
        return {}
    return pretrained_of_size(generators, dataset.images.shape[-1])


def pretrained_of_size(generators: Pretrained, size: int) -> Pretrained:
    """Keep the generators whose images have `size` pixels along one side."""
    return {name: entry for name, entry in generators.items() if entry[0].settings.size == size}
