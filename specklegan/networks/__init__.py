"""Chapter 5: generator and discriminator of the paper, and what looks into them.

- `settings`: what defines the two networks, and why
- `spade`: normalisation steered by the mask
- `generator`: mask and noise to image, with the layer or without
- `discriminator`: image and mask to logits, one a patch
- `norm_free`: a discriminator for few images, without normalisation; not the paper's
- `choice`: which discriminator a preset names
- `inspection`: looking into networks while they run
- `pretrained`: the recorded generators that come with the book
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
