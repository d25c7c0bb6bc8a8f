"""Known faults of images in known steps, to find out which distance sees which fault.

Each function takes images (N, 1, S, S) in [-1, 1], their masks (N, 1, S, S), a strength and a seed,
and gives as many images; a strength of 0 changes nothing. Pictures are round, black outside the
inscribed disc, as intravascular ones are. Speckle means here: an image less its local mean. Nothing
is trained or measured here.
"""

import numpy as np
from scipy import ndimage

LOCAL = 2.5  # pixels, deviation of the Gaussian window of a local mean: a few grains
LATTICE = 4  # pixels: the step of a transposed convolution two blocks before the end
CATHETER = 7  # pixels at an edge of 64, radius of what is copied: the catheter and its ring-down


def blur(images: np.ndarray, masks: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """Blur by a Gaussian of `strength` pixels standard deviation, the rim left sharp."""
    images = _checked(images, masks, strength)
    return _inside(images, _smooth(images, strength) if strength else images)


def coarser_grain(
    images: np.ndarray, masks: np.ndarray, strength: float, seed: int = 0
) -> np.ndarray:
    """Make the grain coarser: speckle filtered by a Gaussian of `strength` pixels, then rescaled.

    Mean and variance of each image's speckle stay; only its spectrum narrows.
    """
    return _other_grain(_checked(images, masks, strength), -strength)


def finer_grain(
    images: np.ndarray, masks: np.ndarray, strength: float, seed: int = 0
) -> np.ndarray:
    """Make the grain finer: the inverse of the filter of `coarser_grain`, and rescaled likewise."""
    return _other_grain(_checked(images, masks, strength), strength)


def noise_for_speckle(
    images: np.ndarray, masks: np.ndarray, strength: float, seed: int = 0
) -> np.ndarray:
    """Replace a share `strength` of the speckle's variance by noise of the same spectrum.

    The noise is the speckle itself with random phases: as fine and as strong in each image, but
    Gaussian, and it knows neither centre nor tissue.
    """
    images = _checked(images, masks, strength, 1)
    mean, speckle = _split(images)
    noise = _random_phases(speckle, 1.0, seed)
    mixed = np.sqrt(1 - strength) * speckle + np.sqrt(strength) * noise
    return _inside(images, mean + mixed) if strength else images


def random_phases(
    images: np.ndarray, masks: np.ndarray, strength: float, seed: int = 0
) -> np.ndarray:
    """Turn all phases of the image's spectrum by a share `strength` of a random angle.

    Each image keeps its power spectrum to rounding, and its mean. At 1 nothing but the spectrum
    is left; values can then lie outside [-1, 1], where clipping would change the spectrum.
    """
    images = _checked(images, masks, strength, 1)
    return _random_phases(images, strength, seed) if strength else images


def brightness(images: np.ndarray, masks: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """Add `strength` (2 is the range from black to white) to all grey values, clipped at white."""
    images = _checked(images, masks, strength)
    return _inside(images, images + strength)


def contrast(images: np.ndarray, masks: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """Take away a share `strength` of each grey value's difference from the image's mean."""
    images = _checked(images, masks, strength, 1)
    mean = _disc_mean(images)
    return _inside(images, mean + (1 - strength) * (images - mean)) if strength else images


def lattice(images: np.ndarray, masks: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """Add a lattice of period `LATTICE` pixels and amplitude `strength`, as upsampling leaves."""
    images = _checked(images, masks, strength)
    lines = np.where(np.arange(images.shape[-1]) % LATTICE == 0, 1.0, -1 / (LATTICE - 1))
    return _inside(images, images + strength * (lines[:, None] + lines) / 2)


def second_catheter(
    images: np.ndarray, masks: np.ndarray, strength: float, seed: int = 0
) -> np.ndarray:
    """Draw a share `strength` of the images with a copy of their catheter somewhere beside it."""
    images, size = _checked(images, masks, strength, 1), images.shape[-1]
    found, random = images.copy(), np.random.default_rng(seed)
    radius, middle = max(1, round(CATHETER * size / 64)), size // 2
    patch = np.hypot(*np.ogrid[-radius:radius, -radius:radius]) < radius
    for k in random.permutation(len(images))[: round(strength * len(images))]:
        angle, away = random.uniform(0, 2 * np.pi), random.uniform(0.35, 0.6) * size / 2
        row = round(middle + away * np.sin(angle)) - radius
        column = round(middle + away * np.cos(angle)) - radius
        place = found[k, 0, row : row + 2 * radius, column : column + 2 * radius]
        edge = slice(middle - radius, middle + radius)
        place[patch] = images[k, 0, edge, edge][patch]
    return found


def torn_rim(images: np.ndarray, masks: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """Tear the rim: the disc ends early, by up to about a share `strength` of its radius."""
    images = _checked(images, masks, strength, 1)
    random = np.random.default_rng(seed)
    radius, angle = _polar(images.shape[-1])
    ragged = random.normal(size=(len(images), 64))  # about as many bites as a rim has pixels / 3
    ragged = np.abs(ragged)[:, (angle * 64 / (2 * np.pi)).astype(int) % 64]  # (N, S, S)
    kept = radius <= 1 - strength * np.minimum(ragged / 2, 1)
    return np.where(kept[:, None] | (radius > 1), images, -1.0)


def without_plaque(
    images: np.ndarray, masks: np.ndarray, strength: float, seed: int = 0
) -> np.ndarray:
    """Fade out what differs along the angle within a tissue: bright plaque, calcium, shadows.

    A share `strength` of the local mean goes over to the mean of its class and radius in the
    image; the speckle stays.
    """
    images = _checked(images, masks, strength, 1)
    if not strength:
        return images
    ring = np.minimum(_polar(images.shape[-1])[0] * 16, 16).astype(int)  # 16 rings and outside
    level = np.stack([_group_means(x[0], m[0], ring) for x, m in zip(images, masks, strict=True)])
    change = _smooth(level[:, None], LOCAL / 2) - _smooth(images, LOCAL)
    return _inside(images, images + strength * change)


def copies(images: np.ndarray, masks: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """Replace a share `strength` of the images by copies of the others."""
    images = _checked(images, masks, strength, 1)
    order = np.random.default_rng(seed).permutation(len(images))
    distinct = order[: max(1, round((1 - strength) * len(images)))]
    found = images.copy()
    found[order] = images[np.resize(distinct, len(images))]
    return found


FAULTS = {  # function, steps from hardly visible to plain
    "blur": (blur, (0.3, 0.5, 0.8)),
    "grain too coarse": (coarser_grain, (0.4, 0.7, 1.2)),
    "grain too fine": (finer_grain, (0.2, 0.35, 0.5)),
    "noise for speckle": (noise_for_speckle, (0.25, 0.5, 1.0)),
    "random phases": (random_phases, (0.1, 0.3, 1.0)),
    "brightness": (brightness, (0.05, 0.1, 0.2)),
    "contrast": (contrast, (0.1, 0.2, 0.4)),
    "block lattice": (lattice, (0.05, 0.1, 0.2)),
    "second catheter": (second_catheter, (0.25, 0.5, 1.0)),
    "torn rim": (torn_rim, (0.03, 0.1, 0.2)),
    "no plaque or shadow": (without_plaque, (0.25, 0.5, 1.0)),
    "copies": (copies, (0.5, 0.75, 0.9)),
}


def _checked(images, masks, strength, most=np.inf):
    images = np.asarray(images, dtype=np.float64)
    if images.ndim != 4 or images.shape[1] != 1 or images.shape[2] != images.shape[3]:
        raise ValueError(f"images: shape {images.shape}; expected (N, 1, S, S)")
    if not images.size or not np.isfinite(images).all():
        raise ValueError("images: empty or not finite; expected grey values in [-1, 1]")
    if np.shape(masks) != images.shape:
        raise ValueError(f"masks: shape {np.shape(masks)}; expected {images.shape}, as the images")
    if not 0 <= strength <= most:
        raise ValueError(f"strength: found {strength}, expected between 0 and {most}")
    return images


def _polar(size):
    """Radius (1 at the rim) and angle in [0, 2 pi) of the pixels of a round picture."""
    axis = (np.arange(size) + 0.5) * (2 / size) - 1
    return np.hypot(axis[:, None], axis), np.arctan2(axis[:, None], axis) % (2 * np.pi)


def _inside(images, changed):
    """Keep the changes inside the disc, clipped to the range of grey values."""
    disc = _polar(images.shape[-1])[0] <= 1
    return np.where(disc, np.clip(changed, -1, 1), images)


def _smooth(images, sigma):
    """Local mean (N, 1, S, S) over what lies in the disc, so that the rim casts no shadow."""
    disc = (_polar(images.shape[-1])[0] <= 1).astype(float)
    weight = np.maximum(ndimage.gaussian_filter(disc, sigma), 1e-9)
    return disc * ndimage.gaussian_filter(images * disc, (0, 0, sigma, sigma)) / weight


def _split(images):
    """Local mean and speckle, which is 0 outside the disc."""
    mean = _smooth(images, LOCAL)
    return mean, np.where(_polar(images.shape[-1])[0] <= 1, images - mean, 0.0)


def _other_grain(images, strength):
    """Multiply the speckle's spectrum by exp(+-(2 pi f strength)^2 / 2), its variance kept."""
    if not strength:
        return images
    mean, speckle = _split(images)
    frequency = np.fft.fftfreq(images.shape[-1])
    power = (2 * np.pi) ** 2 * (frequency[:, None] ** 2 + frequency**2)
    gain = np.exp(np.sign(strength) * power * strength**2 / 2)
    changed = np.fft.ifft2(np.fft.fft2(speckle) * gain).real
    changed *= speckle.std(axis=(-2, -1), keepdims=True) / changed.std(axis=(-2, -1), keepdims=True)
    return _inside(images, mean + changed)


def _random_phases(images, share, seed):
    noise = np.random.default_rng(seed).normal(size=images.shape)
    phase = np.angle(np.fft.fft2(noise))  # odd, as a real image's phases are
    index = np.arange(images.shape[-1])
    own = (2 * index) % images.shape[-1] == 0  # frequencies that are their own negative stay
    phase[..., own[:, None] & own] = 0
    return np.fft.ifft2(np.fft.fft2(images) * np.exp(1j * share * phase)).real


def _disc_mean(images):
    disc = _polar(images.shape[-1])[0] <= 1
    return images[..., disc].mean(axis=-1)[..., None, None]


def _group_means(image, mask, ring):
    """Mean grey level of each pixel's class and ring, (S, S)."""
    _, group = np.unique(ring * (int(mask.max()) + 1) + mask, return_inverse=True)
    total = np.bincount(group.ravel(), image.ravel()) / np.bincount(group.ravel())
    return total[group].reshape(image.shape)
