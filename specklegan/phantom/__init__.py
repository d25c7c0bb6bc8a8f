"""Chapter 4: simulated IVUS pullbacks, by ultrasound physics and never by the speckle layer.

- `pullbacks`: images and masks of invented vessels, patient by patient
- `anatomy`: contours, plaque, branches, guide wire along a pullback
- `scenes`: one anatomical feature at a time
- `tissue`: from a vessel to scatterers and what of them comes back
- `scanner`: from scatterers to an echo, from echoes to a picture
- `pymust_parity`: the same scatterers through an independent simulator
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
