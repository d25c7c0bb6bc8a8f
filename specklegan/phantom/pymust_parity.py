"""The same scatterers through an independent simulator: PyMUST, an optional extra.

SIMUS of PyMUST adds the waves of every scatterer in the frequency domain, for a real transducer
face that sends and receives; `phantom.echo` convolves with a Gaussian pulse and beam. Here both
see one homogeneous ring of tissue, line by line, so that their speckle can be compared, in its
statistics and spot by spot. PyMUST is imported when it is used, and by nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import signal

from specklegan import extras
from specklegan.laws import measured
from specklegan.phantom.anatomy import angle_difference
from specklegan.phantom.scanner import SPEED_OF_SOUND, Scanner, echo

NEAR, FAR = 2.0e-3, 4.5e-3  # m, depths of the ring of tissue
BORDER = 0.25e-3  # m left out at its edges, two pulses
DENSITY = 0.3  # share of the grid's points that hold a scatterer: about 15 in a cell
ELEMENTS = 8  # into which the transducer's face is divided
APERTURE = 0.886  # two-way FWHM of a face of width L: 0.886 wavelength / L, from sinc^2
BANDWIDTH = 31.0  # %, of the pulse-echo response at -6 dB: a pulse as long as the phantoms'
VIEW = np.deg2rad(25)  # scatterers further aside than this are left out of a line


@dataclass(frozen=True)
class Tissue:
    """Scatterers on the scanner's own grid: line and depth indices and strengths, each (M,)."""

    line: np.ndarray
    depth: np.ndarray
    strength: np.ndarray

    def grid(self, scanner: Scanner) -> np.ndarray:
        """Strengths on the polar grid of a scanner, (L, D)."""
        strength = np.zeros((scanner.lines, scanner.depths))
        strength[self.line, self.depth] = self.strength
        return strength


def homogeneous_ring(scanner: Scanner, generator: np.random.Generator) -> Tissue:
    """Put scatterers of equal strength and random sign on `DENSITY` of the ring's grid points."""
    inside = (scanner.radius > NEAR) & (scanner.radius < FAR)
    chosen = (generator.random((scanner.lines, scanner.depths)) < DENSITY) & inside
    line, depth = np.nonzero(chosen)
    return Tissue(line, depth, generator.choice([-1.0, 1.0], len(line)))


def pymust_echo(tissue: Tissue, scanner: Scanner, lines: Sequence[int]) -> np.ndarray:
    """Record RF lines of scatterers with PyMUST.

    Parameters
    ----------
    tissue : Tissue
        Scatterers.
    scanner : scanner.Scanner
        Frequency and geometry; the face of the transducer follows from the beam width.
    lines : sequence of int
        Which scan lines to record.

    Returns
    -------
    complex array (len(lines), D)
        Analytic RF signal at the scanner's depths.

    Raises
    ------
    ModuleNotFoundError
        If PyMUST is not installed.
    """
    pymust = extras.optional("pymust", "simulator")
    parameters = _transducer(pymust, scanner)
    options = pymust.utils.Options()
    options.WaitBar = options.ParPool = False
    delays, rays = np.zeros((1, ELEMENTS)), []
    radius, angle = scanner.radius[tissue.depth], scanner.angle[tissue.line]
    for line in lines:
        away = angle_difference(angle, scanner.angle[line])
        seen = np.abs(away) < VIEW
        x, z = radius[seen] * np.sin(away[seen]), radius[seen] * np.cos(away[seen])
        rf, _ = pymust.simus(x, z, tissue.strength[seen], delays, parameters, options)
        rays.append(_at_depths(rf.sum(1), parameters.fs, scanner.radius))
    return np.array(rays)


def _transducer(pymust, scanner):
    """Describe a flat face, as wide as the beam wants it, divided into elements fired at once."""
    parameters = pymust.utils.Param()
    parameters.fc, parameters.c = scanner.frequency, SPEED_OF_SOUND
    parameters.fs, parameters.radius = 8 * scanner.frequency, np.inf  # flat
    parameters.Nelements, parameters.bandwidth = ELEMENTS, BANDWIDTH
    face = APERTURE * SPEED_OF_SOUND / scanner.frequency / scanner.beam_width
    parameters.pitch = face / ELEMENTS
    parameters.kerf = 1e-3 * parameters.pitch  # the elements touch
    parameters.width = parameters.pitch - parameters.kerf
    return parameters


def _at_depths(rf, rate, radius):
    """Analytic signal of an RF line sampled at `rate`, interpolated at depths (D,)."""
    long_enough = np.concatenate([rf, np.zeros(len(rf))])  # no echo wraps round
    analytic = signal.hilbert(long_enough)
    time = 2 * radius / SPEED_OF_SOUND * rate
    return np.interp(time, np.arange(len(analytic)), analytic)


def compare_with_pymust(
    scanner: Scanner, seeds: Sequence[int], lines: int
) -> dict[str, np.ndarray]:
    """Measure the speckle of both simulators on the same homogeneous tissue.

    Parameters
    ----------
    scanner : scanner.Scanner
        The machine.
    seeds : sequence of int
        One tissue for each.
    lines : int
        Neighbouring scan lines of each tissue that are recorded.

    Returns
    -------
    dict of str to array (2, len(seeds))
        By quantity, of PyMUST and of `phantom.echo`: amplitude SNR, standard deviation in dB,
        Kolmogorov-Smirnov distance from a Rayleigh law, grain along in mm and across in degrees,
        and the correlation of both envelopes (the same number twice).
    """
    inside = (scanner.radius > NEAR + BORDER) & (scanner.radius < FAR - BORDER)
    pairs = []
    for seed in seeds:
        tissue = homogeneous_ring(scanner, np.random.default_rng(seed))
        theirs = pymust_echo(tissue, scanner, range(lines))
        ours = echo(tissue.grid(scanner), scanner)[:lines]
        pairs.append(np.abs([theirs, ours])[:, :, inside])
    amplitude = np.array(pairs)  # (seeds, 2, lines, depths)
    # Neither gain nor spreading: the same root mean power at each depth.
    amplitude /= np.sqrt((amplitude**2).mean(axis=(0, 2), keepdims=True))
    return _measure(amplitude, [360 / scanner.lines, scanner.step * 1e3])


def _measure(amplitude, pitch):
    """Statistics of envelopes (seeds, 2, lines, depths) a `pitch` in degrees and mm apart."""
    power = amplitude**2
    grain = np.array([[measured.grain_size(p, 1.0) for p in pair] for pair in power])
    across, along = np.moveaxis(grain, -1, 0)
    fits = [[measured.fit_rayleigh(image).distance for image in pair] for pair in amplitude]
    match = [np.corrcoef(*pair.reshape(2, -1))[0, 1] for pair in amplitude]
    return {
        "amplitude SNR": np.transpose(measured.amplitude_snr(amplitude)),
        "standard deviation / dB": np.transpose(measured.log_std(power)),
        "distance from Rayleigh": np.transpose(fits),
        "grain along / mm": along.T * pitch[1],
        "grain across / degrees": across.T * pitch[0],
        "correlation of the envelopes": np.array([match, match]),
    }
