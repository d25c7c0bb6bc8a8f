"""Faults of intravascular images that a person sees at a glance: catheters, rim, sameness.

Distances average over many features and may pass them by. These are no distances: each says how
much of one named fault there is, so that a training can warn. Images fill the disc of a square,
with the catheter, a black disc in a bright ring (ring-down), in the middle.
"""

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.signal import fftconvolve

CATHETER = 0.05  # radius over the edge of the image: 0.5 mm in a field of view of 10 mm
RING = 1.4  # outer radius of the ring-down's bright part over the catheter's
ALIKE = 0.75  # correlation with a catheter; 870 phantoms stay below beside theirs
ALIKE_IN_THE_MIDDLE = 0.45  # the ring of a dim image still counts where it belongs
SMALLEST = 1.5  # pixels: a smaller catheter has no shape
BLACK = -0.9  # grey levels below it are black to the eye


def anatomy_faults(images: npt.ArrayLike) -> dict[str, float]:
    """Measure the share of images, or of pixels, with each fault.

    Parameters
    ----------
    images : array (N, 1, S, S)
        In [-1, 1]; some dozens.

    Returns
    -------
    dict of str to float
        `many` and `none`: images with more than one catheter and without one (left out where a
        catheter is too small to be counted); `outside` and `torn` of :func:`rim_faults`. Real
        images have their own shares, which belong beside these.
    """
    found = dict(zip(("outside", "torn"), rim_faults(images), strict=True))
    if CATHETER * np.shape(images)[-1] < SMALLEST:
        return found
    counts = count_catheters(images)
    return {"many": float((counts > 1).mean()), "none": float((counts < 1).mean())} | found


def count_catheters(images: npt.ArrayLike, radius: float = CATHETER) -> np.ndarray:
    """Count catheters: places that correlate with a black disc in a bright ring.

    Parameters
    ----------
    images : array (N, 1, S, S)
        In [-1, 1].
    radius : float
        Of the catheter, in edges of the image; the phantoms' where not given.

    Returns
    -------
    array of int (N,)
        1 for a sound image.

    Raises
    ------
    ValueError
        If the images are not square ones of one channel, or the catheter is under 1.5 pixels.
    """
    images = _checked(images)
    size = images.shape[-1]
    if radius * size < SMALLEST:
        raise ValueError(f"a catheter of {radius * size:.1f} px; expected at least {SMALLEST} px")
    alike = _correlate(images, *_catheter(radius * size))  # (N, S + 1, S + 1), at pixels' corners
    reach = 2 * int(np.ceil(radius * size)) + 1
    summits = alike == ndimage.maximum_filter(alike, (1, reach, reach))
    middle = _distance(size + 1) < radius * size / 2
    found = summits & (alike > np.where(middle, ALIKE_IN_THE_MIDDLE, ALIKE))
    return found.sum((1, 2))


def _catheter(radius):
    """Return a catheter (-1, and 1 in the ring) and where it counts, centred on a corner."""
    half = int(np.ceil(radius * RING))
    distance = _distance(2 * half)
    return np.where(distance < radius, -1.0, 1.0), distance < radius * RING


def _distance(size):
    """Distance of each pixel from the middle, in pixels: (S, S)."""
    axis = np.arange(size) - (size - 1) / 2
    return np.hypot(axis[:, None], axis)


def _correlate(images, template, inside):
    """Pearson's correlation of a template with what lies beneath it, at every corner of pixels."""
    pattern = np.where(inside, template - template[inside].mean(), 0)
    pattern = pattern / np.sqrt(np.square(pattern).sum())
    edge, count = len(template) // 2, inside.sum()
    padded = np.pad(images, ((0, 0), (edge, edge), (edge, edge)), constant_values=-1)

    def under(weights, values):  # both are symmetric: a convolution is a correlation
        return fftconvolve(values, weights[None], mode="valid", axes=(1, 2))

    mask = inside.astype(float)
    variance = under(mask, padded**2) - under(mask, padded) ** 2 / count
    # less than a deviation of 0.2 is no ring, however well it is formed
    return under(pattern, padded) / np.sqrt(np.maximum(variance, 0.05 * count))


def rim_faults(images: npt.ArrayLike) -> tuple[float, float]:
    """Measure what is wrong at the rim of the disc.

    Parameters
    ----------
    images : array (N, 1, S, S)
        In [-1, 1]; some dozens, or the second number is chance.

    Returns
    -------
    outside : float
        Share of the pixels outside the disc that are not black; 0 in real images.
    torn : float
        Share of images that are black at the place of the rim where most are. A shadow may reach
        the rim anywhere; a tear is always at the same place.

    Raises
    ------
    ValueError
        If the images are not square ones of one channel.
    """
    images = _checked(images)
    size = images.shape[-1]
    distance = _distance(size)
    outside = images[:, distance > size / 2 + 0.5] > BLACK
    smooth = ndimage.uniform_filter(images, (0, 3, 3))  # wider than a dark grain
    rim = (distance < size / 2 - 2) & (distance > size / 2 - 4)
    return float(outside.mean()), float((smooth[:, rim] < BLACK).mean(0).max())


def variety(images: npt.ArrayLike, real: npt.ArrayLike) -> float:
    """Compare the variance of images of one mask with that of real images.

    Parameters
    ----------
    images : array (M, 1, S, S)
        Of one mask, with equal speckle phases and different z.
    real : array (N, 1, S, S)
        Real images of different masks.

    Returns
    -------
    float
        Mean variance of a pixel over the images, over the same of the real ones: 0 where z is
        ignored, below 1 where the mask decides a part.

    Raises
    ------
    ValueError
        If the images are not square ones of one channel, are fewer than two, or if the real ones
        do not vary.
    """
    images, real = _checked(images), _checked(real)
    if len(images) < 2 or not real.var(0).any():
        raise ValueError(f"found {len(images)} images and {len(real)} real ones; expected two or "
                         "more, and real ones that differ")  # fmt: skip
    return float(images.var(0).mean() / real.var(0).mean())


def _checked(images):
    images = np.asarray(images, dtype=np.float64)
    if images.ndim != 4 or images.shape[1] != 1 or images.shape[2] != images.shape[3]:
        raise ValueError(f"images must have shape (N, 1, S, S), found {images.shape}")
    return images[:, 0]
