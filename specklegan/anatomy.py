"""Vessels: smooth contours, plaque, side branch and guide wire along a pull-back.

Every quantity wanders smoothly with the position of the catheter, so neighbouring frames of one
patient share their anatomy. Contours are radii seen from the catheter, which lies inside the lumen
but rarely in its middle. Metres and radians; no ultrasound here.
"""

from dataclasses import dataclass

import numpy as np

CATHETER = 0.5e-3  # m, radius
FIELD = 384 * 0.026e-3 / 2  # m, radius that a frame of a clinical 20 MHz scanner shows
FRAME_SPACING = 1e-3  # m between the frames kept of a pull-back
WALL = 0.35e-3  # m, intima and media where there is no plaque
ANGLE = np.arange(360) * 2 * np.pi / 360  # rad, samples of a contour


@dataclass(frozen=True)
class Vessel:
    """One patient's pull-back of F frames; radii in m at the 360 angles of `ANGLE`."""

    lumen: np.ndarray  # (F, 360) radius
    media: np.ndarray  # (F, 360) radius of the media-adventitia border
    soft: np.ndarray  # (F, 360) 0..1, how soft the plaque is
    calcium: np.ndarray  # (F, 360) 0..1, how calcified it is
    branch: np.ndarray  # (F, 3) x, y, radius of a side branch; radius 0: none
    wire: np.ndarray  # (F, 2) angle, radius of the guide wire; radius 0: none
    shade: np.ndarray  # (F, 24, 14) uneven brightness, angle x depth, about N(0, 1)

    def along(self, name, frame, angle):
        """Interpolate `name` of one frame at angles (L,): (L, 1)."""
        return np.interp(angle, ANGLE, getattr(self, name)[frame], period=2 * np.pi)[:, None]


def pullback(generator, frames):
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
    """
    z = np.arange(frames) * FRAME_SPACING

    def wander(length, *shape):
        return _wander(generator, z, length, shape)

    turn = 2 * np.pi * generator.random(4) + 0.5 * wander(12e-3, 4)  # (F, 4) slow rotations
    plaque, fatty, aside, wire = turn.T
    lumen, media = _contours(generator, z, plaque)
    soft = _arc(fatty, 1.5 + 0.7 * wander(6e-3)) * (generator.random() < 0.6)
    calcium = _arc(plaque + 0.6 * wander(9e-3), 0.9 * wander(5e-3) - 0.2)
    opening = np.clip(0.8 * wander(4e-3) - 0.5, 0, 1) * 1e-3  # the branch comes and goes
    beside = _radius_at(aside, media) + 0.3 * opening
    branch = np.stack([beside * np.cos(aside), beside * np.sin(aside), opening], 1)
    free = CATHETER + 0.15e-3 + 0.3 * (_radius_at(wire, lumen) - CATHETER)
    wire = np.stack([wire, free * (generator.random() < 0.7)], 1)
    return Vessel(lumen, media, soft, calcium, branch, wire, wander(3e-3, 24, 14))


def _contours(generator, z, plaque):
    """Radii (F, 360) of lumen and media with eccentric plaque towards the angles `plaque` (F,)."""
    mean = generator.uniform(2.2e-3, 3.4e-3) * (1 + 0.07 * _wander(generator, z, 12e-3))
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
    lumen, media = np.empty_like(inner), np.empty_like(outer)
    for k in range(len(inner)):
        centre = (inner[k] * ray).mean(1, keepdims=True)
        room = np.hypot(*(inner[k] * ray - centre)).min() - CATHETER - 0.1e-3
        centre = centre + max(room, 0) * 0.98 * offset[k][:, None] / np.sqrt(2)
        lumen[k] = _seen_from_origin(*(inner[k] * ray - centre))
        media[k] = _seen_from_origin(*(outer[k] * ray - centre))
    shrink = np.minimum(1, 0.95 * FIELD / media.max(1, keepdims=True))  # all of it in view
    media = np.maximum(media * shrink, CATHETER + WALL)
    return np.clip(lumen * shrink, CATHETER + 0.05e-3, media - 0.15e-3), media


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


def _ripple(generator, z, orders, amount):
    """Fourier perturbation of a contour, falling as 1 / order^2: (F, 360)."""
    parts = _wander(generator, z, 8e-3, (2, len(orders))) / np.square(orders)  # (F, 2, K)
    waves = np.stack([np.cos(np.outer(orders, ANGLE)), np.sin(np.outer(orders, ANGLE))])
    return amount * np.einsum("fck,cka->fa", parts, waves)


def _arc(centre, width):
    """Smooth window: 1 within `centre` +- `width` / 2 (F,) in rad, 0 outside: (F, 360)."""
    distance = np.abs((ANGLE - centre[:, None] + np.pi) % (2 * np.pi) - np.pi)
    return 1 / (1 + np.exp((distance - width[:, None] / 2) / np.deg2rad(2)))
