"""One anatomical feature at a time: a plain vessel, and the same vessel with one thing added.

For the gallery and for tests, which compare two pictures of the same scatterers. Each scene is a
`Vessel` of one frame; nothing here is left to chance.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from specklegan.phantom.anatomy import ANGLE, WALL, Vessel, angle_difference, merge

OUTER = 2.4e-3  # m, radius of the plain vessel's media
SIDE = np.pi / 4  # rad, where plaque, branch and the like are put
NONE = np.zeros((1, 3))


def all_scenes() -> dict[str, Vessel]:
    """Make all scenes.

    Returns
    -------
    dict of str to Vessel
        By name: the plain vessel first, then one feature each.
    """
    plaque = eccentric(0.45)
    arc = _arc(SIDE, 0.9)
    rotation = 0.25 * np.sin(2 * ANGLE)[None]
    return {
        "plain vessel": plain(),
        "catheter off centre": plain(np.array([-0.7e-3, 0.5e-3])),
        "eccentric plaque": plaque,
        "soft plaque": replace(plaque, soft=_arc(SIDE, 2.4)),
        "calcified plaque": replace(plaque, calcium=arc),
        "side branch": replace(plain(), branch=_circle(SIDE, OUTER + 0.3e-3, 0.8e-3)),
        "bifurcation": bifurcation(2.1e-3),
        "behind a bifurcation": bifurcation(3.4e-3),
        "guide wire": replace(plain(), wire=np.array([[SIDE, 1.1e-3]])),
        "uneven rotation": replace(plaque, rotation=rotation),
    }


def plain(catheter: npt.ArrayLike = (0.0, 0.0)) -> Vessel:
    """Make a round vessel of even brightness, the catheter at x, y in m from its middle."""
    return _vessel(*(_seen_circle(-np.asarray(catheter), r) for r in (OUTER - WALL, OUTER)))


def eccentric(burden: float) -> Vessel:
    """Make a round vessel whose plaque takes `burden` (0 to 1) of the diameter, at `SIDE`."""
    free = OUTER - WALL
    away = -burden / 2 * free * np.array([np.cos(SIDE), np.sin(SIDE)])
    return _vessel(_seen_circle(away, free * (1 - burden / 2)), _seen_circle((0, 0), OUTER))


def bifurcation(apart: float) -> Vessel:
    """Make a vessel with a second one whose middle lies `apart` in m, at `SIDE`."""
    vessel, daughter = plain(), _circle(SIDE, apart, 1.1e-3)
    lumen, media = merge(vessel.lumen, vessel.media, daughter)
    return replace(vessel, lumen=lumen, media=media, daughter=daughter)


def _vessel(lumen, media):
    nothing = np.zeros((1, 360))
    return Vessel(
        lumen[None],
        media[None],
        soft=nothing,
        calcium=nothing,
        branch=NONE,
        daughter=NONE,
        wire=np.zeros((1, 2)),
        rotation=nothing,
        shade=np.zeros((1, 12, 6)),
    )


def _seen_circle(middle, radius):
    """Distance (360,) from the origin to a circle of `radius` round `middle` that holds it."""
    along = middle[0] * np.cos(ANGLE) + middle[1] * np.sin(ANGLE)
    return along + np.sqrt(radius**2 - middle[0] ** 2 - middle[1] ** 2 + along**2)


def _circle(angle, distance, radius):
    return np.array([[distance * np.cos(angle), distance * np.sin(angle), radius]])


def _arc(middle, width):
    """1 within `width` rad round `middle`, else 0: (1, 360)."""
    return (np.abs(angle_difference(ANGLE, middle)) < width / 2).astype(float)[None]
