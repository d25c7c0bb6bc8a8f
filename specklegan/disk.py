"""Files that are there whole or not at all: a temporary name, flushed to disk, then renamed.

A process killed while it writes, or a disk that fills up, leaves the previous file untouched.
"""

import contextlib
import os
from pathlib import Path


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
        text = f"{path}: could not be written ({error.strerror}); {kept}"
        raise OSError(error.errno, text) from error
