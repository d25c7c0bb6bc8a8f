"""Vessels: contours, plaque, branches, bifurcation, guide wire and rotation along a pullback.

Every quantity wanders smoothly with the position of the catheter, so neighbouring frames of one
patient share their anatomy. Contours are radii seen from the catheter, which lies inside the lumen
but rarely in its middle. Metres and radians; no ultrasound here.
"""

from dataclasses import dataclass

import numpy as np

from specklegan.phantom.scanner import CATHETER, FIELD

FRAME_SPACING = 1e-3  # m between the frames kept of a pullback
WALL = 0.35e-3  # m, intima and media where there is no plaque
THINNEST = 0.15e-3  # m, wall that plaque and branches leave at least
VIEW = 0.95 * FIELD  # m, radius within which the media stays
ANGLE = np.arange(360) * 2 * np.pi / 360  # rad, samples of a contour


@dataclass(frozen=True)
class Vessel:
    """One patient's pullback of F frames; radii in m at the 360 angles of `ANGLE`."""

    lumen: np.ndarray  # (F, 360) radius
    media: np.ndarray  # (F, 360) radius of the media-adventitia border
    soft: np.ndarray  # (F, 360) 0..1, how soft the plaque is
    calcium: np.ndarray  # (F, 360) 0..1, how calcified it is
    branch: np.ndarray  # (F, 3) x, y, radius of a side branch; radius 0: none
    daughter: np.ndarray  # (F, 3) the same of the second vessel of a bifurcation
    wire: np.ndarray  # (F, 2) angle, radius of the guide wire; radius 0: none
    rotation: np.ndarray  # (F, 360) how far the catheter points ahead of the angle drawn, rad
    shade: np.ndarray  # (F, 12, 6) uneven brightness, angle x depth, about N(0, 1)

    def along(self, name: str, frame: int, angle: np.ndarray) -> np.ndarray:
        """Interpolate `name` of one frame at angles (L,): (L, 1)."""
        return np.interp(angle, ANGLE, getattr(self, name)[frame], period=2 * np.pi)[:, None]

    def drawn(self, name: str) -> np.ndarray:
        """Contours of `name` (F, 360) as the picture shows them, bent by uneven rotation."""
        radii, ahead = getattr(self, name), self.rotation
        pairs = zip(ANGLE + ahead, radii, strict=True)
        return np.array([np.interp(turned, ANGLE, r, period=2 * np.pi) for turned, r in pairs])


def pullback(generator: np.random.Generator, frames: int) -> Vessel:
    """Invent the vessel of one patient.

    Parameters
    ----------
    generator : numpy.random.Generator
        Source of chance.
    frames : int
        Frames, `FRAME_SPACING` apart.

    Returns
    -------
    Vessel

    Raises
    ------
    ValueError
        If there is no frame.
    """
    if frames < 1:
        raise ValueError(f"frames is {frames}; expected at least 1")
    z = np.arange(frames) * FRAME_SPACING

    def wander(length, *shape):
        return _wander(generator, z, length, shape)

    turn = 2 * np.pi * generator.random(4) + 0.5 * wander(12e-3, 4)  # (F, 4) slow rotations
    plaque, fatty, aside, wire = turn.T
    forks = generator.random() < 0.5
    lumen, media, centre = _contours(generator, z, plaque, forks)
    daughter = _daughter(generator, z, plaque + np.pi, centre) * forks
    lumen, media = merge(lumen, media, daughter)
    soft = _arc(fatty, 1.5 + 0.7 * wander(6e-3)) * (generator.random() < 0.6)
    calcium = _arc(plaque + 0.6 * wander(9e-3), 0.9 * wander(5e-3) - 0.2)
    opening = np.clip(0.8 * wander(4e-3) - 0.5, 0, 1) * 1e-3  # the branch comes and goes
    beside = _radius_at(aside, media) + 0.3 * opening
    branch = np.stack([beside * np.cos(aside), beside * np.sin(aside), opening], 1)
    free = CATHETER + 0.15e-3 + 0.3 * (_radius_at(wire, lumen) - CATHETER)
    wire = np.stack([wire, free * (generator.random() < 0.7)], 1)
    uneven = _ripple(generator, z, [1, 2, 3], generator.uniform(0, 0.12), 2e-3)
    shade = wander(3e-3, 12, 6)
    return Vessel(lumen, media, soft, calcium, branch, daughter, wire, uneven, shade)


def _contours(generator, z, plaque, forks):
    """Radii (F, 360) of lumen and media with eccentric plaque towards the angles `plaque` (F,).

    Also the middle of the vessel as the catheter sees it, x and y (F, 2).
    """
    mean = generator.uniform(2.2e-3, 3.5e-3) * (0.9 if forks else 1)  # room for the second vessel
    mean = mean * (1 + 0.07 * _wander(generator, z, 12e-3))
    outer = mean[:, None] * (1 + _ripple(generator, z, [2, 3, 4, 5], 0.16))
    burden = -1.5 * _wander(generator, z, 8e-3) - generator.normal()
    burden = 0.08 + 0.5 / (1 + np.exp(burden))[:, None]
    # The lumen: a circle of radius 1 - burden / 2 inside the unit circle, touching it opposite.
    towards = ANGLE - plaque[:, None]
    circle = np.sqrt((1 - burden / 2) ** 2 - (burden / 2 * np.sin(towards)) ** 2)
    inner = (outer - WALL) * (circle - burden / 2 * np.cos(towards))
    inner = inner * (1 + _ripple(generator, z, [2, 3, 5], 0.1))
    return _around_catheter(inner, outer, np.tanh(_wander(generator, z, 6e-3, (2,))))


def _around_catheter(inner, outer, offset):
    """Put the catheter inside the lumen, off its centre, and see both contours from there."""
    ray = np.stack([np.cos(ANGLE), np.sin(ANGLE)])  # (2, 360)
    lumen, media, middle = np.empty_like(inner), np.empty_like(outer), np.empty_like(offset)
    for k in range(len(inner)):
        centre = (inner[k] * ray).mean(1, keepdims=True)
        room = np.hypot(*(inner[k] * ray - centre)).min() - CATHETER - 0.1e-3
        centre = centre + max(room, 0) * 0.98 * offset[k][:, None] / np.sqrt(2)
        lumen[k] = _seen_from_origin(*(inner[k] * ray - centre))
        media[k] = _seen_from_origin(*(outer[k] * ray - centre))
        middle[k] = -centre[:, 0]
    shrink = np.minimum(1, VIEW / media.max(1, keepdims=True))  # all of it in view
    media = np.maximum(media * shrink, CATHETER + WALL)
    lumen = np.clip(lumen * shrink, CATHETER + 0.05e-3, media - THINNEST)
    return lumen, media, middle * shrink


def _daughter(generator, z, away, middle):
    """Second vessel of a bifurcation, x, y, radius (F, 3): it leaves the first one sideways.

    Before the fork there is one vessel. Behind it the middle of the daughter moves off at 20 to 40
    degrees, opposite to the plaque at first, and leaves the field of view.
    """
    fork = generator.uniform(-3e-3, z[-1] + 1e-3)
    apart = np.maximum(z - fork, 0) * np.tan(np.deg2rad(generator.uniform(20, 40)))
    radius = generator.uniform(0.9e-3, 1.3e-3) * (1 + 0.05 * _wander(generator, z, 6e-3))
    x, y = (middle + apart[:, None] * np.stack([np.cos(away[0]), np.sin(away[0])])).T
    return np.stack([x, y, radius * (apart > 0) * (apart < FIELD)], 1)


def merge(
    lumen: np.ndarray, media: np.ndarray, circle: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Widen contours by a second lumen where it opens into the first.

    Parameters
    ----------
    lumen, media : array (F, 360)
        Radii in m seen from the catheter.
    circle : array (F, 3)
        x, y and radius in m of the second lumen; radius 0: none.

    Returns
    -------
    lumen, media : array (F, 360)
        Along a direction that passes from the first lumen straight into the second they reach to
        its far side, and a wall beyond. Behind the ridge between both (the carina) they do not.
    """
    x, y, radius = circle.T[..., None]
    along = x * np.cos(ANGLE) + y * np.sin(ANGLE)  # (F, 360)
    half = np.sqrt(np.maximum(radius**2 - (x**2 + y**2 - along**2), 0))  # half the chord
    opens = (half > 0) & (along - half < lumen) & (along + half > lumen)
    wide = _smooth(np.where(opens, along + half, lumen)) if opens.any() else lumen
    wide = np.clip(wide, lumen, np.maximum(lumen, VIEW - THINNEST))
    beyond = np.where(opens, np.minimum(wide + WALL, VIEW), media)
    return wide, np.maximum(np.maximum(media, beyond), wide + THINNEST)


def _smooth(radii):
    """Average contours (F, 360) over about 5 degrees: no annotator draws a leap."""
    distance = (np.arange(360) + 180) % 360 - 180
    weights = np.exp(-0.5 * (distance / 2.0) ** 2)
    return np.fft.irfft(np.fft.rfft(radii) * np.fft.rfft(weights / weights.sum()).real, 360)


def _seen_from_origin(x, y):
    """Radius at each angle of a closed curve x, y (360,) round the origin."""
    turn = np.arctan2(y, x) % (2 * np.pi)
    order = np.argsort(turn)
    return np.interp(ANGLE, turn[order], np.hypot(x, y)[order], period=2 * np.pi)


def _radius_at(angles, radii):
    """Radius of each frame's contour (F, 360) at one angle each (F,)."""
    pairs = zip(angles, radii, strict=True)
    return np.array([np.interp(a, ANGLE, r, period=2 * np.pi) for a, r in pairs])


def _wander(generator, z, length, shape=()):
    """Smooth random functions of z in m, about N(0, 1), correlated over `length`: (F, *shape).

    A sum of eight cosines with normal wave numbers and uniform phases (random Fourier features).
    """
    waves, phases = generator.normal(size=(8, *shape)), generator.random((8, *shape))
    z = z.reshape(-1, *([1] * (len(shape) + 1)))
    return np.sqrt(2 / 8) * np.cos(waves / length * z + 2 * np.pi * phases).sum(1)


def _ripple(generator, z, orders, amount, length=8e-3):
    """Fourier perturbation round the circle, falling as 1 / order^2: (F, 360)."""
    parts = _wander(generator, z, length, (2, len(orders))) / np.square(orders)  # (F, 2, K)
    waves = np.stack([np.cos(np.outer(orders, ANGLE)), np.sin(np.outer(orders, ANGLE))])
    return amount * np.einsum("fck,cka->fa", parts, waves)


def angle_difference(angle: np.ndarray, origin: np.ndarray | float) -> np.ndarray:
    """Return how far angles are turned from others, the shorter way: in [-pi, pi) rad."""
    return (angle - origin + np.pi) % (2 * np.pi) - np.pi


def _arc(centre, width):
    """Smooth window: 1 within `centre` +- `width` / 2 (F,) in rad, 0 outside: (F, 360)."""
    distance = np.abs(angle_difference(ANGLE, centre[:, None]))
    return 1 / (1 + np.exp((distance - width[:, None] / 2) / np.deg2rad(2)))
