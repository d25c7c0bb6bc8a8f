"""Chapter 1: diffraction and imaging, from Eq. 1 to the low-pass filter behind Eq. 2.

- `grid`: positions of samples, and what optics asks of its input
- `propagation`: the diffraction integral (Eq. 1) and its fast forms
- `apertures`: openings whose diffraction is known in closed form
- `imaging`: lenses, pupils, and the low-pass filter behind Eq. 2
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
