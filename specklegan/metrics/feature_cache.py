"""Features of images that stay the same, kept in a folder and found again by content.

Files are written whole or not at all; one that is damaged is made anew.
"""

import hashlib
import os
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Protocol

import numpy as np


class Network(Protocol):
    """What is asked of a network; `metrics.EfficientNet` has it."""

    @property
    def name(self) -> str:
        """What the features depend on besides the images."""

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Turn images (N, 1, H, W) into features (N, D), float64."""


def cached_features(
    network: Network, images: np.ndarray, folder: str | Path | None = None
) -> np.ndarray:
    """Return `network(images)`, from a file where the same was computed before.

    Parameters
    ----------
    network : callable
        Images to features (N, D), float64; its `name` says what they depend on besides the images.
    images : array (N, 1, H, W)
    folder : path, optional
        Where `features-<hash>.npz` lies; made where missing. None: nothing is kept. Where it
        cannot be written a warning says so.

    Returns
    -------
    numpy.ndarray (N, D), float64
    """
    if folder is None:
        return network(images)
    path = Path(folder) / f"features-{_fingerprint(network, images)}.npz"
    kept = _read(path)
    if kept is not None:
        return kept
    features = network(images)
    try:
        _write(path, features)
    except OSError as error:
        warnings.warn(f"cache: {error}; computing the features each time", stacklevel=2)
    return features


def _fingerprint(network, images):
    images = np.ascontiguousarray(images)
    digest = hashlib.sha256(f"{network.name} {images.shape} {images.dtype}".encode())
    digest.update(images.data)
    return digest.hexdigest()[:24]


def _read(path):
    """Return the features of a file, whose bytes a checksum guards; None if it is not whole."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return file["features"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None


def _write(path, features):
    """Write under a name of this process's own: jobs side by side may keep the same features."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            np.savez(file, features=features)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
