"""Chapter 2: what theory says of speckle, and how it is measured. Never knows what makes speckle.

- `measured`: contrast, SNR, grain and distribution, with their errors
- `predictions`: what theory says of a window, and of a measurement's error
- `partially_developed`: a steady phasor, few or clustered scatterers
- `phasors`: random walks, and sources that are not fully developed
- `widths`: the full width of an autocovariance, from its spectrum
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
