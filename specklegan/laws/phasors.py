"""Sums of phasors: random walks, and sources with few, clustered or partly steady scatterers.

A source is a complex array: amplitude and phase of each pixel, ready for Eq. 2 as
`form_speckle(abs(source), edge, phase=angle(source))`. Which laws such speckle obeys is in
`laws/partially_developed.py`. Every function takes the random generator that it draws from.
"""

# notation: a phasor is exp(i phi), phi uniform in [0, 2 pi); m mean number, alpha shape

import math

import numpy as np


def phasor_walks(walks: int, steps: int, rng: np.random.Generator) -> np.ndarray:
    """Return random walks of unit phasors: their partial sums, from 0.

    Parameters
    ----------
    walks, steps : int
        Number of walks W and of phasors M in each, at least 1.
    rng : numpy.random.Generator
        Source of the phases.

    Returns
    -------
    complex array, shape (W, M + 1)
        Partial sums; the last column holds the sums.

    Raises
    ------
    ValueError
        If `walks` or `steps` is not a positive integer.
    """
    _check_counts(walks=walks, steps=steps)
    phasors = _phasors((walks, steps), rng)
    return np.concatenate([np.zeros((walks, 1)), phasors.cumsum(1)], axis=1)


def scatterers(
    number: float, shape: tuple[int, ...], rng: np.random.Generator, clustering: float = math.inf
) -> np.ndarray:
    """Return sums of a random number of unit phasors.

    Parameters
    ----------
    number : float
        Mean number m of phasors in each sum (of scatterers in each pixel), above 0.
    shape : tuple of int
        Shape of the array, for instance (R, N, N).
    rng : numpy.random.Generator
        Source of numbers and phases.
    clustering : float
        Shape alpha of the gamma distributed density of the scatterers, above 0; infinite where
        they are spread evenly, so that their number is Poisson distributed.

    Returns
    -------
    complex array, shape `shape`
        Mean intensity m; 0 where no scatterer is.

    Raises
    ------
    ValueError
        If `number` is not positive and finite, `clustering` not positive, or `shape` is empty.
    """
    if not 0 < number < math.inf:
        raise ValueError(f"number must be positive and finite, found {number}")
    if not clustering > 0:
        raise ValueError(f"clustering must be positive, found {clustering}")
    _check_counts(**{f"shape[{i}]": n for i, n in enumerate(shape)})
    density = number
    if clustering < math.inf:
        density = number * rng.gamma(clustering, 1 / clustering, shape)
    counts = rng.poisson(density, shape).ravel()
    owner = np.repeat(np.arange(counts.size), counts)  # the sum that each phasor belongs to
    phasors = _phasors(owner.size, rng)
    real, imaginary = (
        np.bincount(owner, part, counts.size) for part in (phasors.real, phasors.imag)
    )
    return (real + 1j * imaginary).reshape(shape)


def steady(strength: float, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Return unit phasors of random phase, and one steady phasor of `strength` in each pixel.

    A mirror-like reflection beside the rough one: the steady part has zero frequency only, which
    every window passes whole.

    Parameters
    ----------
    strength : float
        Amplitude s of the steady phasor, not negative.
    shape : tuple of int
        Shape of the array.
    rng : numpy.random.Generator
        Source of the phases.

    Raises
    ------
    ValueError
        If `strength` is negative or not finite, or `shape` is empty.
    """
    if not 0 <= strength < math.inf:
        raise ValueError(f"strength must be finite and not negative, found {strength}")
    _check_counts(**{f"shape[{i}]": n for i, n in enumerate(shape)})
    return strength + _phasors(shape, rng)


def _phasors(shape, rng):
    return np.exp(2j * np.pi * rng.random(shape))


def _check_counts(**counts):
    for name, count in counts.items():
        if count < 1 or not float(count).is_integer():
            raise ValueError(f"{name} must be a positive integer, found {count}")
