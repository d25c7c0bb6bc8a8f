"""From a vessel to scatterers: how strongly each place echoes, and what of it comes back.

Each tissue is a dense cloud of independent scatterers whose variance is its brightness. On the way
sound is attenuated, calcium and guide wire cast shadows. Powers in dB of a common unit;
they and the attenuation are plausible, not measured. Nothing here forms an image.
"""

from functools import lru_cache

import numpy as np

from specklegan.phantom.anatomy import WALL, Vessel, angle_difference
from specklegan.phantom.scanner import CATHETER, Scanner

ATTENUATION = {"tissue": 70e-6, "blood": 20e-6}  # dB / (m Hz), one way; 0.7 and 0.2 dB/cm/MHz
SHADOW = 22.0  # dB lost behind calcium and guide wire
POWER = {
    "blood": -18.5,
    "plaque": -5.0,
    "soft": -14.0,
    "media": -22.0,
    "adventitia": 3.5,
    "around": -7.3,
    "calcium": 11.0,
}  # dB; calcium adds to its tissue
MEDIA = 0.22e-3  # m, thickness of the dark ring
DENSE = 0.8e-3  # m, depth over which the dense adventitia becomes loose by a factor e
UNEVEN = 3.0  # dB, standard deviation of the slow changes of brightness within a tissue
STRONG = 2e-4  # share of scatterers that are specular reflectors
SPECULAR = 2.5  # strength of the calcium's smooth front, in standard deviations of its tissue
WIRE = 25.0  # strength of the guide wire, in standard deviations of the adventitia


def scatterers(
    vessel: Vessel, frame: int, scanner: Scanner, generator: np.random.Generator
) -> np.ndarray:
    """Scatterer strengths of a frame as the receiver meets them: after attenuation.

    Parameters
    ----------
    vessel : anatomy.Vessel
        The anatomy.
    frame : int
        Which of its frames.
    scanner : scanner.Scanner
        Directions and depths.
    generator : numpy.random.Generator
        Source of chance.

    Returns
    -------
    array (L, D)
        Independent normal strengths, scaled by the root of tissue power; a few are strong, those
        on the front of calcium have a common part, and one is the guide wire.
    """
    angle, radius = scanner.angle, scanner.radius
    power, blood = tissue_power(vessel, frame, angle, radius)
    outside = radius > CATHETER
    loss = np.where(blood, ATTENUATION["blood"], ATTENUATION["tissue"]) * outside
    power -= 2 * scanner.frequency * scanner.step * np.cumsum(loss, axis=1)
    power -= _calcium_shadow(vessel, frame, angle, radius)
    shadow, wire = _guide_wire(vessel, frame, angle, radius)
    strength = generator.standard_normal(power.shape)
    strong = generator.integers(strength.size, size=generator.poisson(STRONG * strength.size))
    strength.flat[strong] += 12
    front = _calcium_face(*(vessel.along(name, frame, angle) for name in ("lumen", "media")))
    surface = np.arange(len(angle)), np.searchsorted(radius, front[:, 0])
    strength[surface] += SPECULAR * vessel.along("calcium", frame, angle)[:, 0]
    strength *= 10 ** ((power - shadow) / 20) * outside
    if wire:
        strength[wire] += WIRE
    return strength


def tissue_power(
    vessel: Vessel, frame: int, angle: np.ndarray, radius: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Echo power of the tissues before any loss.

    Parameters
    ----------
    vessel, frame
        As in :func:`scatterers`.
    angle, radius : array (L,), (D,)
        Directions in rad and depths in m.

    Returns
    -------
    power : array (L, D)
        dB.
    blood : bool array (L, D)
        Where there is blood: lumen, side branch, second vessel of a bifurcation.
    """
    names = ("lumen", "media", "soft", "calcium")
    lumen, media, soft, calcium = (vessel.along(name, frame, angle) for name in names)  # (L, 1)
    branch = _outside(vessel.branch[frame], angle, radius)
    daughter = _outside(vessel.daughter[frame], angle, radius)
    plaque = POWER["plaque"] + (POWER["soft"] - POWER["plaque"]) * soft
    plaque = plaque + 5 * np.exp(np.minimum(lumen - radius, 0) / 0.1e-3)  # intima, met first
    beyond = np.minimum(radius - media, daughter - WALL)
    near = np.exp(-np.maximum(beyond, 0) / DENSE)
    power = POWER["around"] * (1 - near) + POWER["adventitia"] * near
    power = np.where(daughter < WALL, POWER["plaque"], power)  # the other vessel's wall
    power = np.where((daughter < WALL) & (daughter > WALL - MEDIA), POWER["media"], power)
    wall = np.where(radius < media - MEDIA, plaque, POWER["media"])
    power = np.where(radius < media, wall, power) + _shade(vessel, frame, power.shape)
    blood = (radius < lumen) | (branch < 0) | (daughter < 0)
    power = np.where(blood, POWER["blood"], power)
    face = np.exp(-(((radius - _calcium_face(lumen, media)) / 0.12e-3) ** 2))
    return power + POWER["calcium"] * calcium * face, blood


def _outside(circle, angle, radius):
    """Distance in m (L, D) to a circle x, y, radius; infinite where it has no radius."""
    x, y, size = circle
    if not size:
        return np.full((len(angle), len(radius)), np.inf)
    ray_x, ray_y = np.cos(angle)[:, None], np.sin(angle)[:, None]
    return np.hypot(radius * ray_x - x, radius * ray_y - y) - size


def _calcium_face(lumen, media):
    """Depth of the calcium's bright front, in the middle of the plaque (L, 1)."""
    return lumen + 0.4 * (media - lumen)


def _calcium_shadow(vessel, frame, angle, radius):
    """Loss in dB (L, D) behind calcium."""
    lumen, media, calcium = (vessel.along(n, frame, angle) for n in ("lumen", "media", "calcium"))
    behind = radius - _calcium_face(lumen, media) - 0.2e-3
    return SHADOW * calcium / (1 + np.exp(-behind / 0.05e-3))


def _guide_wire(vessel, frame, angle, radius):
    """Shadow in dB (L, D) and position (line, depth) of the guide wire, or (0, None)."""
    where, depth = vessel.wire[frame]
    if not depth:
        return 0.0, None
    away = angle_difference(angle, where)
    shadow = SHADOW * np.exp(-((away / 0.1) ** 2))[:, None] * (radius > depth)
    return shadow, (np.abs(away).argmin(), np.searchsorted(radius, depth))


def _shade(vessel, frame, shape):
    """Slow changes of brightness in dB (L, D)."""
    knots = vessel.shade[frame]
    lines, depths = _knots(shape[0], knots.shape[0], True), _knots(shape[1], knots.shape[1], False)
    return UNEVEN * lines @ knots @ depths.T


@lru_cache(maxsize=8)
def _knots(samples, knots, periodic):
    """Weights (samples, knots) that spread values at `knots` smoothly over `samples` points."""
    distance = np.arange(samples)[:, None] * knots / samples - np.arange(knots)
    if periodic:
        distance = (distance + knots / 2) % knots - knots / 2
    weights = np.exp(-0.5 * (distance / 0.6) ** 2)
    return weights / np.sqrt((weights**2).sum(1, keepdims=True))
