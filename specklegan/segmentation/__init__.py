"""Chapter 8: a residual U-Net, pre-trained on synthetic images and fine-tuned on few.

- `unet`: a U-Net of residual blocks
- `training`: synthetic images first, few real ones then, in folds
- `scores`: every test image, fold and region; failures count
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
