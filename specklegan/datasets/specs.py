"""What a *spec* names, and how it is read: `ivus2011:<path>`, or the path of a folder.

The one place that knows both layouts. `phantom`, which is simulated and not read, is no concern
of this file.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from specklegan.datasets import store
from specklegan.datasets.folder import Reading, read_folder
from specklegan.datasets.ivus2011 import read_ivus2011

IVUS = "ivus2011:"


def is_ivus(spec: str | Path) -> bool:
    """Tell whether a spec names the IVUS Challenge 2011."""
    return str(spec).startswith(IVUS)


def locate(spec: str | Path) -> Path:
    """Return the folder that a spec names.

    Raises
    ------
    FileNotFoundError
        If it names none that exists.
    """
    name = str(spec).removeprefix(IVUS)
    expected = "'phantom', 'ivus2011:<path>' or a folder with images/ and masks/"
    try:
        path = Path(name).expanduser()
        found = name and path.is_dir()
    except (OSError, RuntimeError, ValueError):  # a name too long, ~nobody, a null byte
        found = False
    if not found:
        raise FileNotFoundError(f"data {str(spec)!r}: no such folder; expected {expected}")
    return path


def read(
    spec: str | Path,
    size: int,
    classes: Sequence[str] | None = None,
    cache: str | Path | None = None,
    **options: Any,
) -> Reading:
    """Read the folder that a spec names.

    Parameters
    ----------
    spec : str or path
    size : int
        Pixels along one side of the result.
    classes : sequence of str, optional
        Class names of a folder, where they are known from another one.
    cache : path, optional
        Folder to keep the result in; only what has no findings is kept.
    **options
        `first_pixel` and `observer` of `datasets.read_ivus2011`; meaningless for other folders.

    Returns
    -------
    Reading
    """
    path = locate(spec)

    def read_files():
        if is_ivus(spec):
            return read_ivus2011(path, size, **options)
        return read_folder(path, size, classes)

    if cache is None:
        return read_files()
    files = [file for file in path.rglob("*") if file.is_file()]
    settings = {"spec": str(spec), "size": size, "classes": classes, **options}
    name = f"{path.resolve().name or 'data'}-{size}"
    failed = []

    def make():
        reading = read_files()
        failed.extend([reading] if reading.findings else [])
        return None if failed else _pack(reading)

    made = store.cached(cache, name, files, settings, make)
    return failed[0] if made is None else _unpack(*made)


def _pack(reading):
    """Turn a reading into one array (N, 2, S, S) and what JSON can hold."""
    words = {key: getattr(reading, key) for key in ("names", "patients", "classes", "about")}
    return np.stack([reading.grey, reading.labels], axis=1), words


def _unpack(array, words):
    return Reading(array[:, 0], array[:, 1], **words)
