"""What is wrong with a folder of images, all of it at once: sentences, and pictures to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from specklegan.datasets import specs
from specklegan.datasets.contours import read_contour
from specklegan.datasets.entries import BadFile
from specklegan.datasets.ivus2011 import SIDE, picture_of
from specklegan.datasets.pixels import SUFFIXES, thumbnail

LOOK = 32  # pixels: enough to find what is wrong


@dataclass(frozen=True)
class Thumbnail:
    """A file that something is wrong with, as far as it can be shown."""

    name: str
    picture: np.ndarray | None  # uint8 (S, S); None where nothing can be decoded
    curve: np.ndarray | None = None  # (M, 2), x, y in 0..1 of the picture
    point: np.ndarray | None = None  # (2,), where in the contour


def findings(spec: str | Path, **options: Any) -> list[ValueError]:
    """Collect everything wrong with a folder, or with `ivus2011:<path>`.

    Parameters
    ----------
    spec : str or path
    **options
        As of `datasets.read`.

    Returns
    -------
    list of ValueError
        `BadFile` where it is about a file; empty where all is well, and for `phantom`.
    """
    if spec == "phantom":
        return []
    try:
        path = specs.locate(spec)
    except FileNotFoundError as error:
        return [ValueError(str(error))]
    pool = specs.read(spec, LOOK, **options)
    if specs.is_ivus(spec) or not (path / "test").is_dir():
        return [*pool.findings]
    return [*pool.findings, *specs.read(path / "test", LOOK, pool.classes).findings]


def check(spec: str | Path, **options: Any) -> list[str]:
    """List everything wrong with a folder, or with `ivus2011:<path>`, at once.

    Returns
    -------
    list of str
        One line a problem, naming the file, the line of a contour, what was found and what was
        expected; empty where all is well.
    """
    return [str(finding) for finding in findings(spec, **options)]


def thumbnails(spec: str | Path, found: Sequence[ValueError], most: int = 8) -> list[Thumbnail]:
    """Show the first files that something is wrong with.

    Parameters
    ----------
    spec : str or path
    found : list of ValueError
        What `findings` collected there.
    most : int
        Pictures at most.

    Returns
    -------
    list of Thumbnail
        One a file, however much is wrong with it.
    """
    about = {error.path: error for error in reversed(found) if isinstance(error, BadFile)}
    files = [path for path in reversed(about) if path.is_file()][:most]
    return [_thumbnail(about[path], specs.locate(spec)) for path in files]


def _thumbnail(finding, root):
    path = finding.path
    if path.suffix.lower() in SUFFIXES:
        return Thumbnail(f"{path.parent.name}/{path.name}", thumbnail(path))
    picture = picture_of(path, root)
    picture = thumbnail(picture, 2 * LOOK) if picture else None
    try:
        points, lines = read_contour(path)
    except BadFile:
        return Thumbnail(path.name, picture)
    curve = (points + 0.5) / SIDE
    at = np.flatnonzero(lines == finding.line)
    return Thumbnail(path.name, picture, curve, curve[at[0]] if len(at) else None)
