"""Simulated IVUS pullbacks: pictures and masks of invented vessels, patient by patient.

`anatomy` invents a vessel, `tissue` turns a frame of it into scatterers, `scanner` into a picture.
This file runs them for many frames and patients. Nothing here knows the speckle layer.
"""

from dataclasses import dataclass

import numpy as np

from specklegan import grey
from specklegan.masks.vessel import from_contours
from specklegan.phantom import anatomy, tissue
from specklegan.phantom.scanner import (
    CATHETER,
    FIELD,
    NOISE,
    Scanner,
    depth_gain,
    echo,
    grey_levels,
    ring_down,
    scan_convert,
    scanner_for,
)

__all__ = ["CATHETER", "FIELD", "Pullbacks", "picture", "simulate", "simulate_pullbacks"]

FRAMES_PER_PATIENT = 40


@dataclass(frozen=True)
class Settings:
    """How one patient's scanner was set: factors of depth gain and ring-down, gain in dB."""

    depth_gain: float = 1.0
    ring_down: float = 1.0
    gain: float = 0.0


@dataclass(frozen=True)
class Pullbacks:
    """Simulated frames: grey levels uint8 (N, S, S), contours in pixels (N, 360, 2), patients."""

    grey: np.ndarray
    lumen: np.ndarray
    media: np.ndarray
    patients: np.ndarray
    scanner: Scanner

    def labels(self) -> np.ndarray:
        """Rasterise the contours: uint8 (N, S, S), classes as in `masks`."""
        pairs = zip(self.lumen, self.media, strict=True)
        return np.stack([from_contours(*pair, self.grey.shape[1:]) for pair in pairs])


def picture(
    vessel: anatomy.Vessel,
    frame: int,
    scanner: Scanner,
    size: int,
    generator: np.random.Generator,
    settings: Settings | None = None,
) -> np.ndarray:
    """Record one frame: scatterers, echo, depth gain, compression, scan conversion.

    Parameters
    ----------
    vessel : anatomy.Vessel
        The anatomy.
    frame : int
        Which of its frames.
    scanner : scanner.Scanner
        The machine.
    size : int
        Pixels along one side.
    generator : numpy.random.Generator
        Scatterers and electronic noise.
    settings : Settings, optional
        Gains; the neutral ones where not given.

    Returns
    -------
    uint8 array (size, size)
        Grey levels.
    """
    settings = settings or Settings()
    strength = tissue.scatterers(vessel, frame, scanner, generator)  # (L, D)
    strength += settings.ring_down * ring_down(scanner)
    signal = echo(strength, scanner, generator, 10 ** (NOISE / 10))
    power = signal.real**2 + signal.imag**2
    power *= 10 ** ((settings.depth_gain * depth_gain(scanner) + settings.gain) / 10)
    levels = scan_convert(grey_levels(power), size, scanner.step, vessel.rotation[frame])
    return np.rint(levels).astype(np.uint8)


def contour_pixels(radius: np.ndarray, size: int) -> np.ndarray:
    """Turn radii (..., 360) in m into contours x, y in pixels of the picture (..., 360, 2)."""
    pixels = radius * size / (2 * FIELD)
    middle = (size - 1) / 2
    x, y = np.cos(anatomy.ANGLE), np.sin(anatomy.ANGLE)
    return np.stack([middle + pixels * x, middle + pixels * y], -1)


def simulate_pullbacks(
    n: int, size: int, seed: int, frequency: float | None = None, patients: int | None = None
) -> Pullbacks:
    """Simulate `n` frames of several patients, with their exact contours.

    Parameters
    ----------
    n : int
        Frames.
    size : int
        Pixels along one side, at least 16.
    seed : int
        The same seed gives the same frames; another seed gives other patients.
    frequency : float, optional
        Centre frequency in Hz; see `scanner_for`.
    patients : int, optional
        Vessels the frames are drawn from; one for 40 frames where not given, at least 10.

    Returns
    -------
    Pullbacks

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    patients = max(10, round(n / FRAMES_PER_PATIENT)) if patients is None else patients
    if n < 1 or seed < 0 or patients < 1:
        expected = "expected n >= 1 frames, seed >= 0 and patients >= 1"
        raise ValueError(f"n = {n}, seed = {seed}, patients = {patients}; {expected}")
    scanner = scanner_for(size, frequency)
    owner = np.sort(np.arange(n) % patients)
    frames = [
        _patient(np.random.default_rng([seed, patient]), count, scanner, size)
        for patient, count in zip(*np.unique(owner, return_counts=True), strict=True)
    ]
    grey, lumen, media = (np.concatenate(part) for part in zip(*frames, strict=True))
    return Pullbacks(grey, lumen, media, owner, scanner)


def _patient(generator, frames, scanner, size):
    """Grey levels (F, S, S), contours of lumen and media (F, 360, 2) of one pullback."""
    vessel = anatomy.pullback(generator, frames)
    offset = generator.normal(size=3) * [0.1, 0.3, 1.5]
    settings = Settings(1 + offset[0], 1 + offset[1], offset[2])
    pictures = [picture(vessel, k, scanner, size, generator, settings) for k in range(frames)]
    contours = [contour_pixels(vessel.drawn(name), size) for name in ("lumen", "media")]
    return np.stack(pictures), *contours


def simulate(
    n: int, size: int, seed: int, frequency: float | None = None, patients: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate images and masks; arguments as in `simulate_pullbacks`.

    Returns
    -------
    images : float32 array (n, 1, size, size) in [-1, 1]
    masks : uint8 array (n, 1, size, size), 0 lumen, 1 intima/media, 2 adventitia/background
    """
    frames = simulate_pullbacks(n, size, seed, frequency, patients)
    return grey.from_levels(frames.grey[:, None]), frames.labels()[:, None]
