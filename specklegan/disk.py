"""Files that are there whole or not at all: a temporary name, flushed to disk, then renamed.

A process killed while it writes, or a disk that fills up, leaves the previous file untouched. And
what is asked of any file, whatever it means: its SHA-256, and one JSON object or a refusal.
"""

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any


def write_bytes(path: str | Path, content: bytes | memoryview, durable: bool = True) -> None:
    """Write a file in one step, making missing folders.

    The temporary name is always the same, so that what a killed process left of it is written
    over by the next; only one process may write a path at a time.

    Parameters
    ----------
    path : path
        Target; an existing file is replaced once the new one is complete.
    content : bytes
        All of it.
    durable : bool
        Wait until it is on the disk, so that it outlives a loss of power too.

    Raises
    ------
    OSError
        Where the disk is full or the folder cannot be written; the message names the file and
        what was kept.
    """
    path = Path(path)
    temporary = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        kept = "the previous one is kept" if path.exists() else "nothing was written"
        text = f"{path}: could not be written ({error.strerror or error}); {kept}"
        raise OSError(error.errno, text) from error


def write_text(path: str | Path, text: str) -> None:
    """Write a text file (UTF-8) in one step, making missing folders, as :func:`write_bytes`."""
    write_bytes(path, text.encode())


def sha256(path: str | Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal.

    Raises
    ------
    FileNotFoundError
        Naming the file, where it is missing.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: not found; expected a file")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_json(path: str | Path, expected: str = "a JSON object") -> dict[str, Any]:
    """Read a file that holds one JSON object.

    Parameters
    ----------
    path : path
    expected : str
        What to call it in a refusal, such as `a manifest`.

    Returns
    -------
    dict

    Raises
    ------
    FileNotFoundError
        Where the file is missing.
    ValueError
        Where it is not JSON, or holds something else than an object.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: not found; expected {expected}")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # not JSON, or not even text
        raise ValueError(f"{path}: not JSON ({error}); expected {expected}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path}: holds a {type(content).__name__}; expected {expected}")
    return content
