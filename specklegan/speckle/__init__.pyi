from .attention import ChannelAttention as ChannelAttention, SpatialAttention as SpatialAttention
from .equations import (
    convolve as convolve,
    convolve_axes as convolve_axes,
    speckle_by_eq2 as speckle_by_eq2,
)
from .formation import form_speckle as form_speckle, random_phase as random_phase
from .layer import SpeckleLayer as SpeckleLayer
from .polar import disc as disc, to_cartesian as to_cartesian, to_polar as to_polar
from .windows import (
    check_window as check_window,
    entry_order as entry_order,
    keep_inside as keep_inside,
    spectral_window as spectral_window,
)

__all__ = [
    "ChannelAttention",
    "SpatialAttention",
    "SpeckleLayer",
    "check_window",
    "convolve",
    "convolve_axes",
    "disc",
    "entry_order",
    "form_speckle",
    "keep_inside",
    "random_phase",
    "speckle_by_eq2",
    "spectral_window",
    "to_cartesian",
    "to_polar",
]
