"""SpeckleGAN companion: speckle physics, the learnable speckle layer, and the GAN experiment.

Companion to Bargsten & Schlaefer, *SpeckleGAN*, IJCARS 2020, doi 10.1007/s11548-020-02203-1.
Submodules load on first use; importing the package downloads, seeds and prints nothing.
"""

from importlib import import_module

__version__ = "0.1.0"

_SUBMODULES = [
    "apertures",
    "attention",
    "comparison",
    "datasets",
    "features",
    "figures",
    "formation",
    "grids",
    "imaging",
    "inspection",
    "laws",
    "masks",
    "metrics",
    "neighbours",
    "networks",
    "optics",
    "phantom",
    "polar",
    "predictions",
    "progress",
    "records",
    "regimes",
    "resampling",
    "scoreboard",
    "search",
    "segmentation",
    "shapes",
    "significance",
    "spade",
    "speckle",
    "synthetic",
    "texture",
    "training",
    "windows",
]

__all__ = ["SpeckleLayer", *_SUBMODULES]


def __getattr__(name):
    """Import a submodule, or the layer, when it is first asked for (PEP 562)."""
    if name == "SpeckleLayer":
        return import_module("specklegan.speckle").SpeckleLayer
    if name in _SUBMODULES:
        return import_module(f"specklegan.{name}")
    raise AttributeError(f"module 'specklegan' has no attribute {name!r}")


def __dir__():
    """List the public names for completion."""
    return sorted([*globals(), *__all__])
