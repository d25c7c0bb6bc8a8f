"""Square grids of samples: positions on them, and what optics asks of its input.

A grid has N x N samples, `spacing` metres apart; its origin is at index N // 2. Rows are y, columns
are x. A field on it holds a complex amplitude a sample. The checks here give every function of
the room the same errors, and the same warning where a grid is too coarse for what is asked of it:
the warning names the limit. Nothing here computes diffraction.
"""

import warnings
from numbers import Integral, Real

import numpy as np
import numpy.typing as npt


def coordinates(size: int, spacing: float) -> np.ndarray:
    """Return the sample positions of one axis in metres, shape (size,), 0 at index size // 2."""
    check_size(size=size)
    check_lengths(spacing=spacing)
    return (np.arange(size) - size // 2) * spacing


def check_size(**sizes: int) -> None:
    """Raise TypeError unless every number of samples is an integer, ValueError unless positive."""
    for name, value in sizes.items():
        if not isinstance(value, Integral):
            raise TypeError(f"{name} must be an integer, found {value!r}")
        if value < 1:
            raise ValueError(f"{name} must be at least 1, found {value}")


def check_lengths(**lengths: float) -> None:
    """Raise TypeError unless every length is a number, ValueError unless positive and finite."""
    for name, value in lengths.items():
        _check_real(name, value)
        if not 0 < value < np.inf:
            raise ValueError(f"{name} must be positive and finite, found {value} m")


def check_distance(distance: float) -> None:
    """Raise unless `distance` is a finite number of metres, 0 or more."""
    _check_real("distance", distance)
    if not 0 <= distance < np.inf:
        raise ValueError(f"distance must not be negative and must be finite, found {distance} m")


def check_points(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return points of observation in metres, float64, after checking that they have one shape.

    Raises ValueError if `x` and `y` differ in shape or hold a number that is not finite.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    if x.shape != y.shape:
        raise ValueError(f"x and y must have one shape, found {x.shape} and {y.shape}")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("x and y must be finite, found NaN or infinity")
    return x, y


def check_field(field: npt.ArrayLike) -> np.ndarray:
    """Return a field as complex128, shape (N, N).

    Raises TypeError for anything but floating or complex numbers: integers are grey values or
    labels more often than amplitudes, so that `field.astype(float)` is left to the caller. Raises
    ValueError for another shape, and for NaN or infinity.
    """
    array = np.asarray(field)
    if array.dtype.kind not in "fc":
        raise TypeError(f"field must hold floating or complex numbers, found {array.dtype}")
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not array.size:
        raise ValueError(f"field must have shape (N, N), found {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("field must be finite, found NaN or infinity")
    return array.astype(complex)


def warn_undersampled(
    what: str, name: str, value: float, limit: float, unit: str = " m", level: int = 3
) -> None:
    """Warn that `what` is undersampled if `value`, the quantity `name`, exceeds its limit."""
    if value > limit:
        numbers = f"is {value:.3g}{unit}, the limit is {limit:.3g}{unit}"
        warnings.warn(f"{what} is undersampled: {name} {numbers}", stacklevel=level)


def _check_real(name, value):
    if not isinstance(value, Real):
        raise TypeError(f"{name} must be a number of metres, found {type(value).__name__}")
