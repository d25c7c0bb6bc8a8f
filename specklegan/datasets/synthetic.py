"""Synthetic pairs on disk: images that a generator makes for masks, and how they were made.

Written in the layout of the folder loader (`images/`, `masks/`, `classes.txt`), batch by batch, so
that memory does not bound their number. `manifest.json` says that they are synthetic and which
generator, seed and masks they come from; it is marked complete only when every pair is there.
"""

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from specklegan import disk, grey

MANIFEST = "manifest.json"


class ImageMaker(Protocol):
    """What is asked of a generator; `networks.Generator` has it, and data know no network."""

    settings: Any

    def batches(
        self,
        masks: np.ndarray,
        seed: int,
        batch: int,
        progress: Callable[[int, int], object] | None,
        n: int | None,
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield images in (-1, 1) and their masks, batch by batch."""

    def state_dict(self) -> Mapping[str, Any]:
        """Return the weights by name."""


def write_synthetic(
    generator: ImageMaker,
    masks: np.ndarray,
    folder: str | Path,
    seed: int,
    n: int | None = None,
    batch: int = 32,
    progress: Callable[[int, int], object] | None = None,
    classes: Sequence[str] = (),
    about: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Generate images for masks and write them with their masks and a manifest.

    Parameters
    ----------
    generator : networks.Generator
        Trained; :meth:`specklegan.networks.Generator.load` reads one.
    masks : array, uint8, shape (N, 1, H, W)
        Integer class values; may be a memory map.
    folder : path
        Target; synthetic pairs that an earlier call left there are removed first.
    seed : int
        Seed of z and of the speckle phases.
    n : int, optional
        Number of pairs, for the masks in turn; one a mask where not given.
    batch : int
        Pairs held in memory at a time.
    progress : callable, optional
        Called with (done, total) after each batch.
    classes : sequence of str
        Names for `classes.txt`, which the loader needs where a class may be in no mask; no file
        where empty.
    about : dict, optional
        More for the manifest, such as a record.

    Returns
    -------
    dict
        The manifest: `synthetic`, `complete`, `seed`, `count`, `size` in pixels, `classes`,
        `network` (the generator's settings), `weights_sha256`, and `pairs`, a list of image, mask
        (paths in the folder), and their sha256.

    Raises
    ------
    ValueError
        If the folder holds images that are not synthetic, the masks do not fit, or the generator
        makes values that are not finite.
    OSError
        If a file cannot be written.
    """
    folder = Path(folder)
    count = len(masks) if n is None else n
    made = generator.batches(masks, seed, batch, progress, count)  # raises where masks do not fit
    former = _former(folder)
    manifest = {**(about or {}), "synthetic": True, "complete": False, "seed": seed, "count": count}
    manifest |= {"size": int(masks.shape[-1]), "classes": list(classes)}
    manifest |= {"network": generator.settings.__dict__, "weights_sha256": weights_hash(generator)}
    _write_manifest(folder, manifest)  # before the first file goes: no moment at which it errs
    for old in former:
        old.unlink(missing_ok=True)
    pairs: list[dict[str, str]] = []
    for images, labels in made:
        if not np.isfinite(images).all():
            raise ValueError(
                "generator: made NaN or infinite grey values; expected trained weights"
            )
        for image, mask in zip(grey.to_uint8(images[:, 0]), labels[:, 0], strict=True):
            pairs.append(_write_pair(folder, len(pairs), image, mask))
    if classes:
        disk.write_text(folder / "classes.txt", "\n".join(classes) + "\n")
    manifest |= {"complete": True, "pairs": pairs}
    _write_manifest(folder, manifest)
    return read_manifest(folder)


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """Read the manifest of a folder of synthetic pairs.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it is damaged, or the folder was not written to its end.
    """
    path = Path(folder) / MANIFEST
    manifest = disk.read_json(path, "the manifest of synthetic pairs")
    if not manifest.get("complete"):
        raise ValueError(f"{path}: not marked complete; generate its pairs again")
    return manifest


def weights_hash(generator: ImageMaker) -> str:
    """Return the SHA-256 of a generator's weights in hexadecimal."""
    digest = hashlib.sha256()
    for name, value in sorted(generator.state_dict().items()):
        digest.update(name.encode() + value.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _write_pair(folder, number, image, mask):
    pair: dict[str, str] = {}
    for kind, pixels in (("image", image), ("mask", mask)):
        name = f"{kind}s/synthetic-{number:05d}.png"
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG")
        disk.write_bytes(folder / name, buffer.getvalue(), durable=False)
        pair |= {kind: name, f"{kind}_sha256": hashlib.sha256(buffer.getvalue()).hexdigest()}
    return pair


def _former(folder):
    """List the files of an earlier call; refuse a folder with anybody's own images."""
    there = [path for kind in ("images", "masks") for path in (folder / kind).glob("*")]
    path = folder / MANIFEST
    ours = path.is_file() and disk.read_json(path, "a manifest").get("synthetic")
    if there and not ours:
        raise ValueError(f"{folder}: holds {len(there)} files that no {MANIFEST} calls synthetic; "
                         "expected an empty or new folder")  # fmt: skip
    foreign = [path for path in there if not path.name.startswith("synthetic-")]
    if foreign:
        raise ValueError(f"{foreign[0]}: not a synthetic pair; expected no other files beside them")
    return [*there, folder / "classes.txt"] if ours else []


def _write_manifest(folder, manifest):
    disk.write_text(folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
