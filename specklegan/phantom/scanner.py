"""The simulated IVUS scanner: from scatterers to an echo, from echoes to a picture.

A catheter sends short pulses along 100 to 270 directions. The radio-frequency (RF) echo is the
convolution of the scatterers with pulse and beam; the scanner takes its envelope, makes up for
attenuation, prints the logarithm in 8 bits and turns scan lines into a picture. Speckle *forms*
here, by the sum of echoes in a resolution cell: nothing knows the speckle layer, which has to learn
this texture, and nothing knows an anatomy.

Linear and two-dimensional. Metres, hertz, decibels (of power), radians; greys at the very end.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import fft, ndimage

CATHETER = 0.5e-3  # m, radius
FIELD = 384 * 0.026e-3 / 2  # m, radius that a frame of a clinical 20 MHz scanner shows
SPEED_OF_SOUND = 1540.0  # m/s, soft tissue
FREQUENCY = 20e6  # Hz, the clinical scanner
PULSE_CYCLES = 3.12  # FWHM of the two-way pulse in periods: the measured grain along depth
BEAM_WIDTH = 6.08 * np.pi / 180  # rad, FWHM of the two-way beam at 20 MHz: that across
CELL_PIXELS = 2.0  # the axial cell spans at least this many pixels
LINES_PER_BEAM = 4.2  # scan lines in one beam width: its spectrum is cut below 1e-6
DYNAMIC_RANGE = 41.0  # dB from black to white; with the next chosen by measured grey levels
BLACK_LEVEL = -21.2  # dB, relative to unit mean power
DEPTH_GAIN = 60e-6  # dB / (m Hz), one way: what the scanner takes the attenuation for
NOISE = -34.0  # dB, electronic noise before the depth gain
RING_DOWN = 0.7  # amplitude of the catheter's own echo at its surface
RING_DOWN_LENGTH = 0.12e-3  # m, depth over which it dies away by a factor e


@dataclass(frozen=True)
class Scanner:
    """What the machine is: centre frequency in Hz, beam width (FWHM) in rad, scan lines."""

    frequency: float
    beam_width: float
    lines: int

    @property
    def cell(self) -> float:
        """Axial resolution cell in m: FWHM of the pulse's envelope, c * cycles / (2 f)."""
        return PULSE_CYCLES * SPEED_OF_SOUND / (2 * self.frequency)

    @property
    def step(self) -> float:
        """Depth between RF samples in m: four samples a carrier period, c / (8 f)."""
        return SPEED_OF_SOUND / (8 * self.frequency)

    @property
    def depths(self) -> int:
        """RF samples of a line: a little deeper than the picture, quick to transform."""
        return fft.next_fast_len(int((FIELD + 3 * self.cell) / self.step), real=True)

    @property
    def angle(self) -> np.ndarray:
        """Directions of the scan lines in rad, (L,)."""
        return np.arange(self.lines) * 2 * np.pi / self.lines

    @property
    def radius(self) -> np.ndarray:
        """Depths of the RF samples in m from the middle of the catheter, (D,)."""
        return np.arange(self.depths) * self.step


def scanner_for(size: int, frequency: float | None = None) -> Scanner:
    """Choose the scanner for a picture of `size` pixels.

    The frequency is `min(20 MHz, cycles * c * size / (2 * 2 px * field of view))`, so that the
    axial cell spans at least two pixels. The aperture stays, so the beam widens as the wavelength.

    Parameters
    ----------
    size : int
        Pixels along one side of the picture.
    frequency : float, optional
        Centre frequency in Hz, to choose it oneself.

    Returns
    -------
    Scanner

    Raises
    ------
    ValueError
        If the size is below 16 pixels or the frequency not between 1 and 60 MHz.
    """
    if not size >= 16:
        raise ValueError(f"size is {size}; expected at least 16 pixels")
    finest = PULSE_CYCLES * SPEED_OF_SOUND * size / (2 * CELL_PIXELS * 2 * FIELD)
    frequency = float(min(FREQUENCY, finest) if frequency is None else frequency)
    if not 1e6 <= frequency <= 60e6:
        raise ValueError(f"frequency is {frequency:g} Hz; expected 1e6 to 60e6 (1 to 60 MHz)")
    beam_width = BEAM_WIDTH * FREQUENCY / frequency
    return Scanner(frequency, beam_width, int(np.ceil(LINES_PER_BEAM * 2 * np.pi / beam_width)))


def echo(
    strength: np.ndarray,
    scanner: Scanner,
    generator: np.random.Generator | None = None,
    noise: float = 0.0,
) -> np.ndarray:
    """Form the analytic RF echo of scatterers: pulse along depth, beam across, noise.

    Parameters
    ----------
    strength : array (..., L, D)
        Scatterer strengths; L directions round the circle, D depths `scanner.step` apart. White
        noise of unit variance gives an echo of unit mean power.
    scanner : Scanner
        Pulse and beam.
    generator : numpy.random.Generator, optional
        For the electronic noise; needed only with noise.
    noise : float
        Mean power of that noise.

    Returns
    -------
    complex array (..., L, D)
        Its real part is the RF line, its modulus the envelope (Hilbert transform). The pulse is
        band-limited: outside the octave or so round the carrier the spectrum is exactly zero.

    Raises
    ------
    ValueError
        If noise is asked for without a generator.
    """
    lines, depths = strength.shape[-2:]
    band, pulse = _pulse_spectrum(depths)
    spectrum = fft.fft(fft.rfft(strength)[..., band], axis=-2)  # (..., L, band)
    spectrum *= _beam_spectrum(lines, scanner.beam_width)[:, None]
    if noise:
        if generator is None:
            raise ValueError("noise needs a generator, found None")
        size = np.sqrt(noise * lines * depths / 2)
        hiss = size * generator.standard_normal((2, *spectrum.shape))
        spectrum += hiss[0] + 1j * hiss[1]
    analytic = np.zeros(strength.shape, dtype=spectrum.dtype)
    analytic[..., band] = fft.ifft(spectrum, axis=-2) * pulse
    return fft.ifft(analytic)


@lru_cache(maxsize=8)
def _pulse_spectrum(depths):
    """Frequency bins of the pulse and its spectrum there, of unit energy.

    A Gaussian whose amplitude has FWHM w has a Gaussian spectrum of sigma sqrt(2 ln 2) / (pi w).
    """
    cycles = np.arange(depths // 2 + 1) / depths * 4  # spatial frequency, in carrier cycles
    pulse = np.exp(-0.5 * ((cycles - 1) * np.pi * PULSE_CYCLES) ** 2 / (2 * np.log(2)))
    band = np.flatnonzero(pulse > 1e-3)
    return slice(band[0], band[-1] + 1), pulse[band] / np.sqrt((pulse[band] ** 2).sum() / depths)


@lru_cache(maxsize=8)
def _beam_spectrum(lines, width):
    """Spectrum (L,) of the Gaussian beam of FWHM `width` in rad, of unit energy."""
    turns = fft.fftfreq(lines, 1 / lines)
    beam = np.exp(-0.5 * (turns * width) ** 2 / (8 * np.log(2)))
    return beam / np.sqrt((beam**2).mean())


def ring_down(scanner: Scanner) -> np.ndarray:
    """Echo of the catheter itself, the same in all directions: a decaying carrier (D,)."""
    outside = scanner.radius - CATHETER
    carrier = np.cos(4 * np.pi * scanner.frequency / SPEED_OF_SOUND * scanner.radius)
    return RING_DOWN * carrier * np.exp(-outside / RING_DOWN_LENGTH) * (outside > 0)


def depth_gain(scanner: Scanner) -> np.ndarray:
    """Gain in dB by which the scanner makes up for attenuation, there and back (D,)."""
    return 2 * DEPTH_GAIN * scanner.frequency * scanner.radius


def grey_levels(power: np.ndarray) -> np.ndarray:
    """Compress power (1 is the brightest tissue's mean) to grey levels 0 to 255, not rounded."""
    level = 10 * np.log10(np.maximum(power, 1e-12))
    return np.clip(255 * (level - BLACK_LEVEL) / DYNAMIC_RANGE, 0, 255)


@lru_cache(maxsize=8)
def _pixel_rays(size):
    """Radius in m and angle in [0, 2 pi) of every pixel centre, each (size, size)."""
    axis = (np.arange(size) - (size - 1) / 2) * 2 * FIELD / size
    x, y = np.meshgrid(axis, axis)
    return np.hypot(x, y), np.arctan2(y, x) % (2 * np.pi)


def scan_convert(
    rays: np.ndarray, size: int, step: float, rotation: np.ndarray | None = None
) -> np.ndarray:
    """Put scan lines on a square picture, first line along +x and turning towards +y.

    Parameters
    ----------
    rays : array (L, D)
        One value for each direction and depth.
    size : int
        Pixels along one side of the picture.
    step : float
        Depth between samples in m.
    rotation : array (A,), optional
        Non-uniform rotation: how far, in rad, the catheter points ahead of the angle at which the
        line is drawn, at A equally spaced angles.

    Returns
    -------
    array (size, size)
        Linear interpolation, periodic in angle; zero outside the disc and on the catheter.
    """
    radius, angle = _pixel_rays(size)
    if rotation is not None:
        angle = (angle + _periodic(rotation, angle)) % (2 * np.pi)
    where = np.stack([angle * len(rays) / (2 * np.pi), radius / step])
    closed = np.concatenate([rays, rays[:1]])  # line L is line 0 again: no seam
    picture = ndimage.map_coordinates(closed, where, order=1, mode="nearest")
    return np.where((radius < FIELD) & (radius > CATHETER), picture, 0.0)


def _periodic(values, angle):
    """Interpolate values (A,) at equally spaced angles linearly, at any `angle` in rad."""
    grid = np.arange(len(values)) * 2 * np.pi / len(values)
    return np.interp(angle, grid, values, period=2 * np.pi)
