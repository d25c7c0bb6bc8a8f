"""Chapter 4: label masks of vessels, from contours and back, or invented.

- `vessel`: labels from two contours and back
- `artificial`: masks of no real vessel, from disturbed ellipses
- `polygons`: what a closed polygon holds, its border and its area
- `shapes`: vessels in numbers, and how far two populations agree
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
