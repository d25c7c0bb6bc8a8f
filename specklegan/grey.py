"""Grey values: levels 0 to 255 as files and pictures have them, [-1, 1] as networks do.

One scale for all rooms, with no meaning of a picture behind it: level 0, black, is -1; level 255,
white, is 1.
"""

import numpy as np
import numpy.typing as npt

MIDDLE = 127.5  # the level that is 0


def from_levels(levels: npt.ArrayLike) -> np.ndarray:
    """Scale grey levels 0 to 255 to images.

    Parameters
    ----------
    levels : array
        Grey levels, whole or not.

    Returns
    -------
    numpy.ndarray, float32
        In [-1, 1].
    """
    images = np.divide(levels, MIDDLE, dtype=np.float32)
    images -= 1  # in place: the arrays are large
    return images


def to_levels(images: np.ndarray) -> np.ndarray:
    """Scale images in [-1, 1] to grey levels 0 to 255, not rounded; the type of float stays."""
    return (images + 1) * MIDDLE


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Round images in [-1, 1] to the nearest of the 256 grey levels of a file, uint8."""
    return np.rint(to_levels(images)).astype(np.uint8)


def to_unit(images: np.ndarray) -> np.ndarray:
    """Scale images in [-1, 1] to [0, 1], as colours and wavelet packets are reckoned."""
    return (images + 1) / 2
