"""Grids: positions of samples, and what every propagation refuses, with its message."""

import numpy as np
import pytest

from specklegan.optics import grid, propagation

GOOD = {"field": np.ones((8, 8)), "wavelength": 1e-6, "spacing": 1e-6, "distance": 1e-5}
WRONG_VALUES = [
    ({"wavelength": 0}, "wavelength must be positive and finite, found 0 m"),
    ({"wavelength": float("nan")}, "wavelength must be positive and finite, found nan"),
    ({"wavelength": float("inf")}, "wavelength must be positive and finite, found inf"),
    ({"spacing": 0.0}, "spacing must be positive"),
    ({"spacing": -1e-6}, "spacing must be positive and finite, found -1e-06 m"),
    ({"distance": -1.0}, "distance must .*, found -1.0 m"),
    ({"distance": float("nan")}, "distance must .*, found nan m"),
    ({"field": np.ones(8)}, r"shape \(N, N\), found \(8,\)"),
    ({"field": np.ones((8, 6))}, r"found \(8, 6\)"),
    ({"field": np.ones((2, 8, 8))}, r"found \(2, 8, 8\)"),
    ({"field": np.ones((0, 0))}, r"found \(0, 0\)"),
    ({"field": np.full((8, 8), np.nan)}, "field must be finite"),
]
WRONG_TYPES = [
    ({"wavelength": "633 nm"}, "wavelength must be a number of metres, found str"),
    ({"spacing": None}, "spacing must be a number of metres, found NoneType"),
    ({"distance": [1e-5]}, "distance must be a number of metres, found list"),
    ({"field": np.ones((8, 8), int)}, "field must hold floating or complex numbers, found int"),
    ({"field": np.ones((8, 8), bool)}, "found bool"),
    ({"field": np.full((8, 8), "a")}, "found <U1"),
    ({"field": None}, "found object"),
]
WRONG = [(*case, ValueError) for case in WRONG_VALUES] + [(*c, TypeError) for c in WRONG_TYPES]


@pytest.mark.parametrize(("change", "message", "error"), WRONG)
@pytest.mark.parametrize(
    "name", ["angular_spectrum", "fresnel", "fraunhofer", "rayleigh_sommerfeld"]
)
def test_bad_input_is_named(name, change, message, error):
    points = {"x": np.zeros(1), "y": np.zeros(1)} if name == "rayleigh_sommerfeld" else {}
    with pytest.raises(error, match=message):
        getattr(propagation, name)(**(GOOD | change), **points)


def test_points_of_observation_are_checked():
    with pytest.raises(ValueError, match=r"one shape, found \(2,\) and \(3,\)"):
        propagation.rayleigh_sommerfeld(*GOOD.values(), np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match="x and y must be finite"):
        propagation.rayleigh_sommerfeld(*GOOD.values(), [np.nan], [0.0])
    for name in ("rayleigh_sommerfeld", "fraunhofer"):  # both divide by the distance
        points = {"x": 0.0, "y": 0.0} if name == "rayleigh_sommerfeld" else {}
        with pytest.raises(ValueError, match="distance must be positive"):
            getattr(propagation, name)(**(GOOD | {"distance": 0}), **points)


@pytest.mark.parametrize(
    ("size", "error", "message"),
    [(0, ValueError, "at least 1, found 0"), (2.5, TypeError, "an integer, found 2.5")],
)
def test_coordinates_refuse_a_wrong_size(size, error, message):
    with pytest.raises(error, match=f"size must be {message}"):
        grid.coordinates(size, 1e-6)
    np.testing.assert_array_equal(grid.coordinates(3, 2.0), [-2, 0, 2])
    np.testing.assert_array_equal(grid.coordinates(4, 2.0), [-4, -2, 0, 2])
