"""SpeckleGAN companion: speckle physics, the learnable speckle layer, and the GAN experiment.

Companion to Bargsten & Schlaefer, *SpeckleGAN*, IJCARS 2020, doi 10.1007/s11548-020-02203-1.
A package for each chapter of the book:

| chapter | package |
|---|---|
| 1 diffraction | `optics` |
| 2 speckle, 3 speckle layer | `speckle` (what makes it), `laws` (what measures it) |
| 4 images | `masks`, `phantom`, `datasets` |
| 5 networks | `networks` |
| 6 training | `training` |
| 7 evaluation | `metrics` |
| 8 segmentation | `segmentation`, `physics` (images without a GAN) |
| 9 significance | `significance` |
| 10 scoreboard | `scoreboard` |
| 11 your own images | `datasets` |
| their figures | `figures` |

Beside them `records` (where each number comes from), `progress` (lines of long work), `disk`
(whole files or none), `grey` (levels 0 to 255 and [-1, 1]) and `extras` (optional packages).
`SpeckleLayer` and `form_speckle` stand at this door. All of it loads on first use; importing the
package downloads, seeds and prints nothing.
"""

import lazy_loader as _lazy

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
