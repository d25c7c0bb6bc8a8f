"""Figures of all chapters: arrays in, figures out, one function a figure.

- `style`: colours, sizes, what every figure shares, and tables
- `prose`: numbers that the text of a chapter shows
- `diffraction`: geometry of Eq. 1, error maps, fields in a plane
- `speckle`: phasors, autocovariance, windows, the polar grid
- `images`: overlays, outlines, scan lines, grey levels
- `folders`: findings, pairs at a glance, populations of masks
- `training`: networks and their curves
- `results`: distances, samples, spectra, intervals
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
