from .anatomy import Vessel as Vessel, merge as merge, pullback as pullback
from .pullbacks import (
    Pullbacks as Pullbacks,
    Settings as Settings,
    contour_pixels as contour_pixels,
    picture as picture,
    simulate as simulate,
    simulate_pullbacks as simulate_pullbacks,
)
from .pymust_parity import (
    Tissue as Tissue,
    compare_with_pymust as compare_with_pymust,
    homogeneous_ring as homogeneous_ring,
    pymust_echo as pymust_echo,
)
from .scanner import (
    CELL_PIXELS as CELL_PIXELS,
    FIELD as FIELD,
    PULSE_CYCLES as PULSE_CYCLES,
    Scanner as Scanner,
    depth_gain as depth_gain,
    echo as echo,
    grey_levels as grey_levels,
    ring_down as ring_down,
    scan_convert as scan_convert,
    scanner_for as scanner_for,
)
from .scenes import (
    all_scenes as all_scenes,
    bifurcation as bifurcation,
    eccentric as eccentric,
    plain as plain,
)
from .tissue import scatterers as scatterers, tissue_power as tissue_power

__all__ = [
    "CELL_PIXELS",
    "FIELD",
    "PULSE_CYCLES",
    "Pullbacks",
    "Scanner",
    "Settings",
    "Tissue",
    "Vessel",
    "all_scenes",
    "bifurcation",
    "compare_with_pymust",
    "contour_pixels",
    "depth_gain",
    "eccentric",
    "echo",
    "grey_levels",
    "homogeneous_ring",
    "merge",
    "picture",
    "plain",
    "pullback",
    "pymust_echo",
    "ring_down",
    "scan_convert",
    "scanner_for",
    "scatterers",
    "simulate",
    "simulate_pullbacks",
    "tissue_power",
]
