from .augmentation import (
    augment as augment,
    draw as draw,
    turn as turn,
    vary_masks as vary_masks,
)
from .contours import (
    check_contour as check_contour,
    distance_to as distance_to,
    read_contour as read_contour,
)
from .dataset import (
    Dataset as Dataset,
    choose as choose,
    hold_out as hold_out,
    open as open,
    save as save,
    stacked as stacked,
)
from .entries import BadFile as BadFile
from .ivus2011 import read_ivus2011 as read_ivus2011
from .loading import (
    artificial_masks as artificial_masks,
    fresh_phantoms as fresh_phantoms,
    load as load,
    load_pair as load_pair,
)
from .specs import IVUS as IVUS
from .survey import (
    Thumbnail as Thumbnail,
    check as check,
    findings as findings,
    thumbnails as thumbnails,
)
from .synthetic import (
    read_manifest as read_manifest,
    weights_hash as weights_hash,
    write_synthetic as write_synthetic,
)

__all__ = [
    "IVUS",
    "BadFile",
    "Dataset",
    "Thumbnail",
    "artificial_masks",
    "augment",
    "check",
    "check_contour",
    "choose",
    "distance_to",
    "draw",
    "findings",
    "fresh_phantoms",
    "hold_out",
    "load",
    "load_pair",
    "open",
    "read_contour",
    "read_ivus2011",
    "read_manifest",
    "save",
    "stacked",
    "thumbnails",
    "turn",
    "vary_masks",
    "weights_hash",
    "write_synthetic",
]
