from .scores import reported_classes as reported_classes, score as score
from .training import (
    Settings as Settings,
    cross_validate as cross_validate,
    fit as fit,
    fold_indices as fold_indices,
    overlap_loss as overlap_loss,
    predict as predict,
)
from .unet import Residual as Residual, UNet as UNet, build_unet as build_unet

__all__ = [
    "Residual",
    "Settings",
    "UNet",
    "build_unet",
    "cross_validate",
    "fit",
    "fold_indices",
    "overlap_loss",
    "predict",
    "reported_classes",
    "score",
]
