"""Simulated IVUS pull-backs: pictures of invented vessels by ultrasound physics.

A catheter in the middle of a vessel sends short pulses along 100 to 256 directions. Each tissue is
a dense cloud of independent scatterers; the radio-frequency (RF) echo is their convolution with
pulse and beam, the picture its envelope in decibels. Speckle therefore *forms* here, by the sum of
echoes in a resolution cell. Nothing here knows the speckle layer, which has to learn this texture.

Linear and two-dimensional: no frequency-dependent downshift, no elevation, no cardiac motion.
Metres, hertz, decibels (of power) and radians throughout, greys at the very end.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import fft, ndimage

from specklegan import anatomy, masks
from specklegan.anatomy import CATHETER, FIELD

SPEED_OF_SOUND = 1540.0  # m/s, soft tissue
FREQUENCY = 20e6  # Hz, the clinical scanner
PULSE_CYCLES = 3.25  # FWHM of the two-way pulse: 0.125 mm of depth at 20 MHz, as measured
BEAM_WIDTH = 6.0 * np.pi / 180  # rad, FWHM of the two-way beam at 20 MHz, as measured
CELL_PIXELS = 2.0  # the axial cell spans at least this many pixels
DYNAMIC_RANGE = 46.0  # dB from black to white
BLACK_LEVEL = -25.0  # dB, relative to the adventitia's mean power
ATTENUATION = {"tissue": 70e-6, "blood": 20e-6}  # dB / (m Hz), one way
DEPTH_GAIN = 60e-6  # dB / (m Hz), one way: what the scanner takes the attenuation for
SHADOW = 28.0  # dB lost behind calcium and guide wire
NOISE = -34.0  # dB, electronic noise before the depth gain
POWER = {
    "blood": -20.0,
    "plaque": -5.0,
    "soft": -12.0,
    "media": -22.0,
    "adventitia": 5.0,
    "around": -10.0,
    "calcium": 14.0,
}  # dB; calcium adds to its tissue
FRAMES_PER_PATIENT = 40
MEDIA = 0.22e-3  # m, thickness of the dark ring


@dataclass(frozen=True)
class Scanner:
    """What the machine is: centre frequency in Hz, beam width (FWHM) in rad, scan lines."""

    frequency: float
    beam_width: float
    lines: int

    @property
    def cell(self):
        """Axial resolution cell in m: FWHM of the pulse's envelope, c * cycles / (2 f)."""
        return PULSE_CYCLES * SPEED_OF_SOUND / (2 * self.frequency)

    @property
    def step(self):
        """Depth between RF samples in m: four samples a carrier period, c / (8 f)."""
        return SPEED_OF_SOUND / (8 * self.frequency)


def scanner_for(size, frequency=None):
    """Choose the scanner for a picture of `size` pixels.

    The frequency is `min(20 MHz, cycles * c * size / (2 * 2 px * field of view))`, so that the
    axial cell spans at least two pixels: 20 MHz from 160 pixels on, 8.0 MHz at 64, 4.0 MHz at 32.
    The aperture stays, so the beam widens as the wavelength: 6 degrees at 20 MHz, 15 at 8 MHz.

    Parameters
    ----------
    size : int
        Pixels along one side of the picture.
    frequency : float, optional
        Centre frequency in Hz, to choose it oneself.

    Returns
    -------
    Scanner
    """
    finest = PULSE_CYCLES * SPEED_OF_SOUND * size / (2 * CELL_PIXELS * 2 * FIELD)
    frequency = float(frequency or min(FREQUENCY, finest))
    if not 1e6 <= frequency <= 60e6:
        raise ValueError(f"frequency is {frequency:g} Hz; expected 1e6 to 60e6 (1 to 60 MHz)")
    beam_width = BEAM_WIDTH * FREQUENCY / frequency
    return Scanner(frequency, beam_width, int(np.ceil(4.2 * 2 * np.pi / beam_width)))


def echo(strength, scanner, generator, noise=0.0):
    """Form the analytic RF echo of scatterers: pulse along depth, beam across, noise.

    Parameters
    ----------
    strength : array (L, D)
        Scatterer strengths; L directions round the circle, D depths `scanner.step` apart. White
        noise of unit variance gives an echo of unit mean power.
    scanner : Scanner
        Pulse and beam.
    generator : numpy.random.Generator
        For the electronic noise.
    noise : float
        Mean power of that noise.

    Returns
    -------
    array (L, D)
        Complex; its real part is the RF line, its modulus the envelope (Hilbert transform).
    """
    lines, depths = strength.shape
    cycles = np.arange(depths // 2 + 1) / depths * 4  # spatial frequency, in carrier cycles
    # A Gaussian of amplitude FWHM w has a Gaussian spectrum of sigma sqrt(2 ln 2) / (pi w).
    pulse = np.exp(-0.5 * ((cycles - 1) * np.pi * PULSE_CYCLES) ** 2 / (2 * np.log(2)))
    band = np.flatnonzero(pulse > 1e-3)
    pulse = pulse[band] / np.sqrt((pulse**2).sum() / depths)
    turns = fft.fftfreq(lines, 1 / lines)
    beam = np.exp(-0.5 * (turns * scanner.beam_width) ** 2 / (8 * np.log(2)))
    beam = beam / np.sqrt((beam**2).mean())
    spectrum = fft.fft(fft.rfft(strength)[:, band], axis=0) * beam[:, None]  # (L, band)
    if noise:
        hiss = generator.standard_normal((2, *spectrum.shape)) * np.sqrt(noise * strength.size / 2)
        spectrum += hiss[0] + 1j * hiss[1]
    analytic = np.zeros((lines, depths), dtype=spectrum.dtype)
    analytic[:, band] = fft.ifft(spectrum, axis=0) * pulse
    return fft.ifft(analytic)


def grey_levels(power):
    """Compress power (1 is the adventitia's mean) to grey levels 0 to 255, by its logarithm."""
    level = 10 * np.log10(np.maximum(power, 1e-12))
    return np.clip(255 * (level - BLACK_LEVEL) / DYNAMIC_RANGE, 0, 255)


@lru_cache(maxsize=8)
def _pixel_rays(size):
    """Radius in m and angle in [0, 2 pi) of every pixel centre, each (size, size)."""
    axis = (np.arange(size) - (size - 1) / 2) * 2 * FIELD / size
    x, y = np.meshgrid(axis, axis)
    return np.hypot(x, y), np.arctan2(y, x) % (2 * np.pi)


def scan_convert(rays, size, step):
    """Put scan lines (L, D), first line along +x and turning towards +y, on a square picture.

    Linear interpolation, periodic in angle; zero outside the disc and on the catheter.
    """
    radius, angle = _pixel_rays(size)
    where = np.stack([angle * len(rays) / (2 * np.pi), radius / step])
    closed = np.concatenate([rays, rays[:1]])  # line L is line 0 again: no seam
    picture = ndimage.map_coordinates(closed, where, order=1, mode="nearest")
    return np.where((radius < FIELD) & (radius > CATHETER), picture, 0.0)


@lru_cache(maxsize=8)
def _knots(samples, knots, periodic):
    """Weights (samples, knots) that spread values at `knots` smoothly over `samples` points."""
    distance = np.arange(samples)[:, None] * knots / samples - np.arange(knots)
    if periodic:
        distance = (distance + knots / 2) % knots - knots / 2
    weights = np.exp(-0.5 * (distance / 0.6) ** 2)
    return weights / np.sqrt((weights**2).sum(1, keepdims=True))


def _tissue(vessel, frame, radius, angle):
    """Echo power in dB and one-way attenuation in dB / (m Hz) per ray and depth, each (L, D)."""
    names = ("lumen", "media", "soft", "calcium")
    lumen, media, soft, calcium = (vessel.along(name, frame, angle) for name in names)  # (L, 1)
    x, y, opening = vessel.branch[frame]
    aside = np.hypot(radius * np.cos(angle)[:, None] - x, radius * np.sin(angle)[:, None] - y)
    blood = (radius < lumen) | (aside < opening)
    plaque = POWER["plaque"] + (POWER["soft"] - POWER["plaque"]) * soft
    plaque = plaque + 5 * np.exp(np.minimum(lumen - radius, 0) / 0.1e-3)  # intima, met first
    wall = np.where(radius < media - MEDIA, plaque, POWER["media"])
    near = np.exp(-np.maximum(radius - media, 0) / 0.8e-3)  # dense adventitia, looser beyond
    beyond = POWER["around"] * (1 - near) + POWER["adventitia"] * near
    lines, depths = _knots(len(angle), 24, True), _knots(len(radius), 14, False)
    power = np.where(radius < media, wall, beyond) + 3 * lines @ vessel.shade[frame] @ depths.T
    power = np.where(blood, POWER["blood"], power)
    front = lumen + 0.4 * (media - lumen)  # face of the calcium, in the middle of the plaque
    power += POWER["calcium"] * calcium * np.exp(-(((radius - front) / 0.12e-3) ** 2))
    behind = calcium / (1 + np.exp(-(radius - front - 0.2e-3) / 0.05e-3))
    return power - SHADOW * behind, np.where(blood, ATTENUATION["blood"], ATTENUATION["tissue"])


def _guide_wire(vessel, frame, radius, angle):
    """Shadow in dB (L, D) and position (line, depth) of the guide wire, or (0, None)."""
    where, depth = vessel.wire[frame]
    if not depth:
        return 0.0, None
    away = (angle - where + np.pi) % (2 * np.pi) - np.pi
    shadow = SHADOW * np.exp(-((away / 0.1) ** 2))[:, None] * (radius > depth)
    return shadow, (np.abs(away).argmin(), np.searchsorted(radius, depth))


def scatterers(vessel, frame, scanner, generator):
    """Scatterer strengths (L, D) of a frame as the receiver meets them: after attenuation.

    Independent normal strengths, scaled by the root of tissue power; a few are strong ones.
    """
    angle = np.arange(scanner.lines) * 2 * np.pi / scanner.lines
    depths = fft.next_fast_len(int((FIELD + 3 * scanner.cell) / scanner.step), real=True)
    radius = np.arange(depths) * scanner.step
    power, loss = _tissue(vessel, frame, radius, angle)
    outside = radius > CATHETER
    power -= 2 * scanner.frequency * scanner.step * np.cumsum(loss * outside, axis=1)
    shadow, wire = _guide_wire(vessel, frame, radius, angle)
    strength = generator.standard_normal(power.shape)
    strong = generator.integers(strength.size, size=generator.poisson(2e-4 * strength.size))
    strength.flat[strong] += 12
    strength *= 10 ** ((power - shadow) / 20) * outside
    if wire:
        strength[wire] += 25
    return strength


def ring_down(scanner, depths):
    """Echo of the catheter itself, the same in all directions: a decaying carrier (D,)."""
    radius = np.arange(depths) * scanner.step
    carrier = np.cos(4 * np.pi * scanner.frequency / SPEED_OF_SOUND * radius)
    return 0.7 * carrier * np.exp(-(radius - CATHETER) / 0.12e-3) * (radius > CATHETER)


def depth_gain(scanner, depths):
    """Gain in dB by which the scanner makes up for attenuation, there and back (D,)."""
    return 2 * DEPTH_GAIN * scanner.frequency * np.arange(depths) * scanner.step


def _frame(vessel, frame, scanner, size, gain, generator):
    """Grey levels (size, size) of one frame: scatterers, echo, depth gain, compression."""
    strength = scatterers(vessel, frame, scanner, generator)
    depths = strength.shape[1]
    strength += gain[1] * ring_down(scanner, depths)
    power = np.abs(echo(strength, scanner, generator, 10 ** (NOISE / 10))) ** 2
    rise = gain[0] * depth_gain(scanner, depths) + gain[2]
    return scan_convert(grey_levels(power * 10 ** (rise / 10)), size, scanner.step)


def contour_pixels(radius, size):
    """Turn radii (..., 360) in m into contours x, y in pixels of the picture (..., 360, 2)."""
    pixels = radius * size / (2 * FIELD)
    middle = (size - 1) / 2
    x, y = np.cos(anatomy.ANGLE), np.sin(anatomy.ANGLE)
    return np.stack([middle + pixels * x, middle + pixels * y], -1)


@dataclass(frozen=True)
class Pullbacks:
    """Simulated frames: grey levels uint8 (N, S, S), contours in pixels (N, 360, 2), patients."""

    grey: np.ndarray
    lumen: np.ndarray
    media: np.ndarray
    patients: np.ndarray
    scanner: Scanner

    def labels(self):
        """Rasterise the contours: uint8 (N, S, S), classes as in `masks`."""
        pairs = zip(self.lumen, self.media, strict=True)
        return np.stack([masks.from_contours(*pair, self.grey.shape[1:]) for pair in pairs])


def simulate_pullbacks(n, size, seed, frequency=None, patients=None):
    """Simulate `n` frames of several patients, with their exact contours.

    Parameters
    ----------
    n : int
        Frames.
    size : int
        Pixels along one side.
    seed : int
        The same seed gives the same frames; another seed gives other patients.
    frequency : float, optional
        Centre frequency in Hz; see `scanner_for`.
    patients : int, optional
        Vessels the frames are drawn from; one for 40 frames where not given, at least 10.

    Returns
    -------
    Pullbacks
    """
    if n < 1 or size < 16:
        raise ValueError(f"n = {n}, size = {size}; expected n >= 1 frames and size >= 16 pixels")
    scanner = scanner_for(size, frequency)
    patients = patients or max(10, round(n / FRAMES_PER_PATIENT))
    owner = np.sort(np.arange(n) % patients)
    grey, lumen, media = [], [], []
    for patient, frames in zip(*np.unique(owner, return_counts=True), strict=True):
        generator = np.random.default_rng([seed, patient])
        vessel = anatomy.pullback(generator, frames)
        gain = np.array([1.0, 1.0, 0.0]) + generator.normal(size=3) * [0.1, 0.3, 1.5]
        grey += [_frame(vessel, k, scanner, size, gain, generator) for k in range(frames)]
        lumen.append(contour_pixels(vessel.lumen, size))
        media.append(contour_pixels(vessel.media, size))
    grey = np.rint(grey).astype(np.uint8)
    return Pullbacks(grey, np.concatenate(lumen), np.concatenate(media), owner, scanner)


def simulate(n, size, seed, frequency=None, patients=None):
    """Simulate images and masks; arguments as in `simulate_pullbacks`.

    Returns
    -------
    images : float32 array (n, 1, size, size) in [-1, 1]
    masks : uint8 array (n, 1, size, size), 0 lumen, 1 intima/media, 2 adventitia/background
    """
    frames = simulate_pullbacks(n, size, seed, frequency, patients)
    images = frames.grey[:, None].astype(np.float32) / 127.5 - 1
    return images, frames.labels()[:, None]
