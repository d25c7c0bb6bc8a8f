from . import (
    datasets as datasets,
    disk as disk,
    figures as figures,
    laws as laws,
    masks as masks,
    metrics as metrics,
    networks as networks,
    optics as optics,
    phantom as phantom,
    progress as progress,
    records as records,
    scoreboard as scoreboard,
    segmentation as segmentation,
    significance as significance,
    speckle as speckle,
    training as training,
)
from .speckle import SpeckleLayer as SpeckleLayer, form_speckle as form_speckle

__all__ = [
    "SpeckleLayer",
    "datasets",
    "disk",
    "figures",
    "form_speckle",
    "laws",
    "masks",
    "metrics",
    "networks",
    "optics",
    "phantom",
    "progress",
    "records",
    "scoreboard",
    "segmentation",
    "significance",
    "speckle",
    "training",
]

__version__: str
