from .controls import CONTROLS as CONTROLS, control_pairs as control_pairs
from .fields import log_speckle as log_speckle
from .fitting import fit_speckle_model as fit_speckle_model
from .model import SpeckleModel as SpeckleModel
from .variation import vary_pairs as vary_pairs

__all__ = [
    "CONTROLS",
    "SpeckleModel",
    "control_pairs",
    "fit_speckle_model",
    "log_speckle",
    "vary_pairs",
]
