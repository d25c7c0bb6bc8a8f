"""Pixels on disk: one array file with one JSON file that vouches for it, and a cache of such pairs.

`<name>.npy` is opened by memory mapping; `<name>.json`, written last, holds its SHA-256, so that
half a dataset is never taken for one. Arrays and dicts in, arrays and dicts out: nothing here knows
what they mean.
"""

import hashlib
import io
import json
import os
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from specklegan import disk

# What a cached array depends on: the readers, and how it is kept.
CODE = [f"datasets/{file}" for file in ("contours", "entries", "folder", "ivus2011", "pixels")]
CODE += ["datasets/store", "disk", "masks/polygons", "masks/vessel"]


def write(path: str | Path, array: np.ndarray, about: dict[str, Any]) -> None:
    """Write `<path>.npy` and `<path>.json`, each whole or not at all.

    Parameters
    ----------
    path : path
        Without suffix; missing folders are made.
    array : array
    about : dict
        What JSON can hold; the key `sha256` is added.

    Raises
    ------
    OSError
        Naming the file that could not be written; what was there before stays.
    """
    pixels, text = _pair(Path(path))
    content = io.BytesIO()
    np.save(content, array)
    disk.write_bytes(pixels, content.getbuffer())
    about = about | {"sha256": hashlib.sha256(content.getbuffer()).hexdigest()}
    disk.write_text(text, json.dumps(about, indent=1))


def read(path: str | Path) -> tuple[np.ndarray, dict[str, Any]]:
    """Map what `write` wrote: (array, read-only and still on disk; about).

    Raises
    ------
    FileNotFoundError
        If one of the two files is missing.
    ValueError
        If they do not belong together.
    """
    pixels, text = _pair(Path(path))
    for file in (pixels, text):
        if not file.is_file():
            raise FileNotFoundError(f"{file}: not found; expected what notebook 04 writes")
    try:
        about = disk.read_json(text)
        whole = about.pop("sha256") == disk.sha256(pixels)
    except (ValueError, KeyError):
        raise ValueError(f"{text}: not what notebook 04 wrote; run it again") from None
    if not whole:
        raise ValueError(
            f"{pixels}: not the file that {text.name} describes; run notebook 04 again"
        )
    return np.load(pixels, mmap_mode="r"), about


def cached(
    folder: str | Path,
    name: str,
    files: Iterable[Path],
    options: dict[str, Any],
    make: Callable[[], tuple[np.ndarray, dict[str, Any]] | None],
) -> tuple[np.ndarray, dict[str, Any]] | None:
    """Return `make()`, from the cache where the same was made before.

    Parameters
    ----------
    folder : path
        The cache. Where it cannot be written a warning says so and nothing is kept.
    name : str
        Beginning of the file's name, for people.
    files : iterable of pathlib.Path
        Whose names and content the result depends on.
    options : dict
        What else it depends on; besides, the code of the readers.
    make : callable
        Gives (array, about), or None for a result that is not to be kept.

    Returns
    -------
    (array, about), or None as `make` gives it.
    """
    path = Path(folder) / f"{name}-{fingerprint(files, options)[:24]}"
    try:
        return read(path)
    except (OSError, ValueError):  # not there, or damaged: made anew
        made = make()
    if made is None:
        return None
    try:
        write(path, *made)
        return read(path)
    except OSError as error:
        warnings.warn(f"cache: {error}; reading the files each time", stacklevel=2)
        return made


def fingerprint(files: Iterable[Path], options: dict[str, Any]) -> str:
    """Hash the names and the content of files, options, and the readers' own code."""
    code = [Path(__file__).parents[1] / f"{file}.py" for file in CODE]
    digest = hashlib.sha256(json.dumps(options, sort_keys=True, default=str).encode())
    for file in [*sorted(map(os.fspath, files)), *map(os.fspath, code)]:
        try:
            with open(file, "rb") as opened:
                content = opened.read()
        except OSError:  # what cannot be read becomes a finding when it is read
            content = b"unreadable"
        digest.update(os.fsencode(file) + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _pair(path):
    return path.with_name(path.name + ".npy"), path.with_name(path.name + ".json")
