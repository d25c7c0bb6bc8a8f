from .artificial import artificial_masks as artificial_masks
from .polygons import area as area, inside as inside, outline as outline
from .shapes import (
    QUANTITIES as QUANTITIES,
    compare_shapes as compare_shapes,
    eccentricity as eccentricity,
    shape_statistics as shape_statistics,
)
from .vessel import (
    CLASS_NAMES as CLASS_NAMES,
    from_contours as from_contours,
    to_contours as to_contours,
)

__all__ = [
    "CLASS_NAMES",
    "QUANTITIES",
    "area",
    "artificial_masks",
    "compare_shapes",
    "eccentricity",
    "from_contours",
    "inside",
    "outline",
    "shape_statistics",
    "to_contours",
]
