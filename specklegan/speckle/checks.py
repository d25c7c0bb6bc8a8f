"""What the speckle code accepts: floating-point images, window edges, counts.

A wrong argument raises an error that names it, what was found and what was expected. Values are
looked at on the CPU only: to look at them on another device would halt it in every step. Functions
at the face look once, where numbers come in; what they call inside (`*_unchecked`) trusts them.
"""

import math
import operator
from typing import Any

import torch


def image(value: torch.Tensor, name: str) -> None:
    """Check an image (..., H, W) of finite real numbers.

    Raises
    ------
    TypeError
        If `value` is not a tensor of float32 or float64.
    ValueError
        If it has fewer than two axes, no pixel, or, on the CPU, a value that is not finite.
    """
    if not torch.is_tensor(value) or value.dtype not in (torch.float32, torch.float64):
        raise TypeError(
            f"{name} must be a floating-point torch tensor (float32 or float64), "
            f"found {_kind(value)}"
        )
    if value.ndim < 2:
        raise ValueError(f"{name} must have at least two axes (..., H, W), found {value.ndim}")
    if 0 in value.shape[-2:]:
        raise ValueError(f"{name} must have pixels, found shape {tuple(value.shape)}")
    # Any NaN or infinity shows in the sum, which takes a twentieth of the time of `isfinite`.
    if _readable(value) and not math.isfinite(value.detach().sum()):
        raise ValueError(f"{name} must be finite, found NaN or infinity")


def edges(value: Any, size: float, like: torch.Tensor | None = None) -> torch.Tensor:
    """Return window edges as a floating-point tensor, checked to be in (0, size].

    Numbers take the type and device of the tensor `like`, or the default ones; tensors keep theirs.

    Raises
    ------
    TypeError
        If `value` is an integer or complex tensor, or not numbers at all.
    ValueError
        If an edge is NaN or outside (0, size]; tensors off the CPU are not looked at.
    """
    if not torch.is_tensor(value):
        kind = {"dtype": torch.get_default_dtype()}
        if like is not None:
            kind = {"dtype": like.dtype, "device": like.device}
        try:
            value = torch.as_tensor(value, **kind)
        except (TypeError, ValueError, RuntimeError) as error:
            raise TypeError(f"edges must be numbers, found {value!r}") from error
    if not value.is_floating_point():
        raise TypeError(f"edges must be a floating-point torch tensor, found {value.dtype}")
    if _readable(value) and not bool(((value > 0) & (value <= size)).all()):
        raise ValueError(f"edges must be in (0, {size}], found {value.tolist()}")
    return value


def count(value: Any, name: str) -> int:
    """Return a positive integer as int.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(f"{name} must be an integer of at least 1, found {value!r}")
    return number


def _readable(value):
    return value.device.type == "cpu" and not torch.compiler.is_compiling()


def _kind(value):
    return value.dtype if torch.is_tensor(value) else type(value).__name__
